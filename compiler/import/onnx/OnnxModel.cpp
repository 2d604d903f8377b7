// OnnxModel: opening a file, and the checks that make every byte range safe to read.

#include "compiler/import/onnx/OnnxModel.h"

#include "compiler/import/onnx/ExternalData.h"

#include "onnx/onnx_pb.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"

using namespace neuron;
using namespace neuron::importer;
using llvm::StringRef;
using llvm::Twine;
using neuron::driver::Code;
using neuron::driver::printable;

namespace {

/// ONNX element types: number, name, ours. Types without ours are known by name only.
struct TypeRow {
  int32_t number;
  const char *name;
  std::optional<DType> type;
};

const TypeRow typeRows[] = {
    {1, "float", DType::F32},
    {2, "uint8", DType::U8},
    {3, "int8", DType::I8},
    {4, "uint16", DType::U16},
    {5, "int16", DType::I16},
    {6, "int32", DType::I32},
    {7, "int64", DType::I64},
    {8, "string", std::nullopt},
    {9, "bool", DType::Bool},
    {10, "float16", DType::F16},
    {11, "double", DType::F64},
    {12, "uint32", DType::U32},
    {13, "uint64", DType::U64},
    {14, "complex64", std::nullopt},
    {15, "complex128", std::nullopt},
    {16, "bfloat16", DType::Bf16},
    {17, "float8e4m3fn", std::nullopt},
    {18, "float8e4m3fnuz", std::nullopt},
    {19, "float8e5m2", std::nullopt},
    {20, "float8e5m2fnuz", std::nullopt},
    {21, "uint4", std::nullopt},
    {22, "int4", std::nullopt},
    {23, "float4e2m1", std::nullopt},
    {24, "float8e8m0", std::nullopt},
};

/// The typed field in which onnx.proto stores values of `type` when not raw.
TensorForm typedForm(DType type) {
  switch (type) {
  case DType::F32:
    return TensorForm::Float;
  case DType::F64:
    return TensorForm::Double;
  case DType::I64:
    return TensorForm::Int64;
  case DType::U32:
  case DType::U64:
    return TensorForm::Uint64;
  default:
    return TensorForm::Int32;
  }
}

std::string shapeText(llvm::ArrayRef<int64_t> shape) {
  std::string text = "[";
  for (size_t i = 0; i < shape.size(); ++i)
    text += (i ? ", " : "") + std::to_string(shape[i]);
  return text + "]";
}

} // namespace

std::optional<DType> neuron::importer::elementType(int32_t onnxType) {
  for (const TypeRow &row : typeRows)
    if (row.number == onnxType)
      return row.type;
  return std::nullopt;
}

std::string neuron::importer::onnxTypeName(int32_t onnxType) {
  for (const TypeRow &row : typeRows)
    if (row.number == onnxType)
      return row.name;
  return "number " + std::to_string(onnxType);
}

std::optional<int64_t> neuron::importer::elementCount(llvm::ArrayRef<int64_t> shape) {
  constexpr int64_t limit = int64_t(1) << 40;
  if (shape.size() > 12)
    return std::nullopt;
  int64_t count = 1;
  bool empty = false;
  for (int64_t size : shape) {
    if (size < 0 || size > limit)
      return std::nullopt;
    if (size == 0) {
      empty = true;
      continue;
    }
    if (count > limit / size)
      return std::nullopt;
    count *= size;
  }
  return empty ? 0 : count;
}

OnnxModel::OnnxModel(WeightStore &store, driver::Diagnostics &diagnostics)
    : store(store), sink(diagnostics) {}

OnnxModel::~OnnxModel() = default;

llvm::LogicalResult OnnxModel::refuse(Code code, StringRef owner, const Twine &what,
                                      std::optional<uint64_t> at) const {
  std::string where = modelPath;
  if (at)
    where += ": byte " + std::to_string(*at);
  if (!owner.empty())
    where += ": tensor '" + printable(owner) + "'";
  return sink.error(code, where, what);
}

llvm::LogicalResult OnnxModel::open(const std::string &path) {
  modelPath = path;
  folder = llvm::sys::path::parent_path(path).str();
  if (!llvm::sys::fs::exists(path))
    return refuse(Code::ModelMissing, "", "no such file");
  if (!llvm::sys::fs::is_regular_file(path))
    return refuse(Code::CannotRead, "", "not a regular file");
  Result<uint32_t> added = store.addFile(path, llvm::sys::path::filename(path).str());
  if (!added.ok())
    return refuse(Code::CannotRead, "", added.status().message());
  file = *added;
  StringRef bytes = store.bytes(file);
  if (bytes.empty())
    return refuse(Code::NotAModel, "", "the file is empty");
  if (bytes.starts_with("PK\3\4"))
    return refuse(Code::UnsupportedFormat, "", "the file is a ZIP archive");
  ScanError error;
  std::optional<ScannedModel> scanned = scanModel(bytes, error);
  if (!scanned)
    return refuse(error.code, "", error.what, error.offset);
  message = std::make_unique<::onnx::ModelProto>();
  if (!message->ParsePartialFromString(scanned->stripped))
    return refuse(Code::BadWire, "", "the structure of the model does not parse");
  payloads = std::move(scanned->payloads);
  if (!message->has_graph())
    return refuse(Code::NotAModel, "", "the file holds no graph");
  return llvm::success();
}

llvm::LogicalResult OnnxModel::locateInside(const TensorPayload &payload, int32_t onnxType,
                                            StringRef owner, StoredTensor &tensor) const {
  unsigned width = byteSize(tensor.type);
  uint64_t needed = static_cast<uint64_t>(tensor.elements);
  tensor.blob = {file, payload.offset, payload.size, Encoding::Fixed};
  auto contradicts = [&](uint64_t found, const char *unit) {
    return refuse(Code::BadTensor, owner,
                  "stores " + Twine(found) + " " + unit + ", and shape " + shapeText(tensor.shape) +
                      " of " + onnxTypeName(onnxType) + " needs " +
                      Twine(StringRef(unit) == "bytes" ? needed * width : needed),
                  payload.at);
  };
  if (payload.form == TensorForm::Empty)
    return needed == 0 ? llvm::success() : contradicts(0, "bytes");
  if (payload.form == TensorForm::Scattered)
    return refuse(Code::UnsupportedStorage, owner, "values in several packed pieces", payload.at);
  if (payload.form == TensorForm::Raw)
    return payload.size == needed * width ? llvm::success() : contradicts(payload.size, "bytes");
  if (payload.form != typedForm(tensor.type))
    return refuse(Code::BadTensor, owner,
                  "values of " + onnxTypeName(onnxType) + " in the field of another type",
                  payload.at);
  if (payload.form == TensorForm::Float || payload.form == TensorForm::Double)
    return payload.size == needed * width ? llvm::success() : contradicts(payload.size, "bytes");
  tensor.blob.encoding = Encoding::Varint;
  StringRef bytes = store.bytes(file).substr(payload.offset, payload.size);
  std::optional<uint64_t> count = countVarints(bytes);
  if (!count)
    return refuse(Code::Truncated, owner, "a stored number is cut", payload.at);
  return *count == needed ? llvm::success() : contradicts(*count, "numbers");
}

llvm::LogicalResult OnnxModel::locateOutside(const ::onnx::TensorProto &proto, StringRef owner,
                                             StoredTensor &tensor) const {
  StringRef location;
  uint64_t offset = 0;
  std::optional<uint64_t> length;
  for (const ::onnx::StringStringEntryProto &entry : proto.external_data()) {
    StringRef value = entry.value();
    uint64_t number = 0;
    bool isNumber = !value.getAsInteger(10, number);
    if (entry.key() == "location")
      location = value;
    else if (entry.key() == "offset" || entry.key() == "length") {
      if (!isNumber)
        return refuse(Code::BadTensor, owner,
                      "external " + entry.key() + " '" + printable(value) + "' is not a number");
      if (entry.key() == "offset")
        offset = number;
      else
        length = number;
    }
  }
  LocationError error;
  std::optional<std::string> path = confine(folder, location, error);
  if (!path)
    return refuse(error.code, owner, error.what);
  Result<uint32_t> added = store.addFile(*path, location.str());
  if (!added.ok())
    return refuse(Code::CannotRead, owner, added.status().message());
  uint64_t fileSize = store.bytes(*added).size(), needed = static_cast<uint64_t>(tensor.bytes());
  if (length && *length != needed)
    return refuse(Code::ExternalRange, owner,
                  "external length is " + Twine(*length) + " bytes, and shape " +
                      shapeText(tensor.shape) + " needs " + Twine(needed));
  if (offset > fileSize || needed > fileSize - offset)
    return refuse(Code::ExternalRange, owner,
                  "bytes [" + Twine(offset) + ", +" + Twine(needed) + ") of '" +
                      printable(location) + "', which has " + Twine(fileSize));
  tensor.blob = {*added, offset, needed, Encoding::Fixed};
  return llvm::success();
}

llvm::FailureOr<StoredTensor> OnnxModel::stored(const ::onnx::TensorProto &proto,
                                                StringRef owner) const {
  uint64_t ordinal = static_cast<uint64_t>(proto.segment().begin());
  if (ordinal >= payloads.size())
    return refuse(Code::BadTensor, owner, "a tensor without a place in the file");
  const TensorPayload &payload = payloads[ordinal];
  std::optional<DType> type = elementType(proto.data_type());
  if (!type)
    return refuse(Code::UnsupportedType, owner, "element type " + onnxTypeName(proto.data_type()),
                  payload.at);
  StoredTensor tensor;
  tensor.type = *type;
  tensor.shape.assign(proto.dims().begin(), proto.dims().end());
  std::optional<int64_t> elements = elementCount(tensor.shape);
  if (!elements)
    return refuse(Code::BadTensor, owner,
                  "shape " + shapeText(tensor.shape) +
                      ": a dimension is negative, or the "
                      "tensor is larger than any file",
                  payload.at);
  tensor.elements = *elements;
  bool outside = proto.data_location() == ::onnx::TensorProto::EXTERNAL;
  if (outside && payload.form != TensorForm::Empty)
    return refuse(Code::BadTensor, owner, "stores its values inside and outside the file",
                  payload.at);
  if (llvm::failed(outside ? locateOutside(proto, owner, tensor)
                           : locateInside(payload, proto.data_type(), owner, tensor)))
    return llvm::failure();
  return tensor;
}
