// The accesses that a later one may still race with, found by address.
//
// Every memory is cut into grains; a grain lists the accesses that touch it, each with the
// event of a vector clock that ends it. A new access looks through the grains that it touches:
// whatever its clock knows is ordered, whatever it does not know must not share a byte when one
// of the two writes. Byte ranges are compared first, patterns only when ranges meet, so that a
// verdict is exact. A write that covers an older access replaces it (whoever is ordered after
// the write is ordered after both), a read replaces older reads of its own component; what
// every stream knows can race with nobody and is swept out when a list has grown.
#pragma once

#include "runtime/sim/Access.h"
#include "runtime/sim/Clock.h"

#include <cstdint>
#include <vector>

namespace neuron::sim {

/// One operand's bytes at one moment.
struct Touch {
  const Pattern *pattern = nullptr;
  int64_t low = 0; ///< lowest byte: in the partition, or in the segment
  isa::Space space = isa::Space::None;
  uint8_t component = 0; ///< whose event ends the access
  uint8_t firstPartition = 0, endPartition = 1;
  bool write = false;
  /// Ordered after earlier writes of the same component: a matmul that accumulates.
  bool inOrder = false;
  uint32_t segment = 0; ///< of HBM
  uint32_t event = 0;   ///< number in the component, from 1
  uint32_t pc = 0;      ///< in the code of whoever began it
};

class LiveAccesses {
public:
  struct Entry {
    int64_t low, high;
    const Pattern *pattern;
    uint32_t event, pc;
    uint8_t component, firstPartition, endPartition;
    bool write;
  };

  void configure(uint64_t sbufBytes, uint64_t psumBytes);
  /// A segment that nothing writes needs no watch: `written` false.
  void addSegment(uint64_t bytes, bool written);

  /// Bytes that the memory of `touch` has, 0 when there is none.
  uint64_t memoryBytes(const Touch &touch) const;

  /// Adds an access that lies within its memory and returns null, or the access that it races
  /// with. `clock` is what the access knows when it begins; `everybody` what all streams know.
  const Entry *add(const Touch &touch, const Clock &clock, const Clock &everybody);

  /// Nothing before this moment can race any more.
  void clear();

private:
  struct Grain {
    std::vector<Entry> entries;
    uint32_t sweepAt = 24;
  };
  struct Region {
    uint64_t bytes = 0;
    unsigned shift = 10; ///< log2 of the grain
    bool watched = true;
    std::vector<Grain> grains;
    void cut();
  };

  Region &regionOf(const Touch &touch);
  const Entry *addTo(Grain &grain, const Entry &entry, bool inOrder, const Clock &clock,
                     const Clock &everybody, int64_t grainLow, int64_t grainHigh);

  Region sbuf, psum;
  std::vector<Region> segments;
  Entry found{};
};

} // namespace neuron::sim
