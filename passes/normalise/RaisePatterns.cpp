// neuron-raise-patterns: ops of whole meaning from the pieces that exporters make of them.
//
// Each pattern starts at the last op of a composition and looks back through its operands; the
// first mismatch leaves everything as it is. Templates lower the whole op in one pass over the
// data where the pieces would each go through device memory.
#include "passes/normalise/OpEmitter.h"
#include "passes/normalise/RaisePositions.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/Matchers.h"
#include "mlir/Pass/Pass.h"
#include "mlir/Transforms/GreedyPatternRewriteDriver.h"

#include <cmath>

namespace neuron::passes {
#define GEN_PASS_DEF_RAISEPATTERNS
#include "passes/Passes.h.inc"
} // namespace neuron::passes

using namespace mlir;
using namespace neuron;
using namespace neuron::passes;

namespace {

/// The number that a constant repeats, if it does.
std::optional<double> splatOf(Value value) {
  DenseElementsAttr elements;
  if (!matchPattern(value, m_Constant(&elements)) || !elements.isSplat() ||
      !mlir::isa<FloatType>(elements.getElementType()))
    return std::nullopt;
  return elements.getSplatValue<APFloat>().convertToDouble();
}

bool isNumber(Value value, double expected, double relative = 1e-5) {
  std::optional<double> number = splatOf(value);
  return number && std::abs(*number - expected) <= relative * std::abs(expected);
}

/// For a commutative op: the operand that is not `known`, or null.
template <class OpTy> Value otherOperand(Value value, Value known) {
  auto op = value.getDefiningOp<OpTy>();
  if (!op)
    return nullptr;
  if (op->getOperand(0) == known)
    return op->getOperand(1);
  return op->getOperand(1) == known ? op->getOperand(0) : nullptr;
}

/// For a commutative op with a number on one side: the other side.
template <class OpTy> Value besideNumber(Value value, double number) {
  auto op = value.getDefiningOp<OpTy>();
  if (!op)
    return nullptr;
  if (isNumber(op->getOperand(1), number))
    return op->getOperand(0);
  return isNumber(op->getOperand(0), number) ? op->getOperand(1) : nullptr;
}

/// The operand of a scaled value and the factor; factor 1 when it is not scaled.
std::pair<Value, double> scaled(Value value) {
  if (auto product = value.getDefiningOp<nn::MultiplyOp>())
    for (unsigned side : {0u, 1u})
      if (std::optional<double> factor = splatOf(product->getOperand(side)))
        return {product->getOperand(1 - side), *factor};
  if (auto quotient = value.getDefiningOp<nn::DivideOp>())
    if (std::optional<double> divisor = splatOf(quotient.getY()))
      return {quotient.getX(), 1.0 / *divisor};
  return {value, 1.0};
}

struct Raise : RewritePattern {
  Raise(MLIRContext *context, StringRef root) : RewritePattern(root, 1, context) {}
};

/// x * sigmoid(x).
struct RaiseSilu : Raise {
  explicit RaiseSilu(MLIRContext *context) : Raise(context, "nn.multiply") {}
  LogicalResult matchAndRewrite(Operation *op, PatternRewriter &rewriter) const override {
    for (unsigned side : {0u, 1u}) {
      auto sigmoid = op->getOperand(side).getDefiningOp<nn::SigmoidOp>();
      if (!sigmoid || sigmoid->getOperand(0) != op->getOperand(1 - side))
        continue;
      OpEmitter emit(rewriter, op->getLoc());
      rewriter.replaceOp(op, emit.make<nn::SiluOp>({op->getOperand(1 - side)}));
      return success();
    }
    return rewriter.notifyMatchFailure(op, "no operand is the sigmoid of the other");
  }
};

/// x * (1 + erf(x / sqrt 2)) / 2, the three factors in any order.
struct RaiseGelu : Raise {
  explicit RaiseGelu(MLIRContext *context) : Raise(context, "nn.erf") {}
  LogicalResult matchAndRewrite(Operation *op, PatternRewriter &rewriter) const override {
    auto [x, factor] = scaled(op->getOperand(0));
    if (std::abs(factor - std::sqrt(0.5)) > 1e-5)
      return rewriter.notifyMatchFailure(op, "the argument is not x / sqrt 2");
    Operation *plusOne = onlyUser(op);
    if (!plusOne || !besideNumber<nn::AddOp>(plusOne->getResult(0), 1.0))
      return rewriter.notifyMatchFailure(op, "1 is not added to erf");
    // Two more products, one with x and one with 1/2, or one with x / 2.
    Operation *first = onlyUser(plusOne);
    if (!first || !mlir::isa<nn::MultiplyOp>(first))
      return rewriter.notifyMatchFailure(op, "1 + erf is not multiplied");
    Value other = otherOperand<nn::MultiplyOp>(first->getResult(0), plusOne->getResult(0));
    Operation *last = first;
    if (std::pair<Value, double> half = scaled(other); half.first != x || half.second != 0.5) {
      last = onlyUser(first);
      Value rest =
          last ? otherOperand<nn::MultiplyOp>(last->getResult(0), first->getResult(0)) : Value();
      if (!rest || !((other == x && isNumber(rest, 0.5)) || (rest == x && isNumber(other, 0.5))))
        return rewriter.notifyMatchFailure(op, "the product is not with x and 1/2");
    }
    rewriter.setInsertionPoint(last);
    OpEmitter emit(rewriter, last->getLoc());
    rewriter.replaceOp(last, emit.make<nn::GeluOp>({x}));
    return success();
  }
  static Operation *onlyUser(Operation *op) {
    return op->getResult(0).hasOneUse() ? *op->getResult(0).user_begin() : nullptr;
  }
};

/// The input, if `value` is its mean over the last dim, which stays as 1.
Value meanOverLast(Value value) {
  auto mean = value.getDefiningOp<nn::ReduceMeanOp>();
  if (!mean || !mean.getKeepDims() || mean.getAxes().size() != 1 ||
      mean.getAxes()[0] != typeOf(mean.getInput()).getRank() - 1)
    return nullptr;
  return mean.getInput();
}

/// The base, if `value` is its square.
Value squared(Value value) {
  if (auto square = value.getDefiningOp<nn::SquareOp>())
    return square->getOperand(0);
  if (auto power = value.getDefiningOp<nn::PowOp>(); power && isNumber(power.getY(), 2.0))
    return power.getX();
  auto product = value.getDefiningOp<nn::MultiplyOp>();
  return product && product.getX() == product.getY() ? product.getX() : Value();
}

/// sqrt(variance + epsilon) as a divisor, or its reciprocal as a factor, of `x`.
struct Normalised {
  Value x;        ///< what is divided
  Value variance; ///< before epsilon
  double epsilon;
};

std::optional<Normalised> deviation(Value x, Value root) {
  auto sum = root.getDefiningOp<nn::AddOp>();
  if (!sum)
    return std::nullopt;
  for (unsigned side : {0u, 1u})
    if (std::optional<double> epsilon = splatOf(sum->getOperand(side)))
      return Normalised{x, sum->getOperand(1 - side), *epsilon};
  return std::nullopt;
}

std::optional<Normalised> normalised(Value value) {
  if (auto quotient = value.getDefiningOp<nn::DivideOp>())
    if (auto root = quotient.getY().getDefiningOp<nn::SqrtOp>())
      return deviation(quotient.getX(), root->getOperand(0));
  auto product = value.getDefiningOp<nn::MultiplyOp>();
  for (unsigned side : {0u, 1u}) {
    if (!product)
      break;
    Value factor = product->getOperand(side), x = product->getOperand(1 - side);
    if (auto inverse = factor.getDefiningOp<nn::RsqrtOp>())
      return deviation(x, inverse->getOperand(0));
    Value root = nullptr;
    if (auto inverse = factor.getDefiningOp<nn::ReciprocalOp>())
      root = inverse->getOperand(0);
    if (auto inverse = factor.getDefiningOp<nn::DivideOp>(); inverse && isNumber(inverse.getX(), 1))
      root = inverse.getY();
    if (auto sqrt = root ? root.getDefiningOp<nn::SqrtOp>() : nn::SqrtOp())
      return deviation(x, sqrt->getOperand(0));
  }
  return std::nullopt;
}

/// A value of n elements along the last dim, as a vector.
Value asVector(Value value, int64_t length, OpEmitter &emit) {
  RankedTensorType type = typeOf(value);
  if (type.getNumElements() != length || type.getRank() == 0 ||
      type.getDimSize(type.getRank() - 1) != length)
    return nullptr;
  return type.getRank() == 1 ? value : emit.reshape(value, {length});
}

/// normalised(x) * scale, with the mean taken off (layer_norm) or not (rms_norm).
struct RaiseNorm : Raise {
  explicit RaiseNorm(MLIRContext *context) : Raise(context, "nn.multiply") {}
  LogicalResult matchAndRewrite(Operation *op, PatternRewriter &rewriter) const override {
    for (unsigned side : {0u, 1u}) {
      std::optional<Normalised> inner = normalised(op->getOperand(side));
      if (!inner)
        continue;
      Value squares = meanOverLast(inner->variance);
      if (!squares || squared(squares) != inner->x)
        continue;
      int64_t rank = typeOf(inner->x).getRank(), length = shapeOf(inner->x).back();
      OpEmitter emit(rewriter, op->getLoc());
      if (op->getResult(0).getType() != inner->x.getType())
        continue;
      Value scale = asVector(op->getOperand(1 - side), length, emit);
      if (!scale)
        continue;
      SmallVector<NamedAttribute> attributes = {
          emit.named("axis", rank - 1),
          {emit.name("epsilon"), rewriter.getF64FloatAttr(inner->epsilon)}};
      auto centred = inner->x.getDefiningOp<nn::SubtractOp>();
      if (centred && meanOverLast(centred.getY()) == centred.getX())
        rewriter.replaceOp(op, emit.make<nn::LayerNormOp>({centred.getX(), scale}, attributes));
      else
        rewriter.replaceOp(op, emit.make<nn::RmsNormOp>({inner->x, scale}, attributes));
      return success();
    }
    return rewriter.notifyMatchFailure(op, "no operand is a normalised value");
  }
};

/// layer_norm without bias, plus a vector.
struct RaiseNormBias : Raise {
  explicit RaiseNormBias(MLIRContext *context) : Raise(context, "nn.add") {}
  LogicalResult matchAndRewrite(Operation *op, PatternRewriter &rewriter) const override {
    for (unsigned side : {0u, 1u}) {
      auto norm = op->getOperand(side).getDefiningOp<nn::LayerNormOp>();
      if (!norm || norm.getBias() || !norm->hasOneUse())
        continue;
      OpEmitter emit(rewriter, op->getLoc());
      Value bias = asVector(op->getOperand(1 - side), shapeOf(norm.getInput()).back(), emit);
      if (!bias)
        continue;
      rewriter.replaceOp(
          op, emit.make<nn::LayerNormOp>({norm.getInput(), norm.getScale(), bias},
                                         {emit.named("axis", norm.getAxis()),
                                          {emit.name("epsilon"), norm.getEpsilonAttr()}}));
      return success();
    }
    return rewriter.notifyMatchFailure(op, "no operand is a layer_norm without bias");
  }
};

/// softmax(scale * q k' + mask) v; the scale may also stand before the product, on q or k.
struct RaiseAttention : Raise {
  explicit RaiseAttention(MLIRContext *context) : Raise(context, "nn.matmul") {}
  LogicalResult matchAndRewrite(Operation *op, PatternRewriter &rewriter) const override {
    auto outer = cast<nn::MatmulOp>(op);
    auto softmax = outer.getLhs().getDefiningOp<nn::SoftmaxOp>();
    if (!softmax || typeOf(softmax.getInput()).getRank() != 4 || softmax.getAxis() != 3)
      return rewriter.notifyMatchFailure(op, "the left side is no softmax of rank 4");
    Value scores = softmax.getInput(), mask;
    auto [unscaled, factor] = scaled(scores);
    if (auto sum = unscaled.getDefiningOp<nn::AddOp>(); sum && factor == 1.0) {
      bool productLeft = isProduct(sum.getX());
      if (!productLeft && !isProduct(sum.getY()))
        return rewriter.notifyMatchFailure(op, "the scores are no product plus a mask");
      mask = productLeft ? sum.getY() : sum.getX();
      std::tie(unscaled, factor) = scaled(productLeft ? sum.getX() : sum.getY());
    }
    auto inner = unscaled.getDefiningOp<nn::MatmulOp>();
    if (!inner)
      return rewriter.notifyMatchFailure(op, "the scores are no product");
    auto [query, queryFactor] = scaled(inner.getLhs());
    auto [turned, keyFactor] = scaled(inner.getRhs());
    auto transpose = turned.getDefiningOp<nn::TransposeOp>();
    RankedTensorType q = typeOf(query), k = typeOf(turned), v = typeOf(outer.getRhs());
    if (q.getRank() != 4 || k.getRank() != 4 || v.getRank() != 4 ||
        q.getDimSize(0) != k.getDimSize(0) || q.getDimSize(0) != v.getDimSize(0) ||
        q.getDimSize(1) != k.getDimSize(1) || k.getDimSize(1) != v.getDimSize(1) ||
        (mask && typeOf(mask).getRank() != 4))
      return rewriter.notifyMatchFailure(op, "operands are not [batch, heads, rows, depth]");
    OpEmitter emit(rewriter, op->getLoc());
    SmallVector<Value> operands = {query, keyOf(turned, transpose, emit), outer.getRhs()};
    if (mask)
      operands.push_back(mask);
    double scale = factor * queryFactor * keyFactor;
    rewriter.replaceOp(op, emit.make<nn::AttentionOp>(
                               operands, {{emit.name("scale"), rewriter.getF64FloatAttr(scale)}}));
    return success();
  }

  static bool isProduct(Value value) { return scaled(value).first.getDefiningOp<nn::MatmulOp>(); }

  /// The key [b, h, t, d] of a right side [b, h, d, t].
  static Value keyOf(Value turned, nn::TransposeOp transpose, OpEmitter &emit) {
    if (!transpose)
      return emit.swapLast(turned);
    SmallVector<int64_t> perm(transpose.getPerm());
    std::swap(perm[2], perm[3]);
    bool identity = llvm::all_of(
        llvm::enumerate(perm), [](auto entry) { return int64_t(entry.index()) == entry.value(); });
    return identity ? transpose.getInput() : emit.transpose(transpose.getInput(), perm);
  }
};

struct RaisePatternsPass : neuron::passes::impl::RaisePatternsBase<RaisePatternsPass> {
  void runOnOperation() override {
    RewritePatternSet patterns(&getContext());
    patterns.add<RaiseSilu, RaiseGelu, RaiseNorm, RaiseNormBias, RaiseAttention>(&getContext());
    addPositionPatterns(patterns);
    if (failed(applyPatternsGreedily(getOperation(), std::move(patterns))))
      signalPassFailure();
  }
};

} // namespace
