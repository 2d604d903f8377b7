// What a model should answer: the reference evaluator, exact and with rounded operands.
#pragma once

#include "passes/eval/Evaluator.h"
#include "passes/weights/WeightStore.h"

#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/OwningOpRef.h"

namespace neuron::verify {

/// A copy of `model` whose matrix products, convolutions and attentions take operands rounded to
/// `type`: the reference of what --auto-cast allows. Types that nn does not have (tf32, fp8)
/// round as bf16, the coarsest that is emulated.
mlir::OwningOpRef<mlir::ModuleOp> withRoundedOperands(mlir::ModuleOp model, DType type);

/// The function that a program runs.
mlir::func::FuncOp mainOf(mlir::ModuleOp model);

/// The results of consecutive runs of `model`, by run; states keep their values between them.
mlir::FailureOr<std::vector<eval::Tensors>>
referenceRuns(mlir::ModuleOp model, llvm::ArrayRef<eval::Tensors> inputs, WeightStore &store);

} // namespace neuron::verify
