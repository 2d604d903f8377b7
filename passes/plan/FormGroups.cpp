// Greedy grouping of elementwise ops with their producers; see FormGroups.h.
#include "passes/plan/FormGroups.h"

#include "dialects/nn/Nn.h"
#include "dialects/nn/ScalarBody.h"

#include "llvm/ADT/STLExtras.h"

using namespace mlir;
using namespace neuron;
using namespace neuron::plan;

namespace {

/// Bounds on a group, so that its tiles fit side by side.
constexpr size_t kMaxOps = 16;
constexpr size_t kMaxLeaves = 6;

bool isAnchor(Operation *op) { return mlir::isa<nn::MatmulOp, nn::ConvOp>(op); }

bool isMember(Operation *op) { return nn::findScalarRow(op->getName().getStringRef()) != nullptr; }

ArrayRef<int64_t> shapeOf(Value value) {
  return cast<RankedTensorType>(value.getType()).getShape();
}

bool usedOnlyBy(Value value, Operation *user) {
  return llvm::all_of(value.getUsers(), [&](Operation *op) { return op == user; });
}

size_t countLeaves(ArrayRef<Operation *> ops) {
  llvm::SmallPtrSet<Operation *, 16> inside(ops.begin(), ops.end());
  llvm::SmallDenseSet<Value> leaves;
  for (Operation *op : ops)
    for (Value operand : op->getOperands())
      if (!inside.count(operand.getDefiningOp()))
        leaves.insert(operand);
  return leaves.size();
}

} // namespace

Groups::Groups(func::FuncOp function) {
  for (Operation &op : function.getBody().front().without_terminator()) {
    groupOf[&op] = groups.size();
    groups.push_back({{&op}});
    if (isMember(&op))
      join(&op);
  }
}

void Groups::join(Operation *op) {
  bool anchored = false;
  for (Value operand : op->getOperands()) {
    Operation *producer = operand.getDefiningOp();
    if (!producer || !groupOf.count(producer) || !usedOnlyBy(operand, op) ||
        shapeOf(operand) != shapeOf(op->getResult(0)))
      continue;
    Group &from = groups[groupOf[producer]];
    Group &into = groups[groupOf[op]];
    bool hasAnchor = isAnchor(from.ops.front());
    if (&from == &into || from.last() != producer || (hasAnchor && anchored) ||
        !(hasAnchor || isMember(from.ops.front())))
      continue;
    SmallVector<Operation *, 4> merged(from.ops);
    for (Operation *member : into.ops)
      merged.push_back(member);
    // Program order, with the anchor first: its operands are all older than the last op.
    llvm::sort(merged, [](Operation *a, Operation *b) { return a->isBeforeInBlock(b); });
    auto *anchor = llvm::find_if(merged, isAnchor);
    if (anchor != merged.end())
      std::rotate(merged.begin(), anchor, anchor + 1);
    if (merged.size() > kMaxOps || countLeaves(merged) > kMaxLeaves + 2 * (hasAnchor || anchored))
      continue;
    anchored |= hasAnchor;
    for (Operation *member : from.ops)
      groupOf[member] = groupOf[op];
    from.ops.clear();
    into.ops = std::move(merged);
  }
}

const Group *Groups::endingWith(Operation *op) const {
  const Group &group = groups[groupOf.lookup(op)];
  return group.last() == op ? &group : nullptr;
}
