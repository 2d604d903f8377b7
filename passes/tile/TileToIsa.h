// From buffers and loop counters to addresses and registers.
#pragma once

#include "dialects/isa/Isa.h"
#include "dialects/tile/Tile.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"

namespace neuron::tile {

/// Writes the instructions of a planned tile-level function into an `isa.func` of the same name
/// at the end of the module, and erases the function.
///
/// Registers are given by structure: every loop counter of a nest has one, every (loop, slots)
/// pair has one that rotates through 0 .. slots - 1 and keeps rotating over re-entries of its
/// loop, and an address that depends on more than two of them gets a combined index, computed
/// where it is first needed in the innermost loop involved. Counters return to 0 at the end of
/// their loop; rotating registers are set to 0 before the outermost loop.
///
/// The two arguments of a repeated function are registers that `tile.repeat` of its caller steps.
///
/// Errors: a nest that needs more registers than the machine has; an address term or a
/// predicate that does not fit its field; a buffer without an address.
mlir::LogicalResult lowerToIsa(mlir::func::FuncOp function);

} // namespace neuron::tile
