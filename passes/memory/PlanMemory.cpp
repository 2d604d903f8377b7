// Address planning for SBUF and PSUM; see PlanMemory.h.
//
// Both strategies place one live range at a time into the gaps that the ranges already placed
// and alive at the same time leave. Next fit keeps reuse, and with it synchronisation, rare;
// best effort by size packs.
#include "passes/memory/PlanMemory.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallPtrSet.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace neuron;
using namespace neuron::memory;

namespace {

struct Pool {
  isa::Space space;
  int64_t capacity;
  int64_t granule;
};

struct Placed {
  int64_t address;
  int64_t bytes;
  int64_t start;
  int64_t end;
};

/// The lowest address >= from where `bytes` fit between neighbours sorted by address.
std::optional<int64_t> findGap(ArrayRef<Placed> neighbours, int64_t bytes, int64_t from,
                               int64_t capacity) {
  int64_t address = from;
  for (const Placed &other : neighbours) {
    if (other.address + other.bytes <= address)
      continue;
    if (other.address - address >= bytes)
      break;
    address = other.address + other.bytes;
  }
  if (address + bytes > capacity)
    return std::nullopt;
  return address;
}

llvm::SmallVector<Placed> aliveWith(ArrayRef<Placed> placed, const LiveRange &range) {
  llvm::SmallVector<Placed> alive;
  for (const Placed &other : placed)
    if (other.start <= range.end && range.start <= other.end)
      alive.push_back(other);
  llvm::sort(alive, [](const Placed &a, const Placed &b) { return a.address < b.address; });
  return alive;
}

/// Places ranges in the given order; `nextFit` starts each search after the last placement.
std::optional<llvm::SmallVector<int64_t>> place(ArrayRef<LiveRange> ranges, const Pool &pool,
                                                bool inProgramOrder) {
  llvm::SmallVector<Placed> placed;
  llvm::SmallVector<int64_t> addresses;
  int64_t cursor = 0;
  for (const LiveRange &range : ranges) {
    if (inProgramOrder)
      llvm::erase_if(placed, [&](const Placed &p) { return p.end < range.start; });
    int64_t bytes = llvm::alignTo(range.bytes, pool.granule);
    auto alive = aliveWith(placed, range);
    std::optional<int64_t> address;
    if (inProgramOrder)
      address = findGap(alive, bytes, cursor, pool.capacity);
    if (!address)
      address = findGap(alive, bytes, 0, pool.capacity);
    if (!address)
      return std::nullopt;
    placed.push_back({*address, bytes, range.start, range.end});
    addresses.push_back(*address);
    cursor = *address + bytes;
  }
  return addresses;
}

Shortage describeShortage(ArrayRef<LiveRange> ranges, const Pool &pool) {
  Shortage worst{pool.space, 0, pool.capacity, {}};
  for (const LiveRange &at : ranges) {
    int64_t live = 0;
    for (const LiveRange &range : ranges)
      if (range.start <= at.start && at.start <= range.end)
        live += llvm::alignTo(range.bytes, pool.granule);
    if (live <= worst.neededBytes)
      continue;
    worst.neededBytes = live;
    worst.culprits.clear();
    for (const LiveRange &range : ranges)
      if (range.start <= at.start && at.start <= range.end)
        worst.culprits.push_back(range.alloc);
  }
  llvm::stable_sort(worst.culprits, [](tile::AllocOp a, tile::AllocOp b) {
    return a.getBuffer().getType().getBytes() * a.getSlots() >
           b.getBuffer().getType().getBytes() * b.getSlots();
  });
  return worst;
}

std::optional<Shortage> planPool(ArrayRef<LiveRange> all, const Pool &pool) {
  llvm::SmallVector<LiveRange> ranges;
  llvm::copy_if(all, std::back_inserter(ranges),
                [&](const LiveRange &range) { return range.space == pool.space; });
  auto addresses = place(ranges, pool, /*inProgramOrder=*/true);
  if (!addresses) {
    llvm::stable_sort(ranges,
                      [](const LiveRange &a, const LiveRange &b) { return a.bytes > b.bytes; });
    addresses = place(ranges, pool, /*inProgramOrder=*/false);
  }
  if (!addresses)
    return describeShortage(ranges, pool);
  for (auto [range, address] : llvm::zip_equal(ranges, *addresses))
    range.alloc.setAddress(address);
  return std::nullopt;
}

/// Takes the second slot from the buffers at the peak that keep it longest: those of the
/// outermost loop, which overlap the least work. False when no buffer there has one.
bool dropSlots(const Shortage &shortage, ArrayRef<LiveRange> ranges) {
  llvm::SmallPtrSet<Operation *, 16> atPeak;
  for (tile::AllocOp alloc : shortage.culprits)
    atPeak.insert(alloc);
  int64_t longest = -1;
  auto isCandidate = [&](LiveRange range) {
    return range.alloc.getSlots() > 1 && atPeak.count(range.alloc);
  };
  for (const LiveRange &range : ranges)
    if (isCandidate(range))
      longest = std::max(longest, range.end - range.start);
  for (LiveRange range : ranges)
    if (isCandidate(range) && range.end - range.start == longest)
      range.alloc.setSlots(1);
  return longest >= 0;
}

std::optional<Shortage> planWithSlots(func::FuncOp function, const Pool &pool) {
  while (true) {
    auto ranges = findLiveRanges(function);
    std::optional<Shortage> shortage = planPool(ranges, pool);
    if (!shortage || !dropSlots(*shortage, ranges))
      return shortage;
  }
}

} // namespace

std::optional<Shortage> memory::planMemory(func::FuncOp function, const target::Machine &machine) {
  Pool sbuf{isa::Space::Sbuf, int64_t(machine.sbufPartitionBytes), 64};
  Pool psum{isa::Space::Psum, int64_t(machine.psumBanks * machine.psumBankBytes),
            int64_t(machine.psumBankBytes)};
  for (const Pool &pool : {sbuf, psum})
    if (auto shortage = planWithSlots(function, pool))
      return shortage;
  return std::nullopt;
}
