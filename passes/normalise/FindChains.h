// Chains of values that may be the results of equal layers.
//
// Ops are put into classes by what they are and by what feeds them, up to a distance; the ops
// of one class at the end of equal layers are alike, and each depends on the one before. Several
// distances are tried: a short one also sees layers whose neighbours differ, a long one tells
// apart what occurs twice in a layer.
#pragma once

#include "passes/normalise/LayerMatch.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"

namespace neuron::passes {

/// Chains of at least two values in program order, each once, each value depending on the one
/// before it.
/// Cost: ops times classes; where that is above a bound, the classes of fewest ops are left out
/// and `isComplete` becomes false.
std::vector<ValueTuple> findChains(mlir::func::FuncOp function, bool &isComplete);

} // namespace neuron::passes
