// Reductions along contiguous rows that fit in SBUF: pooling over whole images, sums and maxima.
//
// Many short rows: each of 128 partitions takes a run of consecutive ones, so that one transfer
// loads long contiguous pieces, one instruction reduces them all and one transfer stores the
// results of a partition side by side. Worked example: the mean over 7 x 7 of [1, 2048, 7, 7] is
// one load of [128, 16, 49], a sum over the last dim, a scale, a store of [128, 16].
#include "passes/templates/RowReduce.h"
#include "passes/templates/IntegerBody.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace neuron;
using namespace neuron::templates;

namespace {

constexpr int64_t kFewRows = 32;
constexpr int64_t kLongRow = 8192;

struct Walk {
  int64_t size, input, output;
};

/// Dims without those of size 1, merged where all views walk alike.
SmallVector<Walk> walksOf(ArrayRef<int64_t> sizes, ArrayRef<int64_t> input,
                          ArrayRef<int64_t> output) {
  SmallVector<Walk> walks;
  for (size_t d = 0; d < sizes.size(); ++d) {
    Walk walk{sizes[d], input[d], output.empty() ? 0 : output[d]};
    if (walk.size == 1)
      continue;
    if (!walks.empty() && walks.back().input == walk.input * walk.size &&
        walks.back().output == walk.output * walk.size)
      walks.back() = {walks.back().size * walk.size, walk.input, walk.output};
    else
      walks.push_back(walk);
  }
  return walks;
}

class RowReducer {
public:
  RowReducer(Context &context, const MapReduce &problem, SmallVector<Walk> outer, Walk rows,
             Walk along)
      : tiles(context.tiles), slots(context.budget.slots), problem(problem),
        outer(std::move(outer)), rows(rows), along(along) {
    int64_t rowBytes = 4 * (along.size + 2);
    int64_t fitting = context.budget.sbufBytes / (slots * rowBytes);
    run = std::clamp<int64_t>(llvm::divideCeil(rows.size, isa::kNumPartitions), 1, fitting);
  }

  void walk(size_t d, const Index &from, const Index &to) {
    if (d < outer.size())
      return tiles.loop(outer[d].size, [&](Index i) {
        walk(d + 1, from + i * outer[d].input, to + i * outer[d].output);
      });
    tiles.tiles(rows.size, isa::kNumPartitions * run, [&](Index start, int64_t n) {
      Index source = from + start * rows.input, target = to + start * rows.output;
      if (int64_t full = n / run)
        block(source, target, full, run);
      if (n % run) {
        int64_t done = n - n % run;
        block(source + Index(done * rows.input), target + Index(done * rows.output), 1, n % run);
      }
    });
  }

private:
  /// `count` consecutive rows on each of `lanes` partitions.
  void block(const Index &from, const Index &to, int64_t lanes, int64_t count) {
    Ref in = tiles.sbuf(lanes, count * along.size, problem.inputs[0].dtype, slots);
    tiles.dma(
        in,
        tiles.hbm(problem.inputs[0], from,
                  {{rows.input * count, lanes}, {rows.input, count}, {along.input, along.size}}),
        Traffic::Load);
    Ref each = in.withDims({{along.size, count}, {1, along.size}});
    Ref out = tiles.sbuf(lanes, count, problem.output.dtype, slots);
    if (isWord(problem.accumulator)) {
      tiles.reduce(out, each, problem.combine, 1, false,
                   wordEngine(problem.combine, problem.accumulator));
    } else {
      Ref sum = tiles.sbuf(lanes, count, DType::F32, slots);
      tiles.reduce(sum, each, problem.combine, 1);
      tiles.tensorScalar(out, sum, isa::AluOp::Multiply, problem.finish);
    }
    tiles.dma(tiles.hbm(problem.output, to, {{rows.output * count, lanes}, {rows.output, count}}),
              out, Traffic::Store);
  }

  TileBuilder &tiles;
  int64_t slots;
  const MapReduce &problem;
  SmallVector<Walk> outer;
  Walk rows, along;
  int64_t run = 1; ///< consecutive rows of a partition
};

} // namespace

bool templates::reduceRows(Context &context, const MapReduce &problem) {
  const HbmView &input = problem.inputs[0];
  size_t parallel = problem.parallel.size();
  ArrayRef<int64_t> strides(input.strides);
  SmallVector<Walk> along = walksOf(problem.reduced, strides.drop_front(parallel), {});
  SmallVector<Walk> outer =
      walksOf(problem.parallel, strides.take_front(parallel), problem.output.strides);
  if (along.size() != 1 || along[0].input != 1 || along[0].size == 0 ||
      4 * (along[0].size + 2) * context.budget.slots > context.budget.sbufBytes)
    return false;
  // Few long rows are better spread over the partitions, each on all of them.
  if (problem.output.elements() < kFewRows && along[0].size > kLongRow)
    return false;
  Walk rows{1, 0, 0};
  if (!outer.empty()) {
    auto *most =
        llvm::max_element(outer, [](const Walk &a, const Walk &b) { return a.size < b.size; });
    rows = *most;
    outer.erase(most);
  }
  RowReducer(context, problem, std::move(outer), rows, along[0]).walk(0, Index(0), Index(0));
  return true;
}
