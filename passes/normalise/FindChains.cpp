// Classes of ops and chains through them; see FindChains.h.
#include "passes/normalise/FindChains.h"

#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/Hashing.h"
#include "llvm/ADT/MapVector.h"
#include "llvm/ADT/STLExtras.h"

#include <set>

using namespace mlir;
using namespace neuron;
using namespace neuron::passes;

namespace {

/// Distances from an op to what feeds it that tell classes apart.
constexpr unsigned kDistances[] = {0, 1, 2, 4, 8, 16};

/// Visits of ops while chains are built; 50 million take about half a second.
constexpr int64_t kMaxVisits = 50'000'000;

/// What an op is, without names of weights and states.
llvm::hash_code hashOf(Operation *op) {
  llvm::hash_code hash = llvm::hash_combine(op->getName(), op->getNumOperands());
  for (Type type : op->getResultTypes())
    hash = llvm::hash_combine(hash, type);
  for (Type type : op->getOperandTypes())
    hash = llvm::hash_combine(hash, type);
  if (mlir::isa<nn::WeightValueOp, nn::StateReadOp, nn::StateWriteOp>(op))
    return hash;
  return llvm::hash_combine(hash, op->getName().hashOpProperties(op->getPropertiesStorage()));
}

class ChainFinder {
public:
  explicit ChainFinder(func::FuncOp function) {
    for (Operation &op : function.getBody().front().without_terminator()) {
      index[&op] = ops.size();
      ops.push_back(&op);
      hashes.push_back(hashOf(&op));
    }
  }

  std::vector<ValueTuple> run(bool &isComplete);

private:
  using Members = SmallVector<size_t, 4>;
  void widen();
  void collect(std::vector<Members> &classes) const;
  Members chainThrough(const Members &members);

  std::vector<Operation *> ops;
  llvm::DenseMap<Operation *, size_t> index;
  std::vector<size_t> hashes;
  std::vector<unsigned> newest; ///< scratch of chainThrough
  int64_t visits = 0;
};

/// Every hash takes in those of what feeds the op.
void ChainFinder::widen() {
  std::vector<size_t> wider(hashes.size());
  for (auto [i, op] : llvm::enumerate(ops)) {
    llvm::hash_code hash = hashes[i];
    for (Value operand : op->getOperands()) {
      Operation *def = operand.getDefiningOp();
      hash = llvm::hash_combine(hash, def ? hashes[index[def]] : size_t(0));
    }
    wider[i] = hash;
  }
  hashes = std::move(wider);
}

void ChainFinder::collect(std::vector<Members> &classes) const {
  llvm::MapVector<size_t, Members> byHash;
  for (auto [i, op] : llvm::enumerate(ops))
    if (op->getNumResults() > 0 && op->getNumOperands() > 0)
      byHash[hashes[i]].push_back(i);
  for (auto &[hash, members] : byHash)
    if (members.size() > 1)
      classes.push_back(std::move(members));
}

/// Those of `members`, from the first on, of which each depends on the one before.
ChainFinder::Members ChainFinder::chainThrough(const Members &members) {
  Members chain;
  auto next = members.begin();
  for (size_t i = members.front(); i <= members.back(); ++i) {
    unsigned mine = 0;
    for (Value operand : ops[i]->getOperands())
      if (Operation *def = operand.getDefiningOp())
        if (size_t at = index[def]; at >= members.front())
          mine = std::max(mine, newest[at]);
    if (next != members.end() && *next == i) {
      ++next;
      if (mine == chain.size()) {
        chain.push_back(i);
        mine = unsigned(chain.size());
      }
    }
    newest[i] = mine;
  }
  visits += int64_t(members.back() - members.front());
  return chain;
}

std::vector<ValueTuple> ChainFinder::run(bool &isComplete) {
  newest.assign(ops.size(), 0);
  std::vector<Members> classes;
  unsigned distance = 0;
  for (unsigned wanted : kDistances) {
    for (; distance < wanted; ++distance)
      widen();
    collect(classes);
  }
  llvm::stable_sort(classes,
                    [](const Members &a, const Members &b) { return a.size() > b.size(); });
  std::vector<ValueTuple> chains;
  std::set<std::vector<size_t>> known;
  for (const Members &members : classes) {
    isComplete = visits < kMaxVisits;
    if (!isComplete)
      break;
    Members chain = chainThrough(members);
    if (chain.size() < 2 || !known.insert({chain.begin(), chain.end()}).second)
      continue;
    ValueTuple &values = chains.emplace_back();
    for (size_t i : chain)
      values.push_back(ops[i]->getResult(0));
  }
  return chains;
}

} // namespace

std::vector<ValueTuple> passes::findChains(func::FuncOp function, bool &isComplete) {
  isComplete = true;
  return ChainFinder(function).run(isComplete);
}
