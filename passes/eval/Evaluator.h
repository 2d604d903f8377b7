// Evaluators of nn: what a function of nn ops computes, on the host.
//
// Two modes. `Portable` is serial and has the same bits on every host: floats are f32, no libm,
// elementwise ops execute their bodies; it serves folding and emission. `Reference` computes
// every op in double from its definition, elementwise ops by their `reference`, and rounds once
// to the result's type; it is the oracle of --verify. Integers are exact in both, modulo two
// to the width. Every op is evaluated as it stands: nothing is decomposed first.
#pragma once

#include "dialects/nn/Nn.h"
#include "passes/eval/HostTensor.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include <functional>
#include <map>
#include <optional>

namespace neuron {
class WeightStore;
}

namespace neuron::eval {

enum class EvalMode { Portable, Reference };

using Tensors = std::vector<HostTensor>;

/// Whether evaluateOp knows `op`: an nn op without effects and symbols.
bool canEvaluate(mlir::Operation *op);

/// The results of one op.
/// Errors: reported at the op, if it is none of nn's or a type has no host form.
mlir::FailureOr<Tensors> evaluateOp(mlir::Operation *op,
                                    llvm::ArrayRef<const HostTensor *> operands, EvalMode mode);

/// Executes functions and keeps the states of the model between executions.
class Evaluator {
public:
  /// `weights` may be null for modules without nn.weight.
  Evaluator(WeightStore *weights, EvalMode mode) : weights(weights), mode(mode) {}

  /// The results of `function` for `inputs`.
  /// Errors: reported at the op: wrong number or type of inputs, an op that is not evaluated,
  /// a weight that cannot be read.
  mlir::FailureOr<Tensors> run(mlir::func::FuncOp function, llvm::ArrayRef<HostTensor> inputs);

  /// Called with every op of the outermost function and its results, if set.
  std::function<void(mlir::Operation *, llvm::ArrayRef<HostTensor>)> onResults;

  /// If set: the type to which an op's operand of this number is rounded before the op takes it.
  std::function<std::optional<DType>(mlir::Operation *, unsigned)> operandType;

private:
  using Values = llvm::DenseMap<mlir::Value, HostTensor>;
  mlir::LogicalResult runOp(mlir::Operation *op, Values &values);
  Tensors roundOperands(mlir::Operation *op, llvm::MutableArrayRef<const HostTensor *> operands);
  mlir::FailureOr<Tensors> compute(mlir::Operation *op,
                                   llvm::ArrayRef<const HostTensor *> operands);
  mlir::FailureOr<HostTensor> readState(mlir::Operation *user, mlir::FlatSymbolRefAttr symbol);
  mlir::FailureOr<Tensors> repeat(nn::RepeatOp op, llvm::ArrayRef<const HostTensor *> operands);
  mlir::FailureOr<HostTensor> readEach(nn::WeightValueOp value, nn::WeightOp weight);
  mlir::FailureOr<HostTensor> readEach(nn::StateReadOp read);
  mlir::LogicalResult writeEach(nn::StateWriteOp write, const HostTensor &value);

  WeightStore *weights;
  EvalMode mode;
  unsigned depth = 0;
  std::optional<int64_t> iteration; ///< of the nn.repeat that runs
  std::map<std::string, HostTensor> states;
};

/// One execution of `function` by a new evaluator.
mlir::FailureOr<Tensors> evaluate(mlir::func::FuncOp function, llvm::ArrayRef<HostTensor> inputs,
                                  WeightStore *weights, EvalMode mode);

} // namespace neuron::eval
