// From one sequential program to one stream per engine.
//
// Every stream keeps the program order of its own instructions and the loops around them. The
// arithmetic on registers belongs to nobody: a stream gets those `reg` instructions and loop
// updates whose results it uses, found by liveness from the end of each function backwards.
#pragma once

#include "dialects/isa/Isa.h"
#include "runtime/program/Program.h"

#include "mlir/IR/BuiltinOps.h"

namespace neuron::isa {

/// Fills streams, functions, the main function and semaphores of `program` from the isa
/// functions of the module; the sixth stream is the sequential form.
/// A barrier goes to every stream; without one, a stream without work stays empty.
/// Errors, located: a loop that updates more than four registers in one stream; a register that
/// another engine loads; no function or several that nobody calls, none of them `main`.
mlir::LogicalResult splitStreams(mlir::ModuleOp module, rt::Program &program);

} // namespace neuron::isa
