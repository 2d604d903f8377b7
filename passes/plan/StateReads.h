// Reads of states that need a copy of their own.
//
// A read is a view of the state's memory, so what is read after a write of that state would see
// the new value. Where a use of the old value comes later than the write, the value is copied when
// it is read.
#pragma once

#include "passes/plan/FormGroups.h"

#include "llvm/ADT/SmallPtrSet.h"

namespace neuron::plan {

/// The nn.state_read ops of `function` whose value is used after a write of their state. An
/// nn.repeat counts as a write of every state: its block is another function.
/// Cost: uses of reads times ops of the function.
llvm::SmallPtrSet<mlir::Operation *, 4> outlivedReads(mlir::func::FuncOp function,
                                                      const Groups &groups);

} // namespace neuron::plan
