// Evaluation of nn.repeat: a block run again and again, and what each iteration reads and writes.
//
// Slice l of a stack is one range of bytes, because the iterations are its leading dim.
#include "passes/eval/Evaluator.h"

#include "dialects/nn/Nn.h"
#include "passes/eval/ReadWeight.h"

using namespace mlir;

namespace neuron::eval {

/// Slice `index` of the leading dim of `stack`, without that dim.
static HostTensor sliceOf(const HostTensor &stack, int64_t index) {
  HostTensor slice(stack.type, ArrayRef(stack.shape).drop_front());
  size_t size = slice.bytes.size();
  std::copy_n(stack.bytes.begin() + index * size, size, slice.bytes.begin());
  return slice;
}

/// Puts `slice` at `index` of the leading dim of `stack`.
static void setSlice(HostTensor &stack, int64_t index, const HostTensor &slice) {
  llvm::copy(slice.bytes, stack.bytes.begin() + index * slice.bytes.size());
}

FailureOr<HostTensor> Evaluator::readEach(nn::WeightValueOp value, nn::WeightOp weight) {
  auto type = cast<RankedTensorType>(value.getType());
  return readElements(weight, *iteration * type.getNumElements(), type, weights);
}

FailureOr<HostTensor> Evaluator::readEach(nn::StateReadOp read) {
  FailureOr<HostTensor> stack = readState(read, read.getStateAttr());
  if (failed(stack))
    return failure();
  return sliceOf(*stack, *iteration);
}

LogicalResult Evaluator::writeEach(nn::StateWriteOp write, const HostTensor &value) {
  std::string name = write.getState().str();
  if (!states.count(name)) {
    FailureOr<HostTensor> initial = readState(write, write.getStateAttr());
    if (failed(initial))
      return failure();
    states[name] = std::move(*initial);
  }
  setSlice(states[name], *iteration, value);
  return success();
}

FailureOr<Tensors> Evaluator::repeat(nn::RepeatOp op, ArrayRef<const HostTensor *> operands) {
  auto block = SymbolTable::lookupNearestSymbolFrom<func::FuncOp>(op, op.getBlockAttr());
  if (!block || iteration)
    return op.emitOpError("repeats a block that is not there or that repeats");
  size_t carried = op.getCarried().size(), whole = carried + op.getInvariant().size();
  Tensors inputs, outputs;
  for (const HostTensor *operand : operands.take_front(whole))
    inputs.push_back(*operand);
  inputs.resize(operands.size());
  for (Type type : op.getResultTypes())
    outputs.push_back(makeTensor(cast<RankedTensorType>(type)));
  for (int64_t i = 0; i < op.getCount(); ++i) {
    for (size_t s = whole; s < operands.size(); ++s)
      inputs[s] = sliceOf(*operands[s], i);
    iteration = i;
    FailureOr<Tensors> results = run(block, inputs);
    iteration.reset();
    if (failed(results))
      return failure();
    for (size_t r = 0; r < results->size(); ++r)
      if (r < carried)
        inputs[r] = std::move((*results)[r]);
      else
        setSlice(outputs[r], i, (*results)[r]);
  }
  std::move(inputs.begin(), inputs.begin() + carried, outputs.begin());
  return outputs;
}

} // namespace neuron::eval
