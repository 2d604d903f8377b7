// WeightExpr: symbolic composition of the transforms of a weight.

#include "passes/weights/WeightExpr.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallVectorExtras.h"
#include <numeric>

using namespace neuron;
using llvm::ArrayRef;
using llvm::LogicalResult;

namespace {

int64_t product(ArrayRef<int64_t> values) {
  return std::accumulate(values.begin(), values.end(), int64_t(1), std::multiplies<>());
}

View rowMajor(ArrayRef<int64_t> shape) {
  View view;
  view.dims.resize(shape.size());
  int64_t stride = 1;
  for (size_t i = shape.size(); i-- > 0; stride *= shape[i])
    view.dims[i] = {shape[i], stride, 0, shape[i]};
  return view;
}

bool isPadded(const ViewDim &dim) { return dim.begin != 0 || dim.end != dim.size; }

/// Rewrites `view` to `shape` of equally many elements where strides allow it: groups of old
/// dims are matched with groups of new dims of equal product, and a group of several old dims
/// must be contiguous in itself. Returns false, with `view` unchanged, where they do not.
bool reshapeView(View &view, ArrayRef<int64_t> shape) {
  llvm::SmallVector<ViewDim, 6> old, result;
  for (const ViewDim &dim : view.dims)
    if (dim.size != 1 || isPadded(dim))
      old.push_back(dim);
  size_t o = 0;
  for (size_t n = 0; n < shape.size();) {
    if (shape[n] == 1) {
      result.push_back({1, 0, 0, 1});
      ++n;
      continue;
    }
    size_t oldEnd = o, newEnd = n;
    int64_t oldSize = old[oldEnd++].size, newSize = shape[newEnd++];
    while (oldSize != newSize) {
      if (oldSize < newSize)
        oldSize *= old[oldEnd++].size;
      else
        newSize *= shape[newEnd++];
    }
    bool sameDim = oldEnd - o == 1 && newEnd - n == 1;
    for (size_t i = o; i < oldEnd && !sameDim; ++i) {
      bool contiguous = i + 1 == oldEnd || old[i].stride == old[i + 1].stride * old[i + 1].size;
      if (isPadded(old[i]) || !contiguous)
        return false;
    }
    size_t first = result.size();
    int64_t stride = old[oldEnd - 1].stride;
    result.resize(first + newEnd - n);
    for (size_t i = newEnd; i-- > n; stride *= shape[i])
      result[first + i - n] = {shape[i], stride, 0, shape[i]};
    if (sameDim)
      result[first] = old[o];
    o = oldEnd;
    n = newEnd;
  }
  if (o != old.size())
    return false; // a padded dim of size one is left over
  view.dims = result;
  return true;
}

} // namespace

WeightExpr::WeightExpr(ArrayRef<WeightBlob> sources, ArrayRef<int64_t> shape, DType type)
    : blobs(sources) {
  stored.type = type;
  stored.elements = product(shape);
  chain.push_back(rowMajor(shape));
}

llvm::SmallVector<int64_t> WeightExpr::blobShape() const {
  return llvm::map_to_vector(chain.back().dims, [](const ViewDim &dim) { return dim.size; });
}

llvm::SmallVector<int64_t> WeightExpr::shape() const {
  llvm::SmallVector<int64_t> result = blobShape();
  if (blobs.size() > 1)
    result.insert(result.begin(), blobs.size());
  return result;
}

int64_t WeightExpr::blobElements() const { return product(blobShape()); }

LogicalResult WeightExpr::transpose(ArrayRef<int64_t> permutation, std::string &why) {
  llvm::SmallVector<ViewDim, 6> &dims = top().dims;
  llvm::SmallVector<bool> seen(dims.size(), false);
  for (int64_t from : permutation) {
    if (from < 0 || from >= static_cast<int64_t>(dims.size()) || seen[from]) {
      why = "not a permutation of the dimensions";
      return llvm::failure();
    }
    seen[from] = true;
  }
  if (permutation.size() != dims.size()) {
    why = "permutation of another rank";
    return llvm::failure();
  }
  llvm::SmallVector<ViewDim, 6> result;
  for (int64_t from : permutation)
    result.push_back(dims[from]);
  dims = result;
  return llvm::success();
}

LogicalResult WeightExpr::reshape(ArrayRef<int64_t> shape, std::string &why) {
  if (product(shape) != blobElements() || llvm::any_of(shape, [](int64_t n) { return n < 0; })) {
    why = "reshape to another number of elements";
    return llvm::failure();
  }
  if (blobElements() == 0)
    top() = rowMajor(shape);
  else if (!reshapeView(top(), shape))
    chain.push_back(rowMajor(shape));
  return llvm::success();
}

LogicalResult WeightExpr::slice(ArrayRef<int64_t> starts, ArrayRef<int64_t> sizes,
                                ArrayRef<int64_t> steps, std::string &why) {
  View &view = top();
  if (starts.size() != view.dims.size() || sizes.size() != starts.size() ||
      steps.size() != starts.size()) {
    why = "slice of another rank";
    return llvm::failure();
  }
  bool cutsPadding = false;
  for (auto [dim, start, size, step] : llvm::zip_equal(view.dims, starts, sizes, steps)) {
    int64_t last = start + (size - 1) * step;
    if (size < 0 || step == 0 ||
        (size > 0 && (start < 0 || start >= dim.size || last < 0 || last >= dim.size))) {
      why = "slice outside of the dimension";
      return llvm::failure();
    }
    cutsPadding |= isPadded(dim);
  }
  if (cutsPadding)
    chain.push_back(rowMajor(blobShape()));
  View &target = top();
  for (auto [dim, start, size, step] : llvm::zip_equal(target.dims, starts, sizes, steps)) {
    target.offset += size > 0 ? start * dim.stride : 0;
    dim = {size, dim.stride * step, 0, size};
  }
  return llvm::success();
}

LogicalResult WeightExpr::pad(ArrayRef<int64_t> low, ArrayRef<int64_t> high, std::string &why) {
  llvm::SmallVector<ViewDim, 6> &dims = top().dims;
  if (low.size() != dims.size() || high.size() != dims.size() ||
      llvm::any_of(low, [](int64_t n) { return n < 0; }) ||
      llvm::any_of(high, [](int64_t n) { return n < 0; })) {
    why = "pad of another rank or by a negative count";
    return llvm::failure();
  }
  for (auto [dim, before, after] : llvm::zip_equal(dims, low, high)) {
    dim.begin += before;
    dim.end += before;
    dim.size += before + after;
  }
  return llvm::success();
}

void WeightExpr::cast(DType type) {
  if (type != this->type())
    casts.push_back(type);
}

std::optional<int64_t> WeightExpr::contiguousAt() const {
  bool isStored = blobs.size() == 1 && blobs[0].encoding == Encoding::Fixed && casts.empty();
  if (!isStored || chain.size() != 1)
    return std::nullopt;
  int64_t stride = 1;
  for (const ViewDim &dim : llvm::reverse(chain[0].dims)) {
    if (isPadded(dim) || (dim.size != 1 && dim.stride != stride))
      return std::nullopt;
    stride *= dim.size;
  }
  return chain[0].offset;
}
