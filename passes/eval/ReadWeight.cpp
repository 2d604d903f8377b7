// Weight ops as expressions of the weight store.
#include "passes/eval/ReadWeight.h"

#include "passes/weights/WeightStore.h"

using namespace mlir;

namespace neuron::eval {

static LogicalResult applyTransform(Attribute transform, WeightExpr &expr, std::string &why) {
  if (auto permute = dyn_cast<nn::PermuteAttr>(transform))
    return expr.transpose(permute.getPerm(), why);
  if (auto shape = dyn_cast<nn::ShapeAttr>(transform))
    return expr.reshape(shape.getShape(), why);
  if (auto window = dyn_cast<nn::WindowAttr>(transform))
    return expr.slice(window.getStarts(), window.getSizes(), window.getSteps(), why);
  if (auto fill = dyn_cast<nn::FillAttr>(transform))
    return expr.pad(fill.getLow(), fill.getHigh(), why);
  if (auto convert = dyn_cast<nn::ConvertAttr>(transform)) {
    std::optional<DType> type = hostType(convert.getElement());
    if (!type) {
      why = "an element type without a host form";
      return failure();
    }
    expr.cast(*type);
    return success();
  }
  why = "an unknown transform";
  return failure();
}

/// Reports what the store says, with the code of what is wrong with a file.
static InFlightDiagnostic reportStore(nn::WeightOp weight, const Status &status) {
  StringRef code = status.code() == ErrorCode::MissingInput      ? "[NC2002] "
                   : status.code() == ErrorCode::Malformed       ? "[NC1011] "
                   : status.code() == ErrorCode::InvalidArgument ? "[NC1010] "
                                                                 : "";
  return weight.emitError() << code << "'nn.weight' op " << status.message();
}

FailureOr<WeightExpr> makeWeightExpr(nn::WeightOp weight, WeightStore &store) {
  SmallVector<WeightBlob, 1> blobs;
  RankedTensorType type;
  for (auto blob : weight.getBlobs().getAsRange<nn::FileBlobAttr>()) {
    Result<uint32_t> file = store.findOrAddFile(blob.getFile().getValue());
    if (!file)
      return reportStore(weight, file.status());
    WeightBlob &stored = blobs.emplace_back();
    stored.file = *file;
    stored.offset = blob.getOffset();
    stored.size = blob.getSize();
    stored.encoding = blob.getVarint() ? Encoding::Varint : Encoding::Fixed;
    type = blob.getType();
  }
  std::optional<DType> stored = hostType(type.getElementType());
  if (!stored)
    return weight.emitOpError("is stored as ") << type << ", which has no host form";
  WeightExpr expr(blobs, type.getShape(), *stored);
  for (Attribute transform : weight.getTransforms()) {
    std::string why;
    if (failed(applyTransform(transform, expr, why)))
      return weight.emitOpError() << transform << ": " << why;
  }
  return expr;
}

FailureOr<HostTensor> readElements(nn::WeightOp weight, int64_t first, RankedTensorType type,
                                   WeightStore *store) {
  if (!store)
    return weight.emitOpError("is read, but there are no weights here");
  FailureOr<WeightExpr> expr = makeWeightExpr(weight, *store);
  if (failed(expr))
    return failure();
  HostTensor tensor = makeTensor(type);
  Status status = store->read(*expr, first, tensor.elements(), tensor.bytes.data());
  if (!status.ok())
    return reportStore(weight, status);
  return tensor;
}

FailureOr<HostTensor> readWeight(nn::WeightOp weight, WeightStore *store) {
  return readElements(weight, 0, cast<RankedTensorType>(weight.getType()), store);
}

} // namespace neuron::eval
