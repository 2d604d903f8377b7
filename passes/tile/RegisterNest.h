// The registers of one loop nest, given by structure.
//
// r0-r7 carry arguments; r8 and r9 are the iteration and its parity in a repeated function, whose
// caller steps them, the others up to r15 belong to callees; a nest uses r16 and up. A counter is
// free again when its loop ends, and then holds 0, which the next loop that takes it relies on. So
// counters have registers of their own, apart from rotating slots, which live to the end of the
// nest because the credits of their semaphores do, and from combined indices.
#pragma once

#include "dialects/tile/Tile.h"

#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/SmallVector.h"

#include <optional>

namespace neuron::tile {

inline constexpr uint8_t kIterationRegister = 8;
inline constexpr uint8_t kParityRegister = 9;
inline constexpr unsigned kFirstCounter = 16;
inline constexpr unsigned kFirstIndex = 40;

class RegisterNest {
public:
  /// A register nobody uses, for a loop counter or for a slot or combined index, or none.
  std::optional<uint8_t> takeCounter() { return take(kFirstCounter, kFirstIndex); }
  std::optional<uint8_t> takeIndex() { return take(kFirstIndex, isa::kNumRegisters); }
  void free(uint8_t reg) { used &= ~(uint64_t(1) << reg); }
  void freeAll() { used = 0; }

private:
  std::optional<uint8_t> take(unsigned from, unsigned to) {
    for (unsigned reg = from; reg < to; ++reg)
      if (!(used & (uint64_t(1) << reg))) {
        used |= uint64_t(1) << reg;
        return reg;
      }
    return std::nullopt;
  }

  uint64_t used = 0;
};

} // namespace neuron::tile
