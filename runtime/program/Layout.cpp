// The header: sealed with a digest when written, checked field by field when read.
#include "runtime/program/Layout.h"
#include "runtime/isa/Isa.h"
#include "runtime/program/Digest.h"
#include "runtime/program/Program.h"

#include <algorithm>

namespace neuron::rt {

using Number = unsigned long long;

void sealHeader(FileHeader &header) {
  std::copy(std::begin(kMagic), std::end(kMagic), header.magic);
  header.formatVersion = kFormatVersion;
  header.headerBytes = sizeof(FileHeader);
  header.isaDigest = isa::kIsaDigest;
  header.headerDigest =
      digestOf({reinterpret_cast<const uint8_t *>(&header), offsetof(FileHeader, headerDigest)});
}

Status readHeader(ByteSpan file, FileHeader &header) {
  if (file.size < sizeof(FileHeader))
    return Status::error(ErrorCode::Malformed, "%llu bytes, a program has at least %zu",
                         Number(file.size), sizeof(FileHeader));
  header = readUnaligned<FileHeader>(file.data);
  if (!std::equal(std::begin(kMagic), std::end(kMagic), header.magic))
    return Status::error(ErrorCode::Malformed, "not a program file: no NEURPROG at offset 0");
  if (header.formatVersion != kFormatVersion || header.capabilities != 0)
    return Status::error(ErrorCode::VersionMismatch,
                         "program format %u with capabilities %#llx, this library reads format "
                         "%u with none",
                         header.formatVersion, Number(header.capabilities), kFormatVersion);
  if (digestOf({file.data, offsetof(FileHeader, headerDigest)}) != header.headerDigest)
    return Status::error(ErrorCode::Malformed,
                         "header at offset 0: digest differs, the file is damaged");
  if (header.headerBytes != sizeof(FileHeader) || header.fileBytes != file.size)
    return Status::error(ErrorCode::Malformed, "header: a file of %llu bytes, found %llu",
                         Number(header.fileBytes), Number(file.size));
  header.compiler[sizeof(header.compiler) - 1] = 0;
  if (header.isaDigest != isa::kIsaDigest)
    return Status::error(ErrorCode::VersionMismatch,
                         "made by compiler %s for instruction set %016llx, this library has "
                         "%016llx: compile the model again",
                         header.compiler, Number(header.isaDigest), Number(isa::kIsaDigest));
  return Status::success();
}

} // namespace neuron::rt
