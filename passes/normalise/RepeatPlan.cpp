// Conditions of outlining; see RepeatPlan.h.
#include "passes/normalise/RepeatPlan.h"

#include "dialects/nn/ScalarBody.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallPtrSet.h"

using namespace mlir;
using namespace neuron;
using namespace neuron::passes;

namespace {

/// Ops of a block. Below that it is a product and its epilogue: one group, whose instructions
/// are hardly more than those of the loop around it.
constexpr size_t kMinOps = 4;

/// Bytes that the layers move anyway, for each byte that is copied into stacks or out of them.
/// With an eighth more, a layer bound by device memory takes at most an eighth longer.
constexpr int64_t kBytesPerCopiedByte = 8;

bool onlyMoves(Operation *op) {
  return mlir::isa<nn::ReshapeOp, nn::TransposeOp, nn::SliceOp, nn::ConcatOp, nn::PadOp,
                   nn::BroadcastOp, nn::StateReadOp, nn::StateWriteOp>(op);
}

int64_t bytesOf(Value value) { return nn::tensorBytes(cast<RankedTensorType>(value.getType())); }

class Planner {
public:
  Planner(const SymbolTable &symbols, const StateUses &states, Layers layers, Mismatch &refusal)
      : symbols(symbols), states(states), refusal(refusal) {
    plan.layers = std::move(layers);
  }

  std::optional<RepeatPlan> run();

private:
  bool refuse(Operation *op, const Twine &why) {
    refusal = {op, why.str()};
    return false;
  }
  bool isOutside(Operation *op) const { return !plan.layers.owner.count(op); }
  void order();
  bool isWorthIt() const;
  bool keepsStates();
  bool keepsState(const LayerOp &op);
  bool stackInitial(const LayerOp &op);
  bool separate();
  bool movesStates();
  void collect();
  bool copiesLittle();
  void countBrokenGroups();

  const SymbolTable &symbols;
  const StateUses &states;
  Mismatch &refusal;
  RepeatPlan plan;
};

void Planner::order() {
  const std::vector<LayerOp> &ops = plan.layers.ops;
  plan.order.assign(llvm::seq<unsigned>(0, unsigned(ops.size())).begin(),
                    llvm::seq<unsigned>(0, unsigned(ops.size())).end());
  llvm::sort(plan.order,
             [&](unsigned a, unsigned b) { return ops[a].ops[0]->isBeforeInBlock(ops[b].ops[0]); });
  for (auto &[op, place] : plan.layers.owner)
    if (!plan.last || plan.last->isBeforeInBlock(op))
      plan.last = op;
}

/// No reason is given: next to nothing would be gained.
bool Planner::isWorthIt() const {
  const std::vector<LayerOp> &ops = plan.layers.ops;
  // What only moves and computes elementwise is one group, on chip from its first op to its last.
  return ops.size() >= kMinOps && llvm::any_of(ops, [](const LayerOp &op) {
           return !onlyMoves(op.ops[0]) && !nn::isElementwise(op.ops[0]);
         });
}

/// Each state is one iteration's alone, and its ops keep their order.
bool Planner::keepsState(const LayerOp &op) {
  llvm::SmallPtrSet<Attribute, 8> names;
  for (Operation *one : op.ops)
    if (!names.insert(stateOf(one)).second)
      return refuse(one, "a state of several layers");
  for (auto [iteration, one] : llvm::enumerate(op.ops)) {
    StringAttr name = stateOf(one);
    Operation *before = nullptr;
    for (unsigned index : plan.order) {
      Operation *other = plan.layers.ops[index].ops[iteration];
      if (stateOf(other) != name)
        continue;
      if (before && !before->isBeforeInBlock(other))
        return refuse(other, "reads and writes of a state in another order");
      before = other;
    }
    for (Operation *user : states.lookup(name)) {
      auto owner = plan.layers.owner.find(user);
      if (owner == plan.layers.owner.end() || owner->second.second != iteration)
        return refuse(user, "the state of a layer is used outside of it");
    }
  }
  return stackInitial(op);
}

bool Planner::stackInitial(const LayerOp &op) {
  auto initialOf = [&](Operation *one) {
    auto state = symbols.lookup<nn::StateOp>(stateOf(one));
    return state && state.getInitial() ? symbols.lookup<nn::WeightOp>(*state.getInitial())
                                       : nn::WeightOp();
  };
  nn::WeightOp first = initialOf(op.ops[0]);
  for (Operation *one : op.ops)
    if (first ? !areStackable(first, initialOf(one)) : bool(initialOf(one)))
      return refuse(one, "initial values of states differ in form");
  return true;
}

bool Planner::keepsStates() {
  return llvm::all_of(plan.layers.ops,
                      [&](const LayerOp &op) { return !stateOf(op.ops[0]) || keepsState(op); });
}

/// What depends on the layers goes behind them; nothing that they take may be among it.
bool Planner::separate() {
  const Layers &layers = plan.layers;
  llvm::SmallPtrSet<Operation *, 16> dependent;
  Operation *first = plan.last;
  for (auto &[op, place] : layers.owner)
    if (op->isBeforeInBlock(first))
      first = op;
  for (Operation *op = first; op != plan.last; op = op->getNextNode()) {
    if (!isOutside(op))
      continue;
    bool depends = llvm::any_of(op->getOperands(), [&](Value operand) {
      Operation *def = operand.getDefiningOp();
      return def && (!isOutside(def) || dependent.count(def));
    });
    if (!depends)
      continue;
    dependent.insert(op);
    plan.moved.push_back(op);
  }
  auto isFree = [&](Value value) {
    Operation *def = value.getDefiningOp();
    return !def || (isOutside(def) && !dependent.count(def)) ||
           refuse(def, "the layers take a value that depends on them");
  };
  return llvm::all_of(layers.carried, [&](const CarriedValue &c) { return isFree(c.initial); }) &&
         llvm::all_of(layers.invariant, [&](const ValueTuple &v) { return isFree(v[0]); }) &&
         llvm::all_of(layers.sliced,
                      [&](const ValueTuple &v) { return llvm::all_of(v, isFree); }) &&
         movesStates();
}

/// An op on a state may not pass another one on it.
bool Planner::movesStates() {
  llvm::SmallPtrSet<Operation *, 16> moved(plan.moved.begin(), plan.moved.end());
  for (Operation *op : plan.moved)
    for (Operation *other :
         stateOf(op) ? states.lookup(stateOf(op)) : SmallVector<Operation *, 2>())
      if (!moved.count(other) && op->isBeforeInBlock(other) && other->isBeforeInBlock(plan.last))
        return refuse(op, "reads and writes of a state in another order");
  return true;
}

void Planner::collect() {
  const Layers &layers = plan.layers;
  auto isCarried = [&](unsigned op, unsigned result) {
    return llvm::any_of(layers.carried, [&](const CarriedValue &carried) {
      return carried.op == op && carried.result == result;
    });
  };
  for (unsigned op : plan.order)
    for (unsigned result = 0; result < layers.ops[op].ops[0]->getNumResults(); ++result) {
      ValueTuple values = layers.tuple(op, result);
      if (isCarried(op, result))
        values.pop_back(); // the last one is a result of its own
      bool isUsed = llvm::any_of(values, [&](Value value) {
        return llvm::any_of(value.getUsers(), [&](Operation *user) { return isOutside(user); });
      });
      if (isUsed)
        plan.collected.push_back({op, result});
    }
}

/// Whether stacking and taking apart costs little beside the layers themselves.
bool Planner::copiesLittle() {
  const Layers &layers = plan.layers;
  int64_t copied = 0, moved = 0;
  for (const ValueTuple &values : layers.sliced)
    if (!areOneConstant(values))
      copied += layers.count * bytesOf(values[0]);
  for (const CollectedValue &value : plan.collected)
    copied += layers.count * bytesOf(layers.ops[value.op].ops[0]->getResult(value.result));
  for (const ValueTuple &values : layers.leaves)
    moved += layers.count * bytesOf(values[0]);
  for (const LayerOp &op : layers.ops)
    for (Value result : op.ops[0]->getResults())
      moved += onlyMoves(op.ops[0]) ? 0 : layers.count * bytesOf(result);
  return copied * kBytesPerCopiedByte <= moved ||
         refuse(layers.ops[0].ops[0], Twine(copied) +
                                          " bytes would be copied into stacks or out "
                                          "of them, beside " +
                                          Twine(moved) + " that are moved anyway");
}

void Planner::countBrokenGroups() {
  for (const CarriedValue &carried : plan.layers.carried) {
    Value value = plan.layers.ops[carried.op].ops[0]->getResult(carried.result);
    if (value.hasOneUse() && nn::isElementwise(*value.getUsers().begin()))
      ++plan.brokenGroups;
  }
}

std::optional<RepeatPlan> Planner::run() {
  order();
  if (!isWorthIt() || !keepsStates() || !separate())
    return std::nullopt;
  collect();
  if (!copiesLittle())
    return std::nullopt;
  countBrokenGroups();
  return std::move(plan);
}

} // namespace

StringAttr passes::stateOf(Operation *op) {
  if (auto read = dyn_cast<nn::StateReadOp>(op))
    return read.getStateAttr().getAttr();
  if (auto write = dyn_cast<nn::StateWriteOp>(op))
    return write.getStateAttr().getAttr();
  return {};
}

std::optional<RepeatPlan> passes::planRepeat(const SymbolTable &symbols, const StateUses &states,
                                             Layers layers, Mismatch &refusal) {
  return Planner(symbols, states, std::move(layers), refusal).run();
}
