// The sections of a file while it is read: inside the file, aligned, apart, undamaged.
//
// First all sections are added, then `verify` checks that no two overlap and only then digests
// them, so that the work is bounded by the size of the file whatever the tables claim.
#pragma once

#include "runtime/base/Bytes.h"
#include "runtime/base/Status.h"

#include <string>
#include <vector>

namespace neuron::rt {

class Sections {
public:
  explicit Sections(ByteSpan file) : file(file) {}

  /// The bytes of a section. Errors: Malformed when it is not inside, not aligned, or begins in
  /// the header.
  Status add(const std::string &name, uint64_t offset, uint64_t bytes, ByteSpan &span);
  /// As `add`, with a digest that `verify` compares.
  Status addDigested(const std::string &name, uint64_t offset, uint64_t bytes, uint64_t digest,
                     ByteSpan &span);
  /// Errors: Malformed for overlaps and for a digest that differs.
  Status verify();

private:
  struct Extent {
    std::string name;
    uint64_t offset, bytes, digest;
    bool digested;
  };

  ByteSpan file;
  std::vector<Extent> extents;
};

} // namespace neuron::rt
