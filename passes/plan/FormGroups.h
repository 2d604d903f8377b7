// Which ops are lowered together: a producer and the elementwise ops that follow it.
#pragma once

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/SmallVector.h"

namespace neuron::plan {

/// Ops in program order. The first may be a matmul or a convolution; all others are elementwise,
/// of one shape. Only the last one's result is used outside.
struct Group {
  llvm::SmallVector<mlir::Operation *, 4> ops;
  mlir::Operation *last() const { return ops.back(); }
};

/// Groups of a function, found by their last op. Every op is in exactly one group.
///
/// Greedy in program order: an elementwise op joins the group of an operand whose only user it
/// is, and brings in the elementwise groups of its other such operands. The values inside a
/// group never reach device memory.
class Groups {
public:
  explicit Groups(mlir::func::FuncOp function);

  /// The group that ends with `op`, or null when op is inside one.
  const Group *endingWith(mlir::Operation *op) const;

private:
  void join(mlir::Operation *op);

  llvm::SmallVector<Group> groups;
  llvm::DenseMap<mlir::Operation *, size_t> groupOf;
};

} // namespace neuron::plan
