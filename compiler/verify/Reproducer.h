// One op of a model as a model of its own, with inputs and the expected result.
#pragma once

#include "passes/eval/Evaluator.h"
#include "runtime/base/Status.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"

#include <string>

namespace neuron::verify {

/// Writes layer.mlir, one .npy per operand and expected.npy into `folder`; the head of layer.mlir
/// says how to run it. `operands` and `expected` are the values of one run.
/// Errors: Io.
Status writeReproducer(mlir::Operation *op, llvm::ArrayRef<eval::HostTensor> operands,
                       const eval::HostTensor &expected, const std::string &folder);

} // namespace neuron::verify
