// Constants, weights and states: generated definitions, types of weight expressions, verifiers.
#include "dialects/nn/Nn.h"

#include "dialects/nn/NnInfer.h"
#include "mlir/IR/OpImplementation.h"

using namespace mlir;
using namespace neuron::nn;

//===-- weights ---------------------------------------------------------------------------===//

using EmitError = function_ref<InFlightDiagnostic()>;

/// tensor<shape x element>, refused if negative, too large or not of `count` elements (-1: any).
static FailureOr<RankedTensorType> checkedType(ArrayRef<int64_t> shape, Type element, int64_t count,
                                               EmitError emitError) {
  __int128 elements = 1;
  for (int64_t dim : shape) {
    if (dim < 0)
      return emitError() << "shape " << shapeText(shape) << " has a negative dim";
    elements *= dim;
    if (elements > kMaxElements)
      return emitError() << "shape " << shapeText(shape) << " has too many elements";
  }
  if (count >= 0 && elements != count)
    return emitError() << "shape " << shapeText(shape) << " has not " << count << " elements";
  return RankedTensorType::get(shape, element);
}

static FailureOr<RankedTensorType> applyPermute(PermuteAttr permute, RankedTensorType type,
                                                EmitError emitError) {
  ArrayRef<int64_t> perm = permute.getPerm();
  SmallVector<int64_t> sorted(perm);
  llvm::sort(sorted);
  if (!llvm::equal(sorted, llvm::seq<int64_t>(type.getRank())))
    return emitError() << shapeText(perm) << " does not permute " << typeText(type);
  SmallVector<int64_t> shape;
  for (int64_t axis : perm)
    shape.push_back(type.getDimSize(axis));
  return RankedTensorType::get(shape, type.getElementType());
}

static FailureOr<RankedTensorType> applyWindow(WindowAttr window, RankedTensorType type,
                                               EmitError emitError) {
  size_t rank = type.getRank();
  ArrayRef<int64_t> starts = window.getStarts(), sizes = window.getSizes(),
                    steps = window.getSteps();
  if (starts.size() != rank || sizes.size() != rank || steps.size() != rank)
    return emitError() << "window has not one entry a dim of " << typeText(type);
  for (size_t i = 0; i < rank; ++i) {
    int64_t dim = type.getDimSize(i);
    __int128 last = starts[i] + __int128(sizes[i] - 1) * steps[i];
    if (steps[i] == 0 || sizes[i] < 0 ||
        (sizes[i] > 0 && (starts[i] < 0 || starts[i] >= dim || last < 0 || last >= dim)))
      return emitError() << "window leaves dim " << i << " of " << typeText(type);
  }
  return checkedType(sizes, type.getElementType(), -1, emitError);
}

static FailureOr<RankedTensorType> applyFill(FillAttr fill, RankedTensorType type,
                                             EmitError emitError) {
  size_t rank = type.getRank();
  if (fill.getLow().size() != rank || fill.getHigh().size() != rank)
    return emitError() << "fill has not one entry a dim of " << typeText(type);
  SmallVector<int64_t> shape(type.getShape());
  for (size_t i = 0; i < rank; ++i) {
    int64_t low = fill.getLow()[i], high = fill.getHigh()[i];
    if (low < 0 || high < 0 || low > kMaxElements || high > kMaxElements)
      return emitError() << "fill of dim " << i << " is negative or too large";
    shape[i] += low + high;
  }
  return checkedType(shape, type.getElementType(), -1, emitError);
}

FailureOr<RankedTensorType> neuron::nn::applyTransform(Attribute transform, RankedTensorType type,
                                                       EmitError emitError) {
  if (auto permute = dyn_cast<PermuteAttr>(transform))
    return applyPermute(permute, type, emitError);
  if (auto shape = dyn_cast<ShapeAttr>(transform))
    return checkedType(shape.getShape(), type.getElementType(), type.getNumElements(), emitError);
  if (auto window = dyn_cast<WindowAttr>(transform))
    return applyWindow(window, type, emitError);
  if (auto fill = dyn_cast<FillAttr>(transform))
    return applyFill(fill, type, emitError);
  if (auto convert = dyn_cast<ConvertAttr>(transform)) {
    if (!convert.getElement().isIntOrFloat())
      return emitError() << convert.getElement() << " is not an element type";
    return RankedTensorType::get(type.getShape(), convert.getElement());
  }
  return emitError() << transform << " is not a transform";
}

/// (C2) the range of bytes is there and can hold the type.
static bool holdsItsType(FileBlobAttr blob) {
  RankedTensorType type = blob.getType();
  if (!type.hasStaticShape() || !type.getElementType().isIntOrFloat() || blob.getOffset() < 0)
    return false;
  int64_t elements = type.getNumElements();
  if (blob.getVarint())
    return elements <= kMaxElements && blob.getSize() >= elements &&
           blob.getSize() <= 10 * elements;
  return elements <= kMaxElements && blob.getSize() == tensorBytes(type);
}

LogicalResult WeightOp::verify() {
  if (getBlobs().empty())
    return emitOpError("(C1) has no blob");
  auto type = cast<FileBlobAttr>(getBlobs()[0]).getType();
  for (auto blob : getBlobs().getAsRange<FileBlobAttr>()) {
    if (blob.getType() != type)
      return emitOpError("(C1) blobs of types ")
             << typeText(type) << " and " << typeText(blob.getType());
    if (!holdsItsType(blob))
      return emitOpError("(C2) blob at ") << blob.getOffset() << " of " << blob.getSize()
                                          << " bytes does not hold " << typeText(type);
  }
  for (Attribute transform : getTransforms()) {
    auto next = applyTransform(transform, type, [&] { return emitOpError("(C3) "); });
    if (failed(next))
      return failure();
    type = *next;
  }
  if (getBlobs().size() > 1) {
    SmallVector<int64_t> shape{int64_t(getBlobs().size())};
    llvm::append_range(shape, type.getShape());
    type = RankedTensorType::get(shape, type.getElementType());
  }
  if (type != getType())
    return emitOpError("(C4) has type ") << getType() << " but its expression has " << type;
  return success();
}

/// (C1) `symbol` names an `OpTy` of type `type`, with `each` of a stack of it; (C2).
template <class OpTy>
static LogicalResult verifyUse(Operation *user, FlatSymbolRefAttr symbol, bool each, Type type,
                               SymbolTableCollection &tables) {
  auto target = tables.lookupNearestSymbolFrom<OpTy>(user, symbol);
  if (!target)
    return user->emitOpError("(C1) there is no ") << OpTy::getOperationName() << " " << symbol;
  if (each) {
    RepeatOp repeat = repeatAround(user);
    if (!repeat)
      return user->emitOpError("(C2) `each` stands outside of the block of an nn.repeat");
    type = stackedType(cast<RankedTensorType>(type), repeat.getCount());
  }
  if (target.getType() != type)
    return user->emitOpError("(C1) ")
           << symbol << " has type " << target.getType() << ", used as " << type;
  return success();
}

LogicalResult WeightValueOp::verifySymbolUses(SymbolTableCollection &tables) {
  return verifyUse<WeightOp>(*this, getWeightAttr(), getEach(), getType(), tables);
}

LogicalResult StateOp::verifySymbolUses(SymbolTableCollection &tables) {
  if (!getInitial())
    return success();
  return verifyUse<WeightOp>(*this, getInitialAttr(), /*each=*/false, getType(), tables);
}

LogicalResult StateReadOp::verifySymbolUses(SymbolTableCollection &tables) {
  return verifyUse<StateOp>(*this, getStateAttr(), getEach(), getType(), tables);
}

LogicalResult StateWriteOp::verifySymbolUses(SymbolTableCollection &tables) {
  return verifyUse<StateOp>(*this, getStateAttr(), getEach(), getValue().getType(), tables);
}

LogicalResult ConstantOp::verify() {
  int64_t bytes = tensorBytes(cast<RankedTensorType>(getType()));
  if (bytes > kMaxConstantBytes && !getValue().isSplat())
    return emitOpError("(C1) value has ")
           << bytes << " bytes, at most " << kMaxConstantBytes << " belong in a constant";
  return success();
}

#define GET_OP_CLASSES
#include "dialects/nn/NnState.cpp.inc"

void neuron::nn::insertStateOps(Dialect &dialect) {
  insertOps<
#define GET_OP_LIST
#include "dialects/nn/NnState.cpp.inc"
      >(dialect);
}
