// Rows of operands in and out, and the faults of doing so.
#include "runtime/sim/Core.h"

#include "runtime/sim/Access.h"

#include <cstdarg>
#include <cstdio>

namespace neuron::sim {
namespace {

bool sharePartitions(const Runs &a, const Runs &b) {
  return a.startPartition < b.startPartition + b.rows &&
         b.startPartition < a.startPartition + a.rows;
}

bool sameBytes(const Runs &a, const Runs &b) {
  if (a.bytes != b.bytes || a.startPartition != b.startPartition || a.list.size() != b.list.size())
    return false;
  for (size_t i = 0; i < a.list.size(); ++i)
    if (a.list[i].offset != b.list[i].offset || a.list[i].step != b.list[i].step ||
        a.list[i].count != b.list[i].count)
      return false;
  return true;
}

Pattern patternOf(const Run &run, uint32_t bytes) {
  Pattern::Dim dim{run.step, run.count};
  return makePattern(&dim, 1, bytes, 1);
}

/// Exact, run against run; only reached when the partitions meet.
bool shareBytes(const Runs &a, const Runs &b) {
  for (const Run &one : a.list)
    for (const Run &other : b.list) {
      Pattern pa = patternOf(one, a.bytes), pb = patternOf(other, b.bytes);
      if (overlap(pa, one.offset + pa.low, pb, other.offset + pb.low))
        return true;
    }
  return false;
}

} // namespace

// --- Core ------------------------------------------------------------------------------------

void Core::reset() {
  memory.reset();
  stationary.loaded = false;
  tableSet = isa::kNoTableSet;
  reduce.fill({});
  for (HostScratch &one : threads)
    one.fault = {};
  issue = nullptr;
  hbmBytesRead = hbmBytesWritten = 0;
}

Status Core::refuse(FaultKind kind, const ByteRange &bytes, const char *format, ...) {
  char text[256];
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(text, sizeof(text), format, arguments);
  va_end(arguments);
  Fault &raised = fault();
  raised.kind = kind;
  raised.at = issue ? issue->place() : Place{};
  raised.bytes = bytes;
  raised.message = text;
  return Status(ErrorCode::Fault, text);
}

Status Core::illegal(const char *format, ...) {
  char text[256];
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(text, sizeof(text), format, arguments);
  va_end(arguments);
  return refuse(FaultKind::IllegalInstruction, {}, "%s", text);
}

Status Core::unwritten(const char *operand) {
  return refuse(FaultKind::UninitialisedRead, memory.trouble(),
                "operand %s reads a byte that nothing has written", operand);
}

ByteRange rangeOf(const isa::Operand &operand, Steps steps) {
  Pattern pattern = makePattern(operand, steps == Steps::Bytes || operand.space == isa::Space::Hbm);
  int64_t first = operand.base + pattern.low;
  return {operand.space, operand.startPartition, operand.partitions, first,
          first + static_cast<int64_t>(pattern.extent)};
}

// --- Source ----------------------------------------------------------------------------------

Status Source::open(const isa::Operand &operand) {
  RunTrouble trouble = core.memory.makeRuns(operand, Steps::Elements, runs);
  if (!trouble.none())
    return core.refuse(trouble.kind, rangeOf(operand, Steps::Elements), "operand %s: %s", name,
                       trouble.what);
  isFloats = runs.dtype == DType::F32 || runs.dtype == DType::Tf32;
  return Status::success();
}

Status Source::find(unsigned row, const uint8_t *&out) {
  if (core.memory.recorder == nullptr && runs.isContiguous()) {
    first = core.memory.readRows(runs, stride);
    if (!first)
      return core.unwritten(name);
    out = first + row * stride;
    return Status::success();
  }
  std::vector<uint8_t> &packed = core.buffer(slot).bytes;
  if (packed.size() < runs.rowBytes() + Memory::kSlack)
    packed.resize(runs.rowBytes() + Memory::kSlack);
  out = core.memory.readRowInto(runs, row, packed.data());
  return out ? Status::success() : core.unwritten(name);
}

Status Source::convert(unsigned row, const float *&out) {
  const uint8_t *packed;
  NEURON_TRY(bytes(row, packed));
  if (isFloats) {
    out = reinterpret_cast<const float *>(packed);
    return Status::success();
  }
  std::vector<float> &values = core.buffer(slot).values;
  if (values.size() < runs.elements)
    values.resize(runs.elements);
  loadRow(runs.dtype, packed, values.data(), runs.elements);
  out = values.data();
  return Status::success();
}

// --- ColumnSource ----------------------------------------------------------------------------

Status ColumnSource::open(Core &core, const isa::Operand &operand, float value, unsigned rows) {
  present = operand.present();
  immediate = value;
  if (!present)
    return Status::success();
  NEURON_TRY(source.open(operand));
  if (source.elements() != 1 || source.rows() != rows)
    return core.illegal("a column of %u partitions with %llu elements where %u with 1 are needed",
                        source.rows(), static_cast<unsigned long long>(source.elements()), rows);
  return Status::success();
}

Status ColumnSource::value(unsigned row, float &out) {
  out = immediate;
  if (!present)
    return Status::success();
  const float *values;
  NEURON_TRY(source.floats(row, values));
  out = values[0];
  return Status::success();
}

Status ColumnSource::integer(Core &core, unsigned row, int64_t &out) {
  if (present) {
    const uint8_t *bytes;
    NEURON_TRY(source.bytes(row, bytes));
    out = source.integer(bytes, 0);
    return Status::success();
  }
  out = loadInteger(DType::F32, &immediate);
  if (static_cast<float>(out) != immediate)
    return core.illegal("the immediate %g of an integer operation is no integer",
                        static_cast<double>(immediate));
  return Status::success();
}

// --- Destination -----------------------------------------------------------------------------

Status Destination::open(const isa::Operand &operand) {
  RunTrouble trouble = core.memory.makeRuns(operand, Steps::Elements, runs);
  if (!trouble.none())
    return core.refuse(trouble.kind, rangeOf(operand, Steps::Elements), "operand %s: %s", name,
                       trouble.what);
  if (!runs.isContiguous() && overlapsItself(operand, false))
    return core.refuse(FaultKind::UndefinedBehaviour, rangeOf(operand, Steps::Elements),
                       "operand %s writes a byte twice", name);
  if (runs.isContiguous())
    first = core.memory.writeRows(runs, stride);
  if (runs.space == isa::Space::Psum && runs.elements && core.machine.generation < 4)
    invalidateCells(operand);
  return Status::success();
}

void Destination::invalidateCells(const isa::Operand &operand) {
  ByteRange range = rangeOf(operand, Steps::Elements);
  int64_t bank = static_cast<int64_t>(core.memory.shape().psumBankBytes);
  for (int64_t at = range.first; at < range.end;) {
    int64_t end = std::min(range.end, (at / bank + 1) * bank);
    core.memory.setCells(static_cast<unsigned>(at / bank), operand.startPartition,
                         operand.partitions, static_cast<uint64_t>(at % bank),
                         static_cast<uint64_t>(end - at), false);
    at = end;
  }
}

Status Destination::apart(const Runs &other, const char *otherName) {
  if (runs.space != other.space || !sharePartitions(runs, other) || sameBytes(runs, other) ||
      !shareBytes(runs, other))
    return Status::success();
  return core.refuse(FaultKind::UndefinedBehaviour, {},
                     "operand %s overlaps operand %s without being the same bytes in order", name,
                     otherName);
}

float *Destination::values() {
  std::vector<float> &values = core.buffer(slot).values;
  if (values.size() < runs.elements)
    values.resize(runs.elements);
  return values.data();
}

uint8_t *Destination::packed() {
  std::vector<uint8_t> &packed = core.buffer(slot).bytes;
  if (packed.size() < runs.rowBytes())
    packed.resize(runs.rowBytes());
  return packed.data();
}

void Destination::put(unsigned row) {
  if (runs.dtype != DType::F32)
    storeRow(runs.dtype, values(), bytes(row), runs.elements);
  putBytes(row);
}

void Destination::putBytes(unsigned row) { core.memory.commitRow(runs, row, bytes(row)); }

Status sameShape(Core &core, const Destination &dst, const Source &src, const char *name) {
  if (dst.rows() == src.rows() && dst.elements() == src.elements())
    return Status::success();
  return core.illegal("operand %s has %u partitions of %llu elements, dst %u of %llu", name,
                      src.rows(), static_cast<unsigned long long>(src.elements()), dst.rows(),
                      static_cast<unsigned long long>(dst.elements()));
}

Status openLike(Core &core, Destination &dst, Source &src, const isa::Operand &operand) {
  NEURON_TRY(src.open(operand));
  NEURON_TRY(sameShape(core, dst, src, src.operandName()));
  return dst.apart(src);
}

Status openColumn(Core &core, Destination &dst, ColumnSource &column, const isa::Operand &operand,
                  float immediate) {
  NEURON_TRY(column.open(core, operand, immediate, dst.rows()));
  return column.isColumn() ? dst.apart(column.where()) : Status::success();
}

} // namespace neuron::sim
