// Reductions along rows that fit in SBUF.
#pragma once

#include "passes/templates/MapReduce.h"

namespace neuron::templates {

/// Lowers a reduction of its one input, taken as it is, when the reduced dims are one contiguous
/// walk that fits in the budget; false, and nothing written, otherwise.
bool reduceRows(Context &context, const MapReduce &problem);

} // namespace neuron::templates
