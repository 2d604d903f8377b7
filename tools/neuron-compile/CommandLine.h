// CommandLine: argv as driver::Options.

#ifndef NEURON_TOOLS_NEURON_COMPILE_COMMANDLINE_H
#define NEURON_TOOLS_NEURON_COMPILE_COMMANDLINE_H

#include "compiler/driver/Options.h"

#include <optional>

namespace neuron {

/// Fills `options` from the command line. Returns the exit status where the run ends here: 0
/// after --help and --version, 2 after a usage error, which is printed.
std::optional<int> parseCommandLine(int argc, char **argv, driver::Options &options);

} // namespace neuron

#endif
