// neuron-narrow-values: f32 data of a model is kept in a 16-bit type, --auto-cast all.
//
// Every f32 value that depends on data (float inputs, weights, states) becomes one of the narrow
// type: what is stored, moved and multiplied is half as long, and each op rounds its result once.
// What follows from integers and constants alone - positions, masks, rotary tables - stays f32
// until it meets data: half of a mantissa cannot count positions. Where it meets, it is first
// held within the finite range of the narrow type, because a mask of -3.4e38 must not become an
// infinity. Inputs and outputs of the model and of repeated blocks keep their types and are cast
// at the border; states become narrow. Before: normalised ops. After: casts of weights and
// constants are folded by the passes that do that.
#include "passes/normalise/OpEmitter.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/Pass/Pass.h"
#include "llvm/ADT/STLExtras.h"

namespace neuron::passes {
#define GEN_PASS_DECL_NARROWVALUES
#define GEN_PASS_DEF_NARROWVALUES
#include "passes/Passes.h.inc"
} // namespace neuron::passes

using namespace mlir;
using namespace neuron;
using namespace neuron::passes;

namespace {

bool isF32(Value value) { return elementOf(value).isF32(); }

Type narrowed(Value value, FloatType element) { return typeOf(value).clone(element); }

class Narrower {
public:
  Narrower(func::FuncOp function, FloatType element)
      : function(function), element(element),
        largest(APFloat::getLargest(element.getFloatSemantics()).convertToDouble()) {}

  /// Returns the number of values that became narrow.
  unsigned run() {
    Block &body = function.getBody().front();
    for (BlockArgument argument : body.getArguments())
      if (isF32(argument))
        narrowAtBorder(argument, OpBuilder::atBlockBegin(&body));
    for (Operation &op : llvm::make_early_inc_range(body.without_terminator()))
      visit(&op);
    for (OpOperand &result : body.getTerminator()->getOpOperands())
      if (data.contains(result.get()) && !isF32(result.get()) &&
          function.getResultTypes()[result.getOperandNumber()] != result.get().getType())
        result.set(
            cast(body.getTerminator(), result.get(), Float32Type::get(element.getContext())));
    return count;
  }

private:
  Value cast(Operation *before, Value value, Type to) {
    OpBuilder builder(before);
    return OpEmitter(builder, before->getLoc()).cast(value, to);
  }

  /// What follows is a cast of `value`, which keeps its type.
  void narrowAtBorder(Value value, OpBuilder builder) {
    Value narrow = OpEmitter(builder, value.getLoc()).cast(value, element);
    value.replaceAllUsesExcept(narrow, narrow.getDefiningOp());
    data.insert(narrow);
    ++count;
  }

  /// `value`, which depends on no data, for an op that takes data.
  Value meet(Operation *user, Value value) {
    OpBuilder builder(user);
    OpEmitter emit(builder, user->getLoc());
    Value low = emit.make<nn::MaximumOp>({value, emit.number(-largest, value)});
    Value held = emit.make<nn::MinimumOp>({low, emit.number(largest, value)});
    return emit.cast(held, element);
  }

  void visit(Operation *op) {
    if (op->getNumResults() == 1 && data.contains(op->getResult(0)))
      return; // the border's own casts
    if (auto weight = dyn_cast<nn::WeightValueOp>(op)) {
      OpBuilder behind(op);
      behind.setInsertionPointAfter(op);
      if (isF32(weight.getResult()))
        narrowAtBorder(weight.getResult(), behind);
      return;
    }
    if (auto read = dyn_cast<nn::StateReadOp>(op))
      return narrowRead(read);
    if (auto write = dyn_cast<nn::StateWriteOp>(op))
      return fitWrite(write);
    if (auto repeat = dyn_cast<nn::RepeatOp>(op))
      return narrowAround(repeat);
    bool takesData = llvm::any_of(op->getOperands(), [&](Value v) { return data.contains(v); });
    if (!takesData)
      return;
    for (OpOperand &operand : op->getOpOperands())
      if (isF32(operand.get()))
        operand.set(meet(op, operand.get()));
    for (Value result : op->getResults())
      narrowResult(result);
    if (auto conversion = dyn_cast<nn::CastOp>(op))
      if (conversion.getType() == conversion.getInput().getType())
        conversion.getResult().replaceAllUsesWith(conversion.getInput());
  }

  /// A block keeps its types, as the function does that is the model.
  void narrowAround(nn::RepeatOp repeat) {
    auto block = SymbolTable::lookupNearestSymbolFrom<func::FuncOp>(repeat, repeat.getBlockAttr());
    for (auto [operand, type] : llvm::zip_equal(repeat->getOpOperands(), block.getArgumentTypes()))
      if (Type to = mlir::cast<RankedTensorType>(type).getElementType();
          elementOf(operand.get()) != to)
        operand.set(cast(repeat, operand.get(), to));
    OpBuilder behind(repeat);
    behind.setInsertionPointAfter(repeat);
    for (Value result : repeat->getResults())
      if (isF32(result))
        narrowAtBorder(result, behind);
  }

  void narrowResult(Value result) {
    if (isF32(result)) {
      result.setType(narrowed(result, element));
      ++count;
    }
    if (mlir::isa<FloatType>(elementOf(result)))
      data.insert(result);
  }

  /// The type that a state has from now on. One with a first value keeps the type of that.
  RankedTensorType narrowState(Operation *user, FlatSymbolRefAttr symbol) {
    auto state = SymbolTable::lookupNearestSymbolFrom<nn::StateOp>(user, symbol);
    auto type = mlir::cast<RankedTensorType>(state.getType());
    if (!type.getElementType().isF32() || state.getInitial())
      return type;
    auto narrow = mlir::cast<RankedTensorType>(type.clone(element));
    state.setType(narrow);
    return narrow;
  }

  void narrowRead(nn::StateReadOp read) {
    RankedTensorType type = narrowState(read, read.getStateAttr());
    if (type.getElementType() == element) {
      narrowResult(read.getResult());
      return;
    }
    OpBuilder behind(read);
    behind.setInsertionPointAfter(read);
    if (type.getElementType().isF32())
      narrowAtBorder(read.getResult(), behind);
  }

  void fitWrite(nn::StateWriteOp write) {
    Value value = write.getValue();
    RankedTensorType type = narrowState(write, write.getStateAttr());
    if (value.getType() == type)
      return;
    write.getValueMutable().assign(type.getElementType() == element
                                       ? meet(write, value)
                                       : cast(write, value, type.getElementType()));
  }

  func::FuncOp function;
  FloatType element;
  double largest;
  llvm::DenseSet<Value> data; ///< floats that depend on more than integers and constants
  unsigned count = 0;
};

struct NarrowValuesPass : neuron::passes::impl::NarrowValuesBase<NarrowValuesPass> {
  using NarrowValuesBase<NarrowValuesPass>::NarrowValuesBase;

  void runOnOperation() override {
    MLIRContext *context = &getContext();
    FloatType element;
    if (type == "bf16")
      element = BFloat16Type::get(context);
    else if (type == "f16")
      element = Float16Type::get(context);
    if (!element) {
      getOperation().emitError("no narrow type '") << type << "', expected bf16 or f16";
      return signalPassFailure();
    }
    for (auto function : getOperation().getOps<func::FuncOp>())
      numNarrowed += Narrower(function, element).run();
  }
};

} // namespace
