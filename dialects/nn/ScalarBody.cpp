// Bodies of elementwise ops: rows from the tables, attributes put in, constant steps folded.
#include "dialects/nn/ScalarBody.h"

#include "dialects/nn/Nn.h"
#include "dialects/nn/ScalarReference.h"
#include "runtime/base/Math.h"
#include "llvm/ADT/STLExtras.h"
#include <cmath>
#include <limits>

using namespace mlir;

namespace neuron::nn {

//===-- rows ------------------------------------------------------------------------------===//

#include "dialects/nn/NnScalarReferences.inc"

#include "dialects/nn/NnScalarBodies.inc"

ArrayRef<ScalarRow> scalarRows() { return kScalarRows; }

const ScalarRow *findScalarRow(StringRef op) {
  auto *row = llvm::lower_bound(kScalarRows, op,
                                [](const ScalarRow &row, StringRef name) { return row.op < name; });
  return row != std::end(kScalarRows) && row->op == op ? row : nullptr;
}

bool isElementwise(Operation *op) {
  return isa<CastOp>(op) || findScalarRow(op->getName().getStringRef());
}

StringRef primitiveText(Primitive primitive) {
  static constexpr StringLiteral texts[] = {
#define NEURON_NN_PRIMITIVE_TEXT(name, text, operands) text,
      NEURON_NN_PRIMITIVES(NEURON_NN_PRIMITIVE_TEXT)
#undef NEURON_NN_PRIMITIVE_TEXT
  };
  return texts[unsigned(primitive)];
}

unsigned primitiveArity(Primitive primitive) {
  static constexpr unsigned arities[] = {
#define NEURON_NN_PRIMITIVE_ARITY(name, text, operands) operands,
      NEURON_NN_PRIMITIVES(NEURON_NN_PRIMITIVE_ARITY)
#undef NEURON_NN_PRIMITIVE_ARITY
  };
  return arities[unsigned(primitive)];
}

//===-- primitives ------------------------------------------------------------------------===//

static float flooredMod(float a, float b) {
  // std::fmod is exact, so it has the same bits everywhere.
  float rest = std::fmod(a, b);
  return rest != 0 && (rest < 0) != (b < 0) ? rest + b : rest;
}

static float onIntegers(Primitive primitive, float a, float b) {
  int64_t x = static_cast<int64_t>(a), y = static_cast<int64_t>(b);
  switch (primitive) {
  case Primitive::BitwiseAnd:
    return static_cast<float>(x & y);
  case Primitive::BitwiseOr:
    return static_cast<float>(x | y);
  case Primitive::BitwiseXor:
    return static_cast<float>(x ^ y);
  case Primitive::ShiftLeft:
    return static_cast<float>(shiftLeft(x, y));
  default:
    return static_cast<float>(shiftRight(x, y));
  }
}

static float evaluateUnary(Primitive primitive, float a) {
  switch (primitive) {
  case Primitive::Square:
    return a * a;
  case Primitive::Sigmoid:
    return math::sigmoid(a);
  case Primitive::Relu:
    return math::relu(a);
  case Primitive::Gelu:
    return math::gelu(a);
  case Primitive::GeluTanh:
    return math::geluTanh(a);
  case Primitive::Silu:
    return math::silu(a);
  case Primitive::Tanh:
    return math::tanh(a);
  case Primitive::Softplus:
    return math::softplus(a);
  case Primitive::Mish:
    return math::mish(a);
  case Primitive::Erf:
    return math::erf(a);
  case Primitive::Exp:
    return math::exp(a);
  case Primitive::Sign:
    return math::sign(a);
  case Primitive::Abs:
    return math::abs(a);
  case Primitive::Log:
    return math::log(a);
  case Primitive::Sin:
    return math::sin(a);
  case Primitive::Arctan:
    return math::arctan(a);
  case Primitive::Sqrt:
    return math::sqrt(a);
  case Primitive::Rsqrt:
    return math::rsqrt(a);
  case Primitive::Reciprocal:
    return math::reciprocal(a);
  default:
    return a;
  }
}

float evaluatePrimitive(Primitive primitive, const float *args) {
  if (primitiveArity(primitive) == 1)
    return evaluateUnary(primitive, args[0]);
  float a = args[0], b = args[1];
  switch (primitive) {
  case Primitive::Add:
    return a + b;
  case Primitive::Subtract:
    return a - b;
  case Primitive::Multiply:
    return a * b;
  case Primitive::Max:
    return b > a || b != b ? b : a;
  case Primitive::Min:
    return b < a || b != b ? b : a;
  case Primitive::IsEqual:
    return a == b;
  case Primitive::NotEqual:
    return a != b;
  case Primitive::IsGreater:
    return a > b;
  case Primitive::IsGreaterEqual:
    return a >= b;
  case Primitive::IsLess:
    return a < b;
  case Primitive::IsLessEqual:
    return a <= b;
  case Primitive::LogicalAnd:
    return a != 0 && b != 0;
  case Primitive::LogicalOr:
    return a != 0 || b != 0;
  case Primitive::LogicalXor:
    return (a != 0) != (b != 0);
  case Primitive::AbsMax:
    return std::max(math::abs(a), math::abs(b));
  case Primitive::AbsMin:
    return std::min(math::abs(a), math::abs(b));
  case Primitive::Power:
    return math::pow(a, b);
  case Primitive::Mod:
    return flooredMod(a, b);
  case Primitive::Select:
    return a != 0 ? b : args[2];
  case Primitive::Quotient:
    return static_cast<float>(truncatedDivide(static_cast<int64_t>(a), static_cast<int64_t>(b)));
  default:
    return onIntegers(primitive, a, b);
  }
}

float evaluateBody(const ScalarBody &body, const float *operands) {
  SmallVector<float, 16> results;
  for (const ScalarStep &step : body.steps) {
    float args[3] = {};
    for (unsigned i = 0; i < primitiveArity(step.primitive); ++i) {
      const ScalarArg &arg = step.args[i];
      args[i] = arg.kind == ScalarArg::Kind::Operand ? operands[arg.index]
                : arg.kind == ScalarArg::Kind::Step  ? results[arg.index]
                                                     : arg.literal;
    }
    results.push_back(evaluatePrimitive(step.primitive, args));
  }
  return results.back();
}

//===-- bodies of ops ---------------------------------------------------------------------===//

namespace {

/// Copies steps of a row, replacing attributes and the results of constant steps by literals.
class Instantiation {
public:
  Instantiation(ArrayRef<ScalarStep> row, ArrayRef<double> scalars) : row(row), scalars(scalars) {}

  SmallVector<ScalarStep, 4> run() {
    for (const ScalarStep &step : row)
      results.push_back(add(step));
    if (steps.empty())
      steps.push_back({Primitive::Copy, {results.back()}});
    return std::move(steps);
  }

private:
  ScalarArg resolve(ScalarArg arg) const {
    if (arg.kind == ScalarArg::Kind::Attribute)
      return {ScalarArg::Kind::Literal, 0, static_cast<float>(scalars[arg.index])};
    return arg.kind == ScalarArg::Kind::Step ? results[arg.index] : arg;
  }

  ScalarArg add(ScalarStep step) {
    float literals[3] = {};
    bool constant = true;
    for (unsigned i = 0; i < primitiveArity(step.primitive); ++i) {
      step.args[i] = resolve(step.args[i]);
      constant &= step.args[i].kind == ScalarArg::Kind::Literal;
      literals[i] = step.args[i].literal;
    }
    if (constant)
      return {ScalarArg::Kind::Literal, 0, evaluatePrimitive(step.primitive, literals)};
    steps.push_back(step);
    return {ScalarArg::Kind::Step, static_cast<uint16_t>(steps.size() - 1), 0};
  }

  ArrayRef<ScalarStep> row;
  ArrayRef<double> scalars;
  SmallVector<ScalarStep, 4> steps;
  SmallVector<ScalarArg> results; ///< one a step of the row
};

constexpr ScalarArg operandArg(uint16_t index) { return {ScalarArg::Kind::Operand, index, 0}; }
constexpr ScalarArg stepArg(uint16_t index) { return {ScalarArg::Kind::Step, index, 0}; }
constexpr ScalarArg literalArg(float value) { return {ScalarArg::Kind::Literal, 0, value}; }

/// Conversion on writing rounds to nearest, so towards zero is done before.
ScalarBody castBody(CastOp cast) {
  Type from = cast.getInput().getType().getElementType();
  Type to = cast.getResult().getType().getElementType();
  ScalarBody body;
  body.operands = 1;
  if (to.isInteger(1) && !from.isInteger(1))
    body.steps = {{Primitive::NotEqual, {operandArg(0), literalArg(0)}}};
  else if (isa<FloatType>(from) && isa<IntegerType>(to))
    body.steps = {{Primitive::Abs, {operandArg(0)}},
                  {Primitive::Mod, {stepArg(0), literalArg(1)}},
                  {Primitive::Subtract, {stepArg(0), stepArg(1)}},
                  {Primitive::Sign, {operandArg(0)}},
                  {Primitive::Multiply, {stepArg(2), stepArg(3)}}};
  else
    body.steps = {{Primitive::Copy, {operandArg(0)}}};
  return body;
}

} // namespace

ScalarBody instantiateBody(const ScalarRow &row, bool integers, ArrayRef<double> scalars) {
  ScalarBody body;
  body.operands = row.operands;
  body.steps =
      Instantiation(integers && !row.integerBody.empty() ? row.integerBody : row.body, scalars)
          .run();
  return body;
}

SmallVector<double, 2> getScalars(Operation *op, const ScalarRow &row) {
  SmallVector<double, 2> scalars;
  for (StringRef name : row.scalars)
    scalars.push_back(op->getAttrOfType<FloatAttr>(name).getValueAsDouble());
  return scalars;
}

ScalarBody getScalarBody(Operation *op) {
  if (auto cast = dyn_cast<CastOp>(op))
    return castBody(cast);
  const ScalarRow *row = findScalarRow(op->getName().getStringRef());
  assert(row && "only elementwise ops have a body");
  auto type = mlir::cast<RankedTensorType>(op->getOperand(row->operands - 1).getType());
  return instantiateBody(*row, isa<IntegerType>(type.getElementType()), getScalars(op, *row));
}

} // namespace neuron::nn
