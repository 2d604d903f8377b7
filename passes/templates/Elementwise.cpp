// Elementwise ops: the steps of the op's scalar body as engine instructions on whole tiles.
//
// Binary primitives go to the VectorE (power to GpSimd, the only engine that has it), unary
// functions to the ScalarE, except the correctly rounded reciprocal. A number becomes the
// immediate of tensor_scalar. Every step but the last has a tile of f32; the last writes the
// result's own type.
#include "passes/templates/MapReduce.h"

#include "dialects/nn/Nn.h"
#include "dialects/nn/ScalarBody.h"

#include "llvm/ADT/STLExtras.h"

using namespace mlir;
using namespace neuron;
using namespace neuron::templates;
using nn::Primitive;
using nn::ScalarArg;
using nn::ScalarStep;

namespace {

// The primitives are listed in the order of the machine's operations.
constexpr isa::AluOp aluOf(Primitive primitive) {
  return isa::AluOp(unsigned(primitive) - unsigned(Primitive::Add) + unsigned(isa::AluOp::Add));
}
constexpr isa::Activation functionOf(Primitive primitive) {
  return isa::Activation(unsigned(primitive) - unsigned(Primitive::Copy));
}
static_assert(aluOf(Primitive::IsEqual) == isa::AluOp::IsEqual &&
              aluOf(Primitive::BitwiseXor) == isa::AluOp::BitwiseXor &&
              aluOf(Primitive::Mod) == isa::AluOp::Mod);
static_assert(functionOf(Primitive::Silu) == isa::Activation::Silu &&
              functionOf(Primitive::Reciprocal) == isa::Activation::Reciprocal);

bool isBitwise(Primitive primitive) {
  return primitive >= Primitive::BitwiseAnd && primitive <= Primitive::ShiftRight;
}

class BodyEmitter {
public:
  BodyEmitter(TileBuilder &tiles, const nn::ScalarBody &body, ArrayRef<Ref> inputs, const Ref &dst)
      : tiles(tiles), body(body), inputs(inputs), dst(dst) {}

  void run() {
    for (const ScalarStep &step : body.steps) {
      bool last = &step == &body.steps.back();
      Ref out = last ? dst : temporary(isBitwise(step.primitive) ? DType::I32 : DType::F32);
      emit(step, out);
      results.push_back(out);
    }
  }

private:
  Ref temporary(DType dtype) { return tiles.sbuf(dst.partitions, dst.columns(), dtype); }

  /// The tile of an argument; a number is spread over one.
  Ref tileOf(const ScalarArg &arg) {
    if (arg.kind == ScalarArg::Kind::Operand)
      return inputs[arg.index];
    if (arg.kind == ScalarArg::Kind::Step)
      return results[arg.index];
    Ref spread = temporary(DType::F32);
    tiles.memset(spread, arg.literal);
    return spread;
  }

  void emit(const ScalarStep &step, const Ref &out) {
    if (step.primitive == Primitive::Select) {
      Ref chosen = temporary(DType::F32);
      tiles.copy(chosen, tileOf(step.args[2]));
      tiles.copyPredicated(chosen, tileOf(step.args[1]), tileOf(step.args[0]));
      return tiles.copy(out, chosen);
    }
    if (step.primitive == Primitive::Reciprocal)
      return tiles.reciprocal(out, tileOf(step.args[0]));
    if (step.primitive == Primitive::Copy)
      return tiles.copy(out, tileOf(step.args[0]));
    if (nn::primitiveArity(step.primitive) == 1)
      return tiles.activate(out, tileOf(step.args[0]), functionOf(step.primitive));
    emitBinary(step, out);
  }

  void emitBinary(const ScalarStep &step, const Ref &out) {
    isa::AluOp op = aluOf(step.primitive);
    isa::Engine engine =
        step.primitive == Primitive::Power ? isa::Engine::GpSimd : isa::Engine::Vector;
    bool numberLeft = step.args[0].kind == ScalarArg::Kind::Literal;
    bool numberRight = step.args[1].kind == ScalarArg::Kind::Literal;
    // A bitwise operation on a number needs the number as an integer, so it gets a tile.
    if ((numberLeft == numberRight) || isBitwise(step.primitive))
      return tiles.tensorTensor(out, tileOf(step.args[0]), tileOf(step.args[1]), op, engine);
    const ScalarArg &number = step.args[numberLeft ? 0 : 1];
    tiles.tensorScalar(out, tileOf(step.args[numberLeft ? 1 : 0]), op, number.literal, numberLeft,
                       isa::AluOp::Bypass, 0.0f, false, engine);
  }

  TileBuilder &tiles;
  const nn::ScalarBody &body;
  ArrayRef<Ref> inputs;
  const Ref &dst;
  SmallVector<Ref> results;
};

/// The view over the result's dims; a dim of size 1 repeats.
HbmView repeated(HbmView view, ArrayRef<int64_t> shape) {
  for (size_t d = 0; d < shape.size(); ++d)
    if (view.shape[d] != shape[d]) {
      view.shape[d] = shape[d];
      view.strides[d] = 0;
    }
  return view;
}

} // namespace

LogicalResult templates::lowerElementwise(Operation *op, Context &context) {
  FailureOr<HbmView> result = context.homes.forResult(op->getResult(0));
  if (failed(result))
    return failure();
  MapReduce problem;
  problem.parallel = result->shape;
  problem.output = *result;
  for (Value operand : op->getOperands()) {
    FailureOr<HbmView> view = context.homes.of(operand);
    if (failed(view))
      return failure();
    problem.inputs.push_back(repeated(*view, result->shape));
  }
  nn::ScalarBody body = nn::getScalarBody(op);
  problem.temporaries = 2 * body.steps.size();
  lowerMapReduce(context, problem, [&](TileBuilder &tiles, ArrayRef<Ref> inputs, const Ref &dst) {
    BodyEmitter(tiles, body, inputs, dst).run();
  });
  return success();
}
