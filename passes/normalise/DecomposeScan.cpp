// Positions, running sums and top k by comparison and reduction; counting as constants.
#include "passes/normalise/Decompose.h"

using namespace mlir;

namespace neuron::passes {
namespace {

/// 0, 1, .. as a constant, or as high and low parts of which each fits in one.
Value counting(int64_t count, Type element, OpEmitter &emit) {
  constexpr int64_t part = 4096;
  if (count <= part) {
    SmallVector<double> values;
    for (int64_t i = 0; i < count; ++i)
      values.push_back(double(i));
    return emit.numbers(values, element);
  }
  int64_t parts = (count + part - 1) / part;
  Value high = emit.reshape(counting(parts, element, emit), {parts, 1});
  high = emit.multiply(high, emit.number(double(part), high));
  Value low = emit.reshape(counting(part, element, emit), {1, part});
  Value all = emit.reshape(emit.add(high, low), parts * part);
  return emit.slice(all, 0, count, 1);
}

Value iota(nn::IotaOp op, OpEmitter &emit) {
  ArrayRef<int64_t> shape = shapeOf(op.getResult());
  int64_t axis = op.getAxis();
  Value line = counting(shape[axis], elementOf(op.getResult()), emit);
  return emit.broadcast(emit.along(line, axis, shape.size()), shape);
}

/// Positions 0.. along `axis` of `x`, other dims 1.
Value positions(Value x, int64_t axis, OpEmitter &emit) {
  Dims line(typeOf(x).getRank(), 1);
  line[axis] = shapeOf(x)[axis];
  return emit.iota(line, axis, emit.builder.getI32Type());
}

/// The first (or last) position of the extreme element, dim kept: the smallest (largest) of
/// the positions that hold it.
Value extremePosition(Value x, int64_t axis, bool largest, bool last, OpEmitter &emit) {
  Value extreme =
      largest ? emit.reduce<nn::ReduceMaxOp>(x, axis) : emit.reduce<nn::ReduceMinOp>(x, axis);
  Value place = positions(x, axis, emit);
  Value beyond = emit.number(last ? 0 : double(shapeOf(x)[axis] - 1), place);
  Value candidates = emit.select(emit.make<nn::EqualOp>({x, extreme}), place, beyond);
  return last ? emit.reduce<nn::ReduceMaxOp>(candidates, axis)
              : emit.reduce<nn::ReduceMinOp>(candidates, axis);
}

template <class OpTy> Value argExtreme(OpTy op, bool largest, OpEmitter &emit) {
  Value place = extremePosition(op.getInput(), op.getAxis(), largest, op.getSelectLast(), emit);
  return emit.reshape(emit.cast(place, emit.builder.getI64Type()), shapeOf(op.getResult()));
}

/// x moved by `by` places along `axis`, zeros coming in.
Value shift(Value x, int64_t axis, int64_t by, OpEmitter &emit) {
  ArrayRef<int64_t> shape = shapeOf(x);
  Dims low(shape.size(), 0), high(shape.size(), 0), starts(shape.size(), 0), sizes(shape),
      ones(shape.size(), 1);
  int64_t distance = std::min(std::abs(by), shape[axis]);
  sizes[axis] -= distance;
  (by > 0 ? low : high)[axis] = distance;
  starts[axis] = by > 0 ? 0 : distance;
  return emit.make<nn::PadOp>(emit.slice(x, starts, sizes, ones),
                              {emit.named("low", low), emit.named("high", high)});
}

/// Sums of 1, 2, 4, .. neighbours, each from two of the step before.
Value cumsum(nn::CumsumOp op, OpEmitter &emit) {
  Value x = op.getInput();
  int64_t axis = op.getAxis(), direction = op.getReverse() ? -1 : 1;
  if (op.getExclusive())
    x = shift(x, axis, direction, emit);
  for (int64_t step = 1; step < shapeOf(x)[axis]; step *= 2)
    x = emit.add(x, shift(x, axis, direction * step, emit));
  return x;
}

//===-- top k -----------------------------------------------------------------------------===//

/// Not more (less) than any element that is no not-a-number.
double lowest(Type element, bool largest) {
  return largest ? leastOf(element) : largestOf(element);
}

/// Every element's rank is the number of those that come before it; element of rank r goes to
/// place r. Rows are the last dim of [rows, n].
std::pair<Value, Value> rankedTopk(Value x, int64_t k, bool largest, OpEmitter &emit) {
  int64_t rows = shapeOf(x)[0], n = shapeOf(x)[1];
  Value mine = emit.reshape(x, {rows, n, 1}), other = emit.reshape(x, {rows, 1, n});
  Type index = emit.builder.getI32Type();
  Value beats =
      largest ? emit.make<nn::GreaterOp>({other, mine}) : emit.make<nn::LessOp>({other, mine});
  Value earlier =
      emit.make<nn::LessOp>({emit.iota({1, 1, n}, 2, index), emit.iota({1, n, 1}, 1, index)});
  Value tied = emit.make<nn::AndOp>({emit.make<nn::EqualOp>({other, mine}), earlier});
  Value before = emit.cast(emit.make<nn::OrOp>({beats, tied}), index);
  Value rank = emit.reshape(emit.reduce<nn::ReduceSumOp>(before, 2), {rows, 1, n});
  Value here = emit.make<nn::EqualOp>({emit.iota({1, k, 1}, 1, index), rank});
  Value off = emit.number(lowest(elementOf(x), largest), other);
  Value chosen = emit.select(here, other, off);
  Value values =
      largest ? emit.reduce<nn::ReduceMaxOp>(chosen, 2) : emit.reduce<nn::ReduceMinOp>(chosen, 2);
  Value place = emit.iota({1, 1, n}, 2, index);
  Value places = emit.reduce<nn::ReduceSumOp>(emit.select(here, place, emit.number(0, place)), 2);
  return {emit.reshape(values, {rows, k}), emit.reshape(places, {rows, k})};
}

/// The extreme element k times, each time without those already taken.
std::pair<Value, Value> repeatedTopk(Value x, int64_t k, bool largest, OpEmitter &emit) {
  SmallVector<Value> values, places;
  Value place = positions(x, 1, emit);
  for (int64_t i = 0; i < k; ++i) {
    values.push_back(largest ? emit.reduce<nn::ReduceMaxOp>(x, 1)
                             : emit.reduce<nn::ReduceMinOp>(x, 1));
    places.push_back(extremePosition(x, 1, largest, false, emit));
    Value taken = emit.make<nn::EqualOp>({place, places.back()});
    x = emit.select(taken, emit.number(lowest(elementOf(x), largest), x), x);
  }
  auto join = [&](ArrayRef<Value> parts) {
    return emit.make<nn::ConcatOp>(parts, {emit.named("axis", int64_t(1))});
  };
  return {join(values), join(places)};
}

} // namespace

Value decomposeScan(Operation *op, OpEmitter &emit) {
  if (auto scan = dyn_cast<nn::CumsumOp>(op))
    return cumsum(scan, emit);
  if (auto scan = dyn_cast<nn::ArgMaxOp>(op))
    return argExtreme(scan, true, emit);
  if (auto scan = dyn_cast<nn::ArgMinOp>(op))
    return argExtreme(scan, false, emit);
  if (auto scan = dyn_cast<nn::IotaOp>(op))
    return iota(scan, emit);
  return nullptr;
}

std::pair<Value, Value> decomposeTopk(nn::TopkOp op, OpEmitter &emit) {
  Value x = op.getInput();
  int64_t rank = typeOf(x).getRank(), axis = op.getAxis(), k = op.getK();
  int64_t n = shapeOf(x)[axis];
  Dims last = llvm::to_vector<6>(llvm::seq<int64_t>(rank)), back(rank);
  std::rotate(last.begin() + axis, last.begin() + axis + 1, last.end());
  for (int64_t i = 0; i < rank; ++i)
    back[last[i]] = i;
  Value moved = emit.transpose(x, last);
  Dims shape(shapeOf(moved));
  shape.back() = k;
  int64_t rows = n == 0 ? 0 : typeOf(x).getNumElements() / n;
  moved = emit.reshape(moved, {rows, n});
  // Ranks compare n * n pairs at once, repetition walks k times over n.
  constexpr int64_t fewSteps = 8;
  auto [values, places] = k > 0 && (k <= fewSteps || n > 1024)
                              ? repeatedTopk(moved, k, op.getLargest(), emit)
                              : rankedTopk(moved, k, op.getLargest(), emit);
  places = emit.cast(places, emit.builder.getI64Type());
  return {emit.transpose(emit.reshape(values, shape), back),
          emit.transpose(emit.reshape(places, shape), back)};
}

} // namespace neuron::passes
