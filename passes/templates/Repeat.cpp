// nn.repeat: what enters the block is brought to the border, the block is run, what leaves it is
// where the border says. Most values are written straight to the border by their producers. The
// homes of a carried value lie side by side, so an output of the program is none of them and is
// copied from the last.
#include "passes/templates/Template.h"

#include "dialects/nn/Nn.h"

#include "llvm/ADT/STLExtras.h"

using namespace mlir;
using namespace neuron;
using namespace neuron::templates;

LogicalResult templates::lowerRepeat(Operation *op, Context &context) {
  auto repeat = cast<nn::RepeatOp>(op);
  const plan::RepeatBorder *border = context.homes.borderOf(repeat);
  if (!border)
    return op->emitOpError("has no border");
  for (auto [operand, there] : llvm::zip_equal(op->getOperands(), border->operands)) {
    FailureOr<HbmView> here = context.homes.of(operand);
    if (failed(here))
      return failure();
    if (here->isSamePlaceAs(there))
      continue;
    context.fellBack(op, "copies an operand that has a place elsewhere");
    move(context.tiles, there, *here);
  }
  context.shared.end();
  tile::RepeatOp::create(context.tiles.mlir(), op->getLoc(), repeat.getBlockAttr(),
                         int64_t(repeat.getCount()));
  for (auto [result, there] : llvm::zip_equal(op->getResults(), border->results)) {
    context.homes.alias(result, there);
    if (!context.homes.isOutput(result))
      continue;
    FailureOr<HbmView> output = context.homes.forResult(result);
    if (failed(output))
      return failure();
    if (!output->isSamePlaceAs(there))
      move(context.tiles, *output, there);
  }
  return success();
}
