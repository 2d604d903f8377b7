// The ScalarE: functions of a table, with scale, bias and a running sum per partition.
//
// A function belongs to a set of the machine's activation table; using one whose set is not
// loaded is a fault. The sum adds the fp32 values before they are rounded into the destination,
// in 16 partials, onto the reduce register of the destination's partition.
#include "runtime/base/Math.h"
#include "runtime/isa/ActivationSets.h"
#include "runtime/sim/Alu.h"
#include "runtime/sim/Exec.h"

namespace neuron::sim {

using isa::Activation;
using isa::ReduceCmd;

namespace {

/// Everything is inlined here, so that the loop is one that compilers vectorise.
template <typename Function>
__attribute__((flatten, noinline)) void each(float *row, size_t count, Function function) {
  for (size_t i = 0; i < count; ++i)
    row[i] = function(row[i]);
}

void applyFunction(Activation function, float *row, size_t count) {
  switch (function) {
  case Activation::Copy:
    return;
#define NEURON_ACTIVATION(name, expression)                                                        \
  case Activation::name:                                                                           \
    return each(row, count, [](float x) { return expression; });
    NEURON_ACTIVATION(Square, math::square(x))
    NEURON_ACTIVATION(Sigmoid, math::sigmoid(x))
    NEURON_ACTIVATION(Relu, math::relu(x))
    NEURON_ACTIVATION(Gelu, math::gelu(x))
    NEURON_ACTIVATION(GeluTanh, math::geluTanh(x))
    NEURON_ACTIVATION(Silu, math::silu(x))
    NEURON_ACTIVATION(Tanh, math::tanh(x))
    NEURON_ACTIVATION(Softplus, math::softplus(x))
    NEURON_ACTIVATION(Mish, math::mish(x))
    NEURON_ACTIVATION(Erf, math::erf(x))
    NEURON_ACTIVATION(Exp, math::exp(x))
    NEURON_ACTIVATION(Sign, math::sign(x))
    NEURON_ACTIVATION(Abs, math::abs(x))
    NEURON_ACTIVATION(Log, math::log(x))
    NEURON_ACTIVATION(Sin, math::sin(x))
    NEURON_ACTIVATION(Arctan, math::arctan(x))
    NEURON_ACTIVATION(Sqrt, math::sqrt(x))
    NEURON_ACTIVATION(Rsqrt, math::rsqrt(x))
    NEURON_ACTIVATION(Reciprocal, math::reciprocal(x))
#undef NEURON_ACTIVATION
  }
}

/// x * scale + bias, leaving out what does nothing (a product with 1 is exact, a sum with 0
/// would lose the sign of -0).
void scaleAndShift(const float *in, float scale, float bias, float *out, size_t count) {
  if (bias != 0)
    for (size_t i = 0; i < count; ++i)
      out[i] = in[i] * scale + bias;
  else
    for (size_t i = 0; i < count; ++i)
      out[i] = in[i] * scale;
}

Status accumulate(Core &core, ReduceCmd command, unsigned partition, const float *row,
                  size_t count) {
  ReduceRegister &sum = core.reduce[partition];
  if (command == ReduceCmd::Idle)
    return Status::success();
  if (command != ReduceCmd::Reduce)
    sum = {0, true};
  if (command == ReduceCmd::Reset)
    return Status::success();
  if (!sum.valid)
    return core.refuse(FaultKind::UninitialisedRead, {},
                       "adds to the reduce register of partition %u, which was never reset",
                       partition);
  sum.value = sum.value + reduceRow(isa::AluOp::Add, row, count);
  canonicaliseNaN(&sum.value, 1);
  return Status::success();
}

} // namespace

Status execute(Core &core, const isa::Activate &inst) {
  using View = isa::Activate;
  Destination dst(core, View::kDst, "dst");
  Source src(core, View::kSrc, "src");
  ColumnSource bias(core, View::kBias, "bias"), scale(core, View::kScaleColumn, "scaleColumn");
  if (!isa::inTableSet(inst.function(), core.tableSet))
    return core.refuse(FaultKind::UndefinedBehaviour, {},
                       "uses %s, whose activation table is not loaded",
                       isa::toText(inst.function()));
  NEURON_TRY(dst.open(inst.dst()));
  NEURON_TRY(openLike(core, dst, src, inst.src()));
  NEURON_TRY(openColumn(core, dst, bias, inst.bias(), inst.biasImm()));
  NEURON_TRY(openColumn(core, dst, scale, inst.scaleColumn(), inst.scale()));
  return core.eachRow(dst.rows(), dst.elements(), [&](unsigned row) -> Status {
    const float *in;
    float factor, shift;
    NEURON_TRY(src.floats(row, in));
    NEURON_TRY(scale.value(row, factor));
    NEURON_TRY(bias.value(row, shift));
    float *out = dst.floats(row);
    scaleAndShift(in, factor, shift, out, dst.elements());
    applyFunction(inst.function(), out, dst.elements());
    canonicaliseNaN(out, dst.elements());
    NEURON_TRY(accumulate(core, inst.reduce(), dst.firstPartition() + row, out, dst.elements()));
    dst.put(row);
    return Status::success();
  });
}

Status execute(Core &core, const isa::ReadReduce &inst) {
  Destination dst(core, isa::ReadReduce::kDst, "dst");
  NEURON_TRY(dst.open(inst.dst()));
  if (dst.elements() != 1)
    return core.illegal("dst is not a column");
  for (unsigned row = 0; row < dst.rows(); ++row) {
    const ReduceRegister &sum = core.reduce[dst.firstPartition() + row];
    if (!sum.valid)
      return core.refuse(FaultKind::UninitialisedRead, {},
                         "reads the reduce register of partition %u, which was never reset",
                         dst.firstPartition() + row);
    dst.floats(row)[0] = sum.value;
    dst.put(row);
  }
  return Status::success();
}

Status execute(Core &core, const isa::LoadTable &inst) {
  int set = isa::tableSetOf(inst.function());
  if (set != isa::kEveryTableSet)
    core.tableSet = set;
  return Status::success();
}

} // namespace neuron::sim
