// Contents that lie in other files than the program's.
#pragma once

#include "runtime/program/Program.h"

namespace neuron::rt {

/// Maps the files of external contents, each once, and points the segments into them. The paths
/// have been checked not to leave the folder.
/// Errors: MissingInput, Io; Malformed when a range is not in its file or a digest differs.
Status mapExternals(Program &program, const LoadOptions &options, const std::string &folder);

} // namespace neuron::rt
