// Multiply-adds of nn ops.
#include "compiler/pipeline/ModelFlops.h"

#include "dialects/isa/Isa.h"
#include "dialects/nn/Nn.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/TypeSwitch.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace neuron;

namespace {

ArrayRef<int64_t> shapeOf(Value value) {
  return cast<RankedTensorType>(value.getType()).getShape();
}

uint64_t product(ArrayRef<int64_t> dims) {
  uint64_t result = 1;
  for (int64_t dim : dims)
    result = llvm::SaturatingMultiply<uint64_t>(result, uint64_t(dim));
  return result;
}

uint64_t times(uint64_t a, uint64_t b) { return llvm::SaturatingMultiply(a, b); }

} // namespace

uint64_t pipeline::multiplyAdds(Operation *op) {
  return llvm::TypeSwitch<Operation *, uint64_t>(op)
      .Case<nn::MatmulOp>([](auto matmul) {
        return times(product(shapeOf(matmul.getResult())), shapeOf(matmul.getLhs()).back());
      })
      .Case<nn::GemmOp>([](auto gemm) {
        uint64_t depth = shapeOf(gemm.getLhs())[gemm.getTransLhs() ? 0 : 1];
        return times(product(shapeOf(gemm.getResult())), depth);
      })
      .Case<nn::ConvOp>([](auto conv) {
        // A weight is [out, in / groups, window]: one output sums over all but its first dim.
        return times(product(shapeOf(conv.getResult())),
                     product(shapeOf(conv.getWeight()).drop_front()));
      })
      .Case<nn::ConvTransposeOp>([](auto conv) {
        // Every input element is multiplied with [out / groups, window].
        return times(product(shapeOf(conv.getInput())),
                     product(shapeOf(conv.getWeight()).drop_front()));
      })
      .Case<nn::AttentionOp>([](auto attention) {
        uint64_t scores = times(product(shapeOf(attention.getQuery()).drop_back()),
                                uint64_t(shapeOf(attention.getKey())[2]));
        uint64_t depths = shapeOf(attention.getQuery())[3] + shapeOf(attention.getValue())[3];
        return times(scores, depths);
      })
      .Default([](Operation *) { return uint64_t(0); });
}

uint64_t pipeline::modelFlops(ModuleOp module) {
  uint64_t sum = 0;
  module.walk([&](Operation *op) { sum = llvm::SaturatingAdd(sum, times(2, multiplyAdds(op))); });
  return sum;
}

std::map<std::string, uint64_t> pipeline::layerFlops(ModuleOp module) {
  std::map<std::string, uint64_t> byLayer;
  module.walk([&](Operation *op) {
    uint64_t flops = times(2, multiplyAdds(op));
    StringAttr layer = flops ? isa::layerOf(op->getLoc()) : StringAttr();
    if (!layer)
      return;
    uint64_t &sum = byLayer[layer.str()];
    sum = llvm::SaturatingAdd(sum, flops);
  });
  return byLayer;
}
