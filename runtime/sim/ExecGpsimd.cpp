// The GpSimd's own instructions: index patterns, masks, gathers, reductions over partitions.
#include "runtime/base/Math.h"
#include "runtime/sim/Alu.h"
#include "runtime/sim/Exec.h"

#include <cstring>

namespace neuron::sim {

using isa::AluOp;

Status execute(Core &core, const isa::Iota &inst) {
  Destination dst(core, isa::Iota::kDst, "dst");
  NEURON_TRY(dst.open(inst.dst()));
  uint32_t bytes = byteSize(dst.dtype());
  for (unsigned row = 0; row < dst.rows(); ++row) {
    uint8_t *out = dst.bytes(row);
    int64_t first = inst.offset() + static_cast<int64_t>(row) * inst.channelMultiplier();
    for (uint64_t i = 0; i < dst.elements(); ++i)
      storeInteger(dst.dtype(), first + static_cast<int64_t>(i), out + i * bytes);
    dst.putBytes(row);
  }
  return Status::success();
}

namespace {

bool isComparison(AluOp op) { return op >= AluOp::IsEqual && op <= AluOp::IsLessEqual; }

} // namespace

Status execute(Core &core, const isa::AffineSelect &inst) {
  using View = isa::AffineSelect;
  Destination dst(core, View::kDst, "dst");
  Source src(core, View::kSrc, "src");
  ColumnSource offset(core, View::kOffsetColumn, "offsetColumn");
  NEURON_TRY(dst.open(inst.dst()));
  NEURON_TRY(openLike(core, dst, src, inst.src()));
  NEURON_TRY(openColumn(core, dst, offset, inst.offsetColumn(), 0));
  if (!isComparison(inst.op()))
    return core.illegal("%s is no comparison", isa::toText(inst.op()));
  int64_t channel = static_cast<int16_t>(inst.packed() & 0xffff);
  int64_t step = static_cast<int16_t>(inst.packed() >> 16);
  return core.eachRow(dst.rows(), dst.elements(), [&](unsigned row) -> Status {
    const float *in;
    int64_t value = 0;
    NEURON_TRY(src.floats(row, in));
    NEURON_TRY(offset.integer(core, row, value));
    value += static_cast<int64_t>(row) * channel;
    float *out = dst.floats(row);
    for (uint64_t i = 0; i < dst.elements(); ++i, value += step)
      out[i] = applyInteger(inst.op(), value, 0, DType::I64) ? in[i] : inst.fill();
    dst.put(row);
    return Status::success();
  });
}

Status execute(Core &core, const isa::GatherFree &inst) {
  using View = isa::GatherFree;
  Destination dst(core, View::kDst, "dst");
  Source src(core, View::kSrc, "src"), index(core, View::kIndex, "index");
  NEURON_TRY(dst.open(inst.dst()));
  NEURON_TRY(src.open(inst.src()));
  NEURON_TRY(openLike(core, dst, index, inst.index()));
  NEURON_TRY(dst.apart(src));
  if (dst.rows() != src.rows() || dst.dtype() != src.dtype())
    return core.illegal("gathers %u partitions of %s into %u of %s", src.rows(),
                        toText(src.dtype()), dst.rows(), toText(dst.dtype()));
  if (index.dtype() != DType::I32 && index.dtype() != DType::U32)
    return core.illegal("indices of type %s", toText(index.dtype()));
  uint32_t bytes = byteSize(dst.dtype());
  core.scratch().packed.resize(dst.where().rowBytes());
  for (unsigned row = 0; row < dst.rows(); ++row) {
    const uint8_t *in, *at;
    NEURON_TRY(src.bytes(row, in));
    NEURON_TRY(index.bytes(row, at));
    for (uint64_t i = 0; i < dst.elements(); ++i) {
      int64_t from = index.integer(at, i);
      if (from < 0 || static_cast<uint64_t>(from) >= src.elements())
        return core.refuse(FaultKind::OutOfBounds, {}, "index %lld of partition %u, src has %llu",
                           static_cast<long long>(from), row,
                           static_cast<unsigned long long>(src.elements()));
      std::memcpy(core.scratch().packed.data() + i * bytes, in + from * bytes, bytes);
    }
    std::memcpy(dst.bytes(row), core.scratch().packed.data(), core.scratch().packed.size());
    dst.putBytes(row);
  }
  return Status::success();
}

Status execute(Core &core, const isa::PartitionReduce &inst) {
  Destination dst(core, isa::PartitionReduce::kDst, "dst");
  Source src(core, isa::PartitionReduce::kSrc, "src");
  NEURON_TRY(dst.open(inst.dst()));
  NEURON_TRY(src.open(inst.src()));
  NEURON_TRY(dst.apart(src));
  if (!canReduce(inst.op()) || isBitwise(inst.op()))
    return core.illegal("reduction by %s", isa::toText(inst.op()));
  if (dst.rows() != 1 || dst.elements() != src.elements())
    return core.illegal("dst is not one partition of %llu elements",
                        static_cast<unsigned long long>(src.elements()));
  // Column-major, so that the sum over partitions is a row: 16 partials by partition mod 16.
  uint64_t rows = src.rows();
  core.tile.resize(rows * src.elements());
  for (unsigned row = 0; row < rows; ++row) {
    const float *in;
    NEURON_TRY(src.floats(row, in));
    for (uint64_t i = 0; i < src.elements(); ++i)
      core.tile[i * rows + row] = in[i];
  }
  float *out = dst.floats(0);
  for (uint64_t i = 0; i < dst.elements(); ++i)
    out[i] = reduceRow(inst.op(), core.tile.data() + i * rows, rows);
  dst.put(0);
  return Status::success();
}

Status execute(Core &core, const isa::Rsqrt &inst) {
  Destination dst(core, isa::Rsqrt::kDst, "dst");
  Source src(core, isa::Rsqrt::kSrc, "src");
  NEURON_TRY(dst.open(inst.dst()));
  NEURON_TRY(openLike(core, dst, src, inst.src()));
  return core.eachRow(dst.rows(), dst.elements(), [&](unsigned row) -> Status {
    const float *in;
    NEURON_TRY(src.floats(row, in));
    float *out = dst.floats(row);
    for (uint64_t i = 0; i < dst.elements(); ++i)
      out[i] = math::rsqrt(in[i]);
    canonicaliseNaN(out, dst.elements());
    dst.put(row);
    return Status::success();
  });
}

} // namespace neuron::sim
