// What a semaphore went through: one entry per increment, in order, addressed by its number.
//
// A semaphore only grows and has one producer, so the increment that a wait needed is known by
// its number alone and what is stored with it (a time, a clock) is looked up, not searched.
// Entries that every consumer has passed are forgotten, which keeps the list as short as the
// program's credits.
#pragma once

#include <cstdint>
#include <vector>

namespace neuron::sim {

template <typename T> class History {
public:
  uint64_t begin() const { return first; }
  uint64_t end() const { return last; }

  void append(const T &entry) {
    if (last - first == ring.size())
      grow();
    ring[last++ & (ring.size() - 1)] = entry;
  }
  /// Entry `number` must lie in [begin, end).
  const T &at(uint64_t number) const { return ring[number & (ring.size() - 1)]; }
  T &at(uint64_t number) { return ring[number & (ring.size() - 1)]; }
  /// Entries below `number` are never asked for again.
  void forget(uint64_t number) {
    if (number > first)
      first = number < last ? number : last;
  }
  /// Numbers every entry higher by `count`, as if so many had come and gone before.
  void renumber(uint64_t count) {
    std::vector<T> moved = ring;
    for (uint64_t n = first; n < last; ++n)
      moved[(n + count) & (ring.size() - 1)] = ring[n & (ring.size() - 1)];
    ring.swap(moved);
    first += count;
    last += count;
  }
  void clear() { first = last = 0; }

private:
  void grow() {
    std::vector<T> larger(ring.empty() ? 16 : 2 * ring.size());
    for (uint64_t n = first; n < last; ++n)
      larger[n & (larger.size() - 1)] = ring[n & (ring.size() - 1)];
    ring.swap(larger);
  }

  std::vector<T> ring; ///< a power of two
  uint64_t first = 0, last = 0;
};

} // namespace neuron::sim
