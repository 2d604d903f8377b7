// Operands of tile-level instructions as Refs, and back.
#pragma once

#include "passes/templates/TileBuilder.h"

#include <optional>

namespace neuron::tile {

/// What operand `k` of an instruction names; its offset in bytes, its dims in elements, those of
/// one iteration left out. None when the operand is absent or its steps are no whole elements.
std::optional<templates::Ref> refOf(InstOp op, unsigned k);

/// Makes operand `k` name `ref`. Predicates and the other operands stay.
void setRef(InstOp op, unsigned k, const templates::Ref &ref);

/// Whether `ref` can be an operand of an instruction that is no transfer: few dims, short steps.
bool fitsOperand(const templates::Ref &ref);

/// The operand that a use of a buffer is.
unsigned operandOf(mlir::OpOperand &use);

} // namespace neuron::tile
