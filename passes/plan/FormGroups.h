// Which ops are lowered together: a producer and the elementwise ops that follow it.
#pragma once

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/SmallVector.h"

#include <string>
#include <vector>

namespace neuron::plan {

/// Ops in program order. The first may be an anchor, an op whose template applies elementwise ops
/// to its result on chip; all others are elementwise. Only the last one's result is used outside.
struct Group {
  llvm::SmallVector<mlir::Operation *, 4> ops;
  mlir::Operation *last() const { return ops.back(); }
};

/// Whether an op's result may be a view of its first operand's memory.
bool isView(mlir::Operation *op);

/// Why an op reads a value from device memory that its producer had on chip.
struct Miss {
  mlir::Operation *op;
  std::string reason;
};

/// Groups of a function, found by their last op.
///
/// Greedy in program order: an elementwise op joins the group of an operand whose only user it
/// is, and brings in the elementwise groups of its other such operands. A small value that
/// several elementwise ops read is computed again in the group of each; a small group of a
/// smaller shape is computed in the larger one. The values inside a group never reach device
/// memory.
class Groups {
public:
  explicit Groups(mlir::func::FuncOp function);

  /// The group that ends with `op`; null when op is inside one, or computed in every group that
  /// reads it.
  const Group *endingWith(mlir::Operation *op) const;

  /// The last op of the groups that compute `op`: where its operands are read for the last time.
  /// Cost: linear in the ops of the function.
  mlir::Operation *lastComputing(mlir::Operation *op) const;

  /// What did not come together, in program order.
  llvm::ArrayRef<Miss> misses() const { return missed; }

private:
  void join(mlir::Operation *op);
  bool isStored(const Group &group) const;

  std::vector<Group> groups;
  llvm::DenseMap<mlir::Operation *, size_t> groupOf;
  std::vector<Miss> missed;
};

} // namespace neuron::plan
