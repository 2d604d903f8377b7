// How full SBUF and PSUM are over time, and with whose values.
//
// An observer of the walk in time. A piece of memory, 64 bytes of 32 partitions, is in use from the
// start of the instruction or transfer that writes it to the end of the last one that reads what
// was written; a new value begins where something is written after it was read. So what is counted
// is what has to be there at that time, not what the plan keeps addresses for: a slot that waits
// for its next tile is free. The layer of a value is that of its first writer.
//
// Time is cut into at most 512 steps of equal length; when the program goes on beyond them, two
// and two become one. A figure is the mean over a step, in bytes of a partition: a tile of 64
// partitions counts half.
//
// Memory: independent of the length of the program, in proportion to layers that are alive at the
// same time.
#pragma once

#include "runtime/sim/Dma.h"
#include "runtime/sim/Footprint.h"
#include "runtime/sim/History.h"
#include "runtime/sim/LayerIndex.h"
#include "runtime/sim/Timing.h"

#include <array>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace neuron {
class JsonWriter;
}

namespace neuron::sim {

struct MemoryUse {
  struct Space {
    double capacityBytes = 0;  ///< of a partition, as all that follow
    std::vector<double> bytes; ///< by step
    double peakBytes = 0, peakUs = 0;
    std::vector<std::pair<std::string, double>> atPeak; ///< layers and bytes, the largest first
  };
  double stepUs = 0; ///< 0: nobody looked
  Space sbuf, psum;
};

class MemoryMap : public TimeObserver {
public:
  /// Refers to both.
  MemoryMap(const Image &image, LayerIndex &index);

  bool needsAddresses() const override { return true; }
  void instruction(const Issue &issue, uint64_t start, uint64_t intervalEnd,
                   uint64_t complete) override;
  void control(const Issue &, uint64_t) override {}
  void transfer(const Place &trigger, const DmaCompletion &completion) override;

  /// `end` is the walk's.
  MemoryUse finish(uint64_t end);

private:
  static constexpr unsigned kSteps = 512;
  static constexpr unsigned kPieceBytes = 64, kQuarters = 4;
  static constexpr unsigned kMostAccesses = 8;

  struct Piece {
    uint64_t born = 0, lastUse = 0;
    uint32_t layer = 0;
    bool isAlive = false, wasRead = false;
    bool operator==(const Piece &o) const {
      return born == o.born && lastUse == o.lastUse && layer == o.layer && isAlive == o.isAlive;
    }
  };
  /// Pieces in use times femtoseconds, by layer.
  using Step = std::map<uint32_t, uint64_t>;
  struct Memory {
    uint64_t bytes = 0;
    std::vector<Piece> pieces; ///< a quarter of the partitions behind another
    std::vector<Step> steps;
  };
  struct Access {
    const Pattern *pattern = nullptr;
    int64_t low = 0;
    uint8_t memory = 0, firstPartition = 0, endPartition = 1;
    bool write = false;
  };
  struct Accesses {
    std::array<Access, kMostAccesses> one;
    unsigned count = 0;
    uint32_t layer = 0;
  };
  struct Span {
    uint64_t begin, end;
    uint32_t layer;
  };

  Accesses accessesOf(const Issue &issue);
  void apply(const Accesses &accesses, uint64_t begin, uint64_t readEnd, uint64_t writeEnd);
  void touch(const Access &access, const Span &span);
  void touchBytes(Memory &memory, const Access &access, int64_t first, int64_t end,
                  const Span &span);
  void use(Memory &memory, size_t first, size_t end, bool write, const Span &span);
  void keep(Memory &memory, const Piece &piece, uint64_t count);
  void widen();
  MemoryUse::Space tell(const Memory &memory, uint64_t end) const;

  LayerIndex &index;
  std::array<Footprint, isa::kNumEngines> footprints;
  std::array<Memory, 2> memories; ///< SBUF, PSUM
  std::array<History<Accesses>, isa::kNumQueues> inFlight;
  uint64_t width = uint64_t(1) << 20; ///< of a step
};

/// For people: the peaks and who is there.
std::string toText(const MemoryUse &use);
/// One object: step_us, sbuf, psum. Units: us; bytes of a partition.
void writeJson(const MemoryUse &use, JsonWriter &json);
/// A picture: both memories over time, with their capacity.
std::string toSvg(const MemoryUse &use, const std::string &title);

} // namespace neuron::sim
