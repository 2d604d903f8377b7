// neuron-outline-repeats: equal layers become one block and an nn.repeat.
//
// Chains of values that may be results of equal layers come from FindChains, the proof that
// they are from LayerMatch, conditions from RepeatPlan, the rewriting from BuildRepeat. Of all
// proven runs the one that takes most ops out of the program is outlined, and the search begins
// again on what is left, until nothing is worth it: stages of a network are found one after the
// other. A run has several places to be cut; among equal ones that with the fewest carried
// values, then that which takes no group of a product and its epilogue apart, then the last.
#include "passes/normalise/BuildRepeat.h"
#include "passes/normalise/FindChains.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/Pass/Pass.h"
#include "llvm/ADT/StringSet.h"

#define DEBUG_TYPE "neuron-outline-repeats"

namespace neuron::passes {
#define GEN_PASS_DEF_OUTLINEREPEATS
#include "passes/Passes.h.inc"
} // namespace neuron::passes

using namespace mlir;
using namespace neuron;
using namespace neuron::passes;

namespace {

/// Refusals that are reported, the largest first.
constexpr size_t kMaxRemarks = 4;

/// Whether `one` is to be preferred to `other`.
bool isBetter(const RepeatPlan &one, const RepeatPlan &other) {
  auto rank = [](const RepeatPlan &plan) {
    const Layers &layers = plan.layers;
    return std::tuple(-plan.saved(), layers.carried.size(), plan.brokenGroups,
                      layers.sliced.size() + plan.collected.size());
  };
  if (rank(one) != rank(other))
    return rank(one) < rank(other);
  // Of two places to cut the later one: layers end where their authors end them.
  return other.last->isBeforeInBlock(one.last);
}

struct Refusal {
  int64_t saved;
  Mismatch reason;
};

struct OutlineRepeatsPass : neuron::passes::impl::OutlineRepeatsBase<OutlineRepeatsPass> {
  void runOnOperation() override {
    auto main = getOperation().lookupSymbol<func::FuncOp>("main");
    if (!main || !main.getBody().hasOneBlock())
      return;
    std::vector<Refusal> refusals;
    while (std::optional<RepeatPlan> best = findBest(main, refusals)) {
      SymbolTable symbols(getOperation());
      if (Mismatch near = findNearMiss(symbols, best->layers); near.op)
        near.op->emitRemark("not outlined with the layers beside it: ") << near.why;
      numIterations += best->layers.count;
      ++numRepeats;
      buildRepeat(main, symbols, *best);
    }
    report(refusals);
  }

private:
  std::optional<RepeatPlan> findBest(func::FuncOp main, std::vector<Refusal> &refusals) {
    SymbolTable symbols(getOperation());
    StateUses states;
    getOperation().walk([&](Operation *op) {
      if (StringAttr state = stateOf(op))
        states[state].push_back(op);
    });
    refusals.clear();
    bool isComplete = true;
    std::optional<RepeatPlan> best;
    for (const ValueTuple &chain : findChains(main, isComplete)) {
      std::optional<Layers> layers = matchLayers(symbols, chain);
      if (!layers)
        continue;
      int64_t saved = int64_t(layers->count - 1) * int64_t(layers->ops.size());
      Mismatch refusal;
      std::optional<RepeatPlan> plan = planRepeat(symbols, states, *std::move(layers), refusal);
      if (refusal.op)
        refusals.push_back({saved, std::move(refusal)});
      if (plan && (!best || isBetter(*plan, *best)))
        best = std::move(plan);
    }
    if (!isComplete)
      main.emitRemark("too many ops to look for all repeats");
    return best;
  }

  void report(std::vector<Refusal> &refusals) {
    llvm::stable_sort(refusals,
                      [](const Refusal &a, const Refusal &b) { return a.saved > b.saved; });
    llvm::StringSet<> said;
    for (const Refusal &refusal : refusals)
      if (said.size() < kMaxRemarks && said.insert(refusal.reason.why).second)
        refusal.reason.op->emitRemark("layers not outlined: ") << refusal.reason.why;
  }
};

} // namespace
