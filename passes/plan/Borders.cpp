// Segments at the borders of functions; see Borders.h.
#include "passes/plan/Borders.h"

#include "mlir/IR/Builders.h"
#include "llvm/ADT/STLExtras.h"

using namespace mlir;
using namespace neuron;
using namespace neuron::plan;
using templates::HbmView;

namespace {

RankedTensorType tensorOf(Value value) { return cast<RankedTensorType>(value.getType()); }

int64_t bytesOf(const HbmView &view) { return view.elements() * byteSize(view.dtype); }

/// One slice of a leading dim, which moves on with every iteration.
MovingView sliceOf(const HbmView &stacked) {
  MovingView slice{stacked};
  slice.view.shape.erase(slice.view.shape.begin());
  slice.view.strides.erase(slice.view.strides.begin());
  slice.iterationStep = stacked.strides.front() * int64_t(byteSize(stacked.dtype));
  return slice;
}

/// Home 0 or 1 of a carried value in its segment.
HbmView carriedHome(const HbmView &both, int64_t which) {
  HbmView one = sliceOf(both).view;
  one.offset += templates::Index(which * bytesOf(one));
  return one;
}

func::ReturnOp returnOf(func::FuncOp function) {
  return cast<func::ReturnOp>(function.getBody().front().getTerminator());
}

/// The types of all values, or the first that does not fit, located.
FailureOr<SmallVector<DType>> deviceTypes(ValueRange values, StringRef what) {
  SmallVector<DType> types;
  for (Value value : values) {
    FailureOr<DType> type = deviceType(tensorOf(value).getElementType());
    if (failed(type))
      return emitError(value.getLoc())
             << what << " of type " << value.getType() << " does not fit the machine";
    types.push_back(*type);
  }
  return types;
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

Type plan::declaredType(MLIRContext *context, DType dtype) {
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

HbmView Borders::declareSegment(Location loc, StringRef hint, StringRef kind, DType dtype,
                                ArrayRef<int64_t> shape, Type interfaceType) {
  MLIRContext *context = declarations->getContext();
  std::string text = (hint + "." + Twine(nextIndex)).str();
  while (!taken.insert(StringAttr::get(context, text)).second)
    text += "_";
  HbmView view = HbmView::rowMajor(FlatSymbolRefAttr::get(context, text), dtype, shape);
  auto type = RankedTensorType::get(shape, declaredType(context, dtype));
  auto segment = isa::SegmentOp::create(*declarations, loc, text, kind, nextIndex++, type,
                                        bytesOf(view), FlatSymbolRefAttr(), FlatSymbolRefAttr());
  if (interfaceType)
    segment->setAttr("interface", TypeAttr::get(interfaceType));
  return view;
}

LogicalResult Borders::declareInterface(func::FuncOp function) {
  FunctionBorder &border = functions[function.getSymNameAttr()];
  ValueRange results = returnOf(function).getOperands();
  auto inputTypes = deviceTypes(function.getArguments(), "input");
  auto outputTypes = deviceTypes(results, "output");
  if (failed(inputTypes) || failed(outputTypes))
    return failure();
  auto declareOne = [&](Value value, StringAttr name, StringRef kind, DType dtype) {
    return declareSegment(function.getLoc(), name ? name.getValue() : kind, kind, dtype,
                          tensorOf(value).getShape(), value.getType());
  };
  for (auto [i, argument] : llvm::enumerate(function.getArguments()))
    border.arguments.push_back({declareOne(
        argument, function.getArgAttrOfType<StringAttr>(i, "nn.name"), "input", (*inputTypes)[i])});
  for (auto [i, result] : llvm::enumerate(results))
    border.results.push_back(
        {declareOne(result, function.getResultAttrOfType<StringAttr>(i, "nn.name"), "output",
                    (*outputTypes)[i])});
  return success();
}

/// An argument of the caller is taken where it is.
HbmView Borders::operandHome(func::FuncOp caller, Value operand, DType dtype) {
  if (auto argument = dyn_cast<BlockArgument>(operand))
    return of(caller).arguments[argument.getArgNumber()].view;
  return declareSegment(operand.getLoc(), "border", "scratch", dtype, tensorOf(operand).getShape());
}

/// A result of the caller is collected where it has to be.
HbmView Borders::collectedHome(func::FuncOp caller, Value result, DType dtype) {
  for (auto [i, output] : llvm::enumerate(returnOf(caller).getOperands()))
    if (output == result)
      return of(caller).results[i].view;
  return declareSegment(result.getLoc(), "collected", "scratch", dtype,
                        tensorOf(result).getShape());
}

LogicalResult Borders::declareRepeat(func::FuncOp caller, nn::RepeatOp repeat, func::FuncOp block) {
  FunctionBorder &inside = functions[block.getSymNameAttr()];
  RepeatBorder &outside = repeats[block.getSymNameAttr()];
  inside.repeated = true;
  auto types = deviceTypes(repeat->getOperands(), "operand");
  auto resultTypes = deviceTypes(repeat->getResults(), "result");
  if (failed(types) || failed(resultTypes))
    return failure();
  size_t numCarried = repeat.getCarried().size();
  size_t firstSliced = numCarried + repeat.getInvariant().size();
  for (auto [i, operand] : llvm::enumerate(repeat->getOperands())) {
    if (i < numCarried) {
      SmallVector<int64_t> twice(tensorOf(operand).getShape());
      twice.insert(twice.begin(), 2);
      HbmView both = declareSegment(repeat.getLoc(), "carried", "scratch", (*types)[i], twice);
      int64_t bytes = bytesOf(carriedHome(both, 0));
      inside.arguments.push_back({carriedHome(both, 0), 0, bytes});
      inside.results.push_back({carriedHome(both, 1), 0, -bytes});
      outside.operands.push_back(carriedHome(both, 0));
      outside.results.push_back(carriedHome(both, int64_t(repeat.getCount()) % 2));
      continue;
    }
    HbmView home = operandHome(caller, operand, (*types)[i]);
    outside.operands.push_back(home);
    inside.arguments.push_back(i < firstSliced ? MovingView{home} : sliceOf(home));
  }
  for (size_t i = numCarried; i < repeat->getNumResults(); ++i) {
    HbmView home = collectedHome(caller, repeat->getResult(i), (*resultTypes)[i]);
    outside.results.push_back(home);
    inside.results.push_back(sliceOf(home));
  }
  return success();
}

LogicalResult Borders::declareStates(ModuleOp module) {
  for (auto state : module.getOps<nn::StateOp>()) {
    auto type = cast<RankedTensorType>(state.getType());
    FailureOr<DType> dtype = deviceType(type.getElementType());
    if (failed(dtype))
      return state.emitOpError("of type ") << type << " does not fit the machine";
    states[state.getSymNameAttr()] =
        declareSegment(state.getLoc(), state.getSymName(), "state", *dtype, type.getShape(), type);
  }
  return success();
}

LogicalResult Borders::declare(ModuleOp module) {
  SmallVector<func::FuncOp> all(module.getOps<func::FuncOp>());
  if (all.empty())
    return success();
  OpBuilder builder(all.front());
  declarations = &builder;
  for (auto symbol : module.getOps<SymbolOpInterface>())
    taken.insert(symbol.getNameAttr());
  for (auto segment : module.getOps<isa::SegmentOp>())
    nextIndex = std::max(nextIndex, segment.getIndex() + 1);

  llvm::MapVector<StringAttr, std::pair<func::FuncOp, nn::RepeatOp>> blocks;
  for (func::FuncOp function : all)
    function.walk(
        [&](nn::RepeatOp repeat) { blocks[repeat.getBlockAttr().getAttr()] = {function, repeat}; });
  for (func::FuncOp function : all)
    if (!blocks.count(function.getSymNameAttr()) && failed(declareInterface(function)))
      return failure();
  if (failed(declareStates(module)))
    return failure();
  SymbolTable symbols(module);
  for (auto &[name, use] : blocks) {
    auto block = symbols.lookup<func::FuncOp>(name);
    if (!block)
      return use.second.emitOpError("repeats ") << name << ", which is no function";
    if (failed(declareRepeat(use.first, use.second, block)))
      return failure();
  }
  return success();
}
