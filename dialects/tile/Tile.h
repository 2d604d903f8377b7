// The tile dialect: buffers, loops and instructions that have no addresses yet.
#pragma once

#include "dialects/isa/Isa.h"

#include "mlir/Bytecode/BytecodeOpInterface.h"
#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/Dialect.h"
#include "mlir/IR/OpDefinition.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"

#include "dialects/tile/TileDialect.h.inc"

#define GET_TYPEDEF_CLASSES
#include "dialects/tile/TileTypes.h.inc"

#define GET_OP_CLASSES
#include "dialects/tile/TileOps.h.inc"

namespace neuron::tile {

/// Targets of `tile.inst` terms that stand for a predicate's register.
inline constexpr int64_t kPredicateTarget = 8;

/// The space of the instruction set that a buffer type names.
isa::Space spaceOf(BufferType type);

} // namespace neuron::tile
