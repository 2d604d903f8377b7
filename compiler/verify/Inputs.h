// Inputs that a model can be verified with.
#pragma once

#include "passes/eval/Evaluator.h"

namespace neuron::verify {

/// One tensor for every argument of `function`, from the seed alone. Floats are uniform in
/// [-1, 1). Integers are indices where they reach the rows of a gather, below the number of rows,
/// otherwise 0 or 1, which masks, flags and positions allow.
/// Errors: located, for an argument type without a host form.
mlir::FailureOr<eval::Tensors> makeInputs(mlir::func::FuncOp function, uint64_t seed);

} // namespace neuron::verify
