// Steps of scalar bodies on integers; see IntegerBody.h.
#include "passes/templates/IntegerBody.h"

#include "llvm/ADT/STLExtras.h"

#include <cmath>

using namespace neuron;
using namespace neuron::templates;
using isa::AluOp;
using isa::Engine;
using nn::Primitive;
using nn::ScalarArg;
using nn::ScalarStep;

namespace {

constexpr unsigned kQuotientTiles = 9;

bool isBitwise(AluOp op) { return op >= AluOp::BitwiseAnd && op <= AluOp::ShiftRight; }

DType signedOf(DType words) {
  return byteSize(words) == 1 ? DType::I8 : byteSize(words) == 2 ? DType::I16 : DType::I32;
}

/// A number of a body as integers see it: towards zero, within what an immediate can be.
float wholeNumber(float literal) {
  return std::fmin(std::fmax(std::trunc(literal), -0x1p62f), 0x1p62f);
}

class IntegerEmitter {
public:
  IntegerEmitter(TileBuilder &tiles, ArrayRef<Ref> operands, DType words, const Ref &dst)
      : tiles(tiles), operands(operands), words(words), dst(dst) {}

  void run(const nn::ScalarBody &body) {
    for (const ScalarStep &step : body.steps) {
      Ref out = &step == &body.steps.back() ? dst : temporary(words);
      emit(step, out);
      results.push_back(out);
    }
  }

private:
  Ref temporary(DType dtype) { return tiles.sbuf(dst.partitions, dst.columns(), dtype); }

  Ref tileOf(const ScalarArg &arg) {
    if (arg.kind == ScalarArg::Kind::Operand)
      return operands[arg.index];
    if (arg.kind == ScalarArg::Kind::Step)
      return results[arg.index];
    Ref spread = temporary(words);
    tiles.memset(spread, wholeNumber(arg.literal));
    return spread;
  }

  void combine(const Ref &out, const Ref &a, const Ref &b, AluOp op) {
    tiles.tensorTensor(out, a, b, op, wordEngine(op, words));
  }
  void combine(const Ref &out, const Ref &a, float number, AluOp op, bool reverse = false) {
    bool tells = op >= AluOp::IsEqual && op <= AluOp::IsLessEqual && std::fabs(number) < 0x1p24f;
    tiles.tensorScalar(out, a, op, number, reverse, AluOp::Bypass, 0.0f, false,
                       tells ? Engine::Vector : wordEngine(op, words));
  }

  void emit(const ScalarStep &step, const Ref &out) {
    if (step.primitive == Primitive::Select)
      return emitSelect(step, out);
    if (step.primitive == Primitive::Quotient)
      return emitQuotient(out, tileOf(step.args[0]), tileOf(step.args[1]));
    if (nn::primitiveArity(step.primitive) == 1)
      return emitUnary(step.primitive, tileOf(step.args[0]), out);
    AluOp op = AluOp(unsigned(step.primitive) - unsigned(Primitive::Add) + unsigned(AluOp::Add));
    bool left = step.args[0].kind == ScalarArg::Kind::Literal;
    bool right = step.args[1].kind == ScalarArg::Kind::Literal;
    if (left == right)
      return combine(out, tileOf(step.args[0]), tileOf(step.args[1]), op);
    combine(out, tileOf(step.args[left ? 1 : 0]), wholeNumber(step.args[left ? 0 : 1].literal), op,
            left);
  }

  void emitUnary(Primitive primitive, const Ref &x, const Ref &out) {
    switch (primitive) {
    case Primitive::Abs:
      return combine(out, x, 0, AluOp::AbsMax);
    case Primitive::Relu:
      return combine(out, x, 0, AluOp::Max);
    case Primitive::Square:
      return combine(out, x, x, AluOp::Multiply);
    case Primitive::Sign: {
      Ref above = temporary(words), below = temporary(words);
      combine(above, x, 0, AluOp::IsGreater);
      combine(below, x, 0, AluOp::IsLess);
      return combine(out, above, below, AluOp::Subtract);
    }
    default:
      return tiles.copy(out, x, Engine::GpSimd);
    }
  }

  void emitSelect(const ScalarStep &step, const Ref &out) {
    Ref predicate = tileOf(step.args[0]);
    Ref chosen = temporary(words);
    tiles.copy(chosen, tileOf(step.args[2]));
    tiles.copyPredicated(chosen, tileOf(step.args[1]), predicate);
    tiles.copy(out, chosen);
  }

  /// a / b towards zero, 0 where b is 0.
  ///
  /// a without its remainder is q * b. The product with 1 / b in f32 misses q by at most
  /// |q| * 2^-22 + 1/2; what the missing is times b is known exactly and small, so that a second
  /// product gives the missing itself.
  void emitQuotient(const Ref &out, const Ref &a, const Ref &b) {
    Ref divisor = temporary(words), flag = temporary(words);
    combine(flag, b, 0, AluOp::IsEqual);
    combine(divisor, b, flag, AluOp::Add);
    Ref whole = withoutRemainder(a, divisor, flag);
    Ref inverse = temporary(DType::F32), quotient = temporary(words), rest = temporary(words);
    tiles.reciprocal(inverse, divisor);
    tiles.tensorTensor(quotient, whole, inverse, AluOp::Multiply);
    combine(rest, quotient, divisor, AluOp::Multiply);
    combine(rest, whole, rest, AluOp::Subtract);
    Ref missing = temporary(signedOf(words));
    tiles.tensorTensor(missing, rest.asType(missing.dtype), inverse, AluOp::Multiply);
    combine(quotient, quotient, missing.asType(words), AluOp::Add);
    combine(flag, b, 0, AluOp::NotEqual);
    combine(out, quotient, flag, AluOp::Multiply);
  }

  /// The machine's remainder has the sign of b; where that is not a's, b is taken off once more.
  Ref withoutRemainder(const Ref &a, const Ref &b, const Ref &flag) {
    Ref rest = temporary(words);
    combine(rest, a, b, AluOp::Mod);
    if (kindOf(words) != 'U') {
      Ref negative = temporary(words);
      combine(flag, a, 0, AluOp::IsLess);
      combine(negative, b, 0, AluOp::IsLess);
      combine(flag, flag, negative, AluOp::LogicalXor);
      combine(flag, flag, rest, AluOp::LogicalAnd);
      combine(flag, flag, b, AluOp::Multiply);
      combine(rest, rest, flag, AluOp::Subtract);
    }
    combine(rest, a, rest, AluOp::Subtract);
    return rest;
  }

  TileBuilder &tiles;
  ArrayRef<Ref> operands;
  DType words;
  const Ref &dst;
  SmallVector<Ref> results;
};

} // namespace

isa::Engine templates::wordEngine(AluOp op, DType words) {
  bool chooses =
      op == AluOp::Max || op == AluOp::Min || (op >= AluOp::IsEqual && op <= AluOp::LogicalXor);
  return isBitwise(op) || (chooses && byteSize(words) <= 2) ? Engine::Vector : Engine::GpSimd;
}

unsigned templates::integerStepTiles(const ScalarStep &step) {
  return step.primitive == Primitive::Quotient ? kQuotientTiles + 2 : 4;
}

void templates::emitIntegerSteps(TileBuilder &tiles, const nn::ScalarBody &body,
                                 ArrayRef<Ref> operands, DType words, const Ref &dst) {
  IntegerEmitter(tiles, operands, words, dst).run(body);
}
