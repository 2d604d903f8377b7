// Grains, sweeping and the comparison of one access with those before it.
#include "runtime/sim/LiveAccesses.h"

#include <algorithm>

namespace neuron::sim {
namespace {

using Entry = LiveAccesses::Entry;

bool partitionsMeet(const Entry &a, const Entry &b) {
  return a.firstPartition < b.endPartition && b.firstPartition < a.endPartition;
}

bool rangesMeet(const Entry &a, const Entry &b) { return a.low < b.high && b.low < a.high; }

/// True if `fresh` has every byte of `old` within [grainLow, grainHigh).
bool replaces(const Entry &fresh, const Entry &old, int64_t grainLow, int64_t grainHigh) {
  if (fresh.firstPartition > old.firstPartition || fresh.endPartition < old.endPartition)
    return false;
  if (fresh.pattern->isContiguous())
    return fresh.low <= std::max(old.low, grainLow) && fresh.high >= std::min(old.high, grainHigh);
  return fresh.low == old.low && *fresh.pattern == *old.pattern;
}

} // namespace

void LiveAccesses::Region::cut() {
  grains.clear();
  if (watched && bytes)
    grains.resize(static_cast<size_t>((bytes - 1) >> shift) + 1);
}

void LiveAccesses::configure(uint64_t sbufBytes, uint64_t psumBytes) {
  sbuf.bytes = sbufBytes;
  sbuf.cut();
  psum.bytes = psumBytes;
  psum.cut();
  segments.clear();
}

void LiveAccesses::addSegment(uint64_t bytes, bool written) {
  Region region;
  region.bytes = bytes;
  region.watched = written;
  region.shift = 12;
  while ((bytes >> region.shift) > 64)
    ++region.shift;
  region.cut();
  segments.push_back(std::move(region));
}

void LiveAccesses::clear() {
  sbuf.cut();
  psum.cut();
  for (Region &segment : segments)
    segment.cut();
}

LiveAccesses::Region &LiveAccesses::regionOf(const Touch &touch) {
  return touch.space == isa::Space::Sbuf   ? sbuf
         : touch.space == isa::Space::Psum ? psum
                                           : segments[touch.segment];
}

uint64_t LiveAccesses::memoryBytes(const Touch &touch) const {
  switch (touch.space) {
  case isa::Space::Sbuf:
    return sbuf.bytes;
  case isa::Space::Psum:
    return psum.bytes;
  case isa::Space::Hbm:
    return touch.segment < segments.size() ? segments[touch.segment].bytes : 0;
  case isa::Space::None:
    break;
  }
  return 0;
}

const Entry *LiveAccesses::addTo(Grain &grain, const Entry &fresh, bool inOrder, const Clock &clock,
                                 const Clock &everybody, int64_t grainLow, int64_t grainHigh) {
  std::vector<Entry> &entries = grain.entries;
  bool sweep = entries.size() >= grain.sweepAt;
  size_t kept = 0;
  for (size_t i = 0; i < entries.size(); ++i) {
    const Entry &old = entries[i];
    bool ordered = clock.knows(old.component, old.event) || !(old.write || fresh.write) ||
                   (inOrder && old.component == fresh.component);
    if (!ordered && rangesMeet(old, fresh) && partitionsMeet(old, fresh) &&
        overlap(*old.pattern, old.low, *fresh.pattern, fresh.low)) {
      found = old;
      return &found;
    }
    bool superseded = (fresh.write || (!old.write && old.component == fresh.component)) &&
                      rangesMeet(old, fresh) && replaces(fresh, old, grainLow, grainHigh);
    if (superseded || (sweep && everybody.knows(old.component, old.event)))
      continue;
    if (kept != i)
      entries[kept] = old;
    ++kept;
  }
  entries.resize(kept);
  entries.push_back(fresh);
  if (sweep)
    grain.sweepAt = std::max<uint32_t>(24, 2 * static_cast<uint32_t>(entries.size()));
  return nullptr;
}

const Entry *LiveAccesses::add(const Touch &touch, const Clock &clock, const Clock &everybody) {
  Region &region = regionOf(touch);
  if (!region.watched || touch.pattern->empty())
    return nullptr;
  Entry entry{touch.low,
              touch.low + static_cast<int64_t>(touch.pattern->extent),
              touch.pattern,
              touch.event,
              touch.pc,
              touch.component,
              touch.firstPartition,
              touch.endPartition,
              touch.write};
  uint64_t first = static_cast<uint64_t>(entry.low) >> region.shift;
  uint64_t last = static_cast<uint64_t>(entry.high - 1) >> region.shift;
  for (uint64_t g = first; g <= last; ++g)
    if (const Entry *other = addTo(region.grains[g], entry, touch.inOrder, clock, everybody,
                                   static_cast<int64_t>(g << region.shift),
                                   static_cast<int64_t>((g + 1) << region.shift)))
      return other;
  return nullptr;
}

} // namespace neuron::sim
