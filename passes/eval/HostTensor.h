// A tensor in host memory: what the evaluators compute with and what tools read and write.
#pragma once

#include "runtime/base/DType.h"

#include "mlir/IR/BuiltinAttributes.h"
#include "mlir/IR/BuiltinTypes.h"
#include <cstdint>
#include <optional>
#include <vector>

namespace neuron::eval {

/// Row-major elements of byteSize(type) bytes each; booleans are bytes 0 and 1.
struct HostTensor {
  DType type = DType::F32;
  llvm::SmallVector<int64_t, 4> shape;
  std::vector<char> bytes;

  HostTensor() = default;
  /// Zeros.
  HostTensor(DType type, llvm::ArrayRef<int64_t> shape);

  int64_t elements() const;
  unsigned elementBytes() const { return byteSize(type); }
};

/// The element type of a value, or nothing where no host type has its bits.
std::optional<DType> hostType(mlir::Type element);

/// The type of `tensor` in the IR.
mlir::RankedTensorType irType(const HostTensor &tensor, mlir::MLIRContext *context);

/// Zeros of the static type `type`. Its element type has a host type.
HostTensor makeTensor(mlir::RankedTensorType type);

/// The elements of a constant.
HostTensor fromAttribute(mlir::ElementsAttr value);

/// `tensor` as a constant; elements that are all equal become a splat.
mlir::DenseElementsAttr toAttribute(const HostTensor &tensor, mlir::MLIRContext *context);

/// All elements as T: float (rounded once), double, or int64_t (integers and booleans exactly).
template <class T> std::vector<T> load(const HostTensor &tensor);

/// Writes `values` as the elements of `tensor`: floats rounded once to nearest even, integers
/// modulo two to the width, booleans as not zero.
template <class T> void store(const std::vector<T> &values, HostTensor &tensor);

} // namespace neuron::eval
