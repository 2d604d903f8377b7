// WeightStore: evaluation of weight expressions, chunk by chunk.

#include "passes/weights/WeightStore.h"

#include "runtime/base/Numbers.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallString.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"
#include <algorithm>
#include <cstring>

using namespace neuron;
using llvm::ArrayRef;
using llvm::StringRef;

namespace {

constexpr int64_t chunkElements = 16 * 1024;

/// Copies `count` elements of `width` bytes, `stride` elements apart.
void copyStrided(const char *source, int64_t stride, unsigned width, int64_t count, char *out) {
  if (stride == 1) {
    std::memcpy(out, source, static_cast<size_t>(count) * width);
    return;
  }
  int64_t step = stride * width;
  for (int64_t i = 0; i < count; ++i, source += step, out += width)
    std::memcpy(out, source, width);
}

/// Position in a view: an odometer over its dims.
class Cursor {
public:
  Cursor(const View &view, int64_t first) : view(view), index(view.dims.size(), 0) {
    for (size_t d = view.dims.size(); d-- > 0;) {
      index[d] = first % view.dims[d].size;
      first /= view.dims[d].size;
    }
  }

  /// Calls `run(source, stride, count)` for the next run of at most `limit` elements along the
  /// innermost dim; source is -1 for padding. Returns the run's length.
  template <typename Run> int64_t step(int64_t limit, Run run) {
    int64_t base = view.offset;
    bool padding = false;
    size_t inner = view.dims.size();
    for (size_t d = 0; d + 1 < inner; ++d) {
      const ViewDim &dim = view.dims[d];
      padding |= index[d] < dim.begin || index[d] >= dim.end;
      base += (index[d] - dim.begin) * dim.stride;
    }
    if (inner == 0) {
      run(base, 1, 1);
      return 1;
    }
    const ViewDim &dim = view.dims[inner - 1];
    int64_t at = index[inner - 1];
    int64_t boundary = at < dim.begin ? dim.begin : at < dim.end ? dim.end : dim.size;
    int64_t count = std::min(limit, std::min(boundary, dim.size) - at);
    padding |= at < dim.begin || at >= dim.end;
    run(padding ? -1 : base + (at - dim.begin) * dim.stride, dim.stride, count);
    advance(count);
    return count;
  }

private:
  void advance(int64_t count) {
    size_t d = view.dims.size() - 1;
    index[d] += count;
    for (; d > 0 && index[d] == view.dims[d].size; --d) {
      index[d] = 0;
      ++index[d - 1];
    }
  }

  const View &view;
  llvm::SmallVector<int64_t, 6> index;
};

/// Elements [first, first + count) of a chain of one view.
void readView(const View &view, const char *source, unsigned width, int64_t first, int64_t count,
              char *out) {
  Cursor cursor(view, first);
  while (count > 0) {
    count -= cursor.step(count, [&](int64_t from, int64_t stride, int64_t n) {
      if (from < 0)
        std::memset(out, 0, static_cast<size_t>(n) * width);
      else
        copyStrided(source + from * width, stride, width, n, out);
      out += n * width;
    });
  }
}

/// Source index below `view` of its result index, or -1.
int64_t mapIndex(const View &view, int64_t index) {
  int64_t result = view.offset;
  for (const ViewDim &dim : llvm::reverse(view.dims)) {
    int64_t i = index % dim.size;
    index /= dim.size;
    if (i < dim.begin || i >= dim.end)
      return -1;
    result += (i - dim.begin) * dim.stride;
  }
  return result;
}

/// Elements [first, first + count) of a chain of several views.
void readChain(ArrayRef<View> views, const char *source, unsigned width, int64_t first,
               int64_t count, char *out) {
  Cursor cursor(views.back(), first);
  auto element = [&](int64_t index) {
    for (const View &view : llvm::reverse(views.drop_back()))
      index = index < 0 ? -1 : mapIndex(view, index);
    if (index < 0)
      std::memset(out, 0, width);
    else
      std::memcpy(out, source + index * width, width);
    out += width;
  };
  while (count > 0) {
    count -= cursor.step(count, [&](int64_t from, int64_t stride, int64_t n) {
      for (int64_t i = 0; i < n; ++i)
        element(from < 0 ? -1 : from + i * stride);
    });
  }
}

/// Decodes `count` varints into little-endian integers of `width` bytes.
std::vector<char> decodeVarints(StringRef bytes, int64_t count, unsigned width) {
  std::vector<char> result(static_cast<size_t>(count) * width);
  char *out = result.data();
  uint64_t value = 0;
  unsigned shift = 0;
  for (unsigned char byte : bytes) {
    if (shift < 64)
      value |= uint64_t(byte & 0x7f) << shift;
    shift += 7;
    if (byte & 0x80)
      continue;
    std::memcpy(out, &value, width);
    out += width;
    value = 0;
    shift = 0;
  }
  return result;
}

/// An integer that the next type does not hold is refused, not bent.
Status checkWhole(DType from, ArrayRef<char> before, DType to, ArrayRef<char> after,
                  int64_t count) {
  if (!isInteger(from) || !isInteger(to) || to == DType::Bool ||
      (byteSize(to) > byteSize(from) && kindOf(from) == kindOf(to)))
    return Status::success();
  for (int64_t i = 0; i < count; ++i) {
    int64_t value = loadInteger(from, before.data() + i * byteSize(from));
    if (value != loadInteger(to, after.data() + i * byteSize(to)))
      return Status::error(ErrorCode::Unsupported, "a weight holds %lld, which %s does not hold",
                           (long long)value, toText(to));
  }
  return Status::success();
}

/// Whether `name`, links followed, is below `folder`, or is not there at all.
bool staysInside(StringRef folder, StringRef name) {
  namespace path = llvm::sys::path;
  auto isParent = [](StringRef part) { return part == ".."; };
  if (name.empty() || path::is_absolute(name) ||
      llvm::any_of(llvm::make_range(path::begin(name), path::end(name)), isParent))
    return false;
  llvm::SmallString<256> file(folder.empty() ? "." : folder), real, realFolder;
  if (llvm::sys::fs::real_path(file, realFolder))
    return true;
  path::append(file, name);
  if (llvm::sys::fs::real_path(file, real))
    return true;
  return path::replace_path_prefix(real, realFolder, "") && path::is_absolute(real);
}

} // namespace

std::optional<uint64_t> neuron::countVarints(StringRef bytes) {
  uint64_t count = 0, length = 0;
  for (unsigned char byte : bytes) {
    if (++length > 10)
      return std::nullopt;
    if (byte < 0x80) {
      ++count;
      length = 0;
    }
  }
  return length == 0 ? std::optional<uint64_t>(count) : std::nullopt;
}

Result<uint32_t> WeightStore::addFile(const std::string &path, const std::string &name) {
  for (uint32_t i = 0; i < files.size(); ++i)
    if (files[i].path == path)
      return i;
  Result<MappedFile> map = MappedFile::open(path);
  if (!map.ok())
    return map.status();
  files.push_back({path, name, std::move(*map)});
  return static_cast<uint32_t>(files.size() - 1);
}

std::optional<uint32_t> WeightStore::findFile(StringRef name) const {
  for (uint32_t i = 0; i < files.size(); ++i)
    if (files[i].name == name)
      return i;
  return std::nullopt;
}

Result<uint32_t> WeightStore::findOrAddFile(StringRef name) {
  if (std::optional<uint32_t> known = findFile(name))
    return *known;
  if (!staysInside(folder, name))
    return Status::error(ErrorCode::InvalidArgument,
                         "weight file '%s' is not a name inside the model's folder",
                         name.str().c_str());
  std::string path = folder.empty() ? name.str() : folder + "/" + name.str();
  return addFile(path, name.str());
}

StringRef WeightStore::bytes(uint32_t file) const {
  ByteSpan span = files[file].map.bytes();
  return {reinterpret_cast<const char *>(span.data), static_cast<size_t>(span.size)};
}

Result<ArrayRef<char>> WeightStore::storedBytes(const WeightBlob &blob,
                                                const WeightExpr &expr) const {
  if (blob.file >= files.size())
    return Status::error(ErrorCode::InvalidArgument, "weight of unknown file %u", blob.file);
  StringRef file = bytes(blob.file);
  if (blob.offset > file.size() || blob.size > file.size() - blob.offset)
    return Status::error(ErrorCode::Malformed, "weight bytes [%llu, +%llu) leave file %s",
                         (unsigned long long)blob.offset, (unsigned long long)blob.size,
                         files[blob.file].name.c_str());
  StringRef stored = file.substr(blob.offset, blob.size);
  unsigned width = byteSize(expr.storedType());
  uint64_t elements = static_cast<uint64_t>(expr.storedElements());
  if (blob.encoding == Encoding::Fixed) {
    if (stored.size() != elements * width)
      return Status::error(ErrorCode::Malformed, "weight has %zu bytes, its shape needs %llu",
                           stored.size(), (unsigned long long)(elements * width));
    return ArrayRef<char>(stored.data(), stored.size());
  }
  std::lock_guard<std::mutex> guard(decodedLock);
  std::vector<char> &values = decoded[{blob.file, blob.offset, blob.size, width}];
  if (values.size() != elements * width) {
    if (countVarints(stored) != elements)
      return Status::error(ErrorCode::Malformed,
                           "weight holds another number of elements than "
                           "its shape, %llu",
                           (unsigned long long)elements);
    values = decodeVarints(stored, expr.storedElements(), width);
  }
  return ArrayRef<char>(values);
}

Status WeightStore::readChunk(const WeightExpr &expr, const char *source, int64_t first,
                              int64_t count, char *out) const {
  unsigned width = byteSize(expr.storedType());
  auto gather = [&](char *target) {
    if (expr.views().size() == 1)
      readView(expr.views().front(), source, width, first, count, target);
    else
      readChain(expr.views(), source, width, first, count, target);
  };
  if (expr.castSteps().empty()) {
    gather(out);
    return Status::success();
  }
  std::vector<char> from(static_cast<size_t>(count) * width), to;
  gather(from.data());
  DType type = expr.storedType();
  for (DType next : expr.castSteps()) {
    to.resize(static_cast<size_t>(count) * byteSize(next));
    convertRow(type, from.data(), next, to.data(), static_cast<size_t>(count));
    NEURON_TRY(checkWhole(type, from, next, to, count));
    std::swap(from, to);
    type = next;
  }
  std::memcpy(out, from.data(), static_cast<size_t>(count) * byteSize(type));
  return Status::success();
}

Status WeightStore::read(const WeightExpr &expr, int64_t first, int64_t count, char *out) const {
  int64_t perBlob = expr.blobElements();
  if (first < 0 || count < 0 || first > expr.elements() || count > expr.elements() - first)
    return Status::error(ErrorCode::InvalidArgument, "elements [%lld, +%lld) leave the weight",
                         (long long)first, (long long)count);
  unsigned width = byteSize(expr.type());
  while (count > 0) {
    const WeightBlob &blob = expr.sources()[static_cast<size_t>(first / perBlob)];
    Result<ArrayRef<char>> source = storedBytes(blob, expr);
    if (!source.ok())
      return source.status();
    int64_t at = first % perBlob;
    int64_t n = std::min({count, perBlob - at, chunkElements});
    NEURON_TRY(readChunk(expr, source->data(), at, n, out));
    out += n * width;
    first += n;
    count -= n;
  }
  return Status::success();
}
