// Which template lowers which op.
#include "passes/templates/Template.h"

#include "dialects/nn/Nn.h"
#include "dialects/nn/ScalarBody.h"

#include "llvm/ADT/STLExtras.h"

using namespace mlir;
using namespace neuron;
using namespace neuron::templates;

namespace {

struct Row {
  llvm::StringRef op;
  Template lower;
};

constexpr Row kTemplates[] = {
    {"nn.matmul", lowerMatmul},        {"nn.conv", lowerConv},
    {"nn.max_pool", lowerPool},        {"nn.avg_pool", lowerPool},
    {"nn.reduce_sum", lowerReduce},    {"nn.reduce_mean", lowerReduce},
    {"nn.reduce_max", lowerReduce},    {"nn.reduce_min", lowerReduce},
    {"nn.reduce_prod", lowerReduce},   {"nn.cast", lowerCast},
    {"nn.reshape", lowerReshape},      {"nn.transpose", lowerTranspose},
    {"nn.broadcast", lowerBroadcast},  {"nn.slice", lowerSlice},
    {"nn.concat", lowerConcat},        {"nn.pad", lowerPad},
    {"nn.softmax", lowerSoftmax},      {"nn.log_softmax", lowerSoftmax},
    {"nn.layer_norm", lowerLayerNorm}, {"nn.rms_norm", lowerRmsNorm},
    {"nn.attention", lowerAttention},  {"nn.gather", lowerGather},
    {"nn.scatter_nd", lowerScatterNd},
};

} // namespace

Template templates::findTemplate(Operation *op) {
  for (const Row &row : kTemplates)
    if (row.op == op->getName().getStringRef())
      return row.lower;
  return nn::findScalarRow(op->getName().getStringRef()) ? lowerElementwise : nullptr;
}
