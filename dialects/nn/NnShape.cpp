// Movement with known places: generated definitions, type rules and verifiers.
#include "dialects/nn/Nn.h"

#include "dialects/nn/NnInfer.h"
#include "mlir/IR/OpImplementation.h"

using namespace mlir;
using namespace neuron::nn;

using Types = SmallVectorImpl<Type>;
using Place = std::optional<Location>;

LogicalResult ReshapeOp::verify() {
  auto input = cast<RankedTensorType>(getInput().getType());
  auto result = cast<RankedTensorType>(getResult().getType());
  if (input.getNumElements() == result.getNumElements() &&
      input.getElementType() == result.getElementType())
    return success();
  return emitOpError("(C1) element counts or types differ: ")
         << typeText(input) << " and " << typeText(result);
}

LogicalResult BroadcastOp::verify() {
  auto input = cast<RankedTensorType>(getInput().getType());
  auto result = cast<RankedTensorType>(getResult().getType());
  if (input.getRank() != result.getRank() || input.getElementType() != result.getElementType())
    return emitOpError("(C1) ranks or element types differ: ")
           << typeText(input) << " and " << typeText(result);
  for (auto [from, to] : llvm::zip_equal(input.getShape(), result.getShape()))
    if (from != 1 && from != to)
      return emitOpError("(C2) input ")
             << typeText(input) << " does not broadcast to " << typeText(result);
  return success();
}

LogicalResult CastOp::verify() {
  auto input = cast<RankedTensorType>(getInput().getType());
  auto result = cast<RankedTensorType>(getResult().getType());
  if (input.getShape() == result.getShape())
    return success();
  return emitOpError("(C1) shapes differ: ") << typeText(input) << " and " << typeText(result);
}

LogicalResult TransposeOp::inferReturnTypes(MLIRContext *, Place location, Adaptor adaptor,
                                            Types &inferred) {
  Report report{location, getOperationName()};
  auto input = report.tensor(adaptor.getInput(), "input");
  if (failed(input))
    return failure();
  ArrayRef<int64_t> perm = adaptor.getPerm();
  SmallVector<int64_t> shape;
  SmallVector<bool> seen(input->getRank());
  bool valid = int64_t(perm.size()) == input->getRank();
  for (size_t i = 0; valid && i < perm.size(); ++i) {
    valid = perm[i] >= 0 && perm[i] < input->getRank() && !seen[perm[i]];
    if (valid) {
      seen[perm[i]] = true;
      shape.push_back(input->getDimSize(perm[i]));
    }
  }
  if (!valid)
    return report.fail("(C1) perm " + shapeText(perm) + " is not a permutation of the dims of " +
                       typeText(*input));
  return report.result(shape, input->getElementType(), inferred);
}

LogicalResult SliceOp::inferReturnTypes(MLIRContext *, Place location, Adaptor adaptor,
                                        Types &inferred) {
  Report report{location, getOperationName()};
  auto input = report.tensor(adaptor.getInput(), "input");
  if (failed(input))
    return failure();
  ArrayRef<int64_t> starts = adaptor.getStarts(), sizes = adaptor.getSizes(),
                    steps = adaptor.getSteps();
  size_t rank = input->getRank();
  if (starts.size() != rank || sizes.size() != rank || steps.size() != rank)
    return report.fail("(C1) starts, sizes and steps have not one entry a dim of " +
                       typeText(*input));
  for (size_t i = 0; i < rank; ++i) {
    if (steps[i] == 0 || sizes[i] < 0)
      return report.fail("(C1) dim " + Twine(i) + " has size " + Twine(sizes[i]) + " and step " +
                         Twine(steps[i]));
    __int128 first = starts[i], last = first + __int128(sizes[i] - 1) * steps[i];
    int64_t dim = input->getDimSize(i);
    if (sizes[i] > 0 && (first < 0 || first >= dim || last < 0 || last >= dim))
      return report.fail("(C2) dim " + Twine(i) + " of " + Twine(dim) + " is read from " +
                         Twine(starts[i]) + ", " + Twine(sizes[i]) + " elements in steps of " +
                         Twine(steps[i]));
  }
  return report.result(sizes, input->getElementType(), inferred);
}

LogicalResult ConcatOp::inferReturnTypes(MLIRContext *, Place location, Adaptor adaptor,
                                         Types &inferred) {
  Report report{location, getOperationName()};
  if (adaptor.getInputs().empty())
    return report.fail("(C1) there is no input");
  auto first = report.tensor(adaptor.getInputs()[0], "input");
  if (failed(first) || failed(report.axis(adaptor.getAxis(), first->getRank())))
    return failure();
  SmallVector<int64_t> shape(first->getShape());
  int64_t axis = adaptor.getAxis();
  for (Value value : adaptor.getInputs().drop_front()) {
    auto type = report.tensor(value, "input");
    if (failed(type) || failed(report.sameElements("(C2)", {*first, *type})))
      return failure();
    bool same = type->getRank() == first->getRank();
    for (int64_t i = 0; same && i < first->getRank(); ++i)
      same = i == axis || type->getDimSize(i) == shape[i];
    if (!same)
      return report.fail("(C2) inputs " + typeText(*first) + " and " + typeText(*type) +
                         " differ outside axis " + Twine(axis));
    shape[axis] += type->getDimSize(axis);
  }
  return report.result(shape, first->getElementType(), inferred);
}

//===-- pad, tile -------------------------------------------------------------------------===//

/// (C3) the mode is known and has elements to take from.
static LogicalResult checkPadMode(const Report &report, PadOp::Adaptor adaptor,
                                  RankedTensorType input) {
  StringRef mode = adaptor.getMode();
  if (mode == "constant")
    return success();
  if (mode != "edge" && mode != "reflect" && mode != "wrap")
    return report.fail("(C3) mode \"" + mode + "\" is unknown");
  if (llvm::any_of(adaptor.getInterior(), [](int64_t v) { return v != 0; }))
    return report.fail("(C3) interior padding goes with mode \"constant\" only");
  for (int64_t i = 0; i < input.getRank(); ++i) {
    bool pads = adaptor.getLow()[i] > 0 || adaptor.getHigh()[i] > 0;
    if (pads && input.getDimSize(i) < (mode == "reflect" ? 2 : 1))
      return report.fail("(C3) dim " + Twine(i) + " of input " + typeText(input) +
                         " has too few elements for mode \"" + mode + "\"");
  }
  return success();
}

LogicalResult PadOp::inferReturnTypes(MLIRContext *, Place location, Adaptor adaptor,
                                      Types &inferred) {
  Report report{location, getOperationName()};
  auto input = report.tensor(adaptor.getInput(), "input");
  if (failed(input))
    return failure();
  ArrayRef<int64_t> low = adaptor.getLow(), high = adaptor.getHigh(),
                    interior = adaptor.getInterior();
  size_t rank = input->getRank();
  if (low.size() != rank || high.size() != rank || (!interior.empty() && interior.size() != rank))
    return report.fail("(C1) low, high or interior have not one entry a dim of " +
                       typeText(*input));
  SmallVector<int64_t> shape;
  for (size_t i = 0; i < rank; ++i) {
    int64_t dim = input->getDimSize(i), between = interior.empty() ? 0 : interior[i];
    if (between < 0)
      return report.fail("(C1) interior " + shapeText(interior) + " has a negative entry");
    __int128 size =
        __int128(low[i]) + high[i] + dim + __int128(std::max<int64_t>(dim - 1, 0)) * between;
    if (size < 0 || size > kMaxElements)
      return report.fail("(C2) dim " + Twine(i) + " of " + Twine(dim) + " padded by " +
                         Twine(low[i]) + " and " + Twine(high[i]) + " is negative or too large");
    shape.push_back(size);
  }
  if (failed(checkPadMode(report, adaptor, *input)))
    return failure();
  return report.result(shape, input->getElementType(), inferred);
}

LogicalResult TileOp::inferReturnTypes(MLIRContext *, Place location, Adaptor adaptor,
                                       Types &inferred) {
  Report report{location, getOperationName()};
  auto input = report.tensor(adaptor.getInput(), "input");
  if (failed(input))
    return failure();
  ArrayRef<int64_t> repeats = adaptor.getRepeats();
  if (int64_t(repeats.size()) != input->getRank())
    return report.fail("(C1) repeats " + shapeText(repeats) + " has not one entry a dim of " +
                       typeText(*input));
  SmallVector<int64_t> shape;
  for (auto [dim, repeat] : llvm::zip_equal(input->getShape(), repeats)) {
    int64_t size;
    if (repeat < 0 || llvm::MulOverflow(dim, repeat, size))
      return report.fail("(C1) repeats " + shapeText(repeats) +
                         " has an entry that is negative or"
                         " too large");
    shape.push_back(size);
  }
  return report.result(shape, input->getElementType(), inferred);
}

//===-- blocks, resize, trilu -------------------------------------------------------------===//

/// Block edges above this are refused, so that their squares do not overflow.
static constexpr int64_t kMaxBlock = 1 << 20;

LogicalResult DepthToSpaceOp::inferReturnTypes(MLIRContext *, Place location, Adaptor adaptor,
                                               Types &inferred) {
  Report report{location, getOperationName()};
  auto input = report.tensor(adaptor.getInput(), "input");
  if (failed(input))
    return failure();
  int64_t block = adaptor.getBlock();
  if (input->getRank() != 4 || block < 1 || block > kMaxBlock ||
      input->getDimSize(1) % (block * block) != 0)
    return report.fail("(C1) blocks of " + Twine(block) + " do not divide the channels of " +
                       typeText(*input));
  if (adaptor.getMode() != "DCR" && adaptor.getMode() != "CRD")
    return report.fail("(C2) mode \"" + adaptor.getMode() + "\" is not DCR or CRD");
  ArrayRef<int64_t> dims = input->getShape();
  return report.result({dims[0], dims[1] / (block * block), dims[2] * block, dims[3] * block},
                       input->getElementType(), inferred);
}

LogicalResult SpaceToDepthOp::inferReturnTypes(MLIRContext *, Place location, Adaptor adaptor,
                                               Types &inferred) {
  Report report{location, getOperationName()};
  auto input = report.tensor(adaptor.getInput(), "input");
  if (failed(input))
    return failure();
  int64_t block = adaptor.getBlock();
  if (input->getRank() != 4 || block < 1 || block > kMaxBlock ||
      input->getDimSize(2) % block != 0 || input->getDimSize(3) % block != 0)
    return report.fail("(C1) blocks of " + Twine(block) + " do not divide rows and columns of " +
                       typeText(*input));
  ArrayRef<int64_t> dims = input->getShape();
  return report.result({dims[0], dims[1] * block * block, dims[2] / block, dims[3] / block},
                       input->getElementType(), inferred);
}

LogicalResult ResizeOp::verify() {
  auto input = cast<RankedTensorType>(getInput().getType());
  auto result = cast<RankedTensorType>(getResult().getType());
  auto positive = [](double v) { return v > 0 && v < double(kMaxElements); };
  if (input.getRank() != result.getRank() || int64_t(getScales().size()) != input.getRank() ||
      input.getElementType() != result.getElementType() || !llvm::all_of(getScales(), positive))
    return emitOpError("(C1) needs one positive scale a dim and one rank and element type: ")
           << typeText(input) << " and " << typeText(result);
  auto among = [](StringRef text, ArrayRef<StringRef> list) {
    return llvm::is_contained(list, text);
  };
  if (!among(getMode(), {"nearest", "linear", "cubic"}) ||
      !among(getCoordinates(), {"half_pixel", "half_pixel_symmetric", "pytorch_half_pixel",
                                "align_corners", "asymmetric"}) ||
      !among(getRounding(), {"round_prefer_floor", "round_prefer_ceil", "floor", "ceil"}))
    return emitOpError("(C2) unknown mode \"")
           << getMode() << "\", coordinates \"" << getCoordinates() << "\" or rounding \""
           << getRounding() << "\"";
  if (getMode() != "nearest" && !isa<FloatType>(input.getElementType()))
    return emitOpError("(C3) mode \"") << getMode() << "\" needs floating-point elements";
  if (input.getNumElements() == 0 && result.getNumElements() != 0)
    return emitOpError("(C3) input ") << typeText(input) << " has no elements";
  return success();
}

LogicalResult TriluOp::inferReturnTypes(MLIRContext *, Place location, Adaptor adaptor,
                                        Types &inferred) {
  Report report{location, getOperationName()};
  auto input = report.tensor(adaptor.getInput(), "input");
  if (failed(input))
    return failure();
  if (input->getRank() < 2)
    return report.fail("(C1) rank of input " + typeText(*input) + " is below 2");
  inferred.push_back(*input);
  return success();
}

#define GET_OP_CLASSES
#include "dialects/nn/NnShape.cpp.inc"

void neuron::nn::insertShapeOps(Dialect &dialect) {
  insertOps<
#define GET_OP_LIST
#include "dialects/nn/NnShape.cpp.inc"
      >(dialect);
}
