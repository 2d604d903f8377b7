// Results written straight to where their only reader wants them; see Homes::forStridedResult.
//
// A value that is only transposed, reshaped or put into a concatenation gets, in place of a
// tensor of its own, the view of its reader's place that has its elements: the reader then has
// nothing to move. Worked example: attention makes a[1, 12, 128, 64], a transposition b[1, 128,
// 12, 64] of it is reshaped to [1, 128, 768]. b's place is row-major, a is the view of it with
// strides [., 64, 768, 1], so that the reshape is a view, too.
#include "passes/plan/PlaceValues.h"

#include "dialects/nn/Nn.h"

using namespace mlir;
using namespace neuron;
using namespace neuron::plan;
using templates::HbmView;

namespace {

/// The view whose dim perm[i] is dim i of `view`.
HbmView turnedBack(const HbmView &view, ArrayRef<int64_t> perm) {
  HbmView source = view;
  for (auto [i, d] : llvm::enumerate(perm)) {
    source.shape[d] = view.shape[i];
    source.strides[d] = view.strides[i];
  }
  return source;
}

/// Whether rows stay whole: an element-wise store would cost more than a copy of runs.
bool keepsRuns(ArrayRef<int64_t> perm) {
  return !perm.empty() && perm.back() == int64_t(perm.size()) - 1;
}

} // namespace

/// Where a value goes in the end: an output, or a place that has been given already.
std::optional<HbmView> Homes::givenPlace(Value value) {
  if (auto output = outputs.find(value); output != outputs.end())
    return output->second;
  if (auto known = homes.find(value); known != homes.end())
    return known->second;
  return destination(value);
}

/// A place that nobody has given yet becomes a tensor of its own.
void Homes::materialise(HbmView &view) {
  if (!view.segment)
    view.segment = scratch(view.dtype, view.elements()).segment;
}

/// The part of a concatenation's place that one of its operands fills.
std::optional<HbmView> Homes::partOf(nn::ConcatOp concat, Value operand) {
  std::optional<HbmView> whole = givenPlace(concat.getResult());
  if (!whole) {
    FailureOr<HbmView> home = forResult(concat.getResult());
    if (failed(home))
      return std::nullopt;
    whole = *home;
  }
  materialise(*whole);
  homes[concat.getResult()] = *whole;
  int64_t axis = concat.getAxis(), low = 0;
  for (Value part : concat.getInputs()) {
    int64_t size = cast<RankedTensorType>(part.getType()).getDimSize(axis);
    if (part != operand) {
      low += size;
      continue;
    }
    HbmView view = *whole;
    view.offset += low * view.strides[axis] * int64_t(byteSize(view.dtype));
    view.shape[axis] = size;
    return view;
  }
  return std::nullopt;
}

/// The view that the only reader of a value has for it; without a segment where it is one of a
/// tensor that is still to be made.
std::optional<HbmView> Homes::destination(Value value) {
  if (!value.hasOneUse())
    return std::nullopt;
  Operation *reader = *value.user_begin();
  if (!groups.endingWith(reader) || groups.endingWith(reader)->ops.size() != 1)
    return std::nullopt;
  if (auto reshape = dyn_cast<nn::ReshapeOp>(reader)) {
    std::optional<HbmView> place = givenPlace(reshape.getResult());
    return place ? place->reshaped(cast<RankedTensorType>(value.getType()).getShape())
                 : std::nullopt;
  }
  if (auto transpose = dyn_cast<nn::TransposeOp>(reader)) {
    std::optional<HbmView> place = givenPlace(transpose.getResult());
    auto type = cast<RankedTensorType>(transpose.getResult().getType());
    FailureOr<DType> dtype = deviceType(type.getElementType());
    if (!place && keepsRuns(transpose.getPerm()) && succeeded(dtype))
      place = HbmView::rowMajor({}, *dtype, type.getShape());
    return place ? std::optional(turnedBack(*place, transpose.getPerm())) : std::nullopt;
  }
  if (auto concat = dyn_cast<nn::ConcatOp>(reader))
    return partOf(concat, value);
  return std::nullopt;
}

FailureOr<HbmView> Homes::forStridedResult(Value value) {
  if (outputs.count(value) || homes.count(value))
    return forResult(value);
  std::optional<HbmView> place = destination(value);
  if (!place)
    return forResult(value);
  materialise(*place);
  homes[value] = *place;
  return *place;
}
