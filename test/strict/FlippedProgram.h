// A program file with one bit turned over, signed again so that every digest agrees, or not.
#pragma once

#include "runtime/base/Bytes.h"

#include <cstdint>
#include <vector>

namespace neuron::testing {

class FlippedProgram {
public:
  /// `file`: a program file that loads. Copied.
  explicit FlippedProgram(const std::vector<uint8_t> &file);
  ~FlippedProgram();
  FlippedProgram(const FlippedProgram &) = delete;

  uint64_t bits() const { return original.size() * 8; }
  /// The file with bit `bit` turned over, until the next call; aligned as a loader wants it.
  ByteSpan flip(uint64_t bit, bool sign);

private:
  struct Section {
    uint64_t begin, end;
    std::vector<uint64_t> digestsAt; ///< where the metadata have its digest
  };
  void findSections();
  void signSection(uint64_t byte);
  void signHeader();

  std::vector<uint8_t> original;
  std::vector<Section> sections;
  uint8_t *copy = nullptr;
  uint64_t copyBytes = 0;
};

} // namespace neuron::testing
