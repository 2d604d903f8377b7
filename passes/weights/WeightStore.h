// WeightStore: the files of a model, mapped, and the values of weight expressions.
//
// Weights are evaluated only when somebody reads them, in chunks of any size, straight from the
// mapped file: no whole weight is ever held. Reading is safe from several threads at once.
// Expressions are composed in WeightExpr; here views become runs of bytes and casts are applied
// chunk by chunk with the machine's number formats.

#ifndef NEURON_PASSES_WEIGHTS_WEIGHTSTORE_H
#define NEURON_PASSES_WEIGHTS_WEIGHTSTORE_H

#include "passes/weights/WeightExpr.h"
#include "runtime/base/File.h"
#include "runtime/base/Status.h"

#include "llvm/ADT/StringRef.h"
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

namespace neuron {

class WeightStore {
public:
  WeightStore() = default;
  WeightStore(const WeightStore &) = delete;
  WeightStore &operator=(const WeightStore &) = delete;

  /// Maps `path`, known to programs as `name`, and returns its number; a path that is mapped
  /// already keeps its number.
  /// Errors: MissingInput, Io.
  Result<uint32_t> addFile(const std::string &path, const std::string &name);

  /// The number of the file known as `name`, or nothing.
  std::optional<uint32_t> findFile(llvm::StringRef name) const;

  /// Folder in which findOrAddFile looks for names that are not mapped yet.
  void setFolder(std::string path) { folder = std::move(path); }
  /// As findFile, mapping `folder`/`name` where it is new. For IR read from text.
  /// Errors: InvalidArgument for a name that leaves the folder; MissingInput, Io.
  Result<uint32_t> findOrAddFile(llvm::StringRef name);

  /// The bytes of file `file`, as mapped.
  llvm::StringRef bytes(uint32_t file) const;
  llvm::StringRef name(uint32_t file) const { return files[file].name; }
  const std::string &path(uint32_t file) const { return files[file].path; }
  uint32_t fileCount() const { return static_cast<uint32_t>(files.size()); }

  /// Writes elements [first, first + count) of `expr`, row-major, as `expr.type()` into `out`,
  /// which holds count * byteSize(expr.type()) bytes.
  /// Errors: InvalidArgument where the range leaves the weight; Malformed where a blob leaves
  /// its file or holds another number of elements than its shape.
  /// Cost: linear in `count`; a transposed read touches one cache line per element.
  Status read(const WeightExpr &expr, int64_t first, int64_t count, char *out) const;

private:
  struct File {
    std::string path, name;
    MappedFile map;
  };

  Result<llvm::ArrayRef<char>> storedBytes(const WeightBlob &blob, const WeightExpr &expr) const;
  Status readChunk(const WeightExpr &expr, const char *source, int64_t first, int64_t count,
                   char *out) const;

  std::vector<File> files;
  std::string folder;
  /// Decoded varint blobs, by file, offset, bytes there and bytes of a decoded element: one place
  /// may be read by weights of several types and shapes, at once.
  mutable std::mutex decodedLock;
  mutable std::map<std::tuple<uint32_t, uint64_t, uint64_t, unsigned>, std::vector<char>> decoded;
};

/// Counts the varints in `bytes`; nothing where the last one is cut or one is longer than ten
/// bytes.
std::optional<uint64_t> countVarints(llvm::StringRef bytes);

} // namespace neuron

#endif
