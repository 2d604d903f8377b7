// Reductions of the VectorE: along free dims, batch-norm statistics.
#include "runtime/sim/Alu.h"
#include "runtime/sim/Exec.h"

namespace neuron::sim {

using isa::AluOp;

namespace {

/// Elements of the last `axes` dims of an operand.
uint64_t innerElements(const isa::Operand &operand, unsigned axes) {
  uint64_t n = 1;
  for (unsigned d = 0; d < operand.numDims; ++d)
    if (d + axes >= operand.numDims)
      n *= operand.dim[d].count;
  return n;
}

int64_t neutralInteger(AluOp op, DType type) {
  switch (op) {
  case AluOp::Multiply:
  case AluOp::LogicalAnd:
    return 1;
  case AluOp::BitwiseAnd:
    return -1;
  case AluOp::Max:
    return INT64_MIN;
  case AluOp::Min:
    return INT64_MAX;
  default:
    return 0;
  }
}

/// Exact, so that the order does not matter.
int64_t reduceIntegers(AluOp op, const Source &src, const uint8_t *row, uint64_t first,
                       uint64_t count) {
  int64_t sum = neutralInteger(op, src.dtype());
  bool started = false;
  for (uint64_t i = first; i < first + count; ++i) {
    int64_t value = src.integer(row, i);
    sum = started || op == AluOp::AbsMax || op == AluOp::Add || op >= AluOp::LogicalAnd
              ? applyInteger(op, sum, value, src.dtype())
              : value;
    started = true;
  }
  return sum;
}

/// Count, mean and sum of squared differences of every second element from `first` on.
struct Moments {
  float count, mean, squares;
};

Moments momentsOf(const float *row, uint64_t first, uint64_t elements, std::vector<float> &half) {
  half.clear();
  for (uint64_t i = first; i < elements; i += 2)
    half.push_back(row[i]);
  float count = static_cast<float>(half.size());
  if (half.empty())
    return {0, 0, 0};
  float mean = reduceRow(AluOp::Add, half.data(), half.size()) / count;
  for (float &x : half) {
    float difference = x - mean;
    x = difference * difference;
  }
  return {count, mean, reduceRow(AluOp::Add, half.data(), half.size())};
}

/// Mean and variance of the union of groups, whose moments lie one behind the other.
void aggregate(const float *triples, uint64_t groups, float *out) {
  float total = 0, weighted = 0;
  for (uint64_t g = 0; g < groups; ++g) {
    total = total + triples[3 * g];
    weighted = weighted + triples[3 * g] * triples[3 * g + 1];
  }
  float mean = weighted / total, squares = 0;
  for (uint64_t g = 0; g < groups; ++g) {
    float difference = triples[3 * g + 1] - mean;
    squares = squares + (triples[3 * g + 2] + triples[3 * g] * (difference * difference));
  }
  out[0] = mean;
  out[1] = squares / total;
}

} // namespace

Status execute(Core &core, const isa::TensorReduce &inst) {
  Destination dst(core, isa::TensorReduce::kDst, "dst");
  Source src(core, isa::TensorReduce::kSrc, "src");
  NEURON_TRY(dst.open(inst.dst()));
  NEURON_TRY(src.open(inst.src()));
  NEURON_TRY(dst.apart(src));
  if (!canReduce(inst.op()))
    return core.illegal("reduction by %s", isa::toText(inst.op()));
  if (inst.axes() > inst.src().numDims)
    return core.illegal("reduction over %u of %u dims", inst.axes(), inst.src().numDims);
  uint64_t inner = innerElements(inst.src(), inst.axes());
  if (dst.rows() != src.rows() || dst.elements() * inner != src.elements())
    return core.illegal("dst has %llu elements, src %llu groups of %llu",
                        static_cast<unsigned long long>(dst.elements()),
                        static_cast<unsigned long long>(inner ? src.elements() / inner : 0),
                        static_cast<unsigned long long>(inner));
  bool integers = isInteger(src.dtype()) && isInteger(dst.dtype());
  if (isBitwise(inst.op()) && !integers)
    return core.illegal("%s of %s, it needs integers", isa::toText(inst.op()), toText(src.dtype()));
  bool exact = integers && (isBitwise(inst.op()) || core.stream() == isa::Engine::GpSimd);
  return core.eachRow(dst.rows(), src.elements(), [&](unsigned row) -> Status {
    if (exact) {
      const uint8_t *in;
      NEURON_TRY(src.bytes(row, in));
      std::vector<uint8_t> &packed = core.scratch().packed;
      packed.resize(dst.where().rowBytes());
      for (uint64_t i = 0; i < dst.elements(); ++i) {
        int64_t value = reduceIntegers(inst.op(), src, in, i * inner, inner);
        if (inst.negate())
          value = applyInteger(AluOp::Subtract, 0, value, src.dtype());
        storeInteger(dst.dtype(), value, packed.data() + i * byteSize(dst.dtype()));
      }
      std::copy(packed.begin(), packed.end(), dst.bytes(row));
      dst.putBytes(row);
      return Status::success();
    }
    const float *in;
    NEURON_TRY(src.floats(row, in));
    std::vector<float> &reduced = core.scratch().row;
    reduced.resize(dst.elements());
    for (uint64_t i = 0; i < dst.elements(); ++i) {
      float value = reduceRow(inst.op(), in + i * inner, inner);
      reduced[i] = inst.negate() && value == value ? -value : value;
    }
    std::copy(reduced.begin(), reduced.end(), dst.floats(row));
    dst.put(row);
    return Status::success();
  });
}

Status execute(Core &core, const isa::BnStats &inst) {
  Destination dst(core, isa::BnStats::kDst, "dst");
  Source src(core, isa::BnStats::kSrc, "src");
  NEURON_TRY(dst.open(inst.dst()));
  NEURON_TRY(src.open(inst.src()));
  NEURON_TRY(dst.apart(src));
  if (dst.rows() != src.rows() || dst.elements() != 6 || src.elements() > 512 ||
      src.elements() == 0)
    return core.illegal("bn_stats of %llu elements into %llu: 1 to 512 into 6",
                        static_cast<unsigned long long>(src.elements()),
                        static_cast<unsigned long long>(dst.elements()));
  return core.eachRow(dst.rows(), src.elements(), [&](unsigned row) -> Status {
    const float *in;
    NEURON_TRY(src.floats(row, in));
    Moments even = momentsOf(in, 0, src.elements(), core.scratch().row);
    Moments odd = momentsOf(in, 1, src.elements(), core.scratch().row);
    float *out = dst.floats(row);
    const float values[6] = {even.count, even.mean, even.squares, odd.count, odd.mean, odd.squares};
    std::copy(values, values + 6, out);
    canonicaliseNaN(out, 6);
    dst.put(row);
    return Status::success();
  });
}

Status execute(Core &core, const isa::BnAggregate &inst) {
  Destination dst(core, isa::BnAggregate::kDst, "dst");
  Source src(core, isa::BnAggregate::kSrc, "src");
  NEURON_TRY(dst.open(inst.dst()));
  NEURON_TRY(src.open(inst.src()));
  NEURON_TRY(dst.apart(src));
  if (dst.rows() != src.rows() || dst.elements() != 2 || src.elements() % 3 != 0 ||
      src.elements() == 0)
    return core.illegal("bn_aggr of %llu elements into %llu: triples into 2",
                        static_cast<unsigned long long>(src.elements()),
                        static_cast<unsigned long long>(dst.elements()));
  for (unsigned row = 0; row < dst.rows(); ++row) {
    const float *in;
    NEURON_TRY(src.floats(row, in));
    float values[2];
    aggregate(in, src.elements() / 3, values);
    float *out = dst.floats(row);
    std::copy(values, values + 2, out);
    canonicaliseNaN(out, 2);
    dst.put(row);
  }
  return Status::success();
}

} // namespace neuron::sim
