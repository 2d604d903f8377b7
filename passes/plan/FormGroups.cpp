// Greedy grouping of elementwise ops with their producers; see FormGroups.h.
#include "passes/plan/FormGroups.h"

#include "dialects/isa/Isa.h"
#include "dialects/nn/Nn.h"
#include "dialects/nn/ScalarBody.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SetVector.h"

using namespace mlir;
using namespace neuron;
using namespace neuron::plan;

namespace {

/// Bounds on a group, so that its tiles fit side by side.
constexpr size_t kMaxOps = 16;
constexpr size_t kMaxLeaves = 6;
constexpr size_t kAnchorLeaves = 2; ///< what an anchor may read besides

/// Up to here computing a value again costs less than writing and reading it: one pass of an
/// engine over 128 partitions of 512 elements takes about as long as one transfer's latency.
constexpr int64_t kRecomputeElements = 128 * 512;

/// What lies in device memory when the program begins.
bool isStoredBefore(Operation *op) {
  return mlir::isa<nn::WeightValueOp, nn::ConstantOp, nn::StateReadOp>(op);
}

bool isAnchor(Operation *op) { return mlir::isa<nn::MatmulOp, nn::ConvOp, nn::ConcatOp>(op); }

ArrayRef<int64_t> shapeOf(Value value) {
  return cast<RankedTensorType>(value.getType()).getShape();
}

int64_t elementsOf(Value value) { return cast<RankedTensorType>(value.getType()).getNumElements(); }

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

/// The members of both, in program order with the anchor first: its operands are all older than
/// the last op.
SmallVector<Operation *, 4> merge(ArrayRef<Operation *> a, ArrayRef<Operation *> b) {
  llvm::SmallSetVector<Operation *, 16> both(a.begin(), a.end());
  both.insert(b.begin(), b.end());
  SmallVector<Operation *, 4> merged(both.begin(), both.end());
  llvm::sort(merged, [](Operation *x, Operation *y) { return x->isBeforeInBlock(y); });
  auto *anchor = llvm::find_if(merged, isAnchor);
  if (anchor != merged.end())
    std::rotate(merged.begin(), anchor, anchor + 1);
  return merged;
}

/// How a reason names an op: its kind and, where it has one, its layer.
std::string nameOf(Operation *op) {
  StringAttr layer = isa::layerOf(op->getLoc());
  std::string name = op->getName().getStringRef().str();
  return layer ? name + " of " + layer.str() : name;
}

/// Whether only elementwise ops read `value` and it is small enough to be made for each.
bool mayRecompute(Value value, const Group &from) {
  return elementsOf(value) * int64_t(from.ops.size()) <= kRecomputeElements &&
         (!isAnchor(from.ops.front()) || mlir::isa<nn::ConcatOp>(from.ops.front())) &&
         llvm::all_of(value.getUsers(), [](Operation *user) { return nn::isElementwise(user); });
}

/// What a view shows, when it is the result of an op that computes; null otherwise.
Operation *behindViews(Operation *op) {
  if (!isView(op))
    return nullptr;
  while (op && isView(op))
    op = op->getOperand(0).getDefiningOp();
  return op && !isStoredBefore(op) ? op : nullptr;
}

/// Why the value of group `from` cannot stay on chip for `op`, whose group is `into`; "" if it
/// can.
std::string refusal(Value value, Operation *op, const Group &from, const Group &into) {
  Operation *first = from.ops.front();
  if (Operation *source = behindViews(first))
    return nameOf(first) + " is a view of what " + nameOf(source) + " stores";
  if (!isAnchor(first) && !nn::isElementwise(first))
    return "the template of " + nameOf(first) + " stores its result before other ops read it";
  if (!usedOnlyBy(value, op) && !mayRecompute(value, from))
    return "the value of " + nameOf(value.getDefiningOp()) + " has " +
           std::to_string(std::distance(value.user_begin(), value.user_end())) + " users";
  bool sameShape = shapeOf(value) == shapeOf(op->getResult(0));
  if (!sameShape && (isAnchor(first) ||
                     elementsOf(op->getResult(0)) * int64_t(from.ops.size()) > kRecomputeElements))
    return "the value of " + nameOf(value.getDefiningOp()) + " has another shape";
  if (isAnchor(first) && isAnchor(into.ops.front()) && first != into.ops.front())
    return "the group of " + nameOf(into.ops.front()) + " has one producer already";
  SmallVector<Operation *, 4> merged = merge(from.ops, into.ops);
  if (merged.size() > kMaxOps)
    return "the group would have " + std::to_string(merged.size()) + " ops of " +
           std::to_string(kMaxOps);
  size_t leaves = countLeaves(merged);
  size_t bound = kMaxLeaves + (isAnchor(merged.front()) ? kAnchorLeaves : 0);
  if (leaves > bound)
    return "the group would read " + std::to_string(leaves) + " values of " + std::to_string(bound);
  return "";
}

} // namespace

bool plan::isView(Operation *op) {
  return mlir::isa<nn::ReshapeOp, nn::TransposeOp, nn::SliceOp, nn::BroadcastOp>(op);
}

Groups::Groups(func::FuncOp function) {
  for (Operation &op : function.getBody().front().without_terminator()) {
    groupOf[&op] = groups.size();
    groups.push_back({{&op}});
    if (nn::isElementwise(&op))
      join(&op);
  }
}

void Groups::join(Operation *op) {
  for (Value operand : llvm::SmallSetVector<Value, 4>(op->operand_begin(), op->operand_end())) {
    Operation *producer = operand.getDefiningOp();
    if (!producer || isStoredBefore(producer) || (isView(producer) && !behindViews(producer)))
      continue;
    size_t source = groupOf[producer], target = groupOf[op];
    Group &from = groups[source], &into = groups[target];
    std::string reason = refusal(operand, op, from, into);
    if (!reason.empty()) {
      missed.push_back({op, std::move(reason)});
      continue;
    }
    into.ops = merge(from.ops, into.ops);
    if (!usedOnlyBy(operand, op))
      continue;
    // Ops that this group computes again keep the group in which they may be stored.
    for (Operation *member : from.ops)
      if (groupOf[member] == source)
        groupOf[member] = target;
    from.ops.clear();
  }
}

/// A value is stored unless every group that reads it computes it.
bool Groups::isStored(const Group &group) const {
  auto computes = [&](Operation *user) {
    auto found = groupOf.find(user);
    return found != groupOf.end() && llvm::is_contained(groups[found->second].ops, group.last());
  };
  if (group.last()->getNumResults() == 0 || group.last()->use_empty())
    return true;
  return !llvm::all_of(group.last()->getUsers(), computes);
}

const Group *Groups::endingWith(Operation *op) const {
  const Group &group = groups[groupOf.lookup(op)];
  return !group.ops.empty() && group.last() == op && isStored(group) ? &group : nullptr;
}

Operation *Groups::lastComputing(Operation *op) const {
  Operation *last = op;
  for (const Group &group : groups)
    if (llvm::is_contained(group.ops, op) && last->isBeforeInBlock(group.last()))
      last = group.last();
  return last;
}
