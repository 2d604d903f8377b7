// The state that instructions execute on: memories, weights of the TensorE, reduce registers
// and table of the ScalarE, and the rows that an instruction works through.
//
// Execution is row by row: an operand's row is brought into fp32 (in place when it already is
// contiguous fp32), the instruction computes a row, the row is rounded to the destination's
// type and put back. A source may be the destination itself; any other overlap between the two
// has no defined order and is refused.
#pragma once

#include "runtime/base/Numbers.h"
#include "runtime/isa/ActivationSets.h"
#include "runtime/sim/HostTeam.h"
#include "runtime/sim/MatmulKernel.h"
#include "runtime/sim/Memory.h"
#include "runtime/sim/Record.h"
#include "runtime/sim/Sequencer.h"
#include "runtime/target/Machine.h"

#include <array>
#include <vector>

namespace neuron::sim {

/// What the last ldweights left in the array.
struct Stationary {
  bool loaded = false;
  DType dtype = DType::F32;
  unsigned startPartition = 0;
  HeldMatrix values;
  std::vector<uint8_t> bytes; ///< as they were read, [depth][columns]: for passing through
  unsigned depth() const { return values.view().depth; }
  unsigned columns() const { return values.view().extent; }
};

/// The ScalarE's accumulator of one partition.
struct ReduceRegister {
  float value = 0;
  bool valid = false;
};

/// Scratch for one operand: packed bytes and fp32 values of one row.
struct RowBuffer {
  std::vector<uint8_t> bytes;
  std::vector<float> values;
};

/// What one host thread works with.
struct HostScratch {
  std::array<RowBuffer, isa::kMaxOperands + 1> operand;
  std::vector<float> row; ///< one row between two operations
  std::vector<uint8_t> packed;
  Fault fault;
};

class Core {
public:
  explicit Core(const target::Machine &machine) : machine(machine) {}

  const target::Machine &machine;
  Memory memory;
  Stationary stationary;
  HeldMatrix moving;               ///< the moving operand in fp32, unless it is used in place
  std::vector<float> tile;         ///< a result that PSUM does not hold as contiguous fp32
  int tableSet = isa::kNoTableSet; ///< activation table that is loaded
  std::array<ReduceRegister, isa::kNumPartitions> reduce{};
  std::array<Runs, isa::kMaxOperands + 1> runs; ///< reused, so that runs allocate nothing
  HostTeam team;
  const Issue *issue = nullptr; ///< the instruction that executes
  int64_t loaded = 0;           ///< by a reg_load
  int64_t registerValue = 0;    ///< what a reg_store stores
  uint64_t hbmBytesRead = 0, hbmBytesWritten = 0;
  /// Segments from here on are copies that the walk made; moving them is not counted.
  uint32_t firstPrivateSegment = 0xffffffff;
  ControlRecord *record = nullptr;
  isa::Engine stream() const { return issue->stream; }
  /// Of the calling host thread.
  HostScratch &scratch() { return threads[HostTeam::self()]; }
  RowBuffer &buffer(unsigned slot) { return scratch().operand[slot]; }
  Fault &fault() { return scratch().fault; }

  /// Power-on: nothing loaded, nothing written on chip.
  void reset();

  /// Notes the fault at the present instruction and returns its Status.
  Status refuse(FaultKind kind, const ByteRange &bytes, const char *format, ...)
      __attribute__((format(printf, 4, 5)));
  Status illegal(const char *format, ...) __attribute__((format(printf, 2, 3)));
  /// The fault of reading what nothing has written.
  Status unwritten(const char *operand);

  /// Calls body(row) for all rows, on several host threads when `elements` of them are worth it;
  /// different rows must not meet in what they write. Errors: of the lowest row that has one.
  template <typename Body> Status eachRow(unsigned rows, uint64_t elements, Body body);
  /// Into how many parts the host threads cut work of `elements` elements.
  unsigned partsOf(uint64_t elements) const {
    return elements < kShared || memory.recorder ? 1 : 2 * team.threads();
  }

private:
  static constexpr uint64_t kShared = 8192;
  std::array<HostScratch, kMostHostThreads> threads;
};

template <typename Body> Status Core::eachRow(unsigned rows, uint64_t elements, Body body) {
  unsigned parts = team.threads() == 1 || rows < 8 ? 1 : partsOf(rows * elements);
  unsigned first = 0;
  if (parts > 1) // what is looked up once for all rows is looked up here
    NEURON_TRY(body(first++));
  if (parts == 1) {
    for (unsigned row = 0; row < rows; ++row)
      NEURON_TRY(body(row));
    return Status::success();
  }
  std::array<Fault, 2 * kMostHostThreads> faults;
  auto part = [&](unsigned number) {
    unsigned begin = first + (rows - first) * number / parts;
    unsigned end = first + (rows - first) * (number + 1) / parts;
    for (unsigned row = begin; row < end; ++row)
      if (!body(row).ok()) {
        faults[number] = fault();
        return;
      }
  };
  team.run(parts, part);
  for (unsigned number = 0; number < parts; ++number)
    if (faults[number].raised()) {
      fault() = faults[number];
      return Status(ErrorCode::Fault, fault().message);
    }
  return Status::success();
}

/// All bytes from an operand's lowest to its highest.
ByteRange rangeOf(const isa::Operand &operand, Steps steps);

/// An on-chip operand that is read row by row. Rows that lie packed are checked all at once,
/// when the first of them is asked for.
class Source {
public:
  Source(Core &core, unsigned slot, const char *name)
      : core(core), runs(core.runs[slot]), slot(slot), name(name) {}

  /// Checks bounds; must succeed before anything else.
  Status open(const isa::Operand &operand);
  uint64_t elements() const { return runs.elements; }
  unsigned rows() const { return runs.rows; }
  DType dtype() const { return runs.dtype; }
  const Runs &where() const { return runs; }
  const char *operandName() const { return name; }

  /// The packed bytes of a row.
  Status bytes(unsigned row, const uint8_t *&out) {
    if (!first)
      return find(row, out);
    out = first + row * stride;
    return Status::success();
  }
  /// The same; a row of fp32 that is not packed is packed into `target`, which has room for
  /// Memory::kSlack bytes more.
  Status bytesInto(unsigned row, uint8_t *target, const uint8_t *&out) {
    if (first || runs.bytes != sizeof(float) || runs.isContiguous())
      return bytes(row, out);
    out = core.memory.readRowInto(runs, row, target);
    return out ? Status::success() : core.unwritten(name);
  }
  /// The row in fp32.
  Status floats(unsigned row, const float *&out) {
    if (!first || !isFloats)
      return convert(row, out);
    out = reinterpret_cast<const float *>(first + row * stride);
    return Status::success();
  }
  /// Element `i` of a row that `bytes` gave.
  int64_t integer(const uint8_t *row, uint64_t i) const {
    return loadInteger(runs.dtype, row + i * runs.bytes);
  }

private:
  Status find(unsigned row, const uint8_t *&out);
  Status convert(unsigned row, const float *&out);

  Core &core;
  Runs &runs;
  unsigned slot;
  const char *name;
  const uint8_t *first = nullptr; ///< row 0, once packed rows are known to be written
  uint64_t stride = 0;
  bool isFloats = false;
};

/// A value per partition: a column when the operand is present, else an immediate.
class ColumnSource {
public:
  ColumnSource(Core &core, unsigned slot, const char *name) : source(core, slot, name) {}
  /// `rows` as the instruction has them. Errors: a column of other length.
  Status open(Core &core, const isa::Operand &operand, float immediate, unsigned rows);
  Status value(unsigned row, float &out);
  /// As an integer. Errors: an immediate that is none.
  Status integer(Core &core, unsigned row, int64_t &out);
  bool isColumn() const { return present; }
  const Source &where() const { return source; }

private:
  Source source;
  bool present = false;
  float immediate = 0;
};

/// An on-chip operand that is written row by row.
class Destination {
public:
  Destination(Core &core, unsigned slot, const char *name)
      : core(core), runs(core.runs[slot]), slot(slot), name(name) {}

  /// Checks bounds and that no element overlaps another; a write to PSUM by another engine than
  /// the TensorE ends the accumulation there (up to generation 3).
  Status open(const isa::Operand &operand);
  /// Refuses another operand that overlaps this without being the same bytes in the same order.
  Status apart(const Source &source) { return apart(source.where(), source.operandName()); }
  Status apart(const Destination &other) { return apart(other.runs, other.name); }
  uint64_t elements() const { return runs.elements; }
  unsigned rows() const { return runs.rows; }
  unsigned firstPartition() const { return runs.startPartition; }
  DType dtype() const { return runs.dtype; }
  const Runs &where() const { return runs; }

  /// Where the row's fp32 values go; `put` rounds and stores them.
  float *floats(unsigned row) {
    return runs.dtype == DType::F32 ? reinterpret_cast<float *>(bytes(row)) : values();
  }
  void put(unsigned row);
  /// Where the row's packed bytes go; `putBytes` stores them.
  uint8_t *bytes(unsigned row) { return first ? first + row * stride : packed(); }
  void putBytes(unsigned row);

private:
  Status apart(const Runs &other, const char *otherName);
  void invalidateCells(const isa::Operand &operand);
  float *values();
  uint8_t *packed();

  Core &core;
  Runs &runs;
  unsigned slot;
  const char *name;
  uint8_t *first = nullptr; ///< row 0 of packed rows
  uint64_t stride = 0;
};

/// Opens `src` and holds it against an open destination: same shape, overlapping only where it
/// is the same bytes.
Status openLike(Core &core, Destination &dst, Source &src, const isa::Operand &operand);
/// A column or immediate for the rows of an open destination.
Status openColumn(Core &core, Destination &dst, ColumnSource &column, const isa::Operand &operand,
                  float immediate);

/// The same number of rows and elements; the sentence names the two.
Status sameShape(Core &core, const Destination &dst, const Source &src, const char *name);

} // namespace neuron::sim
