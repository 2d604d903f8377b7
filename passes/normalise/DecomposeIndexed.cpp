// Gathers and scatters as gathers and scatters of rows along dim 0 with indices in range.
//
// A row of indices becomes one linear index, computed by elementwise ops; an index counts from
// the end where negative and is clamped, which templates need not do again: an index is known
// to be in range if it is a constant that is, or an nn.clip to the range.
#include "passes/normalise/Decompose.h"

#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;

namespace neuron::passes {
namespace {

int64_t product(ArrayRef<int64_t> dims) {
  int64_t count = 1;
  for (int64_t dim : dims)
    count *= dim;
  return count;
}

/// Whether every element of `indices` is known to be in [0, dim).
bool isInRange(Value indices, int64_t dim) {
  if (auto clip = indices.getDefiningOp<nn::ClipOp>())
    return clip.getLow().convertToDouble() >= 0 &&
           clip.getHigh().convertToDouble() <= double(dim - 1);
  if (auto reshape = indices.getDefiningOp<nn::ReshapeOp>())
    return isInRange(reshape.getInput(), dim);
  auto constant = indices.getDefiningOp<nn::ConstantOp>();
  auto elements = constant ? dyn_cast<DenseIntElementsAttr>(constant.getValue()) : nullptr;
  return elements && llvm::all_of(elements.getValues<APInt>(), [&](const APInt &index) {
           return index.getSExtValue() >= 0 && index.getSExtValue() < dim;
         });
}

/// `indices` into a dim, those below 0 counted from the end, all clamped.
Value bounded(Value indices, int64_t dim, OpEmitter &emit) {
  if (isInRange(indices, dim))
    return indices;
  Value negative = emit.make<nn::LessOp>({indices, emit.number(0, indices)});
  Value fromEnd = emit.add(indices, emit.number(double(dim), indices));
  Builder &b = emit.builder;
  return emit.make<nn::ClipOp>(emit.select(negative, fromEnd, indices),
                               {{emit.name("low"), b.getF64FloatAttr(0)},
                                {emit.name("high"), b.getF64FloatAttr(double(dim - 1))}});
}

/// Rows of indices [.., depth] into `dims` as linear indices [rows].
Value linear(Value indices, ArrayRef<int64_t> dims, OpEmitter &emit) {
  int64_t depth = dims.size(), rows = product(shapeOf(indices).drop_back());
  Value table = emit.reshape(indices, {rows, depth});
  Value sum;
  for (int64_t d = 0; d < depth; ++d) {
    Value column = emit.reshape(emit.slice(table, {0, d}, {rows, 1}, {1, 1}), rows);
    column = bounded(column, dims[d], emit);
    if (d + 1 < depth)
      column = emit.multiply(column, emit.number(double(product(dims.drop_front(d + 1))), column));
    sum = sum ? emit.add(sum, column) : column;
  }
  if (depth == 1)
    return sum;
  Builder &b = emit.builder;
  return emit.make<nn::ClipOp>(sum,
                               {{emit.name("low"), b.getF64FloatAttr(0)},
                                {emit.name("high"), b.getF64FloatAttr(double(product(dims) - 1))}});
}

/// For elements ops: the linear index into data of every element of indices, [count].
Value linearAlong(Value data, Value indices, int64_t axis, OpEmitter &emit) {
  ArrayRef<int64_t> shape = shapeOf(indices), dims = shapeOf(data);
  Value sum;
  for (int64_t d = 0; d < int64_t(dims.size()); ++d) {
    Dims line(shape.size(), 1);
    line[d] = shape[d];
    Value part =
        d == axis ? bounded(indices, dims[d], emit) : emit.iota(line, d, elementOf(indices));
    int64_t stride = product(dims.drop_front(d + 1));
    if (stride != 1)
      part = emit.multiply(part, emit.number(double(stride), part));
    sum = sum ? emit.add(sum, part) : part;
  }
  Value flat = emit.reshape(sum, product(shape));
  Builder &b = emit.builder;
  return emit.make<nn::ClipOp>(flat,
                               {{emit.name("low"), b.getF64FloatAttr(0)},
                                {emit.name("high"), b.getF64FloatAttr(double(product(dims) - 1))}});
}

//===-- gathers ---------------------------------------------------------------------------===//

/// Indices known to be start, start + step, ...: the gather is a slice, which moves nothing.
Value sliceOf(nn::GatherOp op, OpEmitter &emit) {
  auto constant = op.getIndices().getDefiningOp<nn::ConstantOp>();
  auto elements = constant ? dyn_cast<DenseIntElementsAttr>(constant.getValue()) : nullptr;
  if (!elements || elements.getNumElements() == 0)
    return nullptr;
  ArrayRef<int64_t> data = shapeOf(op.getData());
  int64_t dim = data[op.getAxis()];
  SmallVector<int64_t> places;
  for (const APInt &index : elements.getValues<APInt>()) {
    int64_t place = index.getSExtValue();
    places.push_back(std::clamp<int64_t>(place < 0 ? place + dim : place, 0, dim - 1));
  }
  int64_t count = places.size(), step = count > 1 ? places[1] - places[0] : 1;
  for (int64_t i = 1; i < count; ++i)
    if (step < 1 || places[i] - places[i - 1] != step)
      return nullptr;
  Dims starts(data.size(), 0), sizes(data), steps(data.size(), 1);
  starts[op.getAxis()] = places[0];
  sizes[op.getAxis()] = count;
  steps[op.getAxis()] = step;
  return emit.reshape(emit.slice(op.getData(), starts, sizes, steps), shapeOf(op.getResult()));
}

Value gather(nn::GatherOp op, OpEmitter &emit) {
  int64_t dim = shapeOf(op.getData())[op.getAxis()];
  if (Value slice = sliceOf(op, emit))
    return slice;
  if (typeOf(op.getIndices()).getNumElements() == 0 || isInRange(op.getIndices(), dim))
    return nullptr;
  return emit.gather(op.getData(), bounded(op.getIndices(), dim, emit), op.getAxis());
}

Value gatherElements(nn::GatherElementsOp op, OpEmitter &emit) {
  Value places = linearAlong(op.getData(), op.getIndices(), op.getAxis(), emit);
  Value flat = emit.reshape(op.getData(), typeOf(op.getData()).getNumElements());
  return emit.reshape(emit.gather(flat, places, 0), shapeOf(op.getResult()));
}

/// Batch dims are more components of the index, counted by iota.
Value gatherNd(nn::GatherNdOp op, OpEmitter &emit) {
  ArrayRef<int64_t> data = shapeOf(op.getData()), shape = shapeOf(op.getIndices());
  int64_t batch = op.getBatchDims(), depth = shape.back();
  Dims rows(shape.drop_back()), column(shape);
  column.back() = 1;
  SmallVector<Value> components;
  for (int64_t d = 0; d < batch; ++d) {
    Dims line(column.size(), 1);
    line[d] = column[d];
    components.push_back(emit.broadcast(emit.iota(line, d, elementOf(op.getIndices())), column));
  }
  components.push_back(op.getIndices());
  Value indices = components.size() == 1
                      ? components[0]
                      : emit.make<nn::ConcatOp>(components, {emit.named("axis", shape.size() - 1)});
  ArrayRef<int64_t> indexed = data.take_front(batch + depth);
  Dims table{product(indexed)};
  llvm::append_range(table, data.drop_front(batch + depth));
  Value y = emit.gather(emit.reshape(op.getData(), table), linear(indices, indexed, emit), 0);
  return emit.reshape(y, shapeOf(op.getResult()));
}

//===-- scatters --------------------------------------------------------------------------===//

/// The number that leaves the other operand of a reduction as it is.
double neutral(StringRef reduction, Type element) {
  if (reduction == "add")
    return 0;
  if (reduction == "mul")
    return 1;
  return reduction == "max" ? leastOf(element) : largestOf(element);
}

/// data [p, run] combined with what updates [m, run] reduce to in each row: a table of who goes
/// where, since several updates may meet in one row.
Value reduceInto(StringRef reduction, Value data, Value places, Value updates, OpEmitter &emit) {
  int64_t rows = shapeOf(data)[0], count = shapeOf(updates)[0], run = shapeOf(data)[1];
  Value mine = emit.make<nn::EqualOp>(
      {emit.iota({rows, 1, 1}, 0, elementOf(places)), emit.reshape(places, {1, count, 1})});
  Value parts = emit.reshape(updates, {1, count, run});
  parts = emit.select(mine, parts, emit.number(neutral(reduction, elementOf(data)), parts));
  auto meet = [&]<class ReduceOp, class OpTy>(ReduceOp, OpTy) {
    Value sum = emit.reshape(emit.reduce<ReduceOp>(parts, 1), {rows, run});
    return emit.make<OpTy>({data, sum});
  };
  if (reduction == "add")
    return meet(nn::ReduceSumOp(), nn::AddOp());
  if (reduction == "mul")
    return meet(nn::ReduceProdOp(), nn::MultiplyOp());
  if (reduction == "max")
    return meet(nn::ReduceMaxOp(), nn::MaximumOp());
  return meet(nn::ReduceMinOp(), nn::MinimumOp());
}

/// Scatters rows updates[i] to data[places[i]], both seen as [rows, run].
Value scatterRows(StringRef reduction, Value data, Value places, Value updates, int64_t rows,
                  OpEmitter &emit) {
  int64_t count = shapeOf(places)[0], run = rows == 0 ? 0 : typeOf(data).getNumElements() / rows;
  Dims shape(shapeOf(data));
  Value table = emit.reshape(data, {rows, run}), given = emit.reshape(updates, {count, run});
  Value y = reduction == "none"
                ? emit.make<nn::ScatterNdOp>({table, emit.reshape(places, {count, 1}), given})
                : reduceInto(reduction, table, places, given, emit);
  return emit.reshape(y, shape);
}

Value scatterNd(nn::ScatterNdOp op, OpEmitter &emit) {
  ArrayRef<int64_t> data = shapeOf(op.getData()), shape = shapeOf(op.getIndices());
  if (typeOf(op.getUpdates()).getNumElements() == 0)
    return op.getData();
  if (op.getReduction() == "none" && shape.back() == 1 && isInRange(op.getIndices(), data[0]))
    return nullptr;
  ArrayRef<int64_t> indexed = data.take_front(shape.back());
  return scatterRows(op.getReduction(), op.getData(), linear(op.getIndices(), indexed, emit),
                     op.getUpdates(), product(indexed), emit);
}

Value scatterElements(nn::ScatterElementsOp op, OpEmitter &emit) {
  if (typeOf(op.getUpdates()).getNumElements() == 0)
    return op.getData();
  Value places = linearAlong(op.getData(), op.getIndices(), op.getAxis(), emit);
  return scatterRows(op.getReduction(), op.getData(), places, op.getUpdates(),
                     typeOf(op.getData()).getNumElements(), emit);
}

/// Rows b * dim + position + j of the cache seen as [before * dim, after].
Value cacheUpdate(nn::CacheUpdateOp op, OpEmitter &emit) {
  ArrayRef<int64_t> cache = shapeOf(op.getCache());
  int64_t axis = op.getAxis(), dim = cache[axis], rows = shapeOf(op.getUpdate())[axis];
  int64_t before = product(cache.take_front(axis));
  if (typeOf(op.getUpdate()).getNumElements() == 0)
    return op.getCache();
  Builder &b = emit.builder;
  auto clip = [&](Value x, int64_t high) {
    return emit.make<nn::ClipOp>(x, {{emit.name("low"), b.getF64FloatAttr(0)},
                                     {emit.name("high"), b.getF64FloatAttr(double(high))}});
  };
  int64_t given = typeOf(op.getPosition()).getNumElements();
  Value place = clip(emit.reshape(op.getPosition(), {1, given}), dim - rows / given);
  Type index = elementOf(place);
  if (given != rows)
    place = emit.add(place, emit.iota({1, rows}, 1, index));
  Value batch = emit.iota({before, 1}, 0, index);
  batch = emit.multiply(batch, emit.number(double(dim), batch));
  Value places = emit.add(batch, place);
  places = clip(emit.reshape(places, before * rows), before * dim - 1);
  return scatterRows("none", op.getCache(), places, op.getUpdate(), before * dim, emit);
}

} // namespace

Value decomposeIndexed(Operation *op, OpEmitter &emit) {
  return llvm::TypeSwitch<Operation *, Value>(op)
      .Case([&](nn::GatherOp o) { return gather(o, emit); })
      .Case([&](nn::GatherElementsOp o) { return gatherElements(o, emit); })
      .Case([&](nn::GatherNdOp o) { return gatherNd(o, emit); })
      .Case([&](nn::ScatterNdOp o) { return scatterNd(o, emit); })
      .Case([&](nn::ScatterElementsOp o) { return scatterElements(o, emit); })
      .Case([&](nn::CacheUpdateOp o) { return cacheUpdate(o, emit); })
      .Default([](Operation *) { return nullptr; });
}

} // namespace neuron::passes
