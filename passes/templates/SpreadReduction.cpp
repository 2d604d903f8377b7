// Long reductions to few results, spread over the partitions; see MapReduce.h.
//
// Worked example: y[3] = max over 50021 of x[3, 50021]. 128 * 390 elements of every row go to
// part[3, 0 .. 127], each the maximum of 390 neighbours; the last 101 elements go to
// part[3, 128]; y = max over 129 of part.
#include "passes/templates/MapReduce.h"

#include "llvm/ADT/STLExtras.h"

using namespace mlir;
using namespace neuron;
using namespace neuron::templates;

namespace {

constexpr int64_t kLanes = isa::kNumPartitions;
/// Fewer results than this leave most partitions idle.
constexpr int64_t kFewResults = 32;
/// Reductions from which the detour through device memory pays.
constexpr int64_t kLongReduction = 8192;

int64_t product(ArrayRef<int64_t> sizes) {
  int64_t n = 1;
  for (int64_t size : sizes)
    n *= size;
  return n;
}

/// The problem over [start, start + size) of reduced dim `d` only.
MapReduce partOf(MapReduce problem, size_t d, int64_t start, int64_t size) {
  problem.reduced[d] = size;
  for (HbmView &input : problem.inputs)
    input.offset +=
        start * input.strides[problem.parallel.size() + d] * int64_t(byteSize(input.dtype));
  problem.finish = 1;
  return problem;
}

/// A column, or all from `column` on, of the partial results [parallel.., columns].
HbmView columnsFrom(const HbmView &parts, int64_t column, bool keepsDim) {
  HbmView view = parts;
  view.offset += column * int64_t(byteSize(view.dtype));
  if (!keepsDim) {
    view.shape.pop_back();
    view.strides.pop_back();
  }
  return view;
}

} // namespace

bool templates::spreadReduction(Context &context, const MapReduce &problem, MapBody body) {
  if (problem.reduced.empty() || product(problem.parallel) > kFewResults ||
      product(problem.reduced) < kLongReduction)
    return false;
  size_t rank = problem.parallel.size();
  size_t d = llvm::max_element(problem.reduced) - problem.reduced.begin();
  int64_t size = problem.reduced[d], lanes = std::min(size, kLanes), run = size / lanes;
  int64_t rest = size - lanes * run;
  SmallVector<int64_t> shape(problem.parallel);
  shape.push_back(lanes + (rest != 0));
  HbmView parts = context.homes.scratch(problem.accumulator, shape);

  MapReduce main = partOf(problem, d, 0, run);
  main.parallel.push_back(lanes);
  for (HbmView &input : main.inputs)
    input.strides.insert(input.strides.begin() + rank, input.strides[rank + d] * run);
  main.output = columnsFrom(parts, 0, /*keepsDim=*/true);
  lowerMapReduce(context, main, body);
  if (rest) {
    MapReduce tail = partOf(problem, d, lanes * run, rest);
    tail.output = columnsFrom(parts, lanes, /*keepsDim=*/false);
    lowerMapReduce(context, tail, body);
  }
  MapReduce last;
  last.parallel = problem.parallel;
  last.reduced = {shape.back()};
  last.inputs = {parts};
  last.output = problem.output;
  last.combine = problem.combine;
  last.identity = problem.identity;
  last.finish = problem.finish;
  last.accumulator = problem.accumulator;
  lowerMapReduce(context, last, [](TileBuilder &tiles, ArrayRef<Ref> inputs, const Ref &dst) {
    tiles.copy(dst, inputs[0]);
  });
  return true;
}
