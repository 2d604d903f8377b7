// Addresses for the on-chip buffers of a function.
#pragma once

#include "passes/memory/Lifetimes.h"
#include "runtime/target/Machine.h"

#include <optional>

namespace neuron::memory {

/// What did not fit: the peak of what is live at once, and who lives there.
struct Shortage {
  isa::Space space;
  int64_t neededBytes;
  int64_t availableBytes;
  llvm::SmallVector<tile::AllocOp> culprits; ///< live at the peak, largest first
};

/// Sets every allocation's address, or says what is short.
///
/// Buffers in several slots fall back to one, those of outer loops first, before anything is
/// said to be short: that costs overlap, not correctness.
/// SBUF is granted in 64-byte lines, PSUM in banks. Buffers are placed in program order at the
/// next free address after the last one placed, wrapping around, so that neighbouring nests
/// rarely share bytes and may overlap in time; when that fails, largest first at the lowest
/// free address.
std::optional<Shortage> planMemory(mlir::func::FuncOp function, const target::Machine &machine);

} // namespace neuron::memory
