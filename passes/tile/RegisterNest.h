// The registers of one loop nest, given by structure.
//
// r0-r7 carry arguments and r8-r15 belong to callees; a nest uses r16 and up. A counter is free
// again when its loop ends; a rotating slot register lives to the end of the nest, because the
// credits of its semaphores do.
#pragma once

#include "dialects/tile/Tile.h"

#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/SmallVector.h"

#include <optional>

namespace neuron::tile {

inline constexpr unsigned kFirstNestRegister = 16;

class RegisterNest {
public:
  /// A register nobody uses, or none.
  std::optional<uint8_t> take() {
    for (unsigned reg = kFirstNestRegister; reg < isa::kNumRegisters; ++reg)
      if (!(used & (uint64_t(1) << reg))) {
        used |= uint64_t(1) << reg;
        return reg;
      }
    return std::nullopt;
  }
  void free(uint8_t reg) { used &= ~(uint64_t(1) << reg); }
  void freeAll() { used = 0; }

private:
  uint64_t used = 0;
};

} // namespace neuron::tile
