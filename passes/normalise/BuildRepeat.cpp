// The rewriting of equal layers; see BuildRepeat.h.
#include "passes/normalise/BuildRepeat.h"

#include "dialects/isa/Isa.h"
#include "passes/eval/HostTensor.h"
#include "passes/normalise/OpEmitter.h"
#include "runtime/base/NameRange.h"

#include "mlir/IR/IRMapping.h"
#include "llvm/ADT/MapVector.h"

using namespace mlir;
using namespace neuron;
using namespace neuron::passes;

namespace {

std::string rangeOf(ArrayRef<StringAttr> names) {
  return rangeName(names.front().getValue(), names.back().getValue());
}

/// The location of equal ops: the range of their layers, then each, with the list of names.
Location fusedLocation(ArrayRef<Operation *> ops) {
  SmallVector<StringAttr> names;
  SmallVector<Location> parts;
  for (Operation *op : ops) {
    parts.push_back(op->getLoc());
    if (StringAttr name = isa::layerOf(op->getLoc()))
      names.push_back(name);
  }
  MLIRContext *context = ops[0]->getContext();
  if (names.size() != ops.size())
    return FusedLoc::get(context, parts);
  parts.insert(parts.begin(), NameLoc::get(StringAttr::get(context, rangeOf(names))));
  return FusedLoc::get(parts, ArrayAttr::get(context, {names.begin(), names.end()}), context);
}

class Outliner {
public:
  Outliner(func::FuncOp main, SymbolTable &symbols, const RepeatPlan &plan)
      : main(main), symbols(symbols), plan(plan), layers(plan.layers), inside(main.getContext()),
        outside(plan.last) {}

  void run();

private:
  func::FuncOp makeBlock();
  Value argument(const Source &source);
  Value operandOf(const LayerOp &op, unsigned operand);
  Value makeLeaf(unsigned index);
  Operation *makeOp(const LayerOp &op);
  FlatSymbolRefAttr stackWeights(ArrayRef<nn::WeightOp> weights);
  FlatSymbolRefAttr stackStates(const LayerOp &op);
  Value stackValues(const ValueTuple &values);
  Value stackConstants(const ValueTuple &values);
  nn::RepeatOp makeRepeat(func::FuncOp block);
  void replaceUses(nn::RepeatOp repeat);
  void replaceOutside(Value value, Value by);
  void dropLayers();
  void dropSymbols();

  func::FuncOp main;
  SymbolTable &symbols;
  const RepeatPlan &plan;
  const Layers &layers;
  OpBuilder inside, outside;
  Block *body = nullptr;
  std::map<unsigned, Operation *> made;
  std::map<unsigned, Value> leaves;
  llvm::MapVector<Attribute, FlatSymbolRefAttr> stacks; ///< by the list of old names
};

//===-- stacks ----------------------------------------------------------------------------===//

FlatSymbolRefAttr Outliner::stackWeights(ArrayRef<nn::WeightOp> weights) {
  SmallVector<Attribute> key, blobs;
  SmallVector<StringAttr> names;
  for (nn::WeightOp weight : weights) {
    key.push_back(weight.getSymNameAttr());
    names.push_back(weight.getSymNameAttr());
    blobs.push_back(weight.getBlobs()[0]);
  }
  FlatSymbolRefAttr &known = stacks[inside.getArrayAttr(key)];
  if (known)
    return known;
  nn::WeightOp first = weights[0];
  OpBuilder at(first);
  auto type = nn::stackedType(cast<RankedTensorType>(first.getType()), layers.count);
  auto stack = nn::WeightOp::create(at, first.getLoc(), rangeOf(names), type,
                                    at.getArrayAttr(blobs), first.getTransforms());
  stack->remove();
  symbols.insert(stack, Block::iterator(first));
  return known = FlatSymbolRefAttr::get(stack.getSymNameAttr());
}

FlatSymbolRefAttr Outliner::stackStates(const LayerOp &op) {
  SmallVector<Attribute> key;
  SmallVector<StringAttr> names;
  SmallVector<nn::WeightOp> initial;
  nn::StateOp first;
  for (Operation *one : op.ops) {
    names.push_back(stateOf(one));
    key.push_back(stateOf(one));
    auto state = symbols.lookup<nn::StateOp>(stateOf(one));
    if (state.getInitial())
      initial.push_back(symbols.lookup<nn::WeightOp>(*state.getInitial()));
    if (!first)
      first = state;
  }
  Attribute list = inside.getArrayAttr(key);
  if (FlatSymbolRefAttr known = stacks.lookup(list))
    return known;
  FlatSymbolRefAttr weight = initial.empty() ? FlatSymbolRefAttr() : stackWeights(initial);
  OpBuilder at(first);
  auto type = nn::stackedType(cast<RankedTensorType>(first.getType()), layers.count);
  auto stack = nn::StateOp::create(at, first.getLoc(), at.getStringAttr(rangeOf(names)),
                                   TypeAttr::get(type), weight);
  stack->remove();
  symbols.insert(stack, Block::iterator(first));
  return stacks[list] = FlatSymbolRefAttr::get(stack.getSymNameAttr());
}

Value Outliner::stackConstants(const ValueTuple &values) {
  eval::HostTensor stack =
      eval::makeTensor(nn::stackedType(typeOf(values[0]), int64_t(values.size())));
  auto to = stack.bytes.begin();
  for (Value value : values)
    to =
        llvm::copy(eval::fromAttribute(value.getDefiningOp<nn::ConstantOp>().getValue()).bytes, to);
  return nn::ConstantOp::create(outside, values[0].getLoc(), eval::irType(stack, main.getContext()),
                                eval::toAttribute(stack, main.getContext()));
}

Value Outliner::stackValues(const ValueTuple &values) {
  if (areOneConstant(values))
    return stackConstants(values);
  SmallVector<Value> slices;
  OpEmitter emit(outside, values[0].getLoc());
  for (Value value : values)
    slices.push_back(emit.reshape(value, nn::stackedType(typeOf(value), 1).getShape()));
  return emit.make<nn::ConcatOp>(slices, {emit.named("axis", 0)});
}

//===-- the block -------------------------------------------------------------------------===//

Value Outliner::argument(const Source &source) {
  unsigned first = source.kind == Source::Carried ? 0
                   : source.kind == Source::Invariant
                       ? unsigned(layers.carried.size())
                       : unsigned(layers.carried.size() + layers.invariant.size());
  return body->getArgument(first + source.index);
}

Value Outliner::makeLeaf(unsigned index) {
  Value &leaf = leaves[index];
  if (leaf)
    return leaf;
  const ValueTuple &values = layers.leaves[index];
  SmallVector<Operation *> ops;
  SmallVector<nn::WeightOp> weights;
  for (Value value : values) {
    ops.push_back(value.getDefiningOp());
    if (auto use = value.getDefiningOp<nn::WeightValueOp>())
      weights.push_back(symbols.lookup<nn::WeightOp>(use.getWeight()));
  }
  Operation *copy = inside.clone(*ops[0]);
  copy->setLoc(fusedLocation(ops));
  if (!weights.empty() && !llvm::all_equal(weights)) {
    auto use = cast<nn::WeightValueOp>(copy);
    use.setWeightAttr(stackWeights(weights));
    use.setEach(true);
  }
  return leaf = copy->getResult(0);
}

Value Outliner::operandOf(const LayerOp &op, unsigned operand) {
  const Source &source = op.operands[operand];
  if (source.kind == Source::Inner)
    return made[source.index]->getResult(source.result);
  return source.kind == Source::Leaf ? makeLeaf(source.index) : argument(source);
}

Operation *Outliner::makeOp(const LayerOp &op) {
  SmallVector<Value> operands;
  for (unsigned i = 0; i < op.operands.size(); ++i)
    operands.push_back(operandOf(op, i));
  Operation *copy = inside.clone(*op.ops[0]);
  copy->setOperands(operands);
  copy->setLoc(fusedLocation(op.ops));
  if (auto read = dyn_cast<nn::StateReadOp>(copy)) {
    read.setStateAttr(stackStates(op));
    read.setEach(true);
  }
  if (auto write = dyn_cast<nn::StateWriteOp>(copy)) {
    write.setStateAttr(stackStates(op));
    write.setEach(true);
  }
  return copy;
}

func::FuncOp Outliner::makeBlock() {
  SmallVector<Type> arguments, results;
  for (const CarriedValue &carried : layers.carried)
    arguments.push_back(carried.initial.getType());
  for (const ValueTuple &values : layers.invariant)
    arguments.push_back(values[0].getType());
  for (const ValueTuple &values : layers.sliced)
    arguments.push_back(values[0].getType());
  SmallVector<Operation *> whole;
  for (Operation *op : layers.ops[0].ops)
    whole.push_back(op);
  OpBuilder at(main);
  auto block = func::FuncOp::create(at, fusedLocation(whole), "block", at.getFunctionType({}, {}));
  block.setPrivate();
  block->remove();
  symbols.insert(block, Block::iterator(main));
  body = block.addEntryBlock();
  for (Type type : arguments)
    body->addArgument(type, block.getLoc());
  inside.setInsertionPointToStart(body);
  for (unsigned index : plan.order)
    made[index] = makeOp(layers.ops[index]);
  SmallVector<Value> values;
  for (const CarriedValue &carried : layers.carried)
    values.push_back(made[carried.op]->getResult(carried.result));
  for (const CollectedValue &collected : plan.collected)
    values.push_back(made[collected.op]->getResult(collected.result));
  func::ReturnOp::create(inside, block.getLoc(), values);
  for (Value value : values)
    results.push_back(value.getType());
  block.setType(at.getFunctionType(arguments, results));
  return block;
}

//===-- around it -------------------------------------------------------------------------===//

nn::RepeatOp Outliner::makeRepeat(func::FuncOp block) {
  SmallVector<Value> carried, invariant, sliced;
  for (const CarriedValue &value : layers.carried)
    carried.push_back(value.initial);
  for (const ValueTuple &values : layers.invariant)
    invariant.push_back(values[0]);
  for (const ValueTuple &values : layers.sliced)
    sliced.push_back(stackValues(values));
  SmallVector<Type> results;
  for (auto [i, type] : llvm::enumerate(block.getResultTypes()))
    results.push_back(
        i < carried.size() ? type : nn::stackedType(cast<RankedTensorType>(type), layers.count));
  return nn::RepeatOp::create(outside, block.getLoc(), results,
                              FlatSymbolRefAttr::get(block.getSymNameAttr()),
                              outside.getI64IntegerAttr(layers.count), carried, invariant, sliced);
}

void Outliner::replaceOutside(Value value, Value by) {
  value.replaceUsesWithIf(by, [&](OpOperand &use) { return !layers.owner.count(use.getOwner()); });
}

void Outliner::replaceUses(nn::RepeatOp repeat) {
  for (auto [carried, result] : llvm::zip_equal(layers.carried, repeat.getLast()))
    replaceOutside(layers.tuple(carried.op, carried.result).back(), result);
  for (auto [collected, stack] : llvm::zip_equal(plan.collected, repeat.getCollected()))
    for (auto [i, value] : llvm::enumerate(layers.tuple(collected.op, collected.result))) {
      bool isUsed = llvm::any_of(value.getUsers(),
                                 [&](Operation *user) { return !layers.owner.count(user); });
      if (!isUsed)
        continue;
      OpEmitter emit(outside, value.getLoc());
      auto type = cast<RankedTensorType>(value.getType());
      SmallVector<int64_t> starts(type.getRank() + 1, 0), steps(type.getRank() + 1, 1);
      starts[0] = int64_t(i);
      Value slice = emit.slice(stack, starts, nn::stackedType(type, 1).getShape(), steps);
      replaceOutside(value, emit.reshape(slice, type.getShape()));
    }
}

/// Erases the layers, and leaves that only they have used.
void Outliner::dropLayers() {
  SmallVector<Operation *> old;
  for (auto &[op, place] : layers.owner)
    old.push_back(op);
  llvm::sort(old, [](Operation *a, Operation *b) { return b->isBeforeInBlock(a); });
  for (Operation *op : old)
    op->erase();
  llvm::SmallPtrSet<Operation *, 16> unused;
  for (const ValueTuple &values : layers.leaves)
    for (Value value : values)
      if (value.use_empty())
        unused.insert(value.getDefiningOp());
  for (Operation *op : unused)
    op->erase();
}

/// Erases weights and states that became slices and have no other user.
void Outliner::dropSymbols() {
  auto module = main->getParentOfType<ModuleOp>();
  // Twice, because a state may have been the last user of a weight.
  for (int round = 0; round < 2; ++round) {
    llvm::DenseSet<StringAttr> used;
    module.walk([&](Operation *op) {
      if (auto use = dyn_cast<nn::WeightValueOp>(op))
        used.insert(use.getWeightAttr().getAttr());
      if (auto state = dyn_cast<nn::StateOp>(op); state && state.getInitial())
        used.insert(state.getInitialAttr().getAttr());
      if (StringAttr state = stateOf(op))
        used.insert(state);
    });
    for (auto &[list, stack] : stacks)
      for (StringAttr name : cast<ArrayAttr>(list).getAsRange<StringAttr>())
        if (Operation *unused = used.count(name) ? nullptr : symbols.lookup(name))
          symbols.erase(unused);
  }
}

void Outliner::run() {
  func::FuncOp block = makeBlock();
  nn::RepeatOp repeat = makeRepeat(block);
  replaceUses(repeat);
  for (Operation *op : plan.moved)
    op->moveBefore(plan.last);
  dropLayers();
  dropSymbols();
}

} // namespace

void passes::buildRepeat(func::FuncOp main, SymbolTable &symbols, const RepeatPlan &plan) {
  Outliner(main, symbols, plan).run();
}
