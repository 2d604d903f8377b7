// The lock-step walk over layers; see LayerMatch.h.
#include "passes/normalise/LayerMatch.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallPtrSet.h"

using namespace mlir;
using namespace neuron;
using namespace neuron::passes;

namespace {

bool isState(Operation *op) { return mlir::isa<nn::StateReadOp, nn::StateWriteOp>(op); }

bool allSame(const ValueTuple &values) { return llvm::all_equal(values); }

/// How iteration i uses a value, by the newest chain value that it depends on.
enum class Reach {
  Previous, ///< the chain's value of iteration i - 1
  Own,      ///< depends on that value: made in this iteration
  Late,     ///< made in iteration i - 1, not from its result
  Outside,  ///< depends on no value of the chain
  Far,      ///< made in an earlier iteration
};

class Matcher {
public:
  Matcher(const SymbolTable &symbols, ArrayRef<Value> chain) : symbols(&symbols), chain(chain) {
    layers.count = unsigned(chain.size());
    findNewest();
  }

  /// Whether the layers are equal; if not, `cut` is the longest part of the chain that may be.
  bool run();

  Layers layers;
  bool isMatched = false;
  Mismatch mismatch;
  std::pair<unsigned, unsigned> cut{0, 0}; ///< [begin, end); empty where no part can match

private:
  void findNewest();
  int newest(Value value) const {
    Operation *op = value.getDefiningOp();
    return op ? newestOf.lookup(op) - 1 : -1;
  }
  Reach reach(Value value, unsigned iteration) const;
  std::optional<Reach> commonReach(const ValueTuple &values);
  bool areAlike(const ValueTuple &values, unsigned at, Reach reach) const;
  std::string difference(const ValueTuple &values, unsigned at, Reach reach) const;
  bool refuse(Operation *op, const Twine &why);

  ValueTuple operandTuple(unsigned op, unsigned operand) const;
  bool addOp(ArrayRef<Operation *> ops);
  bool visit(unsigned op, unsigned operand);
  bool drain();
  bool resolveOutside();
  std::optional<Source> resolveOne(const ValueTuple &values, bool &isRefused);
  bool resolveLate();
  bool absorbUsers();
  bool absorb(Operation *first, unsigned op, unsigned result);
  std::optional<Source> ownedSource(const ValueTuple &values);
  bool feedsLayersOnly(const ValueTuple &values) const;
  Source carry(unsigned op, unsigned result, Value initial);
  static unsigned indexIn(std::vector<ValueTuple> &list, const ValueTuple &values);

  nn::WeightOp weightOf(Operation *op) const {
    auto value = dyn_cast_or_null<nn::WeightValueOp>(op);
    return value ? symbols->lookup<nn::WeightOp>(value.getWeight()) : nn::WeightOp();
  }

  const SymbolTable *symbols;
  ArrayRef<Value> chain;
  /// 1 + the newest chain value that an op depends on or makes; absent where there is none.
  llvm::DenseMap<Operation *, int> newestOf;
  using Place = std::pair<unsigned, unsigned>; ///< op, operand
  std::vector<Place> open, outside, late;
};

void Matcher::findNewest() {
  llvm::DenseMap<Operation *, int> made;
  for (auto [i, value] : llvm::enumerate(chain))
    made[value.getDefiningOp()] = int(i) + 1;
  Operation *first = chain.front().getDefiningOp();
  for (Operation &op : llvm::make_range(first->getIterator(), first->getBlock()->end())) {
    int newest = made.lookup(&op);
    for (Value operand : op.getOperands())
      if (Operation *def = operand.getDefiningOp())
        newest = std::max(newest, newestOf.lookup(def));
    if (newest)
      newestOf[&op] = newest;
  }
}

Reach Matcher::reach(Value value, unsigned iteration) const {
  if (value == chain[iteration - 1])
    return Reach::Previous;
  int at = newest(value), i = int(iteration);
  if (at >= i - 1)
    return Reach::Own;
  if (at < 0)
    return Reach::Outside;
  return at == i - 2 ? Reach::Late : Reach::Far;
}

bool Matcher::refuse(Operation *op, const Twine &why) {
  mismatch = {op, why.str()};
  return false;
}

/// What is different between iterations `at - 1` and `at`, as a sentence.
std::string Matcher::difference(const ValueTuple &values, unsigned at, Reach reach) const {
  std::string text;
  llvm::raw_string_ostream out(text);
  Operation *def = values[at].getDefiningOp(), *before = values[at - 1].getDefiningOp();
  if (values[at].getType() != values[at - 1].getType())
    out << "a value of type " << values[at].getType() << " stands for one of type "
        << values[at - 1].getType();
  else if (reach == Reach::Outside && def && before)
    out << "a weight has another form";
  else if (def && before && def->getName() != before->getName())
    out << def->getName() << " stands for " << before->getName();
  else if (def && before && def->getName() == before->getName() && !areEqualOps(def, before))
    out << def->getName() << " has other attributes";
  else
    out << "a value comes from another layer";
  return text;
}

/// Whether neighbours `at - 1` and `at` stand at one place, given how the latter is reached.
bool Matcher::areAlike(const ValueTuple &values, unsigned at, Reach reach) const {
  Value value = values[at], before = values[at - 1];
  if (reach == Reach::Far || value.getType() != before.getType())
    return false;
  Operation *def = value.getDefiningOp(), *other = before.getDefiningOp();
  if (reach == Reach::Own)
    return other && areEqualOps(def, other) &&
           cast<OpResult>(value).getResultNumber() == cast<OpResult>(before).getResultNumber();
  if (reach == Reach::Outside && weightOf(def) && weightOf(other))
    return areStackable(weightOf(def), weightOf(other));
  return true;
}

/// How every iteration uses its value, or nothing after a cut.
std::optional<Reach> Matcher::commonReach(const ValueTuple &values) {
  SmallVector<unsigned> cuts{0};
  std::optional<Reach> common;
  for (unsigned i = 1; i < layers.count; ++i) {
    Reach here = reach(values[i], i);
    // What the second iteration takes from the first looks like a value from outside.
    if (common == Reach::Outside && here == Reach::Late && i == cuts.back() + 2)
      common = here;
    bool alike = (!common || *common == here) && areAlike(values, i, here);
    common = alike ? std::optional(here) : std::nullopt;
    if (!alike)
      cuts.push_back(i);
  }
  if (cuts.size() == 1)
    return common;
  cuts.push_back(layers.count);
  unsigned best = 1;
  for (unsigned i = 2; i < cuts.size(); ++i)
    if (cuts[i] - cuts[i - 1] > cuts[best] - cuts[best - 1])
      best = i;
  cut = {cuts[best - 1], cuts[best]};
  // The layer beside the longest part is the one that differs.
  unsigned at = cut.first ? cut.first : cut.second;
  Operation *def = values[cut.first ? at - 1 : at].getDefiningOp();
  (void)refuse(def ? def : chain[at].getDefiningOp(),
               difference(values, at, reach(values[at], at)));
  return std::nullopt;
}

//===-- the walk --------------------------------------------------------------------------===//

ValueTuple Matcher::operandTuple(unsigned op, unsigned operand) const {
  ValueTuple values;
  for (Operation *one : layers.ops[op].ops)
    values.push_back(one->getOperand(operand));
  return values;
}

bool Matcher::addOp(ArrayRef<Operation *> ops) {
  unsigned index = unsigned(layers.ops.size());
  for (auto [iteration, op] : llvm::enumerate(ops))
    if (!layers.owner.try_emplace(op, index, unsigned(iteration)).second)
      return refuse(op, "belongs to two places of the layers");
  LayerOp &added = layers.ops.emplace_back();
  added.ops.assign(ops.begin(), ops.end());
  added.operands.resize(ops[0]->getNumOperands());
  for (unsigned operand = 0; operand < added.operands.size(); ++operand)
    open.push_back({index, operand});
  return true;
}

Source Matcher::carry(unsigned op, unsigned result, Value initial) {
  for (auto [i, known] : llvm::enumerate(layers.carried))
    if (known.op == op && known.result == result && known.initial == initial)
      return {Source::Carried, unsigned(i)};
  layers.carried.push_back({op, result, initial});
  return {Source::Carried, unsigned(layers.carried.size() - 1)};
}

unsigned Matcher::indexIn(std::vector<ValueTuple> &list, const ValueTuple &values) {
  auto known = llvm::find(list, values);
  if (known != list.end())
    return unsigned(known - list.begin());
  list.push_back(values);
  return unsigned(list.size() - 1);
}

/// The source of a tuple whose values are made in the layers, in this or the last iteration.
std::optional<Source> Matcher::ownedSource(const ValueTuple &values) {
  auto place = [&](unsigned i) {
    Operation *def = values[i].getDefiningOp();
    auto known = def ? layers.owner.find(def) : layers.owner.end();
    return known == layers.owner.end() ? std::pair(~0u, 0u) : known->second;
  };
  auto [op, iteration] = place(1);
  if (op == ~0u)
    return std::nullopt;
  unsigned result = cast<OpResult>(values[1]).getResultNumber();
  unsigned back = 1 - iteration; // 0: this iteration, 1: the one before
  if (back > 1)
    return std::nullopt;
  for (unsigned i = back; i < layers.count; ++i)
    if (place(i) != std::pair(op, i - back) ||
        cast<OpResult>(values[i]).getResultNumber() != result)
      return std::nullopt;
  if (back)
    return carry(op, result, values[0]);
  return Source{Source::Inner, op, result};
}

bool Matcher::visit(unsigned op, unsigned operand) {
  ValueTuple values = operandTuple(op, operand);
  Source &source = layers.ops[op].operands[operand];
  if (std::optional<Source> known = ownedSource(values)) {
    source = *known;
    return true;
  }
  std::optional<Reach> reach = commonReach(values);
  if (!reach)
    return false;
  switch (*reach) {
  case Reach::Outside:
    outside.push_back({op, operand});
    return true;
  case Reach::Late:
  case Reach::Previous:
    late.push_back({op, operand});
    return true;
  case Reach::Far:
    return false;
  case Reach::Own:
    break;
  }
  SmallVector<Operation *> defs;
  for (Value value : values)
    defs.push_back(value.getDefiningOp());
  source = {Source::Inner, unsigned(layers.ops.size()),
            cast<OpResult>(values[0]).getResultNumber()};
  return addOp(defs);
}

bool Matcher::drain() {
  do {
    while (!open.empty()) {
      auto [op, operand] = open.back();
      open.pop_back();
      if (!visit(op, operand))
        return false;
    }
    if (!resolveOutside())
      return false;
  } while (!open.empty());
  return true;
}

//===-- what comes from outside -----------------------------------------------------------===//

/// Whether nobody but the layers uses what makes `values`, each in its own iteration.
bool Matcher::feedsLayersOnly(const ValueTuple &values) const {
  Operation *first = values[0].getDefiningOp();
  for (auto [i, value] : llvm::enumerate(values)) {
    Operation *def = value.getDefiningOp();
    if (!first || !def || !areEqualOps(first, def) ||
        !(isPure(def) || mlir::isa<nn::StateReadOp>(def)))
      return false;
    if (cast<OpResult>(value).getResultNumber() != cast<OpResult>(values[0]).getResultNumber())
      return false;
    for (Operation *user : def->getUsers()) {
      auto known = layers.owner.find(user);
      if (known == layers.owner.end() || known->second.second != i)
        return false;
    }
  }
  return true;
}

/// The source of a tuple from outside, or nothing while it may still become an op of the layers.
std::optional<Source> Matcher::resolveOne(const ValueTuple &values, bool &isRefused) {
  if (std::optional<Source> known = ownedSource(values))
    return known;
  Operation *first = values[0].getDefiningOp();
  auto isOne = [&](auto is) {
    return llvm::all_of(values,
                        [&](Value v) { return v.getDefiningOp() && is(v.getDefiningOp()); });
  };
  bool equalConstants =
      isOne([&](Operation *op) { return mlir::isa<nn::ConstantOp>(op) && areEqualOps(op, first); });
  if (equalConstants || isOne([](Operation *op) { return mlir::isa<nn::WeightValueOp>(op); }))
    return Source{Source::Leaf, indexIn(layers.leaves, values)};
  bool isMade = llvm::any_of(values, [&](Value value) {
    return value.getDefiningOp() && layers.owner.count(value.getDefiningOp());
  });
  if (isMade) {
    isRefused = true;
    (void)refuse(first ? first : chain[0].getDefiningOp(),
                 "a value of one layer is used in a layer that does not follow");
    return std::nullopt;
  }
  if (allSame(values))
    return Source{Source::Invariant, indexIn(layers.invariant, values)};
  return std::nullopt;
}

/// Ops before the layers that feed one iteration each become ops of the layers.
bool Matcher::resolveOutside() {
  std::vector<Place> rest;
  for (auto [op, operand] : outside) {
    ValueTuple values = operandTuple(op, operand);
    bool isRefused = false;
    if (std::optional<Source> source = resolveOne(values, isRefused)) {
      layers.ops[op].operands[operand] = *source;
      continue;
    }
    if (isRefused)
      return false;
    if (!feedsLayersOnly(values)) {
      rest.push_back({op, operand});
      continue;
    }
    SmallVector<Operation *> defs;
    for (Value value : values)
      defs.push_back(value.getDefiningOp());
    unsigned result = cast<OpResult>(values[0]).getResultNumber();
    layers.ops[op].operands[operand] = {Source::Inner, unsigned(layers.ops.size()), result};
    if (!addOp(defs))
      return false;
  }
  outside = std::move(rest);
  return true;
}

bool Matcher::resolveLate() {
  for (auto [op, operand] : late) {
    ValueTuple values = operandTuple(op, operand);
    std::optional<Source> source = ownedSource(values);
    if (!source || values[0].getType() != values[1].getType())
      return refuse(layers.ops[op].ops[1], "takes a value that the layer before does not make");
    layers.ops[op].operands[operand] = *source;
  }
  late.clear();
  return true;
}

//===-- users of what the layers make -----------------------------------------------------===//

/// Adds the op `first`, which uses result `result` of op `op` in iteration 0, and its equals.
bool Matcher::absorb(Operation *first, unsigned op, unsigned result) {
  unsigned operand = 0;
  ValueTuple values = layers.tuple(op, result);
  while (first->getOperand(operand) != values[0])
    ++operand;
  SmallVector<Operation *> ops{first};
  for (Value value : ArrayRef<Value>(values).drop_front()) {
    Operation *equal = nullptr;
    for (OpOperand &use : value.getUses())
      if (use.getOperandNumber() == operand && !layers.owner.count(use.getOwner()) &&
          areEqualOps(use.getOwner(), first) &&
          newestOf.lookup(use.getOwner()) <= int(ops.size()) + 1)
        equal = use.getOwner();
    if (!equal)
      return false;
    ops.push_back(equal);
  }
  return newestOf.lookup(first) <= 1 && addOp(ops) && drain() && resolveLate();
}

/// What is done to a value of every layer alike, and a state's write above all, is part of it.
bool Matcher::absorbUsers() {
  for (unsigned op = 0; op < layers.ops.size(); ++op)
    for (unsigned result = 0; result < layers.ops[op].ops[0]->getNumResults(); ++result) {
      SmallVector<Operation *> users(layers.ops[op].ops[0]->getResult(result).getUsers());
      llvm::sort(users, [](Operation *a, Operation *b) { return a->isBeforeInBlock(b); });
      for (Operation *user : users) {
        if (layers.owner.count(user) || user->hasTrait<OpTrait::IsTerminator>())
          continue;
        Matcher saved = *this;
        if (!absorb(user, op, result))
          *this = std::move(saved);
      }
    }
  return true;
}

bool Matcher::run() {
  SmallVector<Operation *> last;
  for (Value value : chain)
    last.push_back(value.getDefiningOp());
  if (!addOp(last) || !drain() || !resolveLate() || !absorbUsers())
    return false;
  for (auto [op, operand] : outside) {
    ValueTuple values = operandTuple(op, operand);
    layers.ops[op].operands[operand] = {Source::Sliced, indexIn(layers.sliced, values)};
  }
  return isMatched = true;
}

/// The chain of `layers` with the value before its first, or nothing where no op makes that.
ValueTuple withFirst(const Layers &layers) {
  const LayerOp &op = layers.ops[0];
  for (const CarriedValue &carried : layers.carried) {
    if (carried.op != 0)
      continue;
    Operation *def = carried.initial.getDefiningOp();
    if (!def || !areEqualOps(def, op.ops[0]))
      return {};
    ValueTuple chain = layers.tuple(0, carried.result);
    chain.insert(chain.begin(), carried.initial);
    return chain;
  }
  return {};
}

/// The chain of `layers` with the next value of its kind behind its last, or nothing.
ValueTuple withNext(const Layers &layers) {
  Operation *last = layers.ops[0].ops.back();
  llvm::SmallPtrSet<Operation *, 32> behind{last};
  for (Operation *op = last->getNextNode(); op; op = op->getNextNode()) {
    bool depends = llvm::any_of(op->getOperands(), [&](Value operand) {
      return operand.getDefiningOp() && behind.count(operand.getDefiningOp());
    });
    if (!depends)
      continue;
    behind.insert(op);
    if (!areEqualOps(op, last))
      continue;
    ValueTuple chain = layers.tuple(0, 0);
    chain.push_back(op->getResult(0));
    return chain;
  }
  return {};
}

} // namespace

ValueTuple Layers::tuple(unsigned op, unsigned result) const {
  ValueTuple values;
  for (Operation *one : ops[op].ops)
    values.push_back(one->getResult(result));
  return values;
}

bool passes::areEqualOps(Operation *a, Operation *b) {
  if (a == b)
    return true;
  bool sameForm = a->getName() == b->getName() && a->getNumOperands() == b->getNumOperands() &&
                  a->getResultTypes() == b->getResultTypes() && a->getNumRegions() == 0 &&
                  a->getOperandTypes() == b->getOperandTypes() && !mlir::isa<nn::RepeatOp>(a);
  if (!sameForm || !a->getDialect() || !mlir::isa<nn::NnDialect>(a->getDialect()))
    return false;
  return a->getDiscardableAttrDictionary() == b->getDiscardableAttrDictionary() &&
         (isState(a) ||
          a->getName().compareOpProperties(a->getPropertiesStorage(), b->getPropertiesStorage()));
}

bool passes::areStackable(nn::WeightOp a, nn::WeightOp b) {
  if (a == b)
    return bool(a);
  // Several blobs are a stack already, and stacks have one leading dim.
  if (!a || !b || a.getBlobs().size() != 1 || b.getBlobs().size() != 1)
    return false;
  auto blobType = [](nn::WeightOp weight) {
    return cast<nn::FileBlobAttr>(weight.getBlobs()[0]).getType();
  };
  return a.getType() == b.getType() && a.getTransforms() == b.getTransforms() &&
         blobType(a) == blobType(b);
}

bool passes::areOneConstant(const ValueTuple &values) {
  int64_t bytes = nn::tensorBytes(cast<RankedTensorType>(values[0].getType()));
  return bytes * int64_t(values.size()) <= nn::kMaxConstantBytes &&
         llvm::all_of(values, [](Value v) { return v.getDefiningOp<nn::ConstantOp>(); });
}

std::optional<Layers> passes::matchLayers(const SymbolTable &symbols, ArrayRef<Value> chain) {
  std::optional<Layers> layers;
  while (!layers && chain.size() >= 2) {
    Matcher matcher(symbols, chain);
    auto [begin, end] = matcher.run() ? std::pair(0u, 0u) : matcher.cut;
    if (matcher.isMatched)
      layers = std::move(matcher.layers);
    chain = chain.slice(begin, end - begin);
  }
  // The first of the layers has another neighbour, and so may have been of another class.
  while (layers) {
    ValueTuple longer = withFirst(*layers);
    if (longer.empty())
      break;
    Matcher matcher(symbols, longer);
    if (!matcher.run())
      break;
    layers = std::move(matcher.layers);
  }
  return layers;
}

Mismatch passes::findNearMiss(const SymbolTable &symbols, const Layers &layers) {
  for (const ValueTuple &longer : {withFirst(layers), withNext(layers)}) {
    if (longer.empty())
      continue;
    Matcher matcher(symbols, longer);
    if (!matcher.run() && 2 * matcher.layers.ops.size() >= layers.ops.size())
      return matcher.mismatch;
  }
  return {};
}
