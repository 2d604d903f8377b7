// What templates repeat because each is written alone.
#pragma once

#include "mlir/Dialect/Func/IR/FuncOps.h"

namespace neuron::tile {

/// Removes loads of an activation table that is loaded already. A loop that uses one table only
/// has it loaded before the loop.
void removeRedundantTableLoads(mlir::func::FuncOp function);

} // namespace neuron::tile
