// Homes of nn values; see PlaceValues.h.
#include "passes/plan/PlaceValues.h"

#include "dialects/nn/Nn.h"

#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/SymbolTable.h"

#include <numeric>

using namespace mlir;
using namespace neuron;
using namespace neuron::plan;
using templates::HbmView;

namespace {

bool isIdentity(ArrayRef<int64_t> order) {
  for (size_t i = 0; i < order.size(); ++i)
    if (order[i] != int64_t(i))
      return false;
  return true;
}

HbmView turned(const HbmView &view, ArrayRef<int64_t> order) {
  HbmView other = view;
  for (auto [i, d] : llvm::enumerate(order)) {
    other.shape[i] = view.shape[d];
    other.strides[i] = view.strides[d];
  }
  return other;
}

} // namespace

Homes::Homes(func::FuncOp function, const Groups &groups, const Borders &borders, Value iteration,
             Value parity)
    : function(function), groups(groups), borders(borders), iteration(iteration), parity(parity),
      declarations(function.getContext()) {
  declarations.setInsertionPoint(function);
  auto module = function->getParentOfType<ModuleOp>();
  for (auto symbol : module.getOps<SymbolOpInterface>())
    taken.insert(symbol.getName());
  for (auto segment : module.getOps<isa::SegmentOp>())
    nextIndex = std::max(nextIndex, segment.getIndex() + 1);
  placeBorder();
}

HbmView Homes::declare(StringRef hint, StringRef kind, DType dtype, ArrayRef<int64_t> shape,
                       FlatSymbolRefAttr weight, Attribute value) {
  auto type = RankedTensorType::get(shape, declaredType(function.getContext(), dtype));
  int64_t bytes = byteSize(dtype);
  for (int64_t size : shape)
    bytes *= size;
  std::string name = uniqueName(hint);
  auto segment = isa::SegmentOp::create(declarations, function.getLoc(), name, kind, nextIndex++,
                                        type, bytes, weight, FlatSymbolRefAttr());
  if (value)
    segment->setAttr("value", value);
  return HbmView::rowMajor(FlatSymbolRefAttr::get(segment.getSymNameAttr()), dtype, shape);
}

std::string Homes::uniqueName(StringRef hint) {
  std::string name;
  do
    name = (hint + "." + Twine(nextName++)).str();
  while (!taken.insert(name).second);
  return name;
}

HbmView Homes::here(const MovingView &moving) const {
  HbmView view = moving.view;
  if (moving.iterationStep)
    view.offset += templates::Index::of(iteration, moving.iterationStep);
  if (moving.parityStep)
    view.offset += templates::Index::of(parity, moving.parityStep);
  return view;
}

/// The slice of the iteration.
HbmView Homes::sliceNow(HbmView stacked) const {
  stacked.offset +=
      templates::Index::of(iteration, stacked.strides.front() * int64_t(byteSize(stacked.dtype)));
  stacked.shape.erase(stacked.shape.begin());
  stacked.strides.erase(stacked.strides.begin());
  return stacked;
}

void Homes::placeBorder() {
  const FunctionBorder &border = borders.of(function);
  for (auto [argument, at] : llvm::zip_equal(function.getArguments(), border.arguments))
    homes[argument] = here(at);
  auto results = cast<func::ReturnOp>(function.getBody().front().getTerminator());
  for (auto [result, at] : llvm::zip_equal(results.getOperands(), border.results)) {
    outputs.try_emplace(result, here(at));
    resultViews.push_back(here(at));
  }
  // The block writes over what is carried into it, so nobody else may read it there.
  for (auto repeat : function.getOps<nn::RepeatOp>())
    if (const RepeatBorder *inner = borderOf(repeat))
      for (auto [i, operand] : llvm::enumerate(repeat->getOperands()))
        if (i >= repeat.getCarried().size() || operand.hasOneUse())
          outputs.try_emplace(operand, inner->operands[i]);
}

/// A weight with its dims in another order, or as another type.
FlatSymbolRefAttr Homes::derivedWeight(nn::WeightOp weight, ArrayRef<int64_t> order,
                                       RankedTensorType type) {
  Builder b(weight.getContext());
  SmallVector<Attribute> transforms(weight.getTransforms().begin(), weight.getTransforms().end());
  if (!isIdentity(order))
    transforms.push_back(nn::PermuteAttr::get(b.getContext(), order));
  if (type.getElementType() != cast<RankedTensorType>(weight.getType()).getElementType())
    transforms.push_back(nn::ConvertAttr::get(b.getContext(), type.getElementType()));
  if (transforms.size() == weight.getTransforms().size())
    return FlatSymbolRefAttr::get(weight.getSymNameAttr());
  std::string name = uniqueName(weight.getSymName());
  auto derived = nn::WeightOp::create(declarations, weight.getLoc(), name, type, weight.getBlobs(),
                                      b.getArrayAttr(transforms));
  return FlatSymbolRefAttr::get(derived.getSymNameAttr());
}

/// The order is of the value's dims, so of each slice of a weight that has one an iteration.
FailureOr<HbmView> Homes::weightHome(Value value, ArrayRef<int64_t> order,
                                     std::optional<DType> given) {
  auto use = value.getDefiningOp<nn::WeightValueOp>();
  auto weight = SymbolTable::lookupNearestSymbolFrom<nn::WeightOp>(use, use.getWeightAttr());
  if (!weight)
    return use.emitOpError("names no weight");
  auto type = cast<RankedTensorType>(value.getType());
  FailureOr<DType> dtype = deviceType(type.getElementType());
  if (failed(dtype))
    return use.emitOpError("of type ") << type << " does not fit the machine";
  SmallVector<int64_t> identity(type.getRank());
  std::iota(identity.begin(), identity.end(), 0);
  // Transforms act on each blob alone, so a stack of them as a whole is turned by strides.
  bool byStrides = !use.getEach() && weight.getBlobs().size() > 1;
  ArrayRef<int64_t> stored = order.empty() || byStrides ? ArrayRef(identity) : order;
  Builder b(use.getContext());
  if (given)
    dtype = *given;
  Type element = declaredType(use.getContext(), *dtype);
  auto key = b.getArrayAttr({use.getWeightAttr(), b.getDenseI64ArrayAttr(stored),
                             b.getBoolAttr(use.getEach()), TypeAttr::get(element)});
  auto [known, isNew] = weights.try_emplace(key);
  if (isNew) {
    SmallVector<int64_t> shape;
    if (use.getEach())
      shape.push_back(cast<RankedTensorType>(weight.getType()).getDimSize(0));
    for (int64_t d : stored)
      shape.push_back(type.getDimSize(d));
    auto storedType = RankedTensorType::get(shape, element);
    HbmView whole = declare(weight.getSymName(), "weight", *dtype, shape,
                            derivedWeight(weight, stored, storedType));
    known->second = use.getEach() ? sliceNow(whole) : whole;
  }
  return byStrides && !order.empty() ? turned(known->second, order) : known->second;
}

FailureOr<HbmView> Homes::stateHome(nn::StateReadOp read) {
  HbmView home = borders.ofState(read.getStateAttr().getAttr());
  if (!home.segment)
    return read.emitOpError("names no state");
  return read.getEach() ? sliceNow(home) : home;
}

FailureOr<HbmView> Homes::stateHome(nn::StateWriteOp write) {
  HbmView home = borders.ofState(write.getStateAttr().getAttr());
  if (!home.segment)
    return write.emitOpError("names no state");
  return write.getEach() ? sliceNow(home) : home;
}

FailureOr<HbmView> Homes::of(Value value) {
  if (auto known = homes.find(value); known != homes.end())
    return known->second;
  if (value.getDefiningOp<nn::WeightValueOp>())
    return weightHome(value, {}, std::nullopt);
  if (auto read = value.getDefiningOp<nn::StateReadOp>())
    return stateHome(read);
  if (auto constant = value.getDefiningOp<nn::ConstantOp>()) {
    auto type = cast<RankedTensorType>(value.getType());
    FailureOr<DType> dtype = deviceType(type.getElementType());
    if (failed(dtype))
      return constant.emitOpError("of type ") << type << " does not fit the machine";
    HbmView home =
        declare("const", "constant", *dtype, type.getShape(), {}, constant.getValueAttr());
    homes[value] = home;
    return home;
  }
  return emitError(value.getLoc()) << "a value is used before it has a home";
}

FailureOr<HbmView> Homes::forResult(Value value) {
  if (auto output = outputs.find(value); output != outputs.end()) {
    homes[value] = output->second;
    return output->second;
  }
  if (auto given = homes.find(value); given != homes.end())
    return given->second;
  auto type = cast<RankedTensorType>(value.getType());
  FailureOr<DType> dtype = deviceType(type.getElementType());
  if (failed(dtype))
    return emitError(value.getLoc()) << "a value of type " << type << " does not fit the machine";
  HbmView home = scratch(*dtype, type.getShape());
  homes[value] = home;
  return home;
}

void Homes::alias(Value value, HbmView view) { homes[value] = std::move(view); }

HbmView Homes::scratch(DType dtype, ArrayRef<int64_t> shape) {
  return declare("scratch", "scratch", dtype, shape);
}

HbmView Homes::constant(ArrayRef<float> values, ArrayRef<int64_t> shape) {
  auto type = RankedTensorType::get(shape, Builder(function.getContext()).getF32Type());
  return declare("const", "constant", DType::F32, shape, {}, DenseElementsAttr::get(type, values));
}

FailureOr<HbmView> Homes::permuted(Value value, ArrayRef<int64_t> order,
                                   std::optional<DType> stored) {
  if (value.getDefiningOp<nn::WeightValueOp>())
    return weightHome(value, order, stored);
  FailureOr<HbmView> view = of(value);
  if (failed(view))
    return failure();
  return turned(*view, order);
}
