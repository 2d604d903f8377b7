// References to the model's files.
#include "compiler/emit/ReferWeights.h"

#include "runtime/program/Digest.h"

#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"

using namespace neuron;

namespace {

/// `file` as a path inside of `folder`. Both exist.
Result<std::string> pathInside(llvm::StringRef folder, llvm::StringRef file) {
  llvm::SmallString<256> realFolder, realFile;
  if (std::error_code error = llvm::sys::fs::real_path(folder.empty() ? "." : folder, realFolder))
    return Status(ErrorCode::Io, folder.str() + ": " + error.message());
  if (std::error_code error = llvm::sys::fs::real_path(file, realFile))
    return Status(ErrorCode::Io, file.str() + ": " + error.message());
  llvm::StringRef inside = realFile;
  if (!inside.consume_front(realFolder) || !inside.consume_front("/"))
    return Status(ErrorCode::InvalidArgument,
                  "weights in " + file.str() + ", which is not in the folder of the program");
  return inside.str();
}

} // namespace

Status emit::referToFiles(rt::Program &program, const Contents &contents, const WeightStore &store,
                          const std::string &path) {
  std::map<uint32_t, std::string> places; // by file of the store
  for (uint32_t i = 0; i < program.segments.size(); ++i) {
    rt::Segment &segment = program.segments[i];
    const WeightExpr *weight = contents.weightOf(i);
    std::optional<int64_t> first = weight ? weight->contiguousAt() : std::nullopt;
    if (!first || segment.dtype == DType::Bool)
      continue;
    uint64_t width = byteSize(segment.dtype), offset = uint64_t(*first) * width;
    const WeightBlob &blob = weight->sources().front();
    llvm::StringRef bytes = store.bytes(blob.file);
    bool isWhole = uint64_t(weight->elements()) * width == segment.bytes &&
                   offset + segment.bytes <= blob.size && blob.offset + blob.size <= bytes.size();
    if (!isWhole)
      continue;
    auto [place, isNew] = places.try_emplace(blob.file);
    if (isNew) {
      Result<std::string> inside =
          pathInside(llvm::sys::path::parent_path(path), store.path(blob.file));
      if (!inside.ok())
        return inside.status();
      place->second = *inside;
    }
    segment.external = {place->second, blob.offset + offset};
    bytes = bytes.substr(segment.external.offset, segment.bytes);
    segment.contentDigest =
        rt::digestOf({reinterpret_cast<const uint8_t *>(bytes.data()), bytes.size()});
  }
  return Status::success();
}
