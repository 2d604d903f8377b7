// Elementwise ops and casts: bodies in portable mode, references in reference mode.
#include "passes/eval/Kernels.h"

#include "dialects/nn/Nn.h"
#include "dialects/nn/ScalarBody.h"
#include "runtime/base/Numbers.h"
#include <limits>

using namespace mlir;

namespace neuron::eval {
namespace {

using nn::ScalarArg;
using nn::ScalarBody;
using nn::ScalarStep;

/// Operands as T, repeated to the result's shape.
template <class T> std::vector<std::vector<T>> loadOperands(const OpCall &call) {
  std::vector<std::vector<T>> operands;
  for (const HostTensor *tensor : call.operands)
    operands.push_back(broadcastTo(load<T>(*tensor), tensor->shape, call.out().shape));
  return operands;
}

/// Executes the body step by step on blocks of elements.
std::vector<float> runBody(const ScalarBody &body, ArrayRef<std::vector<float>> operands,
                           int64_t count) {
  constexpr int64_t block = 256;
  std::vector<float> out(count);
  std::vector<std::array<float, block>> results(body.steps.size());
  for (int64_t base = 0; base < count; base += block)
    for (int64_t width = std::min(block, count - base), s = 0; s < int64_t(results.size()); ++s) {
      const ScalarStep &step = body.steps[s];
      unsigned arity = nn::primitiveArity(step.primitive);
      for (int64_t i = 0; i < width; ++i) {
        float args[3] = {};
        for (unsigned a = 0; a < arity; ++a) {
          const ScalarArg &arg = step.args[a];
          args[a] = arg.kind == ScalarArg::Kind::Operand ? operands[arg.index][base + i]
                    : arg.kind == ScalarArg::Kind::Step  ? results[arg.index][i]
                                                         : arg.literal;
        }
        results[s][i] = nn::evaluatePrimitive(step.primitive, args);
      }
      if (s + 1 == int64_t(results.size()))
        std::copy_n(results[s].begin(), width, out.begin() + base);
    }
  return out;
}

/// One call of `function` an element.
template <class T, class Function>
std::vector<T> runReference(Function function, ArrayRef<std::vector<T>> operands,
                            ArrayRef<double> scalars, int64_t count) {
  std::vector<T> out(count);
  SmallVector<T, 3> point(operands.size());
  for (int64_t i = 0; i < count; ++i) {
    for (size_t j = 0; j < operands.size(); ++j)
      point[j] = operands[j][i];
    out[i] = function(point.data(), scalars.data());
  }
  return out;
}

void evalRow(const OpCall &call, const nn::ScalarRow &row) {
  int64_t count = call.out().elements();
  SmallVector<double, 2> scalars = nn::getScalars(call.op, row);
  // The last operand's type is that of the values; the first of select is its predicate.
  bool floats = isFloat(call.operands.back()->type);
  if (!floats && row.integerReference) {
    store(runReference<int64_t>(row.integerReference, loadOperands<int64_t>(call), scalars, count),
          call.out());
  } else if (call.mode == EvalMode::Portable) {
    store(runBody(nn::getScalarBody(call.op), loadOperands<float>(call), count), call.out());
  } else {
    store(runReference<double>(row.reference, loadOperands<double>(call), scalars, count),
          call.out());
  }
}

/// Towards zero, to the nearest end of the range, not-a-number to 0.
int64_t toInteger(double value, DType type) {
  unsigned bits = byteSize(type) * 8;
  bool isUnsigned = kindOf(type) == 'U';
  double high = std::ldexp(1.0, isUnsigned ? bits : bits - 1);
  double low = isUnsigned ? 0 : -high;
  if (value != value)
    return 0;
  if (value >= high)
    return isUnsigned ? int64_t(bits == 64 ? ~uint64_t{0} : (uint64_t{1} << bits) - 1)
                      : int64_t((uint64_t{1} << (bits - 1)) - 1);
  if (value <= low)
    return isUnsigned ? 0 : -int64_t((uint64_t{1} << (bits - 1)) - 1) - 1;
  return isUnsigned ? int64_t(uint64_t(value)) : int64_t(value);
}

void evalCast(const OpCall &call) {
  const HostTensor &input = call.in(0);
  HostTensor &out = call.out();
  unsigned fromBytes = input.elementBytes(), toBytes = out.elementBytes();
  if (!isFloat(input.type) && !isFloat(out.type)) {
    store(load<int64_t>(input), out);
    return;
  }
  if (!isFloat(out.type) && out.type != DType::Bool) {
    std::vector<int64_t> integers;
    for (double value : load<double>(input))
      integers.push_back(toInteger(value, out.type));
    store(integers, out);
    return;
  }
  // Rounded once whatever the types: 64-bit integers have no exact double.
  for (int64_t i = 0, n = out.elements(); i < n; ++i)
    convert(input.type, input.bytes.data() + i * fromBytes, out.type,
            out.bytes.data() + i * toBytes);
}

} // namespace

bool evalElementwise(const OpCall &call) {
  if (isa<nn::CastOp>(call.op)) {
    evalCast(call);
    return true;
  }
  const nn::ScalarRow *row = nn::findScalarRow(call.op->getName().getStringRef());
  if (!row)
    return false;
  evalRow(call, *row);
  return true;
}

} // namespace neuron::eval
