// Depthwise convolutions; see ConvViews.h.
//
// Up to 128 channels lie on the partitions, the patch that an area of pixels reads beside each
// other in the free dims. A tap is one instruction on all of them: the patch, shifted and
// stepped, times the channel's weight of that tap, plus the sum so far. The TensorE would do one
// channel of each 128 x 128 block. With several outputs a channel, one output of every channel
// at a time.
#include "passes/templates/ConvViews.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace neuron;
using namespace neuron::templates;

namespace {

class DepthwiseEmitter {
public:
  DepthwiseEmitter(Context &context, const ConvViews &views)
      : tiles(context.tiles), budget(context.budget), views(views),
        outputs(views.weight.shape[4] / views.groups) {
    chooseTile();
  }

  void run() {
    tiles.tiles(views.groups, isa::kNumPartitions, [&](Index channel, int64_t lanes) {
      tiles.loop(outputs, [&](Index output) {
        Index first = channel * outputs + output;
        Ref taps = loadTaps(first, lanes);
        Ref bias;
        if (views.bias)
          bias = loadBias(first, lanes);
        tiles.loop(views.result.shape[0], [&](Index image) {
          tiles.tiles(views.result.shape[3], rowTile, [&](Index y, int64_t height) {
            tiles.tiles(views.result.shape[4], columnTile, [&](Index x, int64_t width) {
              area({image, channel, first, y, x, lanes, height, width}, taps, bias);
            });
          });
        });
      });
    });
  }

private:
  /// Pixels of `lanes` channels; `output` is the first channel's.
  struct Area {
    Index image, channel, output, y, x;
    int64_t lanes, height, width;
    int64_t pixels() const { return height * width; }
  };

  void chooseTile() {
    rowTile = views.result.shape[3];
    columnTile = views.result.shape[4];
    int64_t kept = 2 + int64_t(views.leaves.size()) + views.body->temporaries();
    auto bytes = [&] {
      int64_t patch = views.rows.reach(rowTile) * views.columns.reach(columnTile);
      return (patch * budget.slots + (kept + budget.slots) * rowTile * columnTile) * 4;
    };
    while (rowTile > 1 && bytes() > budget.sbufBytes)
      rowTile = llvm::divideCeil(rowTile, 2);
    while (columnTile > 1 && bytes() > budget.sbufBytes)
      columnTile = llvm::divideCeil(columnTile, 2);
  }

  /// One output channel a partition: every `outputs`-th from `first` on.
  Ref loadTaps(const Index &first, int64_t lanes) {
    int64_t rows = views.rows.kernel, columns = views.columns.kernel;
    const HbmView &weight = views.weight;
    Ref taps = tiles.sbuf(lanes, rows * columns, DType::F32, budget.slots);
    tiles.dma(taps.withDims({{columns, rows}, {1, columns}}),
              tiles.hbm(weight, first * weight.strides[4],
                        {{weight.strides[4] * outputs, lanes},
                         {weight.strides[1], rows},
                         {weight.strides[2], columns}}),
              Traffic::Load);
    return taps;
  }

  Ref loadBias(const Index &first, int64_t lanes) {
    int64_t step = views.bias->strides[0];
    Ref column = tiles.sbuf(lanes, 1, DType::F32, budget.slots);
    tiles.dma(column, tiles.hbm(*views.bias, first * step, {{step * outputs, lanes}, {0, 1}}),
              Traffic::Load);
    return column;
  }

  void area(const Area &area, const Ref &taps, const Ref &bias) {
    int64_t inRows = views.rows.reach(area.height), inColumns = views.columns.reach(area.width);
    const HbmView &input = views.input;
    Ref patch = tiles.sbuf(area.lanes, inRows * inColumns, input.dtype, budget.slots);
    tiles.dma(patch.withDims({{inColumns, inRows}, {1, inColumns}}),
              tiles.hbm(input,
                        area.image * input.strides[0] + area.channel * input.strides[1] +
                            area.y * (views.rows.stride * input.strides[3]) +
                            area.x * (views.columns.stride * input.strides[4]),
                        {{input.strides[1], area.lanes},
                         {input.strides[3], inRows},
                         {input.strides[4], inColumns}}),
              Traffic::Load);
    Ref sum = tiles.sbuf(area.lanes, area.pixels(), DType::F32);
    if (bias.buffer)
      startFrom(sum, bias);
    else
      tiles.memset(sum, 0.0f);
    tiles.loop(views.rows.kernel, [&](Index row) {
      tiles.loop(views.columns.kernel, [&](Index column) {
        Ref shifted =
            patch
                .withDims({{views.rows.stride * inColumns, area.height},
                           {views.columns.stride, area.width}})
                .at(row * (views.rows.dilation * inColumns) + column * views.columns.dilation);
        Ref weight = taps.withDims({{1, 1}}).at(row * views.columns.kernel + column);
        Ref target = sum.withDims({{area.width, area.height}, {1, area.width}});
        isa::Inst step = isa::ScalarTensorTensor::make();
        isa::ScalarTensorTensor::setOp0(step, isa::AluOp::Multiply);
        isa::ScalarTensorTensor::setOp1(step, isa::AluOp::Add);
        tiles.emit(step, {&target, &shifted, &weight, &target});
      });
    });
    store(area, sum);
  }

  void startFrom(const Ref &sum, const Ref &bias) {
    tiles.memset(sum, 0.0f);
    tiles.tensorScalar(sum, sum, isa::AluOp::Add, bias);
  }

  void store(const Area &area, const Ref &sum) {
    auto place = [&](const HbmView &view) {
      return area.image * view.strides[0] + area.output * view.strides[1] +
             area.y * view.strides[3] + area.x * view.strides[4];
    };
    auto box = [&](const HbmView &view) {
      return SmallVector<FreeDim>{{view.strides[1] * outputs, area.lanes},
                                  {view.strides[3], area.height},
                                  {view.strides[4], area.width}};
    };
    SmallVector<FreeDim> dims = {{area.width, area.height}, {1, area.width}};
    SmallVector<Ref> leaves;
    for (const HbmView &leaf : views.leaves) {
      Ref tile = tiles.sbuf(area.lanes, area.pixels(), leaf.dtype, budget.slots);
      tiles.dma(tile.withDims(dims), tiles.hbm(leaf, place(leaf), box(leaf)), Traffic::Load);
      leaves.push_back(tile);
    }
    Ref out = tiles.sbuf(area.lanes, area.pixels(), views.result.dtype, budget.slots);
    views.body->emit(tiles, leaves, &sum, out);
    tiles.dma(tiles.hbm(views.result, place(views.result), box(views.result)), out.withDims(dims),
              Traffic::Store);
  }

  TileBuilder &tiles;
  const Budget &budget;
  const ConvViews &views;
  int64_t outputs; ///< of every channel
  int64_t rowTile = 1, columnTile = 1;
};

} // namespace

bool templates::isDepthwise(const ConvViews &views) {
  return views.weight.shape[3] == 1 && views.groups > 1 && views.depth.kernel == 1 &&
         views.input.shape[2] == 1 && views.rows.reach(1) * views.columns.reach(1) <= 1024;
}

void templates::lowerDepthwiseConv(Context &context, const ConvViews &views) {
  DepthwiseEmitter(context, views).run();
}
