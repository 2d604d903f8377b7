// Elementwise ops, alone or in a group: the steps of their scalar bodies as engine instructions
// on whole tiles.
//
// Binary primitives go to the VectorE (power to GpSimd, the only engine that has it), unary
// functions to the ScalarE, except the correctly rounded reciprocal. A number becomes the
// immediate of tensor_scalar. Every step but the last has a tile of f32; the last writes the
// result's own type. Steps on integers are IntegerBody's.
#include "passes/templates/GroupBody.h"
#include "passes/templates/IntegerBody.h"
#include "passes/templates/MapReduce.h"

#include "dialects/nn/Nn.h"
#include "dialects/nn/ScalarBody.h"

#include "llvm/ADT/STLExtras.h"

#include <optional>

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

class BodyEmitter {
public:
  BodyEmitter(TileBuilder &tiles, const nn::ScalarBody &body, ArrayRef<Ref> inputs, const Ref &dst)
      : tiles(tiles), body(body), inputs(inputs), dst(dst) {}

  void run() {
    for (const ScalarStep &step : body.steps) {
      bool last = &step == &body.steps.back();
      Ref out = last ? dst : temporary(DType::F32);
      emit(step, out);
      results.push_back(out);
    }
  }

private:
  Ref temporary(DType dtype) { return tiles.sbuf(dst.partitions, dst.columns(), dtype); }

  /// The tile of an argument; a number is spread over one of `numbers`.
  Ref tileOf(const ScalarArg &arg, DType numbers = DType::F32) {
    if (arg.kind == ScalarArg::Kind::Operand)
      return inputs[arg.index];
    if (arg.kind == ScalarArg::Kind::Step)
      return results[arg.index];
    Ref spread = temporary(numbers);
    tiles.memset(spread, arg.literal);
    return spread;
  }

  Ref asType(const Ref &tile, DType type) {
    if (tile.dtype == type)
      return tile;
    Ref converted = temporary(type);
    tiles.copy(converted, tile);
    return converted;
  }
  /// Predicates are integers on the machine.
  Ref asInteger(const Ref &tile) { return isInteger(tile.dtype) ? tile : asType(tile, DType::U8); }

  void emit(const ScalarStep &step, const Ref &out) {
    if (step.primitive == Primitive::Select) {
      // Integers are chosen as they are: f32 does not hold all of 32 bits.
      DType type = isInteger(out.dtype) ? out.dtype : DType::F32;
      Ref chosen = temporary(type);
      tiles.copy(chosen, tileOf(step.args[2], type));
      tiles.copyPredicated(chosen, asType(tileOf(step.args[1], type), type),
                           asInteger(tileOf(step.args[0])));
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

  /// The right operand: a copy where both are the product's bank, of which only one may be.
  Ref besides(const ScalarStep &step) {
    Ref left = tileOf(step.args[0]), right = tileOf(step.args[1]);
    if (left.space != isa::Space::Psum || right.space != isa::Space::Psum)
      return right;
    Ref copied = temporary(right.dtype);
    tiles.copy(copied, right);
    return copied;
  }

  void emitBinary(const ScalarStep &step, const Ref &out) {
    isa::AluOp op = aluOf(step.primitive);
    isa::Engine engine =
        step.primitive == Primitive::Power ? isa::Engine::GpSimd : isa::Engine::Vector;
    bool numberLeft = step.args[0].kind == ScalarArg::Kind::Literal;
    bool numberRight = step.args[1].kind == ScalarArg::Kind::Literal;
    if (numberLeft == numberRight)
      return tiles.tensorTensor(out, tileOf(step.args[0]), besides(step), op, engine);
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

} // namespace

namespace {

/// The type of a value that stays inside a group: integers and what a cast rounds to have their
/// own, the rest is f32.
DType typeWithin(Operation *op) {
  FailureOr<DType> type =
      plan::deviceType(cast<RankedTensorType>(op->getResult(0).getType()).getElementType());
  if (failed(type) || (!isInteger(*type) && !mlir::isa<nn::CastOp>(op)))
    return DType::F32;
  return *type;
}

/// Whether a cast keeps the lower bits of an integer; other casts are copies that round.
bool wraps(Operation *op, DType from, DType to) {
  return mlir::isa<nn::CastOp>(op) && isInteger(from) && isInteger(to) && from != to &&
         from != DType::Bool && to != DType::Bool &&
         (byteSize(to) <= byteSize(from) || (kindOf(to) == 'U' && kindOf(from) != 'U'));
}

/// The type in which an op computes when that is on integers.
std::optional<DType> wordsOf(Operation *op) {
  const nn::ScalarRow *row = nn::findScalarRow(op->getName().getStringRef());
  if (!row || !row->integerReference)
    return std::nullopt;
  // The last operand's type is that of the values; the first of select is its predicate.
  auto type = cast<RankedTensorType>(op->getOperand(row->operands - 1).getType());
  FailureOr<DType> words = plan::deviceType(type.getElementType());
  return succeeded(words) && isWord(*words) ? std::optional(*words) : std::nullopt;
}

/// The lower bits of `in`, as a number of dst's type.
void wrapInteger(TileBuilder &tiles, const Ref &in, const Ref &dst) {
  unsigned width = 8 * byteSize(dst.dtype);
  if (byteSize(in.dtype) == byteSize(dst.dtype))
    return tiles.copy(dst.asType(in.dtype), in);
  if (byteSize(in.dtype) < byteSize(dst.dtype))
    return tiles.copy(dst.asType(width == 16 ? DType::I16 : DType::I32), in);
  Ref mask = tiles.sbuf(dst.partitions, dst.columns(), in.dtype);
  Ref low = tiles.sbuf(dst.partitions, dst.columns(), in.dtype);
  tiles.memset(mask, float((int64_t(1) << width) - 1));
  tiles.tensorTensor(low, in, mask, isa::AluOp::BitwiseAnd);
  if (kindOf(dst.dtype) == 'U')
    return tiles.copy(dst, low);
  Ref beyond = tiles.sbuf(dst.partitions, dst.columns(), DType::F32);
  tiles.tensorScalar(beyond, low, isa::AluOp::IsGreaterEqual, float(int64_t(1) << (width - 1)),
                     false, isa::AluOp::Multiply, -float(int64_t(1) << width));
  tiles.tensorTensor(dst, low, beyond, isa::AluOp::Add);
}

} // namespace

GroupBody::GroupBody(ArrayRef<Operation *> members, Value produced)
    : ops(members.begin(), members.end()), produced(produced),
      resultValue(members.empty() ? produced : members.back()->getResult(0)) {
  llvm::SmallPtrSet<Operation *, 16> inside(ops.begin(), ops.end());
  for (Operation *op : ops) {
    tileCount += 1;
    bool onWords = wordsOf(op).has_value();
    for (const ScalarStep &step : nn::getScalarBody(op).steps)
      tileCount += onWords ? integerStepTiles(step) : 2;
    for (Value operand : op->getOperands())
      if (operand != produced && !inside.count(operand.getDefiningOp()) &&
          !llvm::is_contained(leafValues, operand))
        leafValues.push_back(operand);
  }
}

void GroupBody::emit(TileBuilder &tiles, ArrayRef<Ref> leafTiles, const Ref *producedTile,
                     const Ref &dst) const {
  if (ops.empty())
    return tiles.copy(dst, *producedTile);
  llvm::SmallDenseMap<Value, Ref> known;
  for (auto [leaf, tile] : llvm::zip_equal(leafValues, leafTiles))
    known[leaf] = tile;
  if (producedTile)
    known[produced] = *producedTile;
  for (Operation *op : ops) {
    SmallVector<Ref> inputs;
    for (Value operand : op->getOperands())
      inputs.push_back(known[operand]);
    Ref out = op == ops.back() ? dst : tiles.sbuf(dst.partitions, dst.columns(), typeWithin(op));
    if (wraps(op, inputs[0].dtype, out.dtype)) {
      wrapInteger(tiles, inputs[0], out);
    } else if (std::optional<DType> words = wordsOf(op)) {
      emitIntegerSteps(tiles, nn::getScalarBody(op), inputs, *words, out);
    } else {
      nn::ScalarBody body = nn::getScalarBody(op);
      BodyEmitter(tiles, body, inputs, out).run();
    }
    known[op->getResult(0)] = out;
  }
}

HbmView templates::repeated(HbmView view, ArrayRef<int64_t> shape) {
  for (size_t d = 0; d < shape.size(); ++d)
    if (view.shape[d] != shape[d]) {
      view.shape[d] = shape[d];
      view.strides[d] = 0;
    }
  return view;
}

FailureOr<SmallVector<HbmView>> templates::leafViews(const GroupBody &body, Context &context) {
  ArrayRef<int64_t> shape = cast<RankedTensorType>(body.result().getType()).getShape();
  SmallVector<HbmView> views;
  for (Value leaf : body.leaves()) {
    FailureOr<HbmView> view = context.homes.of(leaf);
    if (failed(view))
      return failure();
    views.push_back(repeated(*view, shape));
  }
  return views;
}

LogicalResult templates::lowerElementwise(Operation *op, Context &context) {
  SmallVector<Operation *> ops = {op};
  ops.append(context.epilogue.begin(), context.epilogue.end());
  GroupBody body(ops, Value());
  FailureOr<SmallVector<HbmView>> leaves = leafViews(body, context);
  FailureOr<HbmView> result = context.homes.forStridedResult(body.result());
  if (failed(leaves) || failed(result))
    return failure();
  MapReduce problem;
  problem.parallel = result->shape;
  problem.output = *result;
  problem.inputs = *leaves;
  problem.temporaries = body.temporaries();
  lowerMapReduce(context, problem, [&](TileBuilder &tiles, ArrayRef<Ref> inputs, const Ref &dst) {
    body.emit(tiles, inputs, nullptr, dst);
  });
  return success();
}
