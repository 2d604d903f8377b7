// Lifetimes of values that lie in a state; see StateReads.h.
#include "passes/plan/StateReads.h"

#include "dialects/nn/Nn.h"

using namespace mlir;
using namespace neuron;
using namespace neuron::plan;

namespace {

Operation *later(Operation *a, Operation *b) { return a->isBeforeInBlock(b) ? b : a; }

/// The op at whose place `value` or a view of it is read for the last time. A group is lowered
/// where its last op stands.
Operation *lastUse(Value value, const Groups &groups) {
  Operation *last = value.getDefiningOp();
  for (Operation *user : value.getUsers()) {
    last = later(last, groups.lastComputing(user));
    if (isView(user))
      last = later(last, lastUse(user->getResult(0), groups));
  }
  return last;
}

/// The first op behind `read` that may give its state another value, or null.
Operation *nextWrite(nn::StateReadOp read) {
  for (Operation *op = read->getNextNode(); op; op = op->getNextNode()) {
    auto write = dyn_cast<nn::StateWriteOp>(op);
    if (mlir::isa<nn::RepeatOp>(op) || (write && write.getStateAttr() == read.getStateAttr()))
      return op;
  }
  return nullptr;
}

} // namespace

llvm::SmallPtrSet<Operation *, 4> plan::outlivedReads(func::FuncOp function, const Groups &groups) {
  llvm::SmallPtrSet<Operation *, 4> found;
  for (auto read : function.getBody().front().getOps<nn::StateReadOp>())
    if (Operation *write = nextWrite(read))
      if (write->isBeforeInBlock(lastUse(read.getResult(), groups)))
        found.insert(read);
  return found;
}
