// Bounds, overlap by sorting, digests.
#include "runtime/program/Sections.h"
#include "runtime/program/Digest.h"
#include "runtime/program/Layout.h"

#include <algorithm>

namespace neuron::rt {

using Number = unsigned long long;

Status Sections::add(const std::string &name, uint64_t offset, uint64_t bytes, ByteSpan &span) {
  if (!file.contains(offset, bytes) || offset % kSectionAlignment != 0 ||
      offset < sizeof(FileHeader))
    return Status::error(ErrorCode::Malformed,
                         "%s: %llu bytes at offset %llu, expected a multiple of %llu inside the "
                         "%llu bytes of the file",
                         name.c_str(), Number(bytes), Number(offset), Number(kSectionAlignment),
                         Number(file.size));
  extents.push_back({name, offset, bytes, 0, false});
  span = file.slice(offset, bytes);
  return Status::success();
}

Status Sections::addDigested(const std::string &name, uint64_t offset, uint64_t bytes,
                             uint64_t digest, ByteSpan &span) {
  NEURON_TRY(add(name, offset, bytes, span));
  extents.back().digest = digest;
  extents.back().digested = true;
  return Status::success();
}

Status Sections::verify() {
  std::sort(extents.begin(), extents.end(),
            [](const Extent &a, const Extent &b) { return a.offset < b.offset; });
  for (size_t i = 1; i < extents.size(); ++i)
    if (extents[i].offset - extents[i - 1].offset < extents[i - 1].bytes)
      return Status::error(ErrorCode::Malformed, "%s at offset %llu overlaps %s",
                           extents[i].name.c_str(), Number(extents[i].offset),
                           extents[i - 1].name.c_str());
  for (const Extent &extent : extents)
    if (extent.digested && digestOf(file.slice(extent.offset, extent.bytes)) != extent.digest)
      return Status::error(ErrorCode::Malformed,
                           "%s at offset %llu: digest differs, the file is damaged",
                           extent.name.c_str(), Number(extent.offset));
  return Status::success();
}

} // namespace neuron::rt
