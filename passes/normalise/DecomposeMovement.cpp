// Movement that is other movement, and what is movement with computed places: tile, blocks,
// pads by mirroring, resize, triangles, one-hot; powers with a known exponent, clips of integers.
#include "passes/eval/ResizePoints.h"
#include "passes/normalise/Decompose.h"

#include "llvm/ADT/TypeSwitch.h"

#include <cmath>

using namespace mlir;

namespace neuron::passes {
namespace {

/// [d0, d1] as [1, d0, 1, d1], broadcast to [r0, d0, r1, d1], joined.
Value tile(nn::TileOp op, OpEmitter &emit) {
  Dims split, repeated;
  for (auto [dim, repeat] : llvm::zip_equal(shapeOf(op.getInput()), op.getRepeats())) {
    split.append({1, dim});
    repeated.append({repeat, dim});
  }
  Value parts = emit.broadcast(emit.reshape(op.getInput(), split), repeated);
  return emit.reshape(parts, shapeOf(op.getResult()));
}

Value depthToSpace(nn::DepthToSpaceOp op, OpEmitter &emit) {
  ArrayRef<int64_t> s = shapeOf(op.getInput());
  int64_t b = op.getBlock(), c = s[1] / (b * b);
  bool rowsFirst = op.getMode() == "DCR";
  Value split = rowsFirst ? emit.reshape(op.getInput(), {s[0], b, b, c, s[2], s[3]})
                          : emit.reshape(op.getInput(), {s[0], c, b, b, s[2], s[3]});
  Value moved = rowsFirst ? emit.transpose(split, {0, 3, 4, 1, 5, 2})
                          : emit.transpose(split, {0, 1, 4, 2, 5, 3});
  return emit.reshape(moved, shapeOf(op.getResult()));
}

Value spaceToDepth(nn::SpaceToDepthOp op, OpEmitter &emit) {
  ArrayRef<int64_t> s = shapeOf(op.getInput());
  int64_t b = op.getBlock();
  Value split = emit.reshape(op.getInput(), {s[0], s[1], s[2] / b, b, s[3] / b, b});
  return emit.reshape(emit.transpose(split, {0, 3, 5, 1, 2, 4}), shapeOf(op.getResult()));
}

//===-- pads ------------------------------------------------------------------------------===//

/// The element of 0..dim that stands for position `at`.
int64_t standIn(int64_t at, int64_t dim, StringRef mode) {
  if (mode == "edge")
    return std::clamp<int64_t>(at, 0, dim - 1);
  if (mode == "wrap")
    return (at % dim + dim) % dim;
  int64_t period = std::max<int64_t>(2 * (dim - 1), 1);
  int64_t folded = (at % period + period) % period;
  return folded < dim ? folded : period - folded;
}

/// One gather with constant indices a padded dim.
Value gatherPad(nn::PadOp op, OpEmitter &emit) {
  Value x = op.getInput();
  for (auto [axis, size] : llvm::enumerate(shapeOf(op.getResult()))) {
    int64_t low = op.getLow()[axis], dim = shapeOf(x)[axis];
    if (low == 0 && op.getHigh()[axis] == 0)
      continue;
    SmallVector<int64_t> indices;
    for (int64_t at = 0; at < size; ++at)
      indices.push_back(standIn(at - low, dim, op.getMode()));
    x = emit.gather(x, emit.integers(indices), axis);
  }
  return x;
}

/// Negative sizes cut off: pad by the others, then slice.
Value pad(nn::PadOp op, OpEmitter &emit) {
  if (op.getMode() != "constant")
    return gatherPad(op, emit);
  Dims low, high, starts;
  for (auto [before, after] : llvm::zip_equal(op.getLow(), op.getHigh())) {
    low.push_back(std::max<int64_t>(before, 0));
    high.push_back(std::max<int64_t>(after, 0));
    starts.push_back(std::max<int64_t>(-before, 0));
  }
  if (ArrayRef<int64_t>(low) == op.getLow() && ArrayRef<int64_t>(high) == op.getHigh())
    return nullptr;
  Value padded = emit.make<nn::PadOp>(op.getInput(), {emit.named("low", low),
                                                      emit.named("high", high),
                                                      emit.named("interior", op.getInterior()),
                                                      {emit.name("value"), op.getValueAttr()}});
  return emit.slice(padded, starts, shapeOf(op.getResult()), Dims(starts.size(), 1));
}

//===-- resize ----------------------------------------------------------------------------===//

/// The sum over taps of gather(x, positions of the tap) * its weights, along one dim.
Value resizeAxis(nn::ResizeOp op, Value x, int64_t axis, OpEmitter &emit) {
  auto points = eval::resizePoints(op, axis);
  size_t taps = 0;
  for (const auto &list : points)
    taps = std::max(taps, list.size());
  Value sum;
  for (size_t tap = 0; tap < taps; ++tap) {
    SmallVector<int64_t> positions;
    SmallVector<double> weights;
    for (const auto &list : points) {
      bool has = tap < list.size();
      positions.push_back(has ? list[tap].position : 0);
      weights.push_back(has ? list[tap].weight : 0);
    }
    Value part = emit.gather(x, emit.integers(positions), axis);
    if (llvm::any_of(weights, [](double weight) { return weight != 1; }))
      part = emit.multiply(
          part, emit.along(emit.numbers(weights, elementOf(x)), axis, typeOf(x).getRank()));
    sum = sum ? emit.add(sum, part) : part;
  }
  return sum;
}

Value resize(nn::ResizeOp op, OpEmitter &emit) {
  Value x = op.getInput();
  Type element = elementOf(x);
  bool narrow = (element.isF16() || element.isBF16()) && op.getMode() != "nearest";
  if (narrow)
    x = emit.cast(x, emit.builder.getF32Type());
  for (auto [axis, size] : llvm::enumerate(shapeOf(op.getResult())))
    if (shapeOf(x)[axis] != size || op.getScales()[axis] != 1.0)
      x = resizeAxis(op, x, axis, emit);
  return emit.cast(x, element);
}

//===-- places that are compared ----------------------------------------------------------===//

Value trilu(nn::TriluOp op, OpEmitter &emit) {
  int64_t rank = typeOf(op.getInput()).getRank();
  Dims rows(rank, 1), columns(rank, 1);
  rows[rank - 2] = shapeOf(op.getInput())[rank - 2];
  columns[rank - 1] = shapeOf(op.getInput())[rank - 1];
  Type index = emit.builder.getI64Type();
  Value row = emit.iota(rows, rank - 2, index), column = emit.iota(columns, rank - 1, index);
  Value diagonal = emit.subtract(column, row), edge = emit.number(double(op.getK()), diagonal);
  Value kept = op.getUpper() ? emit.make<nn::GreaterEqualOp>({diagonal, edge})
                             : emit.make<nn::LessEqualOp>({diagonal, edge});
  return emit.select(kept, op.getInput(), emit.number(0, op.getInput()));
}

Value oneHot(nn::OneHotOp op, OpEmitter &emit) {
  int64_t axis = op.getAxis();
  Dims shape(shapeOf(op.getIndices()));
  shape.insert(shape.begin() + axis, 1);
  Value indices = emit.reshape(op.getIndices(), shape);
  Value fromEnd = emit.add(indices, emit.number(double(op.getDepth()), indices));
  Value negative = emit.make<nn::LessOp>({indices, emit.number(0, indices)});
  indices = emit.select(negative, fromEnd, indices);
  Dims depth(shape.size(), 1);
  depth[axis] = op.getDepth();
  Value hot = emit.make<nn::EqualOp>({emit.iota(depth, axis, elementOf(indices)), indices});
  Dims single(shape.size(), 1);
  Value off = emit.reshape(emit.slice(op.getValues(), {0}, {1}, {1}), single);
  Value on = emit.reshape(emit.slice(op.getValues(), {1}, {1}, {1}), single);
  return emit.select(hot, on, off);
}

/// x^y for an exponent that is one known number.
Value power(nn::PowOp op, OpEmitter &emit) {
  auto constant = op.getY().getDefiningOp<nn::ConstantOp>();
  auto elements = constant ? dyn_cast<DenseFPElementsAttr>(constant.getValue()) : nullptr;
  bool oneNumber = elements && elements.isSplat() && op.getX().getType() == op.getType();
  if (!oneNumber)
    return nullptr;
  APFloat splat = elements.getSplatValue<APFloat>();
  bool inexact;
  splat.convert(APFloat::IEEEdouble(), APFloat::rmNearestTiesToEven, &inexact);
  double exponent = splat.convertToDouble();
  Value x = op.getX();
  if (exponent == 1)
    return x;
  if (exponent == 2)
    return emit.make<nn::SquareOp>(x);
  if (exponent == 3)
    return emit.multiply(emit.make<nn::SquareOp>(x), x);
  if (exponent == 0.5)
    return emit.make<nn::SqrtOp>(x);
  if (exponent == -0.5)
    return emit.make<nn::RsqrtOp>(x);
  if (exponent == -1)
    return emit.make<nn::ReciprocalOp>(x);
  return nullptr;
}

/// Integers are kept within whole bounds: the device clips in f32 and rounds.
Value clipOfIntegers(nn::ClipOp op, OpEmitter &emit) {
  double low = op.getLow().convertToDouble(), high = op.getHigh().convertToDouble();
  bool whole = low == std::trunc(low) && high == std::trunc(high);
  if (whole || !isa<IntegerType>(elementOf(op.getResult())))
    return nullptr;
  return emit.make<nn::ClipOp>(
      op.getX(), {{emit.name("low"), emit.builder.getF64FloatAttr(std::trunc(low))},
                  {emit.name("high"), emit.builder.getF64FloatAttr(std::trunc(high))}});
}

} // namespace

Value decomposeMovement(Operation *op, OpEmitter &emit) {
  return llvm::TypeSwitch<Operation *, Value>(op)
      .Case([&](nn::TileOp o) { return tile(o, emit); })
      .Case([&](nn::DepthToSpaceOp o) { return depthToSpace(o, emit); })
      .Case([&](nn::SpaceToDepthOp o) { return spaceToDepth(o, emit); })
      .Case([&](nn::PadOp o) { return pad(o, emit); })
      .Case([&](nn::ResizeOp o) { return resize(o, emit); })
      .Case([&](nn::TriluOp o) { return trilu(o, emit); })
      .Case([&](nn::OneHotOp o) { return oneHot(o, emit); })
      .Case([&](nn::PowOp o) { return power(o, emit); })
      .Case([&](nn::ClipOp o) { return clipOfIntegers(o, emit); })
      .Default([](Operation *) { return nullptr; });
}

} // namespace neuron::passes
