// Located reports and checks of shapes and windows, shared by the type rules.
#include "dialects/nn/NnInfer.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/raw_ostream.h"

using namespace mlir;

namespace neuron::nn {

/// Attributes of windows beyond this are refused, so that positions never overflow.
static constexpr int64_t kMaxWindow = int64_t{1} << 31;

std::string shapeText(ArrayRef<int64_t> shape) {
  return "[" +
         llvm::join(llvm::map_range(shape, [](int64_t d) { return std::to_string(d); }), ", ") +
         "]";
}

std::string typeText(RankedTensorType type) {
  std::string text;
  llvm::raw_string_ostream(text) << type.getElementType();
  return text + shapeText(type.getShape());
}

LogicalResult Report::fail(const Twine &text) const {
  return emitOptionalError(location, op, ": ", text);
}

FailureOr<RankedTensorType> Report::tensor(Value value, StringRef role) const {
  auto type = dyn_cast<RankedTensorType>(value.getType());
  if (type && type.hasStaticShape())
    return type;
  return fail(role + " is not a tensor of static shape");
}

LogicalResult Report::axis(int64_t axis, int64_t rank) const {
  if (axis >= 0 && axis < rank)
    return success();
  return fail("(C1) axis " + Twine(axis) + " is not in [0, " + Twine(rank) + ")");
}

LogicalResult Report::sameElements(StringRef label, ArrayRef<RankedTensorType> types) const {
  for (RankedTensorType type : types)
    if (type.getElementType() != types[0].getElementType())
      return fail(label + " element types differ: " + typeText(types[0]) + " and " +
                  typeText(type));
  return success();
}

LogicalResult Report::result(ArrayRef<int64_t> shape, Type element,
                             SmallVectorImpl<Type> &inferred) const {
  __int128 elements = 1;
  for (int64_t dim : shape) {
    if (dim < 0)
      return fail("result shape " + shapeText(shape) + " has a negative dim");
    elements *= dim;
    if (elements > kMaxElements)
      return fail("result shape " + shapeText(shape) + " has more than " + Twine(kMaxElements) +
                  " elements");
  }
  inferred.push_back(RankedTensorType::get(shape, element));
  return success();
}

static LogicalResult fillWindowList(const Report &report, StringRef name, ArrayRef<int64_t> given,
                                    size_t rank, int64_t absent, int64_t least,
                                    SmallVector<int64_t> &list) {
  if (given.empty()) {
    list.assign(rank, absent);
    return success();
  }
  if (given.size() != rank)
    return report.fail("(C2) " + name + " has " + Twine(given.size()) + " entries, expected " +
                       Twine(rank) + ", one a spatial dim");
  for (int64_t value : given)
    if (value < least || value > kMaxWindow)
      return report.fail("(C2) " + name + " " + shapeText(given) + " has an entry below " +
                         Twine(least) + " or above 2^31");
  list.assign(given.begin(), given.end());
  return success();
}

FailureOr<Window> makeWindow(const Report &report, ArrayRef<int64_t> kernel,
                             ArrayRef<int64_t> strides, ArrayRef<int64_t> dilations,
                             ArrayRef<int64_t> padsLow, ArrayRef<int64_t> padsHigh) {
  Window window;
  size_t rank = kernel.size();
  window.kernel.assign(kernel.begin(), kernel.end());
  for (int64_t size : kernel)
    if (size < 1 || size > kMaxWindow)
      return report.fail("(C1) kernel " + shapeText(kernel) +
                         " has an entry below 1 or above 2^31");
  if (failed(fillWindowList(report, "strides", strides, rank, 1, 1, window.strides)) ||
      failed(fillWindowList(report, "dilations", dilations, rank, 1, 1, window.dilations)) ||
      failed(fillWindowList(report, "pads_low", padsLow, rank, 0, 0, window.padsLow)) ||
      failed(fillWindowList(report, "pads_high", padsHigh, rank, 0, 0, window.padsHigh)))
    return failure();
  return window;
}

LogicalResult appendWindowDims(const Report &report, ArrayRef<int64_t> spatial,
                               const Window &window, bool ceilMode,
                               SmallVectorImpl<int64_t> &shape) {
  for (auto [i, dim] : llvm::enumerate(spatial)) {
    int64_t room = dim + window.padsLow[i] + window.padsHigh[i] - window.span(i);
    if (room < 0)
      return report.fail("(C4) window of " + Twine(window.span(i)) +
                         " does not fit in spatial dim " + Twine(i) + " of " + Twine(dim) +
                         " with pads " + Twine(window.padsLow[i]) + " and " +
                         Twine(window.padsHigh[i]));
    int64_t stride = window.strides[i];
    int64_t count = room / stride + 1;
    // One more window if some of it is left, provided that it starts inside the input or the
    // low padding.
    if (ceilMode && room % stride != 0 && count * stride < dim + window.padsLow[i])
      ++count;
    shape.push_back(count);
  }
  return success();
}

FailureOr<SmallVector<int64_t>> broadcastShapes(const Report &report, StringRef label,
                                                ArrayRef<ArrayRef<int64_t>> shapes) {
  SmallVector<int64_t> result(shapes[0]);
  for (ArrayRef<int64_t> shape : shapes.drop_front())
    for (auto [axis, dim] : llvm::enumerate(shape)) {
      if (result[axis] == 1)
        result[axis] = dim;
      else if (dim != 1 && dim != result[axis])
        return report.fail(label + " dim " + Twine(axis) + " of " + shapeText(shapes[0]) + " and " +
                           shapeText(shape) + " are neither equal nor 1");
    }
  return result;
}

} // namespace neuron::nn
