// Live ranges of on-chip buffers; see Lifetimes.h.
#include "passes/memory/Lifetimes.h"

#include "llvm/ADT/STLExtras.h"

using namespace mlir;
using namespace neuron;
using namespace neuron::memory;

Positions::Positions(func::FuncOp function) {
  for (Operation &op : function.getBody().getOps())
    number(&op);
}

void Positions::number(Operation *op) {
  int64_t first = next++;
  for (Region &region : op->getRegions())
    for (Operation &inner : region.getOps())
      number(&inner);
  spans[op] = {first, next++};
}

llvm::SmallVector<LiveRange> memory::findLiveRanges(func::FuncOp function) {
  Positions positions(function);
  llvm::SmallVector<LiveRange> ranges;
  function.walk([&](tile::AllocOp alloc) {
    tile::BufferType type = alloc.getBuffer().getType();
    LiveRange range{alloc, tile::spaceOf(type), type.getBytes() * alloc.getSlots(), INT64_MAX, -1};
    for (Operation *user : alloc.getBuffer().getUsers()) {
      Operation *lifted = alloc->getBlock()->findAncestorOpInBlock(*user);
      auto [first, last] = positions.of(lifted);
      range.start = std::min(range.start, first);
      range.end = std::max(range.end, last);
    }
    if (range.end < 0)
      return;
    if (alloc.getSlots() > 1)
      std::tie(range.start, range.end) = positions.of(alloc->getParentOp());
    ranges.push_back(range);
  });
  llvm::stable_sort(ranges,
                    [](const LiveRange &a, const LiveRange &b) { return a.start < b.start; });
  return ranges;
}
