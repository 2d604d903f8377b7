// WeightExpr: a weight as a typed expression over bytes of a file.
//
// A weight is a stored tensor (blob) followed by unary transforms: transpose, reshape, slice,
// pad, cast. Several blobs of one shape may be stacked along a new leading dimension (layers of
// a repeat). Nothing is evaluated here: transforms are composed symbolically into a chain of
// strided views, each view mapping an index of its result to a linear index of what lies below
// it, or to padding. A reshape that a strided view can express is folded into the view, so the
// usual chain has one element.
//
// Worked example: blob 2x3 row-major, transpose(1,0): one view, dims {size 3 stride 1},
// {size 2 stride 3}; then reshape to 6: 1 and 3 do not merge, so a second view is put on top.

#ifndef NEURON_PASSES_WEIGHTS_WEIGHTEXPR_H
#define NEURON_PASSES_WEIGHTS_WEIGHTEXPR_H

#include "runtime/base/DType.h"

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/Support/LogicalResult.h"
#include <cstdint>
#include <optional>
#include <string>

namespace neuron {

/// How the elements of a blob are stored.
enum class Encoding : uint8_t {
  Fixed,  ///< little-endian, byteSize(dtype) bytes each
  Varint, ///< protobuf varints, as in int32_data and int64_data
};

/// A stored tensor: a range of bytes of file `file` of a WeightStore.
struct WeightBlob {
  uint32_t file = 0;
  uint64_t offset = 0;
  uint64_t size = 0; ///< in bytes
  Encoding encoding = Encoding::Fixed;
};

/// One dimension of a view. Index i with begin <= i < end reads source index
/// (i - begin) * stride; every other i is padding, whose value is zero.
struct ViewDim {
  int64_t size = 1, stride = 0, begin = 0, end = 1;
};

/// A strided view of a linear sequence of elements.
struct View {
  llvm::SmallVector<ViewDim, 6> dims;
  int64_t offset = 0;
};

/// Expression over blobs; see the head of this file.
class WeightExpr {
public:
  WeightExpr() = default;

  /// The expression that reads `blobs`, each of `shape` elements of `stored`, unchanged. More than
  /// one blob gives a leading dimension.
  WeightExpr(llvm::ArrayRef<WeightBlob> blobs, llvm::ArrayRef<int64_t> shape, DType stored);

  /// The transforms act on each blob alone; `shape()` has the stack dimension in front.
  /// Errors: failure, with a sentence in `why`, where arguments do not fit the shape.
  llvm::LogicalResult transpose(llvm::ArrayRef<int64_t> permutation, std::string &why);
  llvm::LogicalResult reshape(llvm::ArrayRef<int64_t> shape, std::string &why);
  llvm::LogicalResult slice(llvm::ArrayRef<int64_t> starts, llvm::ArrayRef<int64_t> sizes,
                            llvm::ArrayRef<int64_t> steps, std::string &why);
  llvm::LogicalResult pad(llvm::ArrayRef<int64_t> low, llvm::ArrayRef<int64_t> high,
                          std::string &why);
  void cast(DType type);

  /// The shape of the result.
  llvm::SmallVector<int64_t> shape() const;
  /// The shape of what one blob contributes.
  llvm::SmallVector<int64_t> blobShape() const;
  /// Elements that one blob contributes, and elements of the whole result.
  int64_t blobElements() const;
  int64_t elements() const { return blobElements() * static_cast<int64_t>(blobs.size()); }
  /// Elements that one blob stores.
  int64_t storedElements() const { return stored.elements; }
  DType storedType() const { return stored.type; }
  DType type() const { return casts.empty() ? stored.type : casts.back(); }

  /// The first stored element, where the result is a run of one blob's elements as they stand.
  std::optional<int64_t> contiguousAt() const;

  llvm::ArrayRef<WeightBlob> sources() const { return blobs; }
  /// From the blob upwards; never empty.
  llvm::ArrayRef<View> views() const { return chain; }
  llvm::ArrayRef<DType> castSteps() const { return casts; }

private:
  View &top() { return chain.back(); }

  struct {
    DType type = DType::F32;
    int64_t elements = 0;
  } stored;
  llvm::SmallVector<WeightBlob, 1> blobs;
  llvm::SmallVector<View, 2> chain;
  llvm::SmallVector<DType, 1> casts;
};

} // namespace neuron

#endif
