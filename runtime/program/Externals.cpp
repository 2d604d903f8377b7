// Ranges of one file may be shared by several segments, but what is digested stays within a
// small multiple of the file, so that a program cannot ask for endless work.
#include "runtime/program/Externals.h"
#include "runtime/program/Digest.h"

#include <map>

namespace neuron::rt {
namespace {

using Number = unsigned long long;
constexpr uint64_t kMaxPasses = 16;

struct Mapped {
  ByteSpan bytes;
  uint64_t digested = 0;
};

Status place(Segment &segment, Mapped &file, bool verify) {
  const char *path = segment.external.path.c_str();
  segment.content = file.bytes.slice(segment.external.offset, segment.bytes);
  if (segment.content.empty())
    return Status::error(ErrorCode::Malformed, "%llu bytes at offset %llu of %s, which has %llu",
                         Number(segment.bytes), Number(segment.external.offset), path,
                         Number(file.bytes.size));
  if (!verify || segment.contentDigest == 0)
    return Status::success();
  file.digested += segment.bytes;
  if (file.digested / kMaxPasses > file.bytes.size)
    return Status::error(ErrorCode::Malformed, "contents cover %s more than %llu times", path,
                         Number(kMaxPasses));
  if (digestOf(segment.content) != segment.contentDigest)
    return Status::error(ErrorCode::Malformed,
                         "%s is not the file that was compiled: digest "
                         "differs at offset %llu",
                         path, Number(segment.external.offset));
  return Status::success();
}

} // namespace

Status mapExternals(Program &program, const LoadOptions &options, const std::string &folder) {
  std::map<std::string, Mapped> known;
  for (size_t i = 0; i < program.segments.size(); ++i) {
    Segment &segment = program.segments[i];
    if (segment.external.path.empty())
      continue;
    auto [entry, isNew] = known.try_emplace(segment.external.path);
    if (isNew) {
      Result<MappedFile> file = MappedFile::open(folder + "/" + segment.external.path);
      if (!file)
        return file.status();
      entry->second.bytes = file->bytes();
      program.files.push_back(*std::move(file));
    }
    if (Status status = place(segment, entry->second, options.verifyContents); !status.ok())
      return status.within(formatText("segment %zu", i));
  }
  return Status::success();
}

} // namespace neuron::rt
