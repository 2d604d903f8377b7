// Running sums on the VectorE's scan: one pass over the values.
//
// Rows lie on the partitions, blocks of a row in the free dims; the last sum of a block is the
// first value of the next. A sum from the end walks views with negative strides; one without the
// own element is the same shifted by one place.
//
// The scan is in fp32, so integers are summed on the GpSimd: with the value one place before, then
// with the sum two places before, then four, until all are in.
#include "passes/templates/IntegerBody.h"
#include "passes/templates/Template.h"

#include "dialects/nn/Nn.h"

#include "llvm/ADT/STLExtras.h"

using namespace mlir;
using namespace neuron;
using namespace neuron::templates;

namespace {

class ScanEmitter {
public:
  ScanEmitter(Context &context, HbmView input, HbmView output, int64_t axis, bool exclusive)
      : tiles(context.tiles), slots(context.budget.slots), input(std::move(input)),
        output(std::move(output)), axis(axis), exclusive(exclusive) {
    int64_t alive = 2 * slots + 3; // blocks that come and go, ones, and what is shifted
    block = std::max<int64_t>(
        1, std::min(this->input.shape[axis], context.budget.sbufBytes / (4 * alive)));
    lanesDim = chooseLanes();
  }

  void run() {
    if (!isWord(input.dtype)) {
      ones = tiles.sbuf(isa::kNumPartitions, block, DType::F32);
      tiles.memset(ones, 1.0f);
    }
    walk(0, Index(0), Index(0));
  }

private:
  /// The longest of the other dims; the axis where there is none.
  int64_t chooseLanes() const {
    int64_t best = axis;
    for (int64_t d = 0; d < int64_t(input.shape.size()); ++d)
      if (d != axis && (best == axis || input.shape[d] > input.shape[best]))
        best = d;
    return best;
  }

  void walk(int64_t d, Index from, Index to) {
    if (d == int64_t(input.shape.size()))
      return rows(from, to);
    if (d == axis || d == lanesDim)
      return walk(d + 1, from, to);
    tiles.loop(input.shape[d], [&](Index i) {
      walk(d + 1, from + i * input.strides[d], to + i * output.strides[d]);
    });
  }

  void rows(const Index &from, const Index &to) {
    if (lanesDim == axis)
      return scan(from, to, 1);
    tiles.tiles(input.shape[lanesDim], isa::kNumPartitions, [&](Index start, int64_t lanes) {
      scan(from + start * input.strides[lanesDim], to + start * output.strides[lanesDim], lanes);
    });
  }

  SmallVector<FreeDim> box(const HbmView &view, int64_t lanes, int64_t count) const {
    int64_t laneStep = lanesDim == axis ? 0 : view.strides[lanesDim];
    return {{laneStep, lanes}, {view.strides[axis], count}};
  }

  void scan(const Index &from, const Index &to, int64_t lanes) {
    Ref carry = tiles.sbuf(lanes, 1, isWord(input.dtype) ? input.dtype : DType::F32);
    tiles.memset(carry, 0.0f);
    tiles.tiles(input.shape[axis], block, [&](Index start, int64_t count) {
      Ref in = tiles.sbuf(lanes, count, input.dtype, slots);
      tiles.dma(in, tiles.hbm(input, from + start * input.strides[axis], box(input, lanes, count)),
                Traffic::Load);
      Ref sums = isWord(input.dtype) ? sumWords(in, carry) : sumFloats(in, carry);
      Ref out = tiles.sbuf(lanes, count, output.dtype, slots);
      if (!exclusive) {
        tiles.copy(out, sums);
      } else {
        tiles.copy(out.withDims({{1, 1}}), carry);
        if (count > 1)
          tiles.copy(out.withDims({{1, count - 1}}).at(1), sums.withDims({{1, count - 1}}));
      }
      tiles.copy(carry, sums.withDims({{1, 1}}).at(count - 1));
      tiles.dma(tiles.hbm(output, to + start * output.strides[axis], box(output, lanes, count)),
                out, Traffic::Store);
    });
  }

  Ref sumFloats(const Ref &in, const Ref &carry) {
    Ref sums = tiles.sbuf(in.partitions, in.columns(), DType::F32);
    Ref factor = ones.inPartitions(0, in.partitions).withDims({{1, in.columns()}});
    isa::Inst inst = isa::TensorTensorScan::make();
    isa::TensorTensorScan::setOp0(inst, isa::AluOp::Multiply);
    isa::TensorTensorScan::setOp1(inst, isa::AluOp::Add);
    tiles.emit(inst, {&sums, &factor, &in, &carry});
    return sums;
  }

  Ref sumWords(const Ref &in, const Ref &carry) {
    int64_t count = in.columns();
    auto run = [](const Ref &tile, int64_t start, int64_t size) {
      return tile.withDims({{1, size}}).at(start);
    };
    Ref sums = in, spare[2] = {tiles.sbuf(in.partitions, count, in.dtype),
                               tiles.sbuf(in.partitions, count, in.dtype)};
    unsigned turn = 0;
    for (int64_t step = 1; step < count; step *= 2, turn ^= 1) {
      tiles.copy(run(spare[turn], 0, step), run(sums, 0, step), isa::Engine::GpSimd);
      tiles.tensorTensor(run(spare[turn], step, count - step), run(sums, step, count - step),
                         run(sums, 0, count - step), isa::AluOp::Add, isa::Engine::GpSimd);
      sums = spare[turn];
    }
    tiles.tensorTensor(spare[turn], sums, carry.withDims({{0, count}}), isa::AluOp::Add,
                       isa::Engine::GpSimd);
    return spare[turn];
  }

  TileBuilder &tiles;
  int64_t slots;
  HbmView input, output;
  int64_t axis, lanesDim = 0, block = 1;
  bool exclusive;
  Ref ones;
};

/// The view walked from the other end of a dim.
void turnAround(HbmView &view, int64_t d) {
  view.offset += (view.shape[d] - 1) * view.strides[d] * int64_t(byteSize(view.dtype));
  view.strides[d] = -view.strides[d];
}

} // namespace

LogicalResult templates::lowerCumsum(Operation *op, Context &context) {
  auto cumsum = cast<nn::CumsumOp>(op);
  FailureOr<HbmView> input = context.homes.of(cumsum.getInput());
  FailureOr<HbmView> result = context.homes.forStridedResult(cumsum.getResult());
  if (failed(input) || failed(result))
    return failure();
  if (llvm::is_contained(result->shape, 0))
    return success();
  int64_t axis = cumsum.getAxis();
  if (cumsum.getReverse()) {
    turnAround(*input, axis);
    turnAround(*result, axis);
  }
  ScanEmitter(context, *input, *result, axis, cumsum.getExclusive()).run();
  return success();
}
