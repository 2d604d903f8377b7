// Which engine does what either of two could.
//
// Copies, casts and products with scalars run on VectorE, where templates put them, or as the
// identity of ScalarE. Instructions between two loops run about at the same time, so there each
// goes, in program order, where the work that is already given ends first.
#pragma once

#include "runtime/target/Machine.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"

namespace neuron::tile {

/// Moves instructions of a tile-level function from VectorE to ScalarE. Cost: linear.
void assignEngines(mlir::func::FuncOp function, const target::Machine &machine);

} // namespace neuron::tile
