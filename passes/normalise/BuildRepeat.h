// From a plan to nn.repeat: the block, stacks of weights and states, stacks of values.
#pragma once

#include "passes/normalise/RepeatPlan.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"

namespace neuron::passes {

/// Replaces the layers of `plan`, which stand in `main`, by one nn.repeat and its block. Ops of
/// the block are at a location that names all iterations: a fused one, whose first part is the
/// name of the range and whose metadata is the list of their names.
void buildRepeat(mlir::func::FuncOp main, mlir::SymbolTable &symbols, const RepeatPlan &plan);

} // namespace neuron::passes
