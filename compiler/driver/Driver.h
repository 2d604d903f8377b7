// Driver: one run of neuron-compile, from options to files and an exit status.

#ifndef NEURON_COMPILER_DRIVER_DRIVER_H
#define NEURON_COMPILER_DRIVER_DRIVER_H

#include "compiler/driver/Diagnostics.h"
#include "compiler/driver/Options.h"

namespace llvm {
class raw_ostream;
}

namespace neuron::driver {

/// Runs the compiler: messages go to `err`, what is asked for without a file name to `out`.
/// Returns the exit status. Output files appear whole or not at all.
Exit runCompiler(const Options &options, llvm::raw_ostream &out, llvm::raw_ostream &err);

} // namespace neuron::driver

#endif
