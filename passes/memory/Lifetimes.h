// When the on-chip buffers of a tile-level function are live.
//
// Ops get positions in program order; a loop spans the positions of its body. A buffer lives
// from its first to its last user, each lifted to the block of its allocation, so that a buffer
// used inside a deeper loop lives through the whole of it. A buffer with several slots has
// iterations in flight and lives through its whole loop.
#pragma once

#include "dialects/tile/Tile.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "llvm/ADT/DenseMap.h"
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

/// First and last position of every op of a function; for a loop, those of its whole body.
class Positions {
public:
  explicit Positions(mlir::func::FuncOp function);
  std::pair<int64_t, int64_t> of(mlir::Operation *op) const { return spans.lookup(op); }
  int64_t count() const { return next; }

private:
  void number(mlir::Operation *op);
  int64_t next = 0;
  llvm::DenseMap<mlir::Operation *, std::pair<int64_t, int64_t>> spans;
};

/// The live ranges of a function's allocations, in order of start. Buffers without a user are
/// left out. Cost: one walk.
llvm::SmallVector<LiveRange> findLiveRanges(mlir::func::FuncOp function);

} // namespace neuron::memory
