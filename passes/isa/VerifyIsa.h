// The last gate before a program is split and written.
#pragma once

#include "runtime/target/Machine.h"

#include "mlir/IR/BuiltinOps.h"

namespace neuron::isa {

/// Proves of every instruction that its fields are legal on the machine and that its accesses
/// stay within their memory in every iteration; of every semaphore that its producer and
/// consumers are the declared ones; and of the program that it has neither races nor deadlocks
/// (VerifySync.h). Addresses from loaded registers are left to the run.
/// Errors: located, several; a race names both instructions.
mlir::LogicalResult verifyIsa(mlir::ModuleOp module, const target::Machine &machine);

} // namespace neuron::isa
