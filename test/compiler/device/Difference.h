// Whether tensors agree.
#pragma once

#include "passes/eval/Evaluator.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"

#include <string>

namespace neuron::test {

/// How far a value may lie from its reference: relative * |want| + ofLargest * the largest |want|.
struct Tolerance {
  double ofLargest = 0, relative = 0;
};

/// Of values by other algorithms in f32, as ONNX's own tests expect them. Integers are equal;
/// 16-bit floats may differ by a few of their last places.
Tolerance frameworkTolerance(DType type);

/// What the arithmetic of the device may cost results of type `type` that `function` computes:
/// nothing where all ops move, compare or count; else, in places of fp32, one for every rounded
/// op, what the scalar tables state for its function, and the square root of the length of what it
/// sums. A result of 16 bits costs two of its own places for every op that rounds.
Tolerance arithmeticTolerance(mlir::func::FuncOp function, DType type);

/// Where `got` differs from `want` by more than the tolerance of its type, as a sentence; empty if
/// nowhere.
std::string difference(const eval::HostTensor &got, const eval::HostTensor &want,
                       Tolerance tolerance);

/// The same for lists of values by other algorithms; names the output.
std::string difference(const eval::Tensors &got, const eval::Tensors &want);
/// The same for what `function` computes.
std::string difference(const eval::Tensors &got, const eval::Tensors &want,
                       mlir::func::FuncOp function);

} // namespace neuron::test
