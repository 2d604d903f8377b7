// Sections are found by their digests, which stand in the metadata.
#include "test/strict/FlippedProgram.h"

#include "runtime/program/Digest.h"
#include "runtime/program/Layout.h"
#include "runtime/program/program_generated.h"

#include <cstdlib>
#include <cstring>

namespace neuron::testing {
namespace {

constexpr uint64_t kDigestBytes = 8;

} // namespace

FlippedProgram::FlippedProgram(const std::vector<uint8_t> &file) : original(file) {
  copyBytes = alignUp(original.size(), rt::kSectionAlignment);
  copy = static_cast<uint8_t *>(std::aligned_alloc(rt::kSectionAlignment, copyBytes));
  std::memset(copy, 0, copyBytes);
  findSections();
}

FlippedProgram::~FlippedProgram() { std::free(copy); }

void FlippedProgram::findSections() {
  auto header = readUnaligned<rt::FileHeader>(original.data());
  const uint8_t *begin = original.data() + header.metadataOffset;
  const rt::file::Program *metadata = rt::file::GetProgram(begin);
  auto add = [&](const rt::file::Section *row) {
    if (!row || !row->bytes())
      return;
    Section section{row->offset(), row->offset() + row->bytes(), {}};
    uint64_t digest = row->digest();
    for (uint64_t at = 0; at + kDigestBytes <= header.metadataBytes; ++at)
      if (readUnaligned<uint64_t>(begin + at) == digest)
        section.digestsAt.push_back(header.metadataOffset + at);
    sections.push_back(section);
  };
  for (const rt::file::Stream *stream : *metadata->streams())
    add(stream->code());
  if (metadata->segments())
    for (const rt::file::Segment *segment : *metadata->segments())
      add(segment->content());
}

void FlippedProgram::signSection(uint64_t byte) {
  for (const Section &section : sections)
    if (byte >= section.begin && byte < section.end) {
      uint64_t digest = rt::digestOf({copy + section.begin, section.end - section.begin});
      for (uint64_t at : section.digestsAt)
        writeUnaligned(copy + at, digest);
    }
}

/// The digest of the metadata, unless the place where they lie is what was changed.
void FlippedProgram::signHeader() {
  auto header = readUnaligned<rt::FileHeader>(copy);
  if (header.metadataOffset <= original.size() &&
      header.metadataBytes <= original.size() - header.metadataOffset)
    header.metadataDigest = rt::digestOf({copy + header.metadataOffset, header.metadataBytes});
  header.headerDigest = rt::digestOf(
      {reinterpret_cast<const uint8_t *>(&header), offsetof(rt::FileHeader, headerDigest)});
  writeUnaligned(copy, header);
}

ByteSpan FlippedProgram::flip(uint64_t bit, bool sign) {
  std::memcpy(copy, original.data(), original.size());
  copy[bit / 8] ^= static_cast<uint8_t>(1u << bit % 8);
  if (sign) {
    signSection(bit / 8);
    signHeader();
  }
  return {copy, original.size()};
}

} // namespace neuron::testing
