// The memories of one core: SBUF, PSUM and the HBM segments, with a shadow of what was written.
//
// SBUF is [128][partition bytes + 64], PSUM is bank-major [bank][128][bank bytes + 64]: powers
// of two as strides would put all partitions into a few cache sets. Both begin as a pattern
// that every float format reads as NaN, with a shadow of one bit per byte; reading a byte that
// nothing wrote since the last reset is a fault. HBM segments are the caller's buffers or mapped
// weights; those that begin empty (outputs, scratch) have a shadow too.
//
// An operand becomes `Runs`, a list of evenly spaced elements, once per instruction: bounds are
// checked there. Bytes are reached only through `readRow`, `writeRow` + `commitRow` and `move`,
// which check and mark the shadow and tell the recorder, so that tests can compare what was
// touched with what the instruction declares.
#pragma once

#include "runtime/sim/HostTeam.h"
#include "runtime/sim/Sequencer.h"
#include "runtime/sim/Shadow.h"

#include <array>
#include <cstdint>
#include <memory>
#include <vector>

namespace neuron::sim {

/// Sees every byte that an instruction touches: in HBM `partition` is 0 and `offset` the device
/// address, on chip the offset within the partition.
class TouchRecorder {
public:
  virtual ~TouchRecorder() = default;
  virtual void touched(isa::Space space, unsigned partition, int64_t offset, uint64_t bytes,
                       bool write) = 0;
  /// Around every instruction that executes, with its operands resolved.
  virtual void began(const Issue &issue, const isa::Inst &resolved) = 0;
  virtual void ended(bool succeeded) = 0;
};

/// `count` elements from `offset` on, `step` bytes apart: offsets into the memory's own storage,
/// of partition 0; in HBM into the segment.
struct Run {
  int64_t offset;
  int64_t step;
  uint64_t count;
};

/// An operand as runs, in element order; the same in every partition.
struct Runs {
  isa::Space space = isa::Space::None;
  DType dtype = DType::F32;
  uint32_t bytes = 4; ///< of one element
  uint32_t segment = 0;
  unsigned startPartition = 0;
  unsigned rows = 1;         ///< partitions; 1 in HBM
  uint64_t elements = 0;     ///< in each row
  int64_t low = 0, high = 0; ///< all of them lie in [low, high)
  std::vector<Run> list;

  bool isContiguous() const { return list.size() == 1 && list[0].step == bytes; }
  uint64_t rowBytes() const { return elements * bytes; }
  uint64_t total() const { return elements * rows; }
};

/// Why an operand has no runs.
struct RunTrouble {
  FaultKind kind = FaultKind::None;
  const char *what = nullptr;
  bool none() const { return kind == FaultKind::None; }
};

/// Steps of on-chip operands count elements, except in DMA instructions.
enum class Steps : uint8_t { Elements, Bytes };

/// One HBM segment, at device address index << kSegmentShift.
struct Segment {
  uint8_t *data = nullptr; ///< null: nothing is bound
  uint64_t size = 0;
  bool writable = false;
  Shadow written; ///< empty: everything is written
};

struct MemoryShape {
  uint64_t sbufPartitionBytes = 0;
  uint64_t psumBanks = 0;
  uint64_t psumBankBytes = 0; ///< multiple of 64
};

/// How a segment begins.
enum class Content : uint8_t { Written, Unwritten };

class Memory {
public:
  /// Allocates the on-chip memories and resets them.
  /// Errors: InvalidArgument for sizes of 0, or beyond 16 MiB a partition.
  Status configure(const MemoryShape &shape);
  /// Nothing written on chip, no valid PSUM cell. Segments stay as they are.
  /// Cost: an eighth of the memory; the bytes stay, since none of them can be read.
  void reset();
  /// Puts `size` bytes of the caller at segment `index`.
  void bind(uint32_t index, uint8_t *data, uint64_t size, bool writable, Content content);
  void unbindAll() { segments.clear(); }
  const Segment *segment(uint32_t index) const {
    return index < segments.size() ? &segments[index] : nullptr;
  }
  const MemoryShape &shape() const { return sizes; }

  TouchRecorder *recorder = nullptr;

  /// The runs of a resolved operand. Empty operands (a count of 0) have no runs and no trouble.
  /// Cost: the number of runs.
  RunTrouble makeRuns(const isa::Operand &operand, Steps steps, Runs &runs) const;

  /// The bytes of one row's elements, packed: in place when contiguous, otherwise `buffer`,
  /// filled. Null when a byte was never written; `trouble` then says which.
  const uint8_t *readRow(const Runs &runs, unsigned row, uint8_t *buffer);
  /// Where the elements of one row can be put, packed: in place when contiguous, otherwise
  /// `buffer`. `commitRow` with the same pointer brings them to their places.
  uint8_t *writeRow(const Runs &runs, unsigned row, uint8_t *buffer);
  void commitRow(const Runs &runs, unsigned row, const uint8_t *bytes);
  /// The same for a row on chip, quicker: `buffer` has room for kSlack bytes more, whose content
  /// is not defined afterwards.
  const uint8_t *readRowInto(const Runs &runs, unsigned row, uint8_t *buffer);
  static constexpr unsigned kSlack = 32;
  /// All rows of contiguous runs on chip, where they lie, `stride` bytes apart. Null when a byte
  /// was never written; `trouble` then says which.
  const uint8_t *readRows(const Runs &runs, uint64_t &stride);
  /// Where such rows can be put; `commitRows` says that they are.
  uint8_t *writeRows(const Runs &runs, uint64_t &stride);
  void commitRows(const Runs &runs);
  /// The elements of `source`, in order, become those of `target`, through fp32 when the types
  /// differ. Equal totals; the two do not overlap. False when a byte was never written.
  /// Cost: of a plain copy that of copying, on all threads of the team when it is large.
  bool move(const Runs &target, const Runs &source, HostTeam &team);

  /// The first unwritten byte of the calling thread's last read that failed.
  const ByteRange &trouble() const { return unwritten[HostTeam::self()]; }
  /// The place of a run's first byte, as instructions see it.
  int64_t addressOf(const Runs &runs, int64_t offset) const;

  // --- PSUM accumulation: one bit per bank, quadrant and 64-byte cell ------------------------
  bool cellsValid(unsigned bank, unsigned firstPartition, unsigned partitions, uint64_t firstByte,
                  uint64_t bytes) const;
  void setCells(unsigned bank, unsigned firstPartition, unsigned partitions, uint64_t firstByte,
                uint64_t bytes, bool value);

private:
  struct Release {
    void operator()(uint8_t *bytes) const;
  };
  struct Plane {
    std::unique_ptr<uint8_t, Release> bytes; ///< at a multiple of 64
    Shadow written;
    uint64_t size = 0;
    uint64_t rowStride = 0;
  };
  Status allocate(Plane &plane);
  struct Base {
    uint8_t *bytes;
    Shadow *shadow; ///< null: everything is written
    uint64_t offset;
  };
  struct Cursor;

  Base base(const Runs &runs, unsigned row);
  bool check(const Runs &runs, unsigned row, const Base &from, const Run &run);
  void mark(const Runs &runs, unsigned row, const Base &to, const Run &run);
  void record(const Runs &runs, unsigned row, const Run &run, bool write);
  void appendPsum(const Run &run, uint32_t bytes, Runs &runs) const;
  bool moveConverted(Cursor &to, Cursor &from);
  bool hullWritten(const Runs &runs, const Base &from) const;
  /// What is left to do beside copying, piece by piece.
  enum class Care : uint8_t { None, Check, CheckAndMark };
  bool movePart(const Runs &target, const Runs &source, uint64_t begin, uint64_t end, Care care);
  static void copyPiece(uint8_t *to, int64_t toStep, const uint8_t *from, int64_t fromStep,
                        uint64_t count, uint32_t bytes);

  MemoryShape sizes;
  Plane sbuf, psum;
  std::vector<bool> valid;
  std::vector<Segment> segments;
  std::array<ByteRange, kMostHostThreads> unwritten; ///< by host thread
};

} // namespace neuron::sim
