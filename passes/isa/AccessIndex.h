// Finds the accesses that may lie near a footprint, without looking at all of them.
//
// Every space, and every HBM segment, is cut into buckets of equal size; an access is listed in
// each bucket that its bounds touch, or in the space's list of wide ones. A program that uses
// its memory again and again has few live accesses per bucket, so a walk over n instructions is
// near-linear.
#pragma once

#include "passes/isa/Footprints.h"

#include <map>

namespace neuron::isa {

class AccessIndex {
public:
  /// Lists `item` under the bounds of `f`. Items are numbered from 0, ascending.
  void insert(uint32_t item, const Footprint &f) {
    if (item >= seen.size()) {
      seen.resize(item + 1, 0);
      gone.resize(item + 1, false);
    }
    Room &room = rooms[key(f)];
    room.all.push_back(item);
    auto [first, last] = span(f);
    if (last - first >= kMaxSpan) {
      room.wide.push_back(item);
      return;
    }
    for (int64_t bucket = first; bucket <= last; ++bucket)
      room.buckets[bucket].push_back(item);
  }

  void remove(uint32_t item) { gone[item] = true; }
  void clear() { rooms.clear(); }

  /// Calls `visit(item)` once for every listed item whose buckets touch those of `f`.
  template <typename Visit> void near(const Footprint &f, Visit &&visit) {
    auto found = rooms.find(key(f));
    if (found == rooms.end())
      return;
    ++stamp;
    Room &room = found->second;
    auto [first, last] = span(f);
    if (last - first >= kMaxSpan)
      return scan(room.all, visit);
    scan(room.wide, visit);
    for (auto bucket = room.buckets.lower_bound(first);
         bucket != room.buckets.end() && bucket->first <= last; ++bucket)
      scan(bucket->second, visit);
  }

private:
  static constexpr int64_t kMaxSpan = 64;

  struct Room {
    std::map<int64_t, std::vector<uint32_t>> buckets;
    std::vector<uint32_t> wide, all;
  };

  static uint64_t key(const Footprint &f) {
    return static_cast<uint64_t>(f.space) << 32 | f.segment;
  }
  static std::pair<int64_t, int64_t> span(const Footprint &f) {
    int64_t size = f.space == Space::Hbm ? 1 << 16 : 1 << 11;
    return {f.low / size, (f.high - 1) / size};
  }

  /// Newest first; what is gone leaves the list.
  template <typename Visit> void scan(std::vector<uint32_t> &items, Visit &&visit) {
    size_t kept = 0;
    for (uint32_t item : items)
      if (!gone[item])
        items[kept++] = item;
    items.resize(kept);
    for (size_t i = items.size(); i-- > 0;)
      if (seen[items[i]] != stamp) {
        seen[items[i]] = stamp;
        visit(items[i]);
      }
  }

  std::map<uint64_t, Room> rooms;
  std::vector<uint32_t> seen;
  std::vector<bool> gone;
  uint32_t stamp = 0;
};

} // namespace neuron::isa
