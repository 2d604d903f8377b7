// Transfers, and single words between memory and registers.
//
// A transfer moves the elements of its source, in order (partitions outermost on chip), to the
// elements of its destination. An indirect transfer does so row by row; its index tile is read
// when the transfer runs, and the rows are written into the control record.
#include "runtime/sim/Access.h"
#include "runtime/sim/Exec.h"

#include <algorithm>
#include <cstring>

namespace neuron::sim {
namespace {

constexpr unsigned kDst = 0, kSrc = 1, kIndexSlot = 2, kSpare = 3;

Status openSide(Core &core, const isa::Operand &operand, const char *name, Runs &runs) {
  RunTrouble trouble = core.memory.makeRuns(operand, Steps::Bytes, runs);
  return trouble.none() ? Status::success()
                        : core.refuse(trouble.kind, rangeOf(operand, Steps::Bytes),
                                      "operand %s: %s", name, trouble.what);
}

Status openTarget(Core &core, const isa::Operand &operand, const char *name, Runs &runs) {
  NEURON_TRY(openSide(core, operand, name, runs));
  if (runs.elements == 0)
    return Status::success();
  if (runs.space == isa::Space::Hbm && !core.memory.segment(runs.segment)->writable)
    return core.refuse(FaultKind::OutOfBounds, rangeOf(operand, Steps::Bytes),
                       "operand %s writes a segment that is read only", name);
  if (!runs.isContiguous() && overlapsItself(operand, true))
    return core.refuse(FaultKind::UndefinedBehaviour, rangeOf(operand, Steps::Bytes),
                       "operand %s writes a byte twice", name);
  return Status::success();
}

bool rangesMeet(const ByteRange &a, const ByteRange &b) {
  bool partitions =
      a.space == isa::Space::Hbm || (a.startPartition < b.startPartition + b.partitions &&
                                     b.startPartition < a.startPartition + a.partitions);
  return a.space == b.space && partitions && a.first < b.end && b.first < a.end;
}

/// Refuses a transfer whose sides share bytes: what it reads would depend on how it is cut.
Status sidesApart(Core &core, const isa::Operand &dst, const isa::Operand &src) {
  ByteRange to = rangeOf(dst, Steps::Bytes), from = rangeOf(src, Steps::Bytes);
  if (!rangesMeet(to, from))
    return Status::success();
  Pattern a = makePattern(dst, true), b = makePattern(src, true);
  if (!overlap(a, dst.base + a.low, b, src.base + b.low))
    return Status::success();
  return core.refuse(FaultKind::UndefinedBehaviour, to, "the transfer's sides overlap");
}

void countBytes(Core &core, const Runs &target, const Runs &source) {
  auto counts = [&](const Runs &side) {
    return side.space == isa::Space::Hbm && side.segment < core.firstPrivateSegment;
  };
  if (counts(source))
    core.hbmBytesRead += source.total() * source.bytes;
  if (counts(target))
    core.hbmBytesWritten += target.total() * target.bytes;
}

Status moveRuns(Core &core, const Runs &target, const Runs &source) {
  if (target.total() != source.total())
    return core.illegal("dst has %llu elements, src %llu",
                        static_cast<unsigned long long>(target.total()),
                        static_cast<unsigned long long>(source.total()));
  bool packed = kindOf(target.dtype) == 'P' || kindOf(source.dtype) == 'P';
  if (packed && target.dtype != source.dtype)
    return core.illegal("casts %s to %s", toText(source.dtype), toText(target.dtype));
  countBytes(core, target, source);
  return core.memory.move(target, source, core.team) ? Status::success() : core.unwritten("src");
}

/// All elements of a side in order, in fp32.
Status readAll(Core &core, const Runs &source, std::vector<float> &out, const char *name) {
  out.resize(source.total());
  core.scratch().packed.resize(source.rowBytes());
  for (unsigned row = 0; row < source.rows && source.elements; ++row) {
    const uint8_t *bytes = core.memory.readRow(source, row, core.scratch().packed.data());
    if (!bytes)
      return core.unwritten(name);
    loadRow(source.dtype, bytes, out.data() + row * source.elements, source.elements);
  }
  return Status::success();
}

// --- Indirect transfers ----------------------------------------------------------------------

/// One row of the side over which the rows run: a partition on chip, else the outermost dim.
isa::Operand rowOf(const isa::Operand &side, unsigned row) {
  isa::Operand one = side;
  if (side.space != isa::Space::Hbm) {
    one.startPartition = static_cast<uint8_t>(side.startPartition + row);
    one.partitions = 1;
    return one;
  }
  one.base += static_cast<int64_t>(side.dim[0].step) * row;
  for (unsigned d = 1; d < isa::kMaxDims; ++d)
    one.dim[d - 1] = side.dim[d];
  one.numDims = static_cast<uint8_t>(side.numDims - 1);
  return one;
}

unsigned rowsOf(const isa::Operand &side) {
  if (side.space != isa::Space::Hbm)
    return side.partitions;
  return side.numDims ? side.dim[0].count : 0;
}

/// The index of every row, checked against the bound, also noted in the record.
Status readIndices(Core &core, const isa::Operand &operand, unsigned rows, uint32_t bound,
                   std::vector<uint32_t> &out) {
  Source index(core, kIndexSlot, "index");
  NEURON_TRY(index.open(operand));
  if (index.elements() != 1 || index.rows() != rows)
    return core.illegal("%u partitions of indices for %u rows", index.rows(), rows);
  if (index.dtype() != DType::I32 && index.dtype() != DType::U32)
    return core.illegal("indices of type %s", toText(index.dtype()));
  out.clear();
  for (unsigned row = 0; row < rows; ++row) {
    const uint8_t *bytes;
    NEURON_TRY(index.bytes(row, bytes));
    int64_t value = index.integer(bytes, 0);
    if (value < 0 || value >= static_cast<int64_t>(bound))
      return core.refuse(FaultKind::OutOfBounds, {}, "index %lld of row %u, there are %u rows",
                         static_cast<long long>(value), row, bound);
    out.push_back(static_cast<uint32_t>(value));
  }
  if (core.record)
    core.record->stream[static_cast<unsigned>(core.stream())].rows.push_back(out);
  return Status::success();
}

isa::Operand indexed(const isa::Operand &row, uint32_t index, uint32_t rowBytes) {
  isa::Operand one = row;
  one.base += static_cast<int64_t>(index) * rowBytes;
  return one;
}

} // namespace

Status execute(Core &core, const isa::Dma &inst) {
  Runs &target = core.runs[kDst], &source = core.runs[kSrc];
  NEURON_TRY(openTarget(core, inst.dst(), "dst", target));
  NEURON_TRY(openSide(core, inst.src(), "src", source));
  NEURON_TRY(sidesApart(core, inst.dst(), inst.src()));
  return moveRuns(core, target, source);
}

Status execute(Core &core, const isa::DmaAccumulate &inst) {
  Runs &target = core.runs[kDst], &source = core.runs[kSrc];
  NEURON_TRY(openTarget(core, inst.dst(), "dst", target));
  NEURON_TRY(openSide(core, inst.src(), "src", source));
  NEURON_TRY(sidesApart(core, inst.dst(), inst.src()));
  if (target.total() != source.total())
    return core.illegal("dst has %llu elements, src %llu",
                        static_cast<unsigned long long>(target.total()),
                        static_cast<unsigned long long>(source.total()));
  std::vector<float> &sum = core.tile, &addend = core.scratch().row;
  NEURON_TRY(readAll(core, target, sum, "dst"));
  NEURON_TRY(readAll(core, source, addend, "src"));
  for (size_t i = 0; i < sum.size(); ++i)
    sum[i] = sum[i] + addend[i];
  for (float &value : sum)
    value = value == value ? value : floatOf(0x7fc00000);
  core.scratch().packed.resize(target.rowBytes());
  for (unsigned row = 0; row < target.rows && target.elements; ++row) {
    storeRow(target.dtype, sum.data() + row * target.elements, core.scratch().packed.data(),
             target.elements);
    core.memory.commitRow(target, row, core.scratch().packed.data());
  }
  countBytes(core, target, source);
  return Status::success();
}

Status execute(Core &core, const isa::DmaGather &inst) {
  unsigned rows = rowsOf(inst.dst());
  NEURON_TRY(openTarget(core, inst.dst(), "dst", core.runs[kDst]));
  std::vector<uint32_t> indices;
  NEURON_TRY(readIndices(core, inst.index(), rows, inst.rows(), indices));
  for (unsigned row = 0; row < rows; ++row) {
    NEURON_TRY(openSide(core, rowOf(inst.dst(), row), "dst", core.runs[kDst]));
    isa::Operand from = indexed(inst.src(), indices[row], inst.rowBytes());
    NEURON_TRY(openSide(core, from, "src", core.runs[kSrc]));
    NEURON_TRY(sidesApart(core, rowOf(inst.dst(), row), from));
    NEURON_TRY(moveRuns(core, core.runs[kDst], core.runs[kSrc]));
  }
  return Status::success();
}

Status execute(Core &core, const isa::DmaScatter &inst) {
  unsigned rows = rowsOf(inst.src());
  NEURON_TRY(openSide(core, inst.src(), "src", core.runs[kSrc]));
  std::vector<uint32_t> indices;
  NEURON_TRY(readIndices(core, inst.index(), rows, inst.rows(), indices));
  std::vector<uint32_t> sorted = indices;
  std::sort(sorted.begin(), sorted.end());
  auto twin = std::adjacent_find(sorted.begin(), sorted.end());
  if (twin != sorted.end())
    return core.refuse(FaultKind::Race, {}, "two rows of one transfer go to row %u", *twin);
  for (unsigned row = 0; row < rows; ++row) {
    isa::Operand to = indexed(inst.dst(), indices[row], inst.rowBytes());
    NEURON_TRY(openTarget(core, to, "dst", core.runs[kDst]));
    NEURON_TRY(openSide(core, rowOf(inst.src(), row), "src", core.runs[kSrc]));
    NEURON_TRY(sidesApart(core, to, rowOf(inst.src(), row)));
    NEURON_TRY(moveRuns(core, core.runs[kDst], core.runs[kSrc]));
  }
  return Status::success();
}

namespace {

/// A side as a matrix: its outermost index (partitions on chip) by the rest.
struct MatrixShape {
  uint64_t rows, columns;
};

MatrixShape matrixOf(const isa::Operand &side) {
  uint64_t rows = rowsOf(side);
  uint64_t columns = side.space != isa::Space::Hbm ? side.elements()
                     : rows                        ? side.elements() / rows
                                                   : 0;
  return {rows, columns};
}

} // namespace

Status execute(Core &core, const isa::DmaTranspose &inst) {
  Runs &target = core.runs[kDst], &source = core.runs[kSrc];
  NEURON_TRY(openTarget(core, inst.dst(), "dst", target));
  NEURON_TRY(openSide(core, inst.src(), "src", source));
  NEURON_TRY(sidesApart(core, inst.dst(), inst.src()));
  MatrixShape to = matrixOf(inst.dst()), from = matrixOf(inst.src());
  if (to.rows != from.columns || to.columns != from.rows || target.bytes != 2 ||
      target.dtype != source.dtype)
    return core.illegal("transposes [%llu, %llu] of %s into [%llu, %llu] of %s",
                        static_cast<unsigned long long>(from.rows),
                        static_cast<unsigned long long>(from.columns), toText(source.dtype),
                        static_cast<unsigned long long>(to.rows),
                        static_cast<unsigned long long>(to.columns), toText(target.dtype));
  std::vector<uint8_t> &all = core.buffer(kSpare).bytes;
  std::vector<uint8_t> &turned = core.buffer(kIndexSlot).bytes;
  all.resize(source.total() * 2);
  turned.resize(target.total() * 2);
  core.scratch().packed.resize(source.rowBytes());
  for (unsigned row = 0; row < source.rows && source.elements; ++row) {
    const uint8_t *bytes = core.memory.readRow(source, row, core.scratch().packed.data());
    if (!bytes)
      return core.unwritten("src");
    std::memcpy(all.data() + row * source.rowBytes(), bytes, source.rowBytes());
  }
  for (uint64_t i = 0; i < from.rows; ++i)
    for (uint64_t j = 0; j < from.columns; ++j)
      std::memcpy(turned.data() + (j * from.rows + i) * 2, all.data() + (i * from.columns + j) * 2,
                  2);
  for (unsigned row = 0; row < target.rows && target.elements; ++row)
    core.memory.commitRow(target, row, turned.data() + row * target.rowBytes());
  countBytes(core, target, source);
  return Status::success();
}

Status execute(Core &, const isa::QueueSignal &) { return Status::success(); }

Status execute(Core &core, const isa::RegisterLoad &inst) {
  Runs &source = core.runs[kSrc];
  NEURON_TRY(openSide(core, inst.src(), "src", source));
  if (source.total() != 1 || (source.dtype != DType::I32 && source.dtype != DType::U32))
    return core.illegal("loads %llu elements of %s into a register",
                        static_cast<unsigned long long>(source.total()), toText(source.dtype));
  uint8_t packed[8];
  const uint8_t *bytes = core.memory.readRow(source, 0, packed);
  if (!bytes)
    return core.unwritten("src");
  core.loaded = loadInteger(source.dtype, bytes);
  if (core.record)
    core.record->stream[static_cast<unsigned>(core.stream())].registers.push_back(core.loaded);
  return Status::success();
}

Status execute(Core &core, const isa::RegisterStore &inst) {
  Runs &target = core.runs[kDst];
  NEURON_TRY(openTarget(core, inst.dst(), "dst", target));
  if (target.total() != 1 || (target.dtype != DType::I32 && target.dtype != DType::U32))
    return core.illegal("stores a register into %llu elements of %s",
                        static_cast<unsigned long long>(target.total()), toText(target.dtype));
  uint8_t bytes[4];
  uint32_t value = static_cast<uint32_t>(core.registerValue);
  std::memcpy(bytes, &value, sizeof(bytes));
  core.memory.commitRow(target, 0, bytes);
  return Status::success();
}

} // namespace neuron::sim
