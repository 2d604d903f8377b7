// The fixed parts of a program file: header and alignment.
#pragma once

#include "runtime/base/Bytes.h"
#include "runtime/base/Status.h"

#include <cstddef>

namespace neuron::rt {

inline constexpr char kMagic[8] = {'N', 'E', 'U', 'R', 'P', 'R', 'O', 'G'};
inline constexpr uint64_t kSectionAlignment = 64;
/// The segment's own dtype is the model's.
inline constexpr uint8_t kNoModelType = 255;

/// As it lies in the file; program.fbs documents the fields.
struct FileHeader {
  char magic[8];
  uint32_t formatVersion;
  uint32_t headerBytes;
  uint64_t fileBytes;
  uint64_t metadataOffset, metadataBytes, metadataDigest;
  uint64_t isaDigest, machineDigest;
  uint64_t capabilities;
  char compiler[48];
  uint64_t headerDigest;
};
static_assert(sizeof(FileHeader) == 128 && offsetof(FileHeader, headerDigest) == 120,
              "the layout that program.fbs documents");

/// Fills in magic, versions, ISA digest and last the digest of the header itself.
void sealHeader(FileHeader &header);

/// Copies and checks the header of a file. Errors: Malformed, VersionMismatch.
Status readHeader(ByteSpan file, FileHeader &header);

} // namespace neuron::rt
