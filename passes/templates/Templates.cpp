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
  bool generic = false;
};

constexpr Row kTemplates[] = {
    {"nn.matmul", lowerMatmul},        {"nn.conv", lowerConv},
    {"nn.max_pool", lowerPool},        {"nn.avg_pool", lowerPool},
    {"nn.reduce_sum", lowerReduce},    {"nn.reduce_mean", lowerReduce},
    {"nn.reduce_max", lowerReduce},    {"nn.reduce_min", lowerReduce},
    {"nn.reduce_prod", lowerReduce},   {"nn.reshape", lowerReshape},
    {"nn.transpose", lowerTranspose},  {"nn.broadcast", lowerBroadcast},
    {"nn.slice", lowerSlice},          {"nn.concat", lowerConcat},
    {"nn.pad", lowerPad, true},        {"nn.softmax", lowerSoftmax},
    {"nn.log_softmax", lowerSoftmax},  {"nn.layer_norm", lowerLayerNorm},
    {"nn.rms_norm", lowerRmsNorm},     {"nn.attention", lowerAttention},
    {"nn.cumsum", lowerCumsum},        {"nn.rope", lowerRope},
    {"nn.gather", lowerGather},        {"nn.cache_update", lowerCacheUpdate},
    {"nn.scatter_nd", lowerScatterNd}, {"nn.state_write", lowerStateWrite},
    {"nn.repeat", lowerRepeat},
};

const Row *findRow(Operation *op) {
  const Row *row = llvm::find_if(
      kTemplates, [&](const Row &row) { return row.op == op->getName().getStringRef(); });
  return row == std::end(kTemplates) ? nullptr : row;
}

} // namespace

Template templates::findTemplate(Operation *op) {
  if (const Row *row = findRow(op))
    return row->lower;
  return nn::isElementwise(op) ? lowerElementwise : nullptr;
}

bool templates::isGeneric(Operation *op) {
  const Row *row = findRow(op);
  return !row || row->generic;
}
