// Seeded random sequential programs: input of the synchronisation passes.
//
// Loops up to three deep over instructions of all engines and transfers of several queues, on
// few addresses, so that accesses meet in every way: fixed, by loop counter, by rotating slot,
// by both, by arithmetic on registers; interleaved columns, halves of the partitions, slots that
// are set anew inside a loop or rotate across all of them, calls. Some programs have the shape of
// a repeated layer: a loop with a counter and a parity around nests that take their registers in
// turn and set their slots anew, with bytes that are read at the parity and written at its
// opposite.
#pragma once

#include "dialects/isa/Isa.h"

#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/OwningOpRef.h"

#include <cstdint>

namespace neuron::isa::testing {

inline constexpr uint64_t kSegmentBytes = 1 << 20;
inline constexpr unsigned kNumSegments = 2;

mlir::OwningOpRef<mlir::ModuleOp> makeRandomSequence(mlir::MLIRContext &context, uint32_t seed);

} // namespace neuron::isa::testing
