// Elementwise instructions and reductions of Vector and GpSimd.
//
// Arithmetic is in fp32, rounded once into the destination. Integers are exact where the
// machine says so: in bitwise operations, and in all operations of the GpSimd whose operands
// are integers; there values are taken as 64-bit integers and wrap to the operands' type.
#include "runtime/sim/Alu.h"
#include "runtime/sim/Exec.h"

#include <cstring>

namespace neuron::sim {

using isa::AluOp;

namespace {

bool isPsum(const isa::Operand &operand) { return operand.space == isa::Space::Psum; }

Status onePsum(Core &core, const isa::Operand &a, const isa::Operand &b) {
  return isPsum(a) && isPsum(b) ? core.illegal("both tensor inputs are in psum")
                                : Status::success();
}

Status needIntegers(Core &core, AluOp op, std::initializer_list<DType> types) {
  for (DType type : types)
    if (!isInteger(type))
      return core.illegal("%s of %s, it needs integers", isa::toText(op), toText(type));
  return Status::success();
}

bool allIntegers(std::initializer_list<DType> types) {
  for (DType type : types)
    if (!isInteger(type))
      return false;
  return true;
}

Side side(const float *row) { return Side::of(row); }

void apply(AluOp op, bool reverse, Side a, Side b, float *out, size_t count) {
  reverse ? applyAlu(op, b, a, out, count) : applyAlu(op, a, b, out, count);
}

int64_t applyWhole(AluOp op, bool reverse, int64_t a, int64_t b, DType type) {
  return reverse ? applyInteger(op, b, a, type) : applyInteger(op, a, b, type);
}

Status integerTensorTensor(Core &core, const isa::TensorTensor &inst, Destination &dst, Source &a,
                           Source &b) {
  return core.eachRow(dst.rows(), dst.elements(), [&](unsigned row) -> Status {
    const uint8_t *left, *right;
    NEURON_TRY(a.bytes(row, left));
    NEURON_TRY(b.bytes(row, right));
    uint8_t *out = dst.bytes(row);
    for (uint64_t i = 0; i < dst.elements(); ++i)
      storeInteger(dst.dtype(),
                   applyInteger(inst.op(), a.integer(left, i), b.integer(right, i), a.dtype()),
                   out + i * byteSize(dst.dtype()));
    dst.putBytes(row);
    return Status::success();
  });
}

Status integerTensorScalar(Core &core, const isa::TensorScalar &inst, Destination &dst, Source &src,
                           ColumnSource &s0, ColumnSource &s1) {
  return core.eachRow(dst.rows(), dst.elements(), [&](unsigned row) -> Status {
    const uint8_t *in;
    int64_t first = 0, second = 0;
    NEURON_TRY(src.bytes(row, in));
    if (inst.op0() != AluOp::Bypass)
      NEURON_TRY(s0.integer(core, row, first));
    if (inst.op1() != AluOp::Bypass)
      NEURON_TRY(s1.integer(core, row, second));
    uint8_t *out = dst.bytes(row);
    for (uint64_t i = 0; i < dst.elements(); ++i) {
      int64_t value = src.integer(in, i);
      if (inst.op0() != AluOp::Bypass)
        value = applyWhole(inst.op0(), inst.reverse0(), value, first, src.dtype());
      if (inst.op1() != AluOp::Bypass)
        value = applyWhole(inst.op1(), inst.reverse1(), value, second, src.dtype());
      storeInteger(dst.dtype(), value, out + i * byteSize(dst.dtype()));
    }
    dst.putBytes(row);
    return Status::success();
  });
}

/// A side that can take part in exact integer arithmetic.
bool isWhole(const ColumnSource &column, float immediate) {
  if (column.isColumn())
    return isInteger(column.where().dtype());
  return immediate == static_cast<float>(loadInteger(DType::F32, &immediate));
}

} // namespace

Status execute(Core &core, const isa::TensorTensor &inst) {
  Destination dst(core, isa::TensorTensor::kDst, "dst");
  Source a(core, isa::TensorTensor::kA, "a"), b(core, isa::TensorTensor::kB, "b");
  NEURON_TRY(dst.open(inst.dst()));
  NEURON_TRY(openLike(core, dst, a, inst.a()));
  NEURON_TRY(openLike(core, dst, b, inst.b()));
  NEURON_TRY(onePsum(core, inst.a(), inst.b()));
  bool gpsimd = core.stream() == isa::Engine::GpSimd;
  if (isBitwise(inst.op()))
    NEURON_TRY(needIntegers(core, inst.op(), {a.dtype(), b.dtype(), dst.dtype()}));
  if (isBitwise(inst.op()) || (gpsimd && allIntegers({a.dtype(), b.dtype(), dst.dtype()})))
    return integerTensorTensor(core, inst, dst, a, b);
  return core.eachRow(dst.rows(), dst.elements(), [&](unsigned row) -> Status {
    const float *left, *right;
    NEURON_TRY(a.floats(row, left));
    NEURON_TRY(b.floats(row, right));
    applyAlu(inst.op(), side(left), side(right), dst.floats(row), dst.elements());
    dst.put(row);
    return Status::success();
  });
}

Status execute(Core &core, const isa::TensorScalar &inst) {
  using View = isa::TensorScalar;
  Destination dst(core, View::kDst, "dst");
  Source src(core, View::kSrc, "src");
  ColumnSource s0(core, View::kScalar0, "scalar0"), s1(core, View::kScalar1, "scalar1");
  NEURON_TRY(dst.open(inst.dst()));
  NEURON_TRY(openLike(core, dst, src, inst.src()));
  NEURON_TRY(openColumn(core, dst, s0, inst.scalar0(), inst.imm0()));
  NEURON_TRY(openColumn(core, dst, s1, inst.scalar1(), inst.imm1()));
  bool bitwise = isBitwise(inst.op0()) || isBitwise(inst.op1());
  if (bitwise)
    NEURON_TRY(needIntegers(core, isBitwise(inst.op0()) ? inst.op0() : inst.op1(),
                            {src.dtype(), dst.dtype()}));
  bool whole = core.stream() == isa::Engine::GpSimd && allIntegers({src.dtype(), dst.dtype()}) &&
               (inst.op0() == AluOp::Bypass || isWhole(s0, inst.imm0())) &&
               (inst.op1() == AluOp::Bypass || isWhole(s1, inst.imm1()));
  if (bitwise || whole)
    return integerTensorScalar(core, inst, dst, src, s0, s1);
  return core.eachRow(dst.rows(), dst.elements(), [&](unsigned row) -> Status {
    const float *in;
    float first, second;
    NEURON_TRY(src.floats(row, in));
    NEURON_TRY(s0.value(row, first));
    NEURON_TRY(s1.value(row, second));
    float *out = dst.floats(row);
    apply(inst.op0(), inst.reverse0() && inst.op0() != AluOp::Bypass, side(in), Side::of(first),
          out, dst.elements());
    if (inst.op1() != AluOp::Bypass)
      apply(inst.op1(), inst.reverse1(), side(out), Side::of(second), out, dst.elements());
    dst.put(row);
    return Status::success();
  });
}

Status execute(Core &core, const isa::TensorScalarReduce &inst) {
  using View = isa::TensorScalarReduce;
  Destination dst(core, View::kDst, "dst"), result(core, View::kResult, "result");
  Source src(core, View::kSrc, "src");
  ColumnSource s0(core, View::kScalar0, "scalar0");
  NEURON_TRY(dst.open(inst.dst()));
  NEURON_TRY(openLike(core, dst, src, inst.src()));
  NEURON_TRY(openColumn(core, dst, s0, inst.scalar0(), inst.imm0()));
  NEURON_TRY(result.open(inst.result()));
  NEURON_TRY(result.apart(dst));
  NEURON_TRY(result.apart(src));
  if (result.rows() != dst.rows() || result.elements() != 1)
    return core.illegal("result is not one column of %u partitions", dst.rows());
  if (!canReduce(inst.reduceOp()) || isBitwise(inst.reduceOp()) || isBitwise(inst.op0()))
    return core.illegal("%s with reduction by %s", isa::toText(inst.op0()),
                        isa::toText(inst.reduceOp()));
  return core.eachRow(dst.rows(), dst.elements(), [&](unsigned row) -> Status {
    const float *in;
    float first;
    NEURON_TRY(src.floats(row, in));
    NEURON_TRY(s0.value(row, first));
    float *out = dst.floats(row);
    apply(inst.op0(), inst.reverse0() && inst.op0() != AluOp::Bypass, side(in), Side::of(first),
          out, dst.elements());
    float sum = reduceRow(inst.reduceOp(), out, dst.elements());
    dst.put(row);
    result.floats(row)[0] = sum;
    result.put(row);
    return Status::success();
  });
}

Status execute(Core &core, const isa::ScalarTensorTensor &inst) {
  using View = isa::ScalarTensorTensor;
  Destination dst(core, View::kDst, "dst");
  Source src(core, View::kSrc, "src"), b(core, View::kB, "b");
  ColumnSource s0(core, View::kScalar0, "scalar0");
  NEURON_TRY(dst.open(inst.dst()));
  NEURON_TRY(openLike(core, dst, src, inst.src()));
  NEURON_TRY(openColumn(core, dst, s0, inst.scalar0(), inst.imm0()));
  NEURON_TRY(openLike(core, dst, b, inst.b()));
  NEURON_TRY(onePsum(core, inst.src(), inst.b()));
  if (isBitwise(inst.op0()) || isBitwise(inst.op1()))
    return core.illegal("bitwise operations in scalar_tensor_tensor");
  return core.eachRow(dst.rows(), dst.elements(), [&](unsigned row) -> Status {
    std::vector<float> &middle = core.scratch().row;
    middle.resize(dst.elements());
    const float *in, *right;
    float first;
    NEURON_TRY(src.floats(row, in));
    NEURON_TRY(s0.value(row, first));
    NEURON_TRY(b.floats(row, right));
    apply(inst.op0(), inst.reverse0() && inst.op0() != AluOp::Bypass, side(in), Side::of(first),
          middle.data(), dst.elements());
    apply(inst.op1(), inst.reverse1() && inst.op1() != AluOp::Bypass, side(middle.data()),
          side(right), dst.floats(row), dst.elements());
    dst.put(row);
    return Status::success();
  });
}

Status execute(Core &core, const isa::TensorTensorScan &inst) {
  using View = isa::TensorTensorScan;
  Destination dst(core, View::kDst, "dst");
  Source a(core, View::kA, "a"), b(core, View::kB, "b");
  ColumnSource initial(core, View::kInitial, "initial");
  NEURON_TRY(dst.open(inst.dst()));
  NEURON_TRY(openLike(core, dst, a, inst.a()));
  NEURON_TRY(openLike(core, dst, b, inst.b()));
  NEURON_TRY(openColumn(core, dst, initial, inst.initial(), inst.imm0()));
  if (isBitwise(inst.op0()) || isBitwise(inst.op1()))
    return core.illegal("bitwise operations in tensor_tensor_scan");
  ScalarAlu op0 = scalarAlu(inst.op0()), op1 = scalarAlu(inst.op1());
  for (unsigned row = 0; row < dst.rows(); ++row) {
    const float *left, *right;
    float running;
    NEURON_TRY(a.floats(row, left));
    NEURON_TRY(b.floats(row, right));
    NEURON_TRY(initial.value(row, running));
    float *out = dst.floats(row);
    for (uint64_t i = 0; i < dst.elements(); ++i)
      out[i] = running = op1(op0(left[i], running), right[i]);
    dst.put(row);
  }
  return Status::success();
}

Status execute(Core &core, const isa::TensorCopy &inst) {
  Destination dst(core, isa::TensorCopy::kDst, "dst");
  Source src(core, isa::TensorCopy::kSrc, "src");
  NEURON_TRY(dst.open(inst.dst()));
  NEURON_TRY(openLike(core, dst, src, inst.src()));
  bool exact = src.dtype() == dst.dtype() ||
               (core.stream() == isa::Engine::GpSimd && allIntegers({src.dtype(), dst.dtype()}));
  return core.eachRow(dst.rows(), dst.elements(), [&](unsigned row) -> Status {
    if (exact) {
      const uint8_t *in;
      NEURON_TRY(src.bytes(row, in));
      uint8_t *out = dst.bytes(row);
      if (src.dtype() == dst.dtype())
        std::memmove(out, in, src.where().rowBytes());
      else
        convertRow(src.dtype(), in, dst.dtype(), out, dst.elements());
      dst.putBytes(row);
      return Status::success();
    }
    const float *in;
    NEURON_TRY(src.floats(row, in));
    std::memcpy(dst.floats(row), in, dst.elements() * sizeof(float));
    dst.put(row);
    return Status::success();
  });
}

Status execute(Core &core, const isa::TensorCopyPredicated &inst) {
  using View = isa::TensorCopyPredicated;
  Destination dst(core, View::kDst, "dst");
  Source src(core, View::kSrc, "src"), predicate(core, View::kPredicate, "predicate");
  Source old(core, isa::kMaxOperands, "dst");
  NEURON_TRY(dst.open(inst.dst()));
  NEURON_TRY(openLike(core, dst, src, inst.src()));
  NEURON_TRY(openLike(core, dst, predicate, inst.predicate()));
  NEURON_TRY(old.open(inst.dst()));
  uint32_t bytes = byteSize(dst.dtype());
  return core.eachRow(dst.rows(), dst.elements(), [&](unsigned row) -> Status {
    std::vector<uint8_t> &chosen = core.scratch().packed;
    chosen.resize(dst.elements() * bytes);
    const uint8_t *kept, *in;
    const float *flag;
    NEURON_TRY(old.bytes(row, kept));
    NEURON_TRY(predicate.floats(row, flag));
    NEURON_TRY(src.bytes(row, in));
    if (src.dtype() == dst.dtype())
      std::memcpy(chosen.data(), in, chosen.size());
    else
      convertRow(src.dtype(), in, dst.dtype(), chosen.data(), dst.elements());
    for (uint64_t i = 0; i < dst.elements(); ++i)
      if (flag[i] == 0)
        std::memcpy(chosen.data() + i * bytes, kept + i * bytes, bytes);
    std::memcpy(dst.bytes(row), chosen.data(), chosen.size());
    dst.putBytes(row);
    return Status::success();
  });
}

Status execute(Core &core, const isa::Reciprocal &inst) {
  Destination dst(core, isa::Reciprocal::kDst, "dst");
  Source src(core, isa::Reciprocal::kSrc, "src");
  NEURON_TRY(dst.open(inst.dst()));
  NEURON_TRY(openLike(core, dst, src, inst.src()));
  return core.eachRow(dst.rows(), dst.elements(), [&](unsigned row) -> Status {
    const float *in;
    NEURON_TRY(src.floats(row, in));
    float *out = dst.floats(row);
    for (uint64_t i = 0; i < dst.elements(); ++i)
      out[i] = 1.0f / in[i];
    canonicaliseNaN(out, dst.elements());
    dst.put(row);
    return Status::success();
  });
}

Status execute(Core &core, const isa::Memset &inst) {
  Destination dst(core, isa::Memset::kDst, "dst");
  NEURON_TRY(dst.open(inst.dst()));
  return core.eachRow(dst.rows(), dst.elements(), [&](unsigned row) -> Status {
    float *out = dst.floats(row);
    for (uint64_t i = 0; i < dst.elements(); ++i)
      out[i] = inst.value();
    dst.put(row);
    return Status::success();
  });
}

} // namespace neuron::sim
