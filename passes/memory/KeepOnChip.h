// Values that stay in SBUF from the group that makes them to the groups that read them.
//
// Every template leaves its result in device memory and loads its operands from there. Here, when
// a whole function lies open and before it has addresses, a scratch tensor that is written before
// it is read gets a buffer of its own on chip, rows on the partitions. What was stored through a
// tile is computed in place, what was loaded into a tile is read in place, where partitions and
// types agree; an engine copies where they do not. A store goes only if nobody is left that reads
// device memory.
//
// Worked example: a matmul's tiles [128, 512] and [128, 256] of x[128, 768] are stored by two
// transfers; a norm loads x whole. x gets 768 columns of 128 partitions: the tiles become columns
// 0 to 511 and 512 to 767 of it, the norm reads it as it is, and three transfers are gone.
#pragma once

#include "runtime/target/Machine.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"

namespace neuron::memory {

/// What was kept. Units: bytes of device memory that are not moved.
struct KeptOnChip {
  int64_t values = 0;
  int64_t bytesSaved = 0;
};

/// Rewrites `function`, at the tile level and without addresses. Segments in `scratch` that are
/// left without a reader are erased from it and from the module.
/// Values are taken in the order of what they save for the room they take, while they and the
/// buffers that are there take `eighths` of a partition: addresses are planned afterwards and
/// leave gaps. Cost: linear in instructions times what is kept.
KeptOnChip keepOnChip(mlir::func::FuncOp function, const target::Machine &machine, int64_t eighths,
                      llvm::SmallVectorImpl<mlir::Operation *> &scratch);

} // namespace neuron::memory
