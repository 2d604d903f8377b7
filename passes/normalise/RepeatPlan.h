// Whether layers that are equal may become one nn.repeat, and what becomes of their surroundings.
#pragma once

#include "passes/normalise/LayerMatch.h"

namespace neuron::passes {

/// A result of the layers that somebody outside uses: result `result` of op `op`.
struct CollectedValue {
  unsigned op, result;
};

/// Everything that the rewriting needs.
struct RepeatPlan {
  Layers layers;
  llvm::SmallVector<unsigned> order; ///< of the ops in the block
  llvm::SmallVector<CollectedValue> collected;
  /// Ops that depend on the layers and stand before their last op, in program order.
  llvm::SmallVector<mlir::Operation *> moved;
  mlir::Operation *last = nullptr; ///< of the layers, in program order
  unsigned brokenGroups = 0;       ///< carried values that an elementwise op alone takes up

  /// Ops that the program has no longer.
  int64_t saved() const { return int64_t(layers.count - 1) * int64_t(layers.ops.size()); }
};

/// State ops of a module by the state that they name.
using StateUses = llvm::DenseMap<mlir::StringAttr, llvm::SmallVector<mlir::Operation *, 2>>;

/// The name of the state that `op` reads or writes, or null.
mlir::StringAttr stateOf(mlir::Operation *op);

/// A plan, or nothing with the reason in `refusal`:
///   the block would be small, or would only copy and compute elementwise (no reason is given);
///   values would have to be copied into stacks and out of them at a cost;
///   the order of reads and writes of a state would change, or a state is not one layer's alone;
///   what the layers take from outside depends on them.
std::optional<RepeatPlan> planRepeat(const mlir::SymbolTable &symbols, const StateUses &states,
                                     Layers layers, Mismatch &refusal);

} // namespace neuron::passes
