// The TensorE: loading the stationary operand, multiplying the moving one into PSUM.
//
// The weights are copied in fp32, as the array holds them (denormals of 8-bit types count as
// zero, like those of bf16 and fp32; fp16 keeps its own). The moving operand and the result are
// used where they lie when they are rows of fp32, else through a copy.
#include "runtime/sim/Access.h"
#include "runtime/sim/Exec.h"

#include <algorithm>
#include <cstring>

namespace neuron::sim {
namespace {

constexpr unsigned kMovingSlot = isa::Matmul::kMoving;
constexpr unsigned kDstSlot = isa::Matmul::kDst;
constexpr unsigned kMaxColumns = 128;

bool isTensorType(DType type) { return isFloat(type) && type != DType::F64 && type != DType::E8M0; }

bool isWide(DType type) { return type == DType::F32 || type == DType::Tf32; }

/// The smallest normal number of an 8-bit type, 0 for others: the kernel itself flushes what
/// is denormal in fp32.
float flushBelow(DType type) {
  switch (type) {
  case DType::F8E4M3:
  case DType::F8E4M3FN:
    return 0x1p-6f;
  case DType::F8E5M2:
    return 0x1p-14f;
  case DType::F8E3M4:
    return 0x1p-2f;
  default:
    return 0;
  }
}

/// Values as the array takes them: tf32 rounded, denormals of 8-bit types zero.
void adaptRow(DType dtype, float *row, size_t count) {
  if (dtype == DType::Tf32)
    for (size_t i = 0; i < count; ++i)
      row[i] = roundToTf32(row[i]);
  if (float least = flushBelow(dtype))
    for (size_t i = 0; i < count; ++i)
      row[i] = __builtin_fabsf(row[i]) < least ? __builtin_copysignf(0.0f, row[i]) : row[i];
}

/// The operand in fp32, in a matrix of its own; its bytes too where `raw` is given.
Status loadMatrix(Core &core, Source &source, HeldMatrix &matrix, std::vector<uint8_t> *raw) {
  const Runs &runs = source.where();
  matrix.resize(source.rows(), static_cast<unsigned>(source.elements()));
  if (raw)
    raw->resize(runs.rowBytes() * source.rows());
  return core.eachRow(source.rows(), source.elements(), [&](unsigned k) -> Status {
    float *row = matrix.row(k);
    const uint8_t *bytes;
    NEURON_TRY(source.bytesInto(k, reinterpret_cast<uint8_t *>(row), bytes));
    if (raw)
      std::memcpy(raw->data() + runs.rowBytes() * k, bytes, runs.rowBytes());
    if (bytes != reinterpret_cast<const uint8_t *>(row))
      loadRow(runs.dtype, bytes, row, source.elements());
    adaptRow(runs.dtype, row, source.elements());
    return Status::success();
  });
}

/// The moving operand: where it lies when that is rows of fp32, else in `core.moving`.
Status viewMoving(Core &core, Source &source, MatrixView &view) {
  const Runs &runs = source.where();
  if (runs.dtype != DType::F32 || !runs.isContiguous()) {
    NEURON_TRY(loadMatrix(core, source, core.moving, nullptr));
    view = core.moving.view();
    return Status::success();
  }
  uint64_t stride;
  const uint8_t *first = core.memory.readRows(runs, stride);
  if (!first)
    return core.unwritten("moving");
  view = {reinterpret_cast<const float *>(first), stride / sizeof(float), source.rows(),
          static_cast<unsigned>(source.elements())};
  return Status::success();
}

bool isIdentity(const MatrixView &matrix) {
  if (matrix.depth != matrix.extent)
    return false;
  for (unsigned k = 0; k < matrix.depth; ++k)
    for (unsigned m = 0; m < matrix.extent; ++m)
      if (matrix.at(k, m) != (k == m ? 1.0f : 0.0f))
        return false;
  return true;
}

Status checkPair(Core &core, const Source &moving) {
  const Stationary &weights = core.stationary;
  if (!weights.loaded)
    return core.refuse(FaultKind::UndefinedBehaviour, {}, "multiplies before weights were loaded");
  if (moving.rows() != weights.depth() || moving.where().startPartition != weights.startPartition)
    return core.illegal("moving operand in partitions %u..%u, weights in %u..%u",
                        moving.where().startPartition,
                        moving.where().startPartition + moving.rows() - 1, weights.startPartition,
                        weights.startPartition + weights.depth() - 1);
  if (isWide(moving.dtype()) != isWide(weights.dtype))
    return core.illegal("multiplies %s with weights of %s", toText(moving.dtype()),
                        toText(weights.dtype));
  return Status::success();
}

/// The result's runs, with the rules of PSUM.
Status openResult(Core &core, const isa::Matmul &inst, uint64_t columns, Runs &runs,
                  ByteRange &range) {
  const isa::Operand &dst = inst.dst();
  RunTrouble trouble = core.memory.makeRuns(dst, Steps::Elements, runs);
  range = rangeOf(dst, Steps::Elements);
  if (!trouble.none())
    return core.refuse(trouble.kind, range, "operand dst: %s", trouble.what);
  if (runs.elements != columns)
    return core.illegal("dst has %llu columns, moving %llu",
                        static_cast<unsigned long long>(runs.elements),
                        static_cast<unsigned long long>(columns));
  if (!runs.isContiguous() && overlapsItself(dst, false))
    return core.refuse(FaultKind::UndefinedBehaviour, range, "operand dst writes a byte twice");
  int64_t bankBytes = static_cast<int64_t>(core.memory.shape().psumBankBytes);
  int64_t banks = static_cast<int64_t>(core.machine.psumTileBanks);
  if (range.first / bankBytes + (banks ? banks : 1) <= (range.end - 1) / bankBytes)
    return core.refuse(FaultKind::OutOfBounds, range, "the result leaves its psum bank");
  return Status::success();
}

/// Checks (when accumulating) or sets the valid bits of the cells under the result.
Status passCells(Core &core, const ByteRange &range, bool accumulates) {
  int64_t bankBytes = static_cast<int64_t>(core.memory.shape().psumBankBytes);
  for (int64_t at = range.first; at < range.end;) {
    unsigned bank = static_cast<unsigned>(at / bankBytes);
    int64_t end = std::min(range.end, (bank + 1) * bankBytes);
    uint64_t first = static_cast<uint64_t>(at % bankBytes), bytes = static_cast<uint64_t>(end - at);
    if (!accumulates)
      core.memory.setCells(bank, range.startPartition, range.partitions, first, bytes, true);
    else if (!core.memory.cellsValid(bank, range.startPartition, range.partitions, first, bytes))
      return core.refuse(FaultKind::UndefinedBehaviour, range,
                         "accumulates on a psum cell that no matmul has overwritten");
    at = end;
  }
  return Status::success();
}

/// The product on all host threads: cut between rows of the result, or between columns when
/// there are more of them. Where it is cut changes no sum.
void multiplyShared(Core &core, const MatrixView &moving, const ResultView &result,
                    bool accumulates) {
  constexpr uint64_t kProductsPerElement = 16; // what an element of other work costs
  const MatrixView weights = core.stationary.values.view();
  const bool byColumns = moving.extent >= 2 * weights.extent;
  const unsigned grain = byColumns ? 64 : 16;
  const unsigned grains = ((byColumns ? moving.extent : weights.extent) + grain - 1) / grain;
  uint64_t products = uint64_t(weights.depth) * weights.extent * moving.extent;
  unsigned parts = std::min(core.partsOf(products / kProductsPerElement), grains);
  if (core.team.threads() == 1 || parts < 2)
    return multiply(weights, moving, result, accumulates);
  auto part = [&](unsigned number) {
    unsigned first = grains * number / parts * grain, end = grains * (number + 1) / parts * grain;
    if (byColumns)
      multiply(weights, moving.columns(first, std::min(end, moving.extent) - first),
               {result.data + first, result.stride}, accumulates);
    else
      multiply(weights.columns(first, std::min(end, weights.extent) - first), moving,
               {result.data + first * result.stride, result.stride}, accumulates);
  };
  core.team.run(parts, part);
}

/// Multiplies where the result lies in PSUM.
Status multiplyInPlace(Core &core, const MatrixView &moving, const Runs &runs, bool accumulates) {
  uint64_t stride;
  if (accumulates && !core.memory.readRows(runs, stride))
    return core.unwritten("dst");
  uint8_t *first = core.memory.writeRows(runs, stride);
  multiplyShared(core, moving, {reinterpret_cast<float *>(first), stride / sizeof(float)},
                 accumulates);
  core.memory.commitRows(runs);
  return Status::success();
}

/// Multiplies through a tile that is rounded into PSUM.
Status multiplyInto(Core &core, const MatrixView &moving, const Runs &runs, bool accumulates) {
  if (runs.isContiguous() && runs.dtype == DType::F32)
    return multiplyInPlace(core, moving, runs, accumulates);
  const unsigned m = core.stationary.columns();
  const size_t n = moving.extent;
  core.tile.resize(m * n);
  std::vector<uint8_t> &packed = core.buffer(kDstSlot).bytes;
  packed.resize(n * runs.bytes);
  for (unsigned row = 0; row < m && accumulates; ++row) {
    const uint8_t *old = core.memory.readRow(runs, row, packed.data());
    if (!old)
      return core.unwritten("dst");
    loadRow(runs.dtype, old, core.tile.data() + row * n, n);
  }
  multiplyShared(core, moving, {core.tile.data(), n}, accumulates);
  for (unsigned row = 0; row < m; ++row) {
    storeRow(runs.dtype, core.tile.data() + row * n, packed.data(), n);
    core.memory.commitRow(runs, row, packed.data());
  }
  return Status::success();
}

/// One element from `from` to `to`, zero-extended when the destination is wider.
void passElement(uint8_t *to, uint32_t toBytes, const uint8_t *from, uint32_t fromBytes) {
  std::memset(to, 0, toBytes);
  std::memcpy(to, from, fromBytes);
}

/// Bit for bit: moving when the weights are an identity, the weights' transpose when moving is.
Status passThrough(Core &core, Source &moving, const MatrixView &values, const Runs &runs) {
  const Stationary &weights = core.stationary;
  bool copies = isIdentity(weights.values.view());
  if (!copies && !isIdentity(values))
    return core.refuse(FaultKind::UndefinedBehaviour, {},
                       "passes through, but neither operand is an identity");
  uint32_t from = copies ? moving.where().bytes : byteSize(weights.dtype);
  if (runs.bytes < from || runs.bytes > std::max(from, 2u))
    return core.illegal("passes elements of %u bytes into elements of %u", from, runs.bytes);
  std::vector<uint8_t> &packed = core.buffer(kDstSlot).bytes;
  packed.resize(runs.rowBytes());
  for (unsigned m = 0; m < runs.rows; ++m) {
    const uint8_t *row = nullptr;
    if (copies)
      NEURON_TRY(moving.bytes(m, row));
    for (uint64_t n = 0; n < runs.elements; ++n)
      passElement(packed.data() + n * runs.bytes, runs.bytes,
                  copies ? row + n * from
                         : weights.bytes.data() + (n * weights.columns() + m) * from,
                  from);
    core.memory.commitRow(runs, m, packed.data());
  }
  return Status::success();
}

} // namespace

Status execute(Core &core, const isa::LoadWeights &inst) {
  Source source(core, isa::LoadWeights::kStationary, "stationary");
  NEURON_TRY(source.open(inst.stationary()));
  if (source.elements() == 0 || source.elements() > kMaxColumns)
    return core.illegal("%llu columns of weights, 1 to %u are possible",
                        static_cast<unsigned long long>(source.elements()), kMaxColumns);
  if (!isTensorType(source.dtype()))
    return core.illegal("weights of type %s", toText(source.dtype()));
  Stationary &weights = core.stationary;
  weights.loaded = false;
  NEURON_TRY(loadMatrix(core, source, weights.values,
                        core.machine.generation >= 3 ? &weights.bytes : nullptr));
  weights.dtype = source.dtype();
  weights.startPartition = source.where().startPartition;
  weights.loaded = true;
  return Status::success();
}

Status execute(Core &core, const isa::Matmul &inst) {
  Source moving(core, kMovingSlot, "moving");
  NEURON_TRY(moving.open(inst.moving()));
  NEURON_TRY(checkPair(core, moving));
  if (moving.elements() > core.machine.movingColumnsMax || moving.elements() == 0)
    return core.illegal("%llu moving columns, 1 to %llu are possible",
                        static_cast<unsigned long long>(moving.elements()),
                        static_cast<unsigned long long>(core.machine.movingColumnsMax));
  if (!isTensorType(moving.dtype()))
    return core.illegal("a moving operand of type %s", toText(moving.dtype()));
  if (inst.dst().partitions != core.stationary.columns())
    return core.illegal("dst has %u partitions, the weights %u columns", inst.dst().partitions,
                        core.stationary.columns());
  Runs &runs = core.runs[kDstSlot];
  ByteRange range;
  NEURON_TRY(openResult(core, inst, moving.elements(), runs, range));
  bool accumulates = core.issue->accumulates;
  if (!isFloat(runs.dtype) ||
      (accumulates && runs.dtype != DType::F32 && core.machine.generation < 4))
    return core.illegal("a result of type %s", toText(runs.dtype));
  NEURON_TRY(passCells(core, range, accumulates));
  MatrixView values;
  NEURON_TRY(viewMoving(core, moving, values));
  if (inst.passThrough())
    return accumulates ? core.illegal("passes through and accumulates")
                       : passThrough(core, moving, values, runs);
  return multiplyInto(core, values, runs, accumulates);
}

} // namespace neuron::sim
