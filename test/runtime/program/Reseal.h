// Program files that were changed on purpose and whose digests are right again.
#pragma once

#include "runtime/program/Digest.h"
#include "runtime/program/Layout.h"

#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <vector>

namespace neuron::testing {

/// A copy at an aligned address, so that reads beyond the end are seen by a sanitizer.
class AlignedCopy {
public:
  explicit AlignedCopy(const std::vector<uint8_t> &bytes) : size(bytes.size()) {
    data = static_cast<uint8_t *>(std::aligned_alloc(64, alignUp(size ? size : 1, 64)));
    if (size)
      std::memcpy(data, bytes.data(), size);
  }
  AlignedCopy(const AlignedCopy &) = delete;
  ~AlignedCopy() { std::free(data); }
  ByteSpan span() const { return {data, size}; }
  uint8_t *data;
  uint64_t size;
};

inline rt::FileHeader headerOf(const std::vector<uint8_t> &bytes) {
  return readUnaligned<rt::FileHeader>(bytes.data());
}

/// Makes the digests of header and metadata right again after a change.
inline void reseal(std::vector<uint8_t> &bytes) {
  rt::FileHeader header = headerOf(bytes);
  header.metadataDigest = rt::digestOf({&bytes[header.metadataOffset], header.metadataBytes});
  uint64_t isaDigest = header.isaDigest;
  rt::sealHeader(header);
  header.isaDigest = isaDigest;
  header.headerDigest = rt::digestOf(
      {reinterpret_cast<const uint8_t *>(&header), offsetof(rt::FileHeader, headerDigest)});
  writeUnaligned(bytes.data(), header);
}

} // namespace neuron::testing
