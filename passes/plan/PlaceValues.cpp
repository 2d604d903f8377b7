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

/// The builtin type that a segment of the machine's type is declared with.
Type declaredType(MLIRContext *context, DType dtype) {
  Builder b(context);
  switch (dtype) {
  case DType::F32:
    return b.getF32Type();
  case DType::Bf16:
    return b.getBF16Type();
  case DType::F16:
    return b.getF16Type();
  case DType::Bool:
    return b.getI1Type();
  case DType::U8:
  case DType::U16:
  case DType::U32:
    return b.getIntegerType(byteSize(dtype) * 8, /*isSigned=*/false);
  default:
    return b.getIntegerType(byteSize(dtype) * 8);
  }
}

bool isIdentity(ArrayRef<int64_t> order) {
  for (size_t i = 0; i < order.size(); ++i)
    if (order[i] != int64_t(i))
      return false;
  return true;
}

} // namespace

FailureOr<DType> plan::deviceType(Type element) {
  if (element.isF32() || element.isF64())
    return DType::F32;
  if (element.isBF16())
    return DType::Bf16;
  if (element.isF16())
    return DType::F16;
  auto integer = dyn_cast<IntegerType>(element);
  if (!integer)
    return failure();
  switch (integer.getWidth()) {
  case 1:
    return DType::Bool;
  case 8:
    return integer.isUnsigned() ? DType::U8 : DType::I8;
  case 16:
    return integer.isUnsigned() ? DType::U16 : DType::I16;
  case 32:
  case 64:
    return integer.isUnsigned() ? DType::U32 : DType::I32;
  default:
    return failure();
  }
}

Homes::Homes(func::FuncOp function, const Groups &groups)
    : function(function), groups(groups), declarations(function.getContext()) {
  declarations.setInsertionPoint(function);
  auto module = function->getParentOfType<ModuleOp>();
  for (auto symbol : module.getOps<SymbolOpInterface>())
    taken.insert(symbol.getName());
  for (auto segment : module.getOps<isa::SegmentOp>())
    nextIndex = std::max(nextIndex, segment.getIndex() + 1);
}

HbmView Homes::declare(StringRef hint, StringRef kind, DType dtype, ArrayRef<int64_t> shape,
                       FlatSymbolRefAttr weight, Attribute value, Type interfaceType) {
  auto type = RankedTensorType::get(shape, declaredType(function.getContext(), dtype));
  int64_t bytes = byteSize(dtype);
  for (int64_t size : shape)
    bytes *= size;
  std::string name = uniqueName(hint);
  auto segment = isa::SegmentOp::create(declarations, function.getLoc(), name, kind, nextIndex++,
                                        type, bytes, weight, FlatSymbolRefAttr());
  if (value)
    segment->setAttr("value", value);
  if (interfaceType)
    segment->setAttr("interface", TypeAttr::get(interfaceType));
  return HbmView::rowMajor(FlatSymbolRefAttr::get(segment.getSymNameAttr()), dtype, shape);
}

std::string Homes::uniqueName(StringRef hint) {
  std::string name;
  do
    name = (hint + "." + Twine(nextName++)).str();
  while (!taken.insert(name).second);
  return name;
}

LogicalResult Homes::placeInterface() {
  auto place = [&](Value value, StringAttr name, StringRef kind) -> FailureOr<HbmView> {
    auto type = cast<RankedTensorType>(value.getType());
    FailureOr<DType> dtype = deviceType(type.getElementType());
    if (failed(dtype))
      return emitError(value.getLoc())
             << kind << " of type " << type << " does not fit the machine";
    return declare(name ? name.getValue() : kind, kind, *dtype, type.getShape(), {}, {}, type);
  };
  for (auto [i, argument] : llvm::enumerate(function.getArguments())) {
    auto home = place(argument, function.getArgAttrOfType<StringAttr>(i, "nn.name"), "input");
    if (failed(home))
      return failure();
    homes[argument] = *home;
  }
  auto results = cast<func::ReturnOp>(function.getBody().front().getTerminator());
  for (auto [i, result] : llvm::enumerate(results.getOperands())) {
    auto home = place(result, function.getResultAttrOfType<StringAttr>(i, "nn.name"), "output");
    if (failed(home))
      return failure();
    outputs.try_emplace(result, *home);
    resultViews.push_back(*home);
  }
  return success();
}

FailureOr<HbmView> Homes::weightHome(Value value, ArrayRef<int64_t> order,
                                     std::optional<DType> given) {
  auto use = value.getDefiningOp<nn::WeightValueOp>();
  auto weight = SymbolTable::lookupNearestSymbolFrom<nn::WeightOp>(use, use.getWeightAttr());
  if (!weight)
    return use.emitOpError("names no weight");
  auto type = cast<RankedTensorType>(weight.getType());
  FailureOr<DType> dtype = deviceType(type.getElementType());
  if (failed(dtype))
    return use.emitOpError("of type ") << type << " does not fit the machine";
  SmallVector<int64_t> identity(type.getRank());
  std::iota(identity.begin(), identity.end(), 0);
  if (order.empty())
    order = identity;
  Builder b(use.getContext());
  if (given)
    dtype = *given;
  Type stored = declaredType(use.getContext(), *dtype);
  auto key =
      b.getArrayAttr({use.getWeightAttr(), b.getDenseI64ArrayAttr(order), TypeAttr::get(stored)});
  if (auto known = weights.find(key); known != weights.end())
    return known->second;

  SmallVector<int64_t> shape;
  for (int64_t d : order)
    shape.push_back(type.getDimSize(d));
  FlatSymbolRefAttr source = use.getWeightAttr();
  if (!isIdentity(order) || stored != type.getElementType()) {
    SmallVector<Attribute> transforms(weight.getTransforms().begin(), weight.getTransforms().end());
    if (!isIdentity(order))
      transforms.push_back(nn::PermuteAttr::get(use.getContext(), order));
    if (stored != type.getElementType())
      transforms.push_back(nn::ConvertAttr::get(use.getContext(), stored));
    std::string name = uniqueName(weight.getSymName());
    auto derived = nn::WeightOp::create(declarations, weight.getLoc(), name,
                                        RankedTensorType::get(shape, stored), weight.getBlobs(),
                                        b.getArrayAttr(transforms));
    source = FlatSymbolRefAttr::get(derived.getSymNameAttr());
  }
  HbmView home = declare(weight.getSymName(), "weight", *dtype, shape, source);
  weights[key] = home;
  return home;
}

FailureOr<HbmView> Homes::stateHome(Operation *user, FlatSymbolRefAttr symbol) {
  if (auto known = states.find(symbol); known != states.end())
    return known->second;
  auto state = SymbolTable::lookupNearestSymbolFrom<nn::StateOp>(user, symbol);
  if (!state)
    return user->emitOpError("names no state");
  auto type = cast<RankedTensorType>(state.getType());
  FailureOr<DType> dtype = deviceType(type.getElementType());
  if (failed(dtype))
    return user->emitOpError("of type ") << type << " does not fit the machine";
  HbmView home = declare(state.getSymName(), "state", *dtype, type.getShape(), {}, {}, type);
  states[symbol] = home;
  return home;
}

FailureOr<HbmView> Homes::of(Value value) {
  if (auto known = homes.find(value); known != homes.end())
    return known->second;
  if (value.getDefiningOp<nn::WeightValueOp>())
    return weightHome(value, {}, std::nullopt);
  if (auto read = value.getDefiningOp<nn::StateReadOp>())
    return stateHome(read, read.getStateAttr());
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
  HbmView turned = *view;
  for (auto [i, d] : llvm::enumerate(order)) {
    turned.shape[i] = view->shape[d];
    turned.strides[i] = view->strides[d];
  }
  return turned;
}
