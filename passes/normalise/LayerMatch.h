// Equal layers: a proof that a chain of values is made by one computation, again and again.
//
// Given values t0, t1, .. of which each depends on the one before, the ops that make them are
// walked from results to operands in lock-step, one op an iteration. What stands at the same
// place in every iteration must be equal: name, attributes, types. A tuple of operands is
//   carried    each but the first is a value of the iteration before,
//   inner      made in its own iteration, by equal ops, which are walked next,
//   invariant  the same value in every iteration,
//   a leaf     constants of one value, or weights of one form: the block has its own,
//   sliced     other values that no iteration makes.
// The order of the ops in the program does not matter, only what feeds what. Where the walk
// finds a difference between two neighbours, the chain is cut there and its longest part is
// walked again: a first or last layer of its own stays outside.
//
// Worked example: t = (b, d) of a = mul x, w0; b = add a, m; c = mul b, w1; d = add c, m. The
// tuple (b, d) is add; its operands are (a, c), made by mul, and (m, m), invariant; those of mul
// are (x, b), carried because b = t0, and weights (w0, w1).
#pragma once

#include "dialects/nn/Nn.h"

#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/SmallVector.h"

#include <optional>
#include <string>
#include <vector>

namespace neuron::passes {

/// One value an iteration.
using ValueTuple = llvm::SmallVector<mlir::Value, 4>;

/// Where an operand of a layer's op comes from.
struct Source {
  enum Kind { Unknown, Inner, Carried, Invariant, Sliced, Leaf } kind = Unknown;
  unsigned index = 0;  ///< of the op, or in the list of its kind
  unsigned result = 0; ///< of an inner op
};

/// Equal ops, one an iteration, and the sources of their operands.
struct LayerOp {
  llvm::SmallVector<mlir::Operation *, 4> ops;
  llvm::SmallVector<Source, 3> operands;
};

/// A value that goes from one iteration to the next: result `result` of op `op`.
struct CarriedValue {
  unsigned op, result;
  mlir::Value initial;
};

/// Layers that are one block. Ops are not ordered; `ops` names those of all iterations.
struct Layers {
  unsigned count = 0; ///< iterations
  std::vector<LayerOp> ops;
  std::vector<CarriedValue> carried;
  std::vector<ValueTuple> invariant; ///< one value each
  std::vector<ValueTuple> sliced, leaves;
  /// op -> (index in `ops`, iteration)
  llvm::DenseMap<mlir::Operation *, std::pair<unsigned, unsigned>> owner;

  /// The results of op `op`, by iteration.
  ValueTuple tuple(unsigned op, unsigned result) const;
};

/// Why a chain, or a part of it, is no run of equal layers.
struct Mismatch {
  mlir::Operation *op = nullptr;
  std::string why;
};

/// Whether `a` and `b` do the same to their operands. States may differ in name.
bool areEqualOps(mlir::Operation *a, mlir::Operation *b);

/// Whether two weights can be slices of one stack. Null weights cannot.
bool areStackable(nn::WeightOp a, nn::WeightOp b);

/// Whether `values` are constants that fit into one.
bool areOneConstant(const ValueTuple &values);

/// The longest run of equal layers that makes values of `chain`, or nothing where no two are
/// equal. Each value of the chain, a result of an op in the body of main, depends on the one
/// before it. A layer before the chain that is equal as well belongs to the run.
/// Cost: linear in the ops behind the first value of the chain, for each cut again.
std::optional<Layers> matchLayers(const mlir::SymbolTable &symbols,
                                  llvm::ArrayRef<mlir::Value> chain);

/// Why the run does not go on at one of its ends, where half a layer more would be equal.
Mismatch findNearMiss(const mlir::SymbolTable &symbols, const Layers &layers);

} // namespace neuron::passes
