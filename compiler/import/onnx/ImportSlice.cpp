// Import of parts and surroundings: slice, split, pad, resize, trilu.

#include "compiler/import/onnx/GraphImport.h"
#include "compiler/import/onnx/ImportTable.h"
#include "compiler/import/onnx/Node.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/Sequence.h"
#include <algorithm>
#include <cmath>

using namespace neuron;
using namespace neuron::importer;
using namespace mlir;
using neuron::driver::Code;

namespace {

/// First element and number of elements of start:end:step over `size`, with numpy's clamping.
std::pair<int64_t, int64_t> resolveRange(int64_t start, int64_t end, int64_t step, int64_t size) {
  auto fromFront = [&](int64_t i) { return i < 0 ? i + size : i; };
  int64_t last = step > 0 ? size : size - 1;
  int64_t first = std::clamp<int64_t>(start < -size ? (step > 0 ? 0 : -1) : fromFront(start),
                                      step > 0 ? 0 : -1, last);
  int64_t stop = std::clamp<int64_t>(end < -size ? -1 : fromFront(end), step > 0 ? 0 : -1, last);
  if (step < 0 && start < -size)
    first = -1;
  int64_t distance = step > 0 ? stop - first : first - stop;
  // |step| without overflow for the smallest integer.
  uint64_t stride = step > 0 ? uint64_t(step) : 0 - uint64_t(step);
  int64_t count = distance <= 0 ? 0 : static_cast<int64_t>((uint64_t(distance) - 1) / stride) + 1;
  return {count == 0 ? 0 : first, count};
}

void importSlice(Node &node) {
  Value input = node.operand(0);
  int64_t rank = node.rank(input);
  Ints starts = node.constantIntegers(1), ends = node.constantIntegers(2);
  Ints axes = node.has(3)
                  ? node.constantIntegers(3)
                  : Ints(llvm::to_vector(llvm::seq<int64_t>(static_cast<int64_t>(starts.size()))));
  Ints steps = node.has(4) ? node.constantIntegers(4) : Ints(starts.size(), 1);
  node.valid(node.failed() || (ends.size() == starts.size() && axes.size() == starts.size() &&
                               steps.size() == starts.size()),
             "starts, ends, axes and steps differ in length");
  if (node.failed())
    return;
  Ints first(static_cast<size_t>(rank), 0), count(node.shape(input)),
      stride(static_cast<size_t>(rank), 1);
  Ints seen;
  for (size_t i = 0; i < axes.size(); ++i) {
    int64_t axis = node.resolveAxis(axes[i], rank);
    node.valid(steps[i] != 0, "step 0");
    node.valid(!llvm::is_contained(seen, axis), "an axis repeats");
    if (node.failed())
      return;
    seen.push_back(axis);
    size_t d = static_cast<size_t>(axis);
    std::tie(first[d], count[d]) = resolveRange(starts[i], ends[i], steps[i], count[d]);
    stride[d] = count[d] > 1 ? steps[i] : 1;
  }
  node.result(node.slice(input, first, count, stride));
}

/// Sizes of the parts: the attribute up to opset 12, the operand from 13 on, or equal parts.
Ints partSizes(Node &node, int64_t size) {
  if (std::optional<Ints> stated = node.integersFrom("split", 1, 13))
    return *stated;
  int64_t parts = node.integer("num_outputs", node.outputs());
  if (!node.valid(parts > 0 && parts <= 65536, "num_outputs is not positive"))
    return {};
  int64_t part = (size + parts - 1) / parts;
  Ints sizes;
  for (int64_t left = size, i = 0; i < parts; ++i, left -= sizes.back())
    sizes.push_back(std::min(part, left));
  return sizes;
}

void importSplit(Node &node) {
  Value input = node.operand(0);
  int64_t rank = node.rank(input), axis = node.axis("axis", 0, rank);
  if (node.failed())
    return;
  size_t d = static_cast<size_t>(axis);
  int64_t size = node.shape(input)[d];
  Ints sizes = partSizes(node, size);
  Ints starts(static_cast<size_t>(rank), 0), counts(node.shape(input)),
      steps(static_cast<size_t>(rank), 1);
  int64_t left = size;
  for (int64_t part : sizes) {
    if (!node.valid(part >= 0 && part <= left, "the parts are larger than the dimension"))
      return;
    left -= part;
  }
  node.valid(node.failed() || left == 0,
             "the parts do not add up to the dimension, " + Twine(size));
  for (int64_t part : sizes) {
    counts[d] = part;
    node.result(node.slice(input, starts, counts, steps));
    starts[d] += part;
  }
}

void importPad(Node &node) {
  Value input = node.operand(0);
  int64_t rank = node.rank(input);
  Ints pads = node.constantIntegers(1);
  Ints axes = node.has(3) ? node.constantIntegers(3) : Ints(llvm::to_vector(llvm::seq(rank)));
  StringRef mode = node.text("mode", "constant");
  node.valid(node.failed() || pads.size() == 2 * axes.size(), "pads needs two entries an axis");
  if (node.failed())
    return;
  Ints low(static_cast<size_t>(rank), 0), high(static_cast<size_t>(rank), 0);
  for (size_t i = 0; i < axes.size() && !node.failed(); ++i) {
    size_t d = static_cast<size_t>(node.resolveAxis(axes[i], rank));
    if (node.failed())
      return;
    low[d] = pads[i];
    high[d] = pads[i + axes.size()];
  }
  SmallVector<NamedAttribute> attributes = {node.attr("low", low), node.attr("high", high),
                                            node.word("mode", mode)};
  if (node.has(2) && mode == "constant") {
    Numbers value = node.constantNumbers(2);
    if (!node.valid(!node.failed() && value.size() == 1, "constant_value is not one number"))
      return;
    attributes.push_back(node.attr("value", value[0]));
  }
  node.result(node.make<nn::PadOp>(input, attributes));
}

void importTrilu(Node &node) {
  int64_t k = 0;
  if (node.has(1)) {
    Ints stated = node.constantIntegers(1);
    if (!node.valid(!node.failed() && stated.size() == 1, "k is not one number"))
      return;
    k = stated[0];
  }
  node.result(node.make<nn::TriluOp>(
      node.operand(0), {node.flag("upper", node.integer("upper", 1) != 0), node.attr("k", k)}));
}

//===-- resize ----------------------------------------------------------------------------===//

/// Scales and sizes of all dims: what is stated for `axes`, 1 elsewhere.
struct Density {
  Numbers scales;
  Ints sizes;
};

std::optional<Density> densityFromScales(Node &node, ArrayRef<int64_t> from, const Numbers &stated,
                                         const Ints &axes) {
  Density density{Numbers(from.size(), 1.0), Ints(from)};
  if (!node.valid(stated.size() == axes.size(), "scales needs one entry an axis"))
    return std::nullopt;
  for (auto [axis, scale] : llvm::zip_equal(axes, stated)) {
    size_t d = static_cast<size_t>(axis);
    double size = std::floor(static_cast<double>(from[d]) * scale);
    if (!node.valid(scale > 0 && size >= 1 && size < 1e12, "a scale is not positive or too large"))
      return std::nullopt;
    density.scales[d] = scale;
    density.sizes[d] = static_cast<int64_t>(size);
  }
  return density;
}

/// Sizes as stated; with keep_aspect_ratio_policy one scale for all axes, the least or the most.
std::optional<Density> densityFromSizes(Node &node, ArrayRef<int64_t> from, const Ints &stated,
                                        const Ints &axes) {
  Density density{Numbers(from.size(), 1.0), Ints(from)};
  StringRef policy = node.text("keep_aspect_ratio_policy", "stretch");
  if (!node.valid(stated.size() == axes.size(), "sizes needs one entry an axis"))
    return std::nullopt;
  double least = HUGE_VAL, most = 0;
  for (auto [axis, size] : llvm::zip_equal(axes, stated)) {
    size_t d = static_cast<size_t>(axis);
    if (!node.valid(size > 0 && from[d] > 0, "a size is not positive"))
      return std::nullopt;
    density.scales[d] = static_cast<double>(size) / static_cast<double>(from[d]);
    density.sizes[d] = size;
    least = std::min(least, density.scales[d]);
    most = std::max(most, density.scales[d]);
  }
  if (policy == "stretch")
    return density;
  if (!node.valid(policy == "not_larger" || policy == "not_smaller",
                  "keep_aspect_ratio_policy has an unknown value"))
    return std::nullopt;
  double scale = policy == "not_larger" ? least : most;
  for (int64_t axis : axes) {
    size_t d = static_cast<size_t>(axis);
    density.scales[d] = scale;
    density.sizes[d] = static_cast<int64_t>(std::floor(scale * double(from[d]) + 0.5));
  }
  return density;
}

std::optional<Density> readDensity(Node &node, Value input, unsigned scalesAt, unsigned sizesAt) {
  int64_t rank = node.rank(input);
  Ints axes = llvm::to_vector(llvm::seq(rank));
  if (std::optional<Ints> stated = node.integers("axes")) {
    axes.clear();
    for (int64_t axis : *stated)
      axes.push_back(node.resolveAxis(axis, rank));
  }
  ArrayRef<int64_t> from = node.shape(input);
  bool hasSizes = node.has(sizesAt);
  Numbers scales = !hasSizes ? node.constantNumbers(scalesAt) : Numbers();
  Ints sizes = hasSizes ? node.constantIntegers(sizesAt) : Ints();
  if (node.failed())
    return std::nullopt;
  return hasSizes ? densityFromSizes(node, from, sizes, axes)
                  : densityFromScales(node, from, scales, axes);
}

void importResize(Node &node) {
  Value input = node.operand(0);
  std::optional<Density> density = readDensity(node, input, 2, 3);
  if (!density)
    return;
  StringRef mode = node.text("mode", "nearest");
  StringRef coordinates = node.text("coordinate_transformation_mode", "half_pixel");
  node.need(!coordinates.starts_with("tf_"),
            "coordinate_transformation_mode " + driver::printable(coordinates, 40));
  node.need(node.integer("antialias", 0) == 0, "Resize with antialias");
  node.result(
      node.makeTyped(nn::ResizeOp::getOperationName(), density->sizes, node.element(input), input,
                     {node.attr("scales", ArrayRef<double>(density->scales)),
                      node.word("mode", mode), node.word("coordinates", coordinates),
                      node.word("rounding", node.text("nearest_mode", "round_prefer_floor")),
                      node.attr("cubic_a", node.number("cubic_coeff_a", -0.75)),
                      node.flag("exclude_outside", node.integer("exclude_outside", 0) != 0)}));
}

/// Upsample is Resize as opset 10 had it: asymmetric coordinates, nearest rounds down.
void importUpsample(Node &node) {
  Value input = node.operand(0);
  std::optional<Density> density = readDensity(node, input, 1, 2);
  if (!density)
    return;
  node.result(
      node.makeTyped(nn::ResizeOp::getOperationName(), density->sizes, node.element(input), input,
                     {node.attr("scales", ArrayRef<double>(density->scales)),
                      node.word("mode", node.text("mode", "nearest")),
                      node.word("coordinates", "asymmetric"), node.word("rounding", "floor")}));
}

const ImportRow rows[] = {
    {"Slice", 10, 3, 5, importSlice},   {"Split", 2, 1, 2, importSplit},
    {"Pad", 11, 2, 4, importPad},       {"Trilu", 14, 1, 2, importTrilu},
    {"Resize", 11, 1, 4, importResize}, {"Upsample", 9, 2, 2, importUpsample},
};

} // namespace

llvm::ArrayRef<ImportRow> neuron::importer::sliceForms() { return rows; }
