// Convolutions in steps; see ConvViews.h.
//
// A step is a block of 128 channels, one depth of the window, and as many of the window's rows
// and columns as the budget allows. Its patch and weights are loaded, its taps accumulate in a
// PSUM bank as in the conv template, and the bank is added to the sum of the output tile.
#include "passes/templates/ConvViews.h"
#include "passes/templates/OperandLoader.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace neuron;
using namespace neuron::templates;

namespace {

class StepsEmitter {
public:
  StepsEmitter(Context &context, const ConvViews &views)
      : tiles(context.tiles), budget(context.budget), views(views), channels(views.weight.shape[3]),
        outputs(views.weight.shape[4] / views.groups),
        type(tensorEngineType(context, views.input.dtype)) {
    chooseSizes();
  }

  void run() {
    const HbmView &result = views.result;
    tiles.loop(result.shape[0], [&](Index image) {
      tiles.loop(views.groups, [&](Index group) {
        tiles.tiles(outputs, outTile, [&](Index out, int64_t count) {
          tiles.loop(result.shape[2], [&](Index z) {
            tiles.tiles(result.shape[3], rowTile, [&](Index y, int64_t height) {
              tiles.tiles(result.shape[4], columnTile, [&](Index x, int64_t width) {
                outputTile({image, group, group * outputs + out, z, y, x, count, height, width});
              });
            });
          });
        });
      });
    });
  }

private:
  /// Outputs `out` .. of a block of pixels.
  struct Area {
    Index image, group, out, z, y, x;
    int64_t count, height, width;
    int64_t pixels() const { return height * width; }
  };
  /// A part of the window for a block of channels.
  struct Step {
    Index channel;
    int64_t lanes;
    Index depth, row, column;
    int64_t rows, columns;
  };

  /// Input rows or columns that a part of `taps` of the window reads for `outputs` outputs.
  static int64_t reach(const Window &window, int64_t taps, int64_t outputs) {
    return (outputs - 1) * window.stride + (taps - 1) * window.dilation + 1;
  }

  void chooseSizes() {
    columnTile = std::min(views.result.shape[4], kMovingTile);
    rowTile = std::max<int64_t>(1, std::min(views.result.shape[3], kMovingTile / columnTile));
    outTile = std::min(outputs, kStationaryTile);
    stepRows = views.rows.kernel;
    stepColumns = views.columns.kernel;
    auto bytes = [&] {
      int64_t patch =
          reach(views.rows, stepRows, rowTile) * reach(views.columns, stepColumns, columnTile);
      int64_t held = (patch + stepRows * stepColumns * outTile) * byteSize(type);
      int64_t tilesAlive = 3 + int64_t(views.leaves.size()) + views.body->temporaries();
      return held * budget.slots + tilesAlive * rowTile * columnTile * 4;
    };
    auto halve = [&](int64_t &size, int64_t least) {
      while (size > least && bytes() > 2 * budget.sbufBytes)
        size = llvm::divideCeil(size, 2);
    };
    halve(stepRows, 1);
    halve(rowTile, 1);
    halve(outTile, 32);
    halve(columnTile, 64);
    halve(stepColumns, 1);
    halve(columnTile, 1);
    halve(outTile, 1);
  }

  void outputTile(const Area &area) {
    Ref sum = tiles.sbuf(area.count, area.pixels(), DType::F32, budget.slots);
    tiles.memset(sum, 0.0f);
    tiles.tiles(channels, kContractTile, [&](Index channel, int64_t lanes) {
      tiles.loop(views.depth.kernel, [&](Index depth) {
        tiles.tiles(views.rows.kernel, stepRows, [&](Index row, int64_t rows) {
          tiles.tiles(views.columns.kernel, stepColumns, [&](Index column, int64_t columns) {
            addStep(area, {channel, lanes, depth, row, column, rows, columns}, sum);
          });
        });
      });
    });
    finish(area, sum);
  }

  void addStep(const Area &area, const Step &step, const Ref &sum) {
    int64_t inRows = reach(views.rows, step.rows, area.height);
    int64_t inColumns = reach(views.columns, step.columns, area.width);
    const HbmView &input = views.input, &weight = views.weight;
    Ref patch = tiles.sbuf(step.lanes, inRows * inColumns, type, budget.slots);
    Index from =
        area.image * input.strides[0] + (area.group * channels + step.channel) * input.strides[1] +
        (area.z * views.depth.stride + step.depth * views.depth.dilation) * input.strides[2] +
        (area.y * views.rows.stride + step.row * views.rows.dilation) * input.strides[3] +
        (area.x * views.columns.stride + step.column * views.columns.dilation) * input.strides[4];
    tiles.dma(patch.withDims({{inColumns, inRows}, {1, inColumns}}),
              tiles.hbm(input, from,
                        {{input.strides[1], step.lanes},
                         {input.strides[3], inRows},
                         {input.strides[4], inColumns}}),
              Traffic::Load);
    Ref held = tiles.sbuf(step.lanes, step.rows * step.columns * area.count, type, budget.slots);
    tiles.dma(
        held.withDims(
            {{step.columns * area.count, step.rows}, {area.count, step.columns}, {1, area.count}}),
        tiles.hbm(weight,
                  step.depth * weight.strides[0] + step.row * weight.strides[1] +
                      step.column * weight.strides[2] + step.channel * weight.strides[3] +
                      area.out * weight.strides[4],
                  {{weight.strides[3], step.lanes},
                   {weight.strides[1], step.rows},
                   {weight.strides[2], step.columns},
                   {weight.strides[4], area.count}}),
        Traffic::Load);
    Ref bank = tiles.psum(area.count, area.pixels(), DType::F32, budget.slots);
    accumulate(area, step, patch, inColumns, held, bank);
    tiles.tensorTensor(sum, sum, bank, isa::AluOp::Add);
  }

  /// All taps of a step; the first overwrites the bank, so the first row is peeled.
  void accumulate(const Area &area, const Step &step, const Ref &patch, int64_t inColumns,
                  const Ref &held, const Ref &bank) {
    auto tap = [&](const Index &row, const Index &column, isa::Cond condition, When when) {
      tiles.loadWeights(held.withDims({{1, area.count}})
                            .at(row * (step.columns * area.count) + column * area.count));
      tiles.matmul(
          bank,
          patch
              .withDims({{views.rows.stride * inColumns, area.height},
                         {views.columns.stride, area.width}})
              .at(row * (views.rows.dilation * inColumns) + column * views.columns.dilation),
          condition, when);
    };
    tiles.loopWithCounter(step.columns, [&](Value counter) {
      tap(Index(0), counter ? Index::of(counter) : Index(0),
          counter ? isa::Cond::IfNotP0 : isa::Cond::Never, {counter, 0});
    });
    tiles.loop(step.rows - 1, [&](Index row) {
      tiles.loop(step.columns,
                 [&](Index column) { tap(row + Index(1), column, isa::Cond::Always, {}); });
    });
  }

  /// Bias, the group's elementwise ops, and the store.
  void finish(const Area &area, const Ref &sum) {
    auto place = [&](const HbmView &view) {
      return area.image * view.strides[0] + area.out * view.strides[1] + area.z * view.strides[2] +
             area.y * view.strides[3] + area.x * view.strides[4];
    };
    auto box = [&](const HbmView &view) {
      return SmallVector<FreeDim>{{view.strides[1], area.count},
                                  {view.strides[3], area.height},
                                  {view.strides[4], area.width}};
    };
    SmallVector<FreeDim> dims = {{area.width, area.height}, {1, area.width}};
    SmallVector<Ref> leaves;
    for (const HbmView &leaf : views.leaves) {
      Ref tile = tiles.sbuf(area.count, area.pixels(), leaf.dtype, budget.slots);
      tiles.dma(tile.withDims(dims), tiles.hbm(leaf, place(leaf), box(leaf)), Traffic::Load);
      leaves.push_back(tile);
    }
    if (views.bias) {
      Ref column = tiles.sbuf(area.count, 1, DType::F32, budget.slots);
      tiles.dma(column,
                tiles.hbm(*views.bias, area.out * views.bias->strides[0],
                          {{views.bias->strides[0], area.count}, {0, 1}}),
                Traffic::Load);
      tiles.tensorScalar(sum, sum, isa::AluOp::Add, column);
    }
    Ref out = tiles.sbuf(area.count, area.pixels(), views.result.dtype, budget.slots);
    views.body->emit(tiles, leaves, &sum, out);
    tiles.dma(tiles.hbm(views.result, place(views.result), box(views.result)), out.withDims(dims),
              Traffic::Store);
  }

  TileBuilder &tiles;
  const Budget &budget;
  const ConvViews &views;
  int64_t channels, outputs;
  DType type;
  int64_t rowTile = 1, columnTile = 1, outTile = 1;
  int64_t stepRows = 1, stepColumns = 1;
};

} // namespace

void templates::lowerConvInSteps(Context &context, const ConvViews &views) {
  StepsEmitter(context, views).run();
}
