// Window: attributes of windows, and auto_pad.

#include "compiler/import/onnx/Window.h"

#include "llvm/ADT/STLExtras.h"
#include <algorithm>

using namespace neuron::importer;
using llvm::ArrayRef;
using llvm::StringRef;

namespace {

/// Windows beyond this are refused, so that products of the numbers below stay exact.
constexpr int64_t limit = int64_t(1) << 31;

Ints listOf(Node &node, StringRef name, size_t dims) {
  Ints list = node.integers(name).value_or(Ints(dims, 1));
  node.valid(list.size() == dims, name + " needs one entry a spatial dimension");
  for (int64_t value : list)
    node.valid(value > 0 && value < limit, name + " has an entry that is not positive");
  list.resize(dims, 1);
  return list;
}

} // namespace

WindowReader::WindowReader(Node &node, ArrayRef<int64_t> inputShape, ArrayRef<int64_t> weightKernel,
                           Kind kind)
    : input(inputShape) {
  size_t dims = input.size();
  std::optional<Ints> stated = node.integers("kernel_shape");
  kernel = stated ? *stated : Ints(weightKernel);
  if (stated && !weightKernel.empty())
    node.valid(ArrayRef<int64_t>(*stated) == weightKernel,
               "kernel_shape differs from the shape of the weight");
  node.valid(!kernel.empty(), "kernel_shape is absent");
  node.valid(kernel.size() == dims, "kernel_shape needs one entry a spatial dimension");
  for (int64_t value : kernel)
    node.valid(value > 0 && value < limit, "kernel_shape has an entry that is not positive");
  strides = listOf(node, "strides", dims);
  dilations = listOf(node, "dilations", dims);
  low.assign(dims, 0);
  high.assign(dims, 0);
  if (!node.failed())
    readPads(node, kind);
}

void WindowReader::readPads(Node &node, Kind kind) {
  size_t dims = input.size();
  StringRef autoPad = node.text("auto_pad", "NOTSET");
  if (autoPad == "VALID")
    return;
  if (autoPad == "SAME_UPPER" || autoPad == "SAME_LOWER") {
    for (size_t i = 0; i < dims && kind == Plain; ++i) {
      int64_t output = (input[i] + strides[i] - 1) / strides[i];
      int64_t total = std::max<int64_t>(0, (output - 1) * strides[i] + span(i) - input[i]);
      low[i] = autoPad == "SAME_UPPER" ? total / 2 : total - total / 2;
      high[i] = total - low[i];
    }
    return;
  }
  node.valid(autoPad == "NOTSET" || autoPad.empty(), "auto_pad has an unknown value");
  std::optional<Ints> pads = node.integers("pads");
  if (!pads)
    return;
  if (!node.valid(pads->size() == 2 * dims, "pads needs two entries a spatial dimension"))
    return;
  for (int64_t value : *pads)
    node.valid(value >= 0 && value < limit, "pads has a negative entry");
  low.assign(pads->begin(), pads->begin() + static_cast<ptrdiff_t>(dims));
  high.assign(pads->begin() + static_cast<ptrdiff_t>(dims), pads->end());
}
