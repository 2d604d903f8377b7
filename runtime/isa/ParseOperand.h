// The parts of an instruction's text that are read on their own.
#pragma once

#include "runtime/isa/Cursor.h"
#include "runtime/isa/Text.h"

namespace neuron::isa {

/// space.dtype[partitions]@address {dims}, or _ for none. Errors: located.
Status parseOperand(Cursor &at, const Names &names, bool dmaSide, Operand &operand);

/// A number, the name of a constant, or a product of these. Errors: located.
Status parseAmount(Cursor &at, const Names &names, int64_t &value);

/// A name of `names`, or `prefix` and a number below `limit`. Errors: located.
Status parseNumbered(Cursor &at, const std::vector<std::string> &names, char prefix, uint32_t limit,
                     const char *what, uint32_t &index);

} // namespace neuron::isa
