// What a model should answer: the reference evaluator, exact and with rounded operands.
#pragma once

#include "passes/eval/Evaluator.h"
#include "passes/weights/WeightStore.h"

#include "mlir/IR/BuiltinOps.h"

namespace neuron::verify {

/// What a program was allowed to round, and to which type; F32: nothing.
struct Rounding {
  DType products = DType::F32; ///< operands of matrix products, convolutions and attentions
  DType values = DType::F32;   ///< all f32 data: F32, Bf16 or F16

  bool isExact() const { return products == DType::F32 && values == DType::F32; }
};

/// The function that a program runs.
mlir::func::FuncOp mainOf(mlir::ModuleOp model);

/// The results of consecutive runs of `model`, by run; states keep their values between them.
/// Rounded as a program may round: the reference of what --auto-cast allows.
/// Errors: located; as the evaluator's and those of neuron-narrow-values.
mlir::FailureOr<std::vector<eval::Tensors>> referenceRuns(mlir::ModuleOp model,
                                                          llvm::ArrayRef<eval::Tensors> inputs,
                                                          WeightStore &store,
                                                          const Rounding &rounding = {});

} // namespace neuron::verify
