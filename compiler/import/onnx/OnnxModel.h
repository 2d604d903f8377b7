// OnnxModel: a model file opened for import: its graph as messages, its values as byte ranges.
//
// Opening maps the file, scans it (WireScan), and parses the stripped structure. A TensorProto
// of that structure leads to a StoredTensor: element type, shape and a blob of a file of the
// WeightStore, checked so that later reads cannot fail.

#ifndef NEURON_COMPILER_IMPORT_ONNX_ONNXMODEL_H
#define NEURON_COMPILER_IMPORT_ONNX_ONNXMODEL_H

#include "compiler/driver/Diagnostics.h"
#include "compiler/import/onnx/WireScan.h"
#include "passes/weights/WeightStore.h"

#include "llvm/ADT/SmallVector.h"
#include "llvm/Support/LogicalResult.h"
#include <memory>
#include <optional>
#include <string>

namespace onnx {
class ModelProto;
class TensorProto;
} // namespace onnx

namespace neuron::importer {

/// A tensor of the file, its values untouched.
struct StoredTensor {
  DType type = DType::F32;
  llvm::SmallVector<int64_t> shape;
  int64_t elements = 0;
  WeightBlob blob;

  int64_t bytes() const { return elements * byteSize(type); }
  WeightExpr expr() const { return WeightExpr(blob, shape, type); }
};

/// The element type of an ONNX data_type number, or nothing for types without support.
std::optional<DType> elementType(int32_t onnxType);

/// The ONNX name of a data_type number, for messages.
std::string onnxTypeName(int32_t onnxType);

/// Number of elements of `shape`; nothing above 2^40, for a negative dimension or more than 12.
std::optional<int64_t> elementCount(llvm::ArrayRef<int64_t> shape);

class OnnxModel {
public:
  OnnxModel(WeightStore &store, driver::Diagnostics &diagnostics);
  ~OnnxModel();

  /// Maps, scans and parses the file.
  /// Errors: ModelMissing, CannotRead, Truncated, BadWire, TooManyMessages, NotAModel.
  llvm::LogicalResult open(const std::string &path);

  const ::onnx::ModelProto &proto() const { return *message; }
  llvm::StringRef path() const { return modelPath; }
  WeightStore &weights() const { return store; }
  driver::Diagnostics &diagnostics() const { return sink; }

  /// Finds the values of `tensor`; `owner` names it in messages.
  /// Errors: BadTensor, UnsupportedType, UnsupportedStorage, ValueTooLarge, External*.
  llvm::FailureOr<StoredTensor> stored(const ::onnx::TensorProto &tensor,
                                       llvm::StringRef owner) const;

private:
  llvm::LogicalResult refuse(driver::Code code, llvm::StringRef owner, const llvm::Twine &what,
                             std::optional<uint64_t> at = std::nullopt) const;
  llvm::LogicalResult locateInside(const TensorPayload &payload, int32_t onnxType,
                                   llvm::StringRef owner, StoredTensor &tensor) const;
  llvm::LogicalResult locateOutside(const ::onnx::TensorProto &proto, llvm::StringRef owner,
                                    StoredTensor &tensor) const;

  WeightStore &store;
  driver::Diagnostics &sink;
  std::string modelPath, folder;
  uint32_t file = 0;
  std::unique_ptr<::onnx::ModelProto> message;
  std::vector<TensorPayload> payloads;
};

} // namespace neuron::importer

#endif
