// The generic map-reduce template; see MapReduce.h.
//
// Worked example: y[1536, 1] = sum over 128 of x[1536, 128], budget for 1024 columns. The one
// parallel dim goes to the partitions in blocks of 128, the reduced dim to the columns:
// for b < 12 { load x[b * 128 + p, :]; reduce; store y[b * 128 + p] }.
#include "passes/templates/MapReduce.h"
#include "passes/templates/IntegerBody.h"

#include "llvm/ADT/STLExtras.h"

using namespace mlir;
using namespace neuron;
using namespace neuron::templates;

namespace {

constexpr int64_t kLanes = isa::kNumPartitions;
/// A transfer's device side has four dims, one of them for the partitions.
constexpr size_t kMaxTileDims = 3;

/// One dim of the iteration box with the stride of every view along it.
struct BoxDim {
  int64_t size;
  bool reduced;
  SmallVector<int64_t, 4> strides; ///< inputs, then output (0 where reduced)
};

SmallVector<BoxDim> boxOf(const MapReduce &problem) {
  SmallVector<BoxDim> box;
  size_t rank = problem.parallel.size() + problem.reduced.size();
  for (size_t d = 0; d < rank; ++d) {
    bool reduced = d >= problem.parallel.size();
    BoxDim dim{
        reduced ? problem.reduced[d - problem.parallel.size()] : problem.parallel[d], reduced, {}};
    for (const HbmView &input : problem.inputs)
      dim.strides.push_back(input.strides[d]);
    dim.strides.push_back(reduced ? 0 : problem.output.strides[d]);
    if (dim.size != 1)
      box.push_back(dim);
  }
  return box;
}

bool walkAlike(const BoxDim &outer, const BoxDim &inner) {
  if (outer.reduced != inner.reduced)
    return false;
  for (auto [a, b] : llvm::zip_equal(outer.strides, inner.strides))
    if (a != b * inner.size)
      return false;
  return true;
}

void mergeDims(SmallVector<BoxDim> &box) {
  SmallVector<BoxDim> merged;
  for (const BoxDim &dim : box) {
    if (!merged.empty() && walkAlike(merged.back(), dim)) {
      int64_t size = merged.back().size * dim.size;
      merged.back() = dim;
      merged.back().size = size;
    } else {
      merged.push_back(dim);
    }
  }
  box = std::move(merged);
}

/// Where every dim of the box goes.
struct Schedule {
  std::optional<BoxDim> lanes;         ///< the dim on the partitions
  SmallVector<BoxDim> loops;           ///< outermost first, walked one index at a time
  SmallVector<BoxDim, 3> columns;      ///< the dims of a tile, parallel before reduced
  SmallVector<int64_t, 3> columnTiles; ///< the tile size of each
};

/// The parallel dim that fills the partitions best; the outermost of equals, so that inner,
/// contiguous dims stay in the columns.
int chooseLanes(ArrayRef<BoxDim> box) {
  int best = -1;
  for (auto [d, dim] : llvm::enumerate(box))
    if (!dim.reduced && (best < 0 || std::min(dim.size, kLanes) > std::min(box[best].size, kLanes)))
      best = d;
  return best;
}

/// Splits dim `d` of size lanes * inner into those two.
void splitDim(SmallVector<BoxDim> &box, size_t d, int64_t inner) {
  BoxDim outer = box[d];
  outer.size /= inner;
  for (int64_t &stride : outer.strides)
    stride *= inner;
  box[d].size = inner;
  box.insert(box.begin() + d, outer);
}

/// The inner size with which a dim fills at least half of the lanes evenly, or 1.
int64_t evenInner(int64_t size) {
  for (int64_t lanes = kLanes; lanes > kLanes / 2; --lanes)
    if (size % lanes == 0)
      return size / lanes;
  return 1;
}

/// Whether the lanes would take single elements of the innermost dim: it is long, and all dims
/// around it are short.
bool isLongInnermost(ArrayRef<BoxDim> box) {
  if (box.empty() || box.back().reduced || box.back().size < 2 * kLanes)
    return false;
  return llvm::all_of(box.drop_back(), [](const BoxDim &dim) { return dim.size < kLanes; });
}

Schedule schedule(SmallVector<BoxDim> box, int64_t columnBudget) {
  Schedule plan;
  int lanes = chooseLanes(box);
  if (lanes >= 0) {
    plan.lanes = box[lanes];
    box.erase(box.begin() + lanes);
  }
  // From the inside out: reduced dims first, so that partial results stay small.
  int64_t columns = 1;
  while (!box.empty() && plan.columns.size() < kMaxTileDims) {
    BoxDim dim = box.pop_back_val();
    int64_t tile = std::max<int64_t>(1, std::min(dim.size, columnBudget / columns));
    plan.columns.insert(plan.columns.begin(), dim);
    plan.columnTiles.insert(plan.columnTiles.begin(), tile);
    columns *= tile;
    if (tile < dim.size)
      break;
  }
  plan.loops = std::move(box);
  return plan;
}

/// Emits the loops and tiles of one schedule.
class Emitter {
public:
  Emitter(Context &context, const MapReduce &problem, const Schedule &plan, MapBody body)
      : tiles(context.tiles), slots(context.budget.slots), problem(problem), plan(plan),
        body(body) {
    for (const BoxDim &dim : llvm::concat<const BoxDim>(plan.loops, plan.columns))
      reduces |= dim.reduced;
  }

  /// `at` is where the views begin, in elements.
  void run(ArrayRef<Index> at) {
    SmallVector<Index> offsets(at.begin(), at.end());
    if (!plan.lanes)
      return parallelLoops(0, offsets, 1);
    tiles.tiles(plan.lanes->size, kLanes, [&](Index start, int64_t lanes) {
      parallelLoops(0, moved(offsets, *plan.lanes, start), lanes);
    });
  }

private:
  using Offsets = SmallVector<Index>;

  static Offsets moved(Offsets offsets, const BoxDim &dim, const Index &start) {
    for (auto [offset, stride] : llvm::zip_equal(offsets, dim.strides))
      if (stride)
        offset += start * stride;
    return offsets;
  }

  /// Parallel loops and parallel column tiles, outermost first.
  void parallelLoops(size_t loop, Offsets offsets, int64_t lanes) {
    if (loop < plan.loops.size() && !plan.loops[loop].reduced)
      return tiles.loop(plan.loops[loop].size, [&](Index i) {
        parallelLoops(loop + 1, moved(offsets, plan.loops[loop], i), lanes);
      });
    parallelColumns(0, offsets, lanes, {}, loop);
  }

  void parallelColumns(size_t column, Offsets offsets, int64_t lanes, SmallVector<int64_t, 3> sizes,
                       size_t firstReducedLoop) {
    if (column < plan.columns.size() && !plan.columns[column].reduced)
      return tiles.tiles(plan.columns[column].size, plan.columnTiles[column],
                         [&](Index start, int64_t n) {
                           SmallVector<int64_t, 3> next(sizes);
                           next.push_back(n);
                           parallelColumns(column + 1, moved(offsets, plan.columns[column], start),
                                           lanes, next, firstReducedLoop);
                         });
    outputTile(offsets, lanes, sizes, firstReducedLoop);
  }

  isa::Engine engine() const {
    return isWord(problem.accumulator) ? wordEngine(problem.combine, problem.accumulator)
                                       : isa::Engine::Vector;
  }

  int64_t product(ArrayRef<int64_t> sizes) const {
    int64_t n = 1;
    for (int64_t size : sizes)
      n *= size;
    return n;
  }

  /// One tile of the output: map, or reduce into an accumulator, then store.
  void outputTile(const Offsets &offsets, int64_t lanes, ArrayRef<int64_t> sizes,
                  size_t firstReducedLoop) {
    int64_t columns = product(sizes);
    Ref out = tiles.sbuf(lanes, columns, problem.output.dtype, slots);
    if (!reduces) {
      mapTile(offsets, lanes, sizes, out);
    } else {
      Ref sum = tiles.sbuf(lanes, columns, problem.accumulator, 1);
      tiles.memset(sum, problem.identity);
      reducedLoops(firstReducedLoop, offsets, lanes, sizes, sum);
      if (isWord(problem.accumulator))
        tiles.copy(out, sum);
      else
        tiles.tensorScalar(out, sum, isa::AluOp::Multiply, problem.finish);
    }
    store(offsets.back(), lanes, sizes, out);
  }

  void reducedLoops(size_t loop, Offsets offsets, int64_t lanes, ArrayRef<int64_t> sizes,
                    const Ref &sum) {
    if (loop < plan.loops.size())
      return tiles.loop(plan.loops[loop].size, [&](Index i) {
        reducedLoops(loop + 1, moved(offsets, plan.loops[loop], i), lanes, sizes, sum);
      });
    reducedColumns(sizes.size(), offsets, lanes, SmallVector<int64_t, 3>(sizes), sizes.size(), sum);
  }

  void reducedColumns(size_t column, Offsets offsets, int64_t lanes, SmallVector<int64_t, 3> sizes,
                      size_t parallelColumns, const Ref &sum) {
    if (column < plan.columns.size())
      return tiles.tiles(plan.columns[column].size, plan.columnTiles[column],
                         [&](Index start, int64_t n) {
                           SmallVector<int64_t, 3> next(sizes);
                           next.push_back(n);
                           reducedColumns(column + 1, moved(offsets, plan.columns[column], start),
                                          lanes, next, parallelColumns, sum);
                         });
    Ref mapped = tiles.sbuf(lanes, product(sizes), problem.accumulator, slots);
    mapTile(offsets, lanes, sizes, mapped);
    unsigned axes = sizes.size() - parallelColumns;
    if (axes == 0)
      return tiles.tensorTensor(sum, sum, mapped, problem.combine, engine());
    Ref partial = tiles.sbuf(lanes, sum.columns(), problem.accumulator, slots);
    SmallVector<FreeDim> dims = {
        {product(ArrayRef(sizes).drop_front(parallelColumns)), sum.columns()},
        {1, product(ArrayRef(sizes).drop_front(parallelColumns))}};
    tiles.reduce(partial, mapped.withDims(dims), problem.combine, 1, false, engine());
    tiles.tensorTensor(sum, sum, partial, problem.combine, engine());
  }

  /// Loads the inputs of a tile and writes the body's result into dst.
  void mapTile(const Offsets &offsets, int64_t lanes, ArrayRef<int64_t> sizes, const Ref &dst) {
    SmallVector<Ref> inputs;
    for (size_t i = 0; i < problem.inputs.size(); ++i)
      inputs.push_back(load(i, offsets[i], lanes, sizes));
    bool repeats = llvm::any_of(inputs, [](const Ref &ref) { return ref.dims.size() > 1; });
    body(tiles, inputs, repeats ? dst.withDims(dense(sizes)) : dst);
  }

  static SmallVector<FreeDim> dense(ArrayRef<int64_t> sizes) {
    SmallVector<FreeDim> dims;
    int64_t step = 1;
    for (int64_t size : llvm::reverse(sizes)) {
      dims.insert(dims.begin(), {step, size});
      step *= size;
    }
    return dims;
  }

  SmallVector<FreeDim> deviceDims(size_t view, int64_t lanes, ArrayRef<int64_t> sizes,
                                  bool keepRepeats) const {
    SmallVector<FreeDim> dims = {{plan.lanes ? plan.lanes->strides[view] : 0, lanes}};
    for (auto [d, size] : llvm::enumerate(sizes))
      if (keepRepeats || plan.columns[d].strides[view])
        dims.push_back({plan.columns[d].strides[view], size});
    return dims;
  }

  /// The tile of an input, seen over the whole tile: repeated dims step by 0.
  Ref load(size_t view, const Index &offset, int64_t lanes, ArrayRef<int64_t> sizes) {
    SmallVector<FreeDim> dims;
    int64_t step = 1;
    bool repeats = false;
    for (size_t d = sizes.size(); d-- > 0;) {
      bool moves = plan.columns[d].strides[view] != 0;
      repeats |= !moves && sizes[d] > 1;
      dims.insert(dims.begin(), {moves ? step : 0, sizes[d]});
      step *= moves ? sizes[d] : 1;
    }
    const HbmView &source = problem.inputs[view];
    Ref tile = tiles.sbuf(lanes, step, source.dtype, slots);
    tiles.dma(tile, tiles.hbm(source, offset, deviceDims(view, lanes, sizes, false)),
              Traffic::Load);
    return repeats ? tile.withDims(dims) : tile;
  }

  void store(const Index &offset, int64_t lanes, ArrayRef<int64_t> sizes, const Ref &tile) {
    size_t view = problem.inputs.size();
    tiles.dma(tiles.hbm(problem.output, offset, deviceDims(view, lanes, sizes, true)), tile,
              Traffic::Store);
  }

  TileBuilder &tiles;
  int64_t slots;
  const MapReduce &problem;
  const Schedule &plan;
  MapBody body;
  bool reduces = false;
};

/// Emits one box of the problem; `at` is added to every view's place.
void emitBox(Context &context, const MapReduce &problem, SmallVector<BoxDim> box,
             ArrayRef<Index> at, MapBody body) {
  int64_t tilesAlive = (problem.inputs.size() + 2) * context.budget.slots + problem.temporaries + 2;
  int64_t columnBudget = std::max<int64_t>(1, context.budget.sbufBytes / (4 * tilesAlive));
  Schedule plan = schedule(std::move(box), columnBudget);
  Emitter(context, problem, plan, body).run(at);
}

} // namespace

void templates::lowerMapReduce(Context &context, MapReduce problem, MapBody body) {
  if (llvm::is_contained(problem.parallel, 0))
    return;
  if (llvm::is_contained(problem.reduced, 0)) {
    problem.output.shape = problem.parallel;
    return fill(context.tiles, problem.output, problem.identity * problem.finish);
  }
  SmallVector<BoxDim> box = boxOf(problem);
  if (spreadReduction(context, problem, body))
    return;
  mergeDims(box);
  SmallVector<Index> at(problem.inputs.size() + 1);
  if (!isLongInnermost(box))
    return emitBox(context, problem, std::move(box), at, body);
  // Lanes of whole runs, then what is left of the innermost dim.
  int64_t size = box.back().size, inner = evenInner(size);
  if (inner == 1)
    inner = size / kLanes;
  int64_t lanes = std::min(size / inner, kLanes), rest = size - lanes * inner;
  if (rest) {
    SmallVector<BoxDim> tail(box);
    tail.back().size = rest;
    SmallVector<Index> tailAt;
    for (int64_t stride : box.back().strides)
      tailAt.push_back(Index(lanes * inner * stride));
    emitBox(context, problem, std::move(tail), tailAt, body);
  }
  box.back().size = lanes * inner;
  splitDim(box, box.size() - 1, inner);
  emitBox(context, problem, std::move(box), at, body);
}
