// When the on-chip buffers of a tile-level function are live.
//
// Ops get positions in program order; a loop spans the positions of its body. A buffer lives
// from its first to its last user, each lifted to the block of its allocation, so that a buffer
// used inside a deeper loop lives through the whole of it. A buffer with several slots has
// iterations in flight and lives through its whole loop.
#pragma once

#include "dialects/tile/Tile.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "llvm/ADT/SmallVector.h"

namespace neuron::memory {

/// One buffer's demand: `bytes` in every partition, during positions [start, end].
struct LiveRange {
  tile::AllocOp alloc;
  isa::Space space;
  int64_t bytes;
  int64_t start;
  int64_t end;
};

/// The live ranges of a function's allocations, in order of start. Buffers without a user are
/// left out. Cost: one walk.
llvm::SmallVector<LiveRange> findLiveRanges(mlir::func::FuncOp function);

} // namespace neuron::memory
