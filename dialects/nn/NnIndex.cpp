// Movement with places that are values: generated definitions and type rules.
#include "dialects/nn/Nn.h"

#include "dialects/nn/NnInfer.h"
#include "mlir/IR/OpImplementation.h"

using namespace mlir;
using namespace neuron::nn;

using Types = SmallVectorImpl<Type>;
using Place = std::optional<Location>;
using Dims = SmallVector<int64_t>;

namespace {

/// The static types of data and indices.
struct Indexed {
  RankedTensorType data, indices;
  std::string text() const { return "data " + typeText(data) + ", indices " + typeText(indices); }
};

FailureOr<Indexed> indexedTypes(const Report &report, Value data, Value indices) {
  auto dataType = report.tensor(data, "data");
  auto indexType = report.tensor(indices, "indices");
  if (failed(dataType) || failed(indexType))
    return failure();
  return Indexed{*dataType, *indexType};
}

/// Ranks are equal and no dim of indices but `axis` exceeds that of data.
LogicalResult checkAlongAxis(const Report &report, const Indexed &types, int64_t axis,
                             StringRef label) {
  if (failed(report.axis(axis, types.data.getRank())))
    return failure();
  if (types.data.getRank() != types.indices.getRank())
    return report.fail("(C1) ranks differ: " + types.text());
  for (int64_t i = 0; i < types.data.getRank(); ++i)
    if (i != axis && types.indices.getDimSize(i) > types.data.getDimSize(i))
      return report.fail(label + " dim " + Twine(i) +
                         " of indices is larger than that of data: " + types.text());
  return success();
}

LogicalResult checkReduction(const Report &report, StringRef reduction) {
  if (llvm::is_contained({"none", "add", "mul", "max", "min"}, reduction))
    return success();
  return report.fail("(C3) reduction \"" + reduction + "\" is unknown");
}

} // namespace

LogicalResult GatherOp::inferReturnTypes(MLIRContext *, Place location, Adaptor adaptor,
                                         Types &inferred) {
  Report report{location, getOperationName()};
  auto types = indexedTypes(report, adaptor.getData(), adaptor.getIndices());
  if (failed(types) || failed(report.axis(adaptor.getAxis(), types->data.getRank())))
    return failure();
  ArrayRef<int64_t> data = types->data.getShape();
  int64_t axis = adaptor.getAxis();
  if (data[axis] == 0 && types->indices.getNumElements() != 0)
    return report.fail("(C1) dim " + Twine(axis) + " is empty: " + types->text());
  Dims shape(data.take_front(axis));
  llvm::append_range(shape, types->indices.getShape());
  llvm::append_range(shape, data.drop_front(axis + 1));
  return report.result(shape, types->data.getElementType(), inferred);
}

LogicalResult GatherElementsOp::inferReturnTypes(MLIRContext *, Place location, Adaptor adaptor,
                                                 Types &inferred) {
  Report report{location, getOperationName()};
  auto types = indexedTypes(report, adaptor.getData(), adaptor.getIndices());
  if (failed(types) || failed(checkAlongAxis(report, *types, adaptor.getAxis(), "(C2)")))
    return failure();
  if (types->data.getDimSize(adaptor.getAxis()) == 0 && types->indices.getNumElements() != 0)
    return report.fail("(C2) dim " + Twine(adaptor.getAxis()) + " is empty: " + types->text());
  return report.result(types->indices.getShape(), types->data.getElementType(), inferred);
}

LogicalResult GatherNdOp::inferReturnTypes(MLIRContext *, Place location, Adaptor adaptor,
                                           Types &inferred) {
  Report report{location, getOperationName()};
  auto types = indexedTypes(report, adaptor.getData(), adaptor.getIndices());
  if (failed(types))
    return failure();
  ArrayRef<int64_t> data = types->data.getShape(), indices = types->indices.getShape();
  int64_t batch = adaptor.getBatchDims();
  if (batch < 0 || batch >= int64_t(data.size()) || batch >= int64_t(indices.size()) ||
      data.take_front(batch) != indices.take_front(batch))
    return report.fail("(C1) " + Twine(batch) + " batch dims do not agree: " + types->text());
  int64_t depth = indices.back();
  if (depth < 1 || depth > int64_t(data.size()) - batch)
    return report.fail("(C2) index rows of " + Twine(depth) + " do not fit: " + types->text());
  for (int64_t dim : data.slice(batch, depth))
    if (dim == 0 && types->indices.getNumElements() != 0)
      return report.fail("(C2) an indexed dim is empty: " + types->text());
  Dims shape(indices.drop_back());
  llvm::append_range(shape, data.drop_front(batch + depth));
  return report.result(shape, types->data.getElementType(), inferred);
}

LogicalResult ScatterNdOp::inferReturnTypes(MLIRContext *, Place location, Adaptor adaptor,
                                            Types &inferred) {
  Report report{location, getOperationName()};
  auto types = indexedTypes(report, adaptor.getData(), adaptor.getIndices());
  auto updates = report.tensor(adaptor.getUpdates(), "updates");
  if (failed(types) || failed(updates))
    return failure();
  ArrayRef<int64_t> data = types->data.getShape(), indices = types->indices.getShape();
  if (indices.empty() || indices.back() < 1 || indices.back() > int64_t(data.size()))
    return report.fail("(C1) index rows do not fit: " + types->text());
  for (int64_t dim : data.take_front(indices.back()))
    if (dim == 0 && types->indices.getNumElements() != 0)
      return report.fail("(C1) an indexed dim is empty: " + types->text());
  Dims expected(indices.drop_back());
  llvm::append_range(expected, data.drop_front(indices.back()));
  if (updates->getShape() != ArrayRef<int64_t>(expected))
    return report.fail("(C2) updates " + typeText(*updates) + " are not of shape " +
                       shapeText(expected));
  if (failed(report.sameElements("(C2)", {types->data, *updates})) ||
      failed(checkReduction(report, adaptor.getReduction())))
    return failure();
  inferred.push_back(types->data);
  return success();
}

LogicalResult ScatterElementsOp::inferReturnTypes(MLIRContext *, Place location, Adaptor adaptor,
                                                  Types &inferred) {
  Report report{location, getOperationName()};
  auto types = indexedTypes(report, adaptor.getData(), adaptor.getIndices());
  auto updates = report.tensor(adaptor.getUpdates(), "updates");
  if (failed(types) || failed(updates) ||
      failed(checkAlongAxis(report, *types, adaptor.getAxis(), "(C1)")))
    return failure();
  if (types->data.getDimSize(adaptor.getAxis()) == 0 && types->indices.getNumElements() != 0)
    return report.fail("(C1) dim " + Twine(adaptor.getAxis()) + " is empty: " + types->text());
  if (updates->getShape() != types->indices.getShape())
    return report.fail("(C2) updates " + typeText(*updates) + " have not the shape of indices " +
                       typeText(types->indices));
  if (failed(report.sameElements("(C2)", {types->data, *updates})) ||
      failed(checkReduction(report, adaptor.getReduction())))
    return failure();
  inferred.push_back(types->data);
  return success();
}

LogicalResult CacheUpdateOp::inferReturnTypes(MLIRContext *, Place location, Adaptor adaptor,
                                              Types &inferred) {
  Report report{location, getOperationName()};
  auto cache = report.tensor(adaptor.getCache(), "cache");
  auto update = report.tensor(adaptor.getUpdate(), "update");
  auto position = report.tensor(adaptor.getPosition(), "position");
  if (failed(cache) || failed(update) || failed(position) ||
      failed(report.axis(adaptor.getAxis(), cache->getRank())) ||
      failed(report.sameElements("(C1)", {*cache, *update})))
    return failure();
  std::string both = "cache " + typeText(*cache) + ", update " + typeText(*update);
  if (cache->getRank() != update->getRank())
    return report.fail("(C1) ranks differ: " + both);
  for (int64_t i = 0; i < cache->getRank(); ++i) {
    int64_t have = cache->getDimSize(i), given = update->getDimSize(i);
    if (i == adaptor.getAxis() ? given > have : given != have)
      return report.fail("(C2) dim " + Twine(i) + " of update does not fit: " + both);
  }
  int64_t places = position->getNumElements(), rows = update->getDimSize(adaptor.getAxis());
  if (places != 1 && places != rows)
    return report.fail("(C3) position " + typeText(*position) +
                       " has not one element, nor one for each of " + Twine(rows) + " rows");
  inferred.push_back(*cache);
  return success();
}

LogicalResult OneHotOp::inferReturnTypes(MLIRContext *, Place location, Adaptor adaptor,
                                         Types &inferred) {
  Report report{location, getOperationName()};
  auto indices = report.tensor(adaptor.getIndices(), "indices");
  auto values = report.tensor(adaptor.getValues(), "values");
  if (failed(indices) || failed(values) ||
      failed(report.axis(adaptor.getAxis(), indices->getRank() + 1)))
    return failure();
  if (adaptor.getDepth() < 1)
    return report.fail("(C1) depth " + Twine(adaptor.getDepth()) + " is not positive");
  if (values->getRank() != 1 || values->getDimSize(0) != 2)
    return report.fail("(C2) values " + typeText(*values) + " are not two");
  Dims shape(indices->getShape());
  shape.insert(shape.begin() + adaptor.getAxis(), adaptor.getDepth());
  return report.result(shape, values->getElementType(), inferred);
}

LogicalResult IotaOp::verify() {
  int64_t rank = cast<RankedTensorType>(getType()).getRank();
  if (getAxis() >= 0 && getAxis() < rank)
    return success();
  return emitOpError("(C1) axis ") << getAxis() << " is not in [0, " << rank << ")";
}

#define GET_OP_CLASSES
#include "dialects/nn/NnIndex.cpp.inc"

void neuron::nn::insertIndexOps(Dialect &dialect) {
  insertOps<
#define GET_OP_LIST
#include "dialects/nn/NnIndex.cpp.inc"
      >(dialect);
}
