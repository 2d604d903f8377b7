// Evaluation of functions: values by op, weights and states by symbol.
#include "passes/eval/Evaluator.h"

#include "dialects/nn/Nn.h"
#include "passes/eval/Kernels.h"
#include "passes/eval/ReadWeight.h"

using namespace mlir;

namespace neuron::eval {

SmallVector<int64_t> stridesOf(ArrayRef<int64_t> shape) {
  SmallVector<int64_t> strides(shape.size(), 1);
  for (size_t i = shape.size(); i-- > 1;)
    strides[i - 1] = strides[i] * shape[i];
  return strides;
}

SmallVector<int64_t> broadcastStrides(ArrayRef<int64_t> shape) {
  SmallVector<int64_t> strides = stridesOf(shape);
  for (size_t i = 0; i < shape.size(); ++i)
    if (shape[i] == 1)
      strides[i] = 0;
  return strides;
}

AxisView::AxisView(ArrayRef<int64_t> shape, int64_t axis) : dim(shape[axis]) {
  for (int64_t size : shape.take_front(axis))
    before *= size;
  for (int64_t size : shape.drop_front(axis + 1))
    after *= size;
}

bool canEvaluate(Operation *op) {
  return isa_and_present<nn::NnDialect>(op->getDialect()) && isPure(op) &&
         !isa<nn::WeightValueOp>(op);
}

FailureOr<Tensors> evaluateOp(Operation *op, ArrayRef<const HostTensor *> operands, EvalMode mode) {
  Tensors results;
  for (Type type : op->getResultTypes()) {
    auto tensor = dyn_cast<RankedTensorType>(type);
    if (!tensor || !hostType(tensor.getElementType()))
      return op->emitOpError("has a result of type ") << type << ", which has no host form";
    results.push_back(makeTensor(tensor));
  }
  if (auto constant = dyn_cast<nn::ConstantOp>(op)) {
    results[0] = fromAttribute(constant.getValue());
    return results;
  }
  OpCall call{op, operands, results, mode};
  constexpr bool (*kinds[])(const OpCall &) = {evalElementwise, evalProduct, evalWindow,
                                               evalNorm,        evalReduce,  evalScan,
                                               evalMovement,    evalResize,  evalIndexed};
  for (auto *kind : kinds)
    if (kind(call))
      return results;
  return op->emitOpError("is not an op that the evaluators know");
}

//===-- functions -------------------------------------------------------------------------===//

FailureOr<HostTensor> Evaluator::readState(Operation *user, FlatSymbolRefAttr symbol) {
  auto known = states.find(symbol.getValue().str());
  if (known != states.end())
    return known->second;
  auto state = SymbolTable::lookupNearestSymbolFrom<nn::StateOp>(user, symbol);
  if (!state)
    return user->emitOpError("there is no nn.state ") << symbol;
  if (!state.getInitial())
    return makeTensor(cast<RankedTensorType>(state.getType()));
  auto weight = SymbolTable::lookupNearestSymbolFrom<nn::WeightOp>(user, state.getInitialAttr());
  if (!weight)
    return user->emitOpError("there is no nn.weight ") << state.getInitialAttr();
  return readWeight(weight, weights);
}

/// Whether `op` names the slice of the iteration.
static bool readsEach(Operation *op) { return op->hasAttr("each"); }

FailureOr<Tensors> Evaluator::compute(Operation *op, ArrayRef<const HostTensor *> operands) {
  if (auto repeated = dyn_cast<nn::RepeatOp>(op))
    return repeat(repeated, operands);
  if (readsEach(op) && !iteration)
    return op->emitOpError("stands outside of a repeated block");
  if (auto value = dyn_cast<nn::WeightValueOp>(op)) {
    auto weight = SymbolTable::lookupNearestSymbolFrom<nn::WeightOp>(op, value.getWeightAttr());
    if (!weight)
      return op->emitOpError("there is no nn.weight ") << value.getWeightAttr();
    FailureOr<HostTensor> tensor =
        value.getEach() ? readEach(value, weight) : readWeight(weight, weights);
    if (failed(tensor))
      return failure();
    return Tensors{std::move(*tensor)};
  }
  if (auto read = dyn_cast<nn::StateReadOp>(op)) {
    FailureOr<HostTensor> tensor =
        read.getEach() ? readEach(read) : readState(op, read.getStateAttr());
    if (failed(tensor))
      return failure();
    return Tensors{std::move(*tensor)};
  }
  if (auto write = dyn_cast<nn::StateWriteOp>(op)) {
    if (!write.getEach())
      states[write.getState().str()] = *operands[0];
    else if (failed(writeEach(write, *operands[0])))
      return failure();
    return Tensors{};
  }
  if (auto call = dyn_cast<func::CallOp>(op)) {
    auto callee = SymbolTable::lookupNearestSymbolFrom<func::FuncOp>(op, call.getCalleeAttr());
    // Calls nest to the depth of the model's own functions; recursion would not end.
    if (!callee || depth > 64)
      return op->emitOpError("calls a function that is not there or that calls itself");
    Tensors inputs;
    for (const HostTensor *operand : operands)
      inputs.push_back(*operand);
    return run(callee, inputs);
  }
  return evaluateOp(op, operands, mode);
}

/// Every element as the nearest of `type`, in the tensor's own type.
static HostTensor roundedTo(DType type, HostTensor tensor) {
  unsigned width = tensor.elementBytes();
  uint8_t narrow[8];
  for (int64_t i = 0; i < tensor.elements(); ++i) {
    char *element = tensor.bytes.data() + i * width;
    convert(tensor.type, element, type, narrow);
    convert(type, narrow, tensor.type, element);
  }
  return tensor;
}

/// Replaces operands by rounded copies, which it returns.
Tensors Evaluator::roundOperands(Operation *op, MutableArrayRef<const HostTensor *> operands) {
  Tensors copies;
  copies.reserve(operands.size());
  for (auto [index, operand] : llvm::enumerate(operands))
    if (std::optional<DType> type = operandType(op, unsigned(index))) {
      copies.push_back(roundedTo(*type, *operand));
      operand = &copies.back();
    }
  return copies;
}

LogicalResult Evaluator::runOp(Operation *op, Values &values) {
  SmallVector<const HostTensor *> operands;
  for (Value operand : op->getOperands())
    operands.push_back(&values.find(operand)->second);
  Tensors copies;
  if (operandType)
    copies = roundOperands(op, operands);
  FailureOr<Tensors> results = compute(op, operands);
  if (failed(results))
    return failure();
  if (onResults && depth == 1)
    onResults(op, *results);
  // A value goes with its last user, which in a block is the last one in order.
  for (Value operand : op->getOperands())
    if (llvm::all_of(operand.getUsers(),
                     [&](Operation *user) { return user == op || user->isBeforeInBlock(op); }))
      values.erase(operand);
  for (auto [value, tensor] : llvm::zip_equal(op->getResults(), *results))
    if (!value.use_empty())
      values[value] = std::move(tensor);
  return success();
}

FailureOr<Tensors> Evaluator::run(func::FuncOp function, ArrayRef<HostTensor> inputs) {
  if (function.isExternal() || !function.getBody().hasOneBlock())
    return function.emitOpError("has not one block to evaluate");
  Block &block = function.getBody().front();
  if (inputs.size() != block.getNumArguments())
    return function.emitOpError("has ")
           << block.getNumArguments() << " inputs, given " << inputs.size();
  Values values;
  for (auto [argument, input] : llvm::zip_equal(block.getArguments(), inputs)) {
    if (irType(input, function.getContext()) != argument.getType())
      return function.emitOpError("input ")
             << argument.getArgNumber() << " has type " << argument.getType() << ", given "
             << irType(input, function.getContext());
    values[argument] = input;
  }
  ++depth;
  for (Operation &op : block.without_terminator())
    if (failed(runOp(&op, values))) {
      --depth;
      return failure();
    }
  --depth;
  Tensors results;
  for (Value value : block.getTerminator()->getOperands())
    results.push_back(values[value]);
  return results;
}

FailureOr<Tensors> evaluate(func::FuncOp function, ArrayRef<HostTensor> inputs,
                            WeightStore *weights, EvalMode mode) {
  return Evaluator(weights, mode).run(function, inputs);
}

} // namespace neuron::eval
