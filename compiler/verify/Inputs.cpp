// Seeded inputs, and how far an integer may go.
#include "compiler/verify/Inputs.h"

#include "dialects/nn/Nn.h"
#include "runtime/base/Numbers.h"

#include "llvm/ADT/STLExtras.h"

using namespace mlir;
using namespace neuron;

namespace {

/// SplitMix64's step. Source: Steele, Lea, Flood (2014).
uint64_t mix(uint64_t value) {
  value += 0x9e3779b97f4a7c15;
  value = (value ^ (value >> 30)) * 0xbf58476d1ce4e5b9;
  value = (value ^ (value >> 27)) * 0x94d049bb133111eb;
  return value ^ (value >> 31);
}

/// Whether `op` hands on the elements of its operand as they are.
bool isMovement(Operation *op) {
  return mlir::isa<nn::CastOp, nn::ReshapeOp, nn::TransposeOp, nn::BroadcastOp, nn::SliceOp>(op);
}

/// The least number of rows that any gather behind `value` reads from; 2 without one.
int64_t indexBound(Value value) {
  std::optional<int64_t> bound;
  SmallVector<Value> work{value};
  while (!work.empty()) {
    Value at = work.pop_back_val();
    for (OpOperand &use : at.getUses()) {
      Operation *user = use.getOwner();
      if (isMovement(user))
        work.push_back(user->getResult(0));
      auto gather = dyn_cast<nn::GatherOp>(user);
      if (!gather || use.get() != gather.getIndices() || use.get() == gather.getData())
        continue;
      int64_t rows =
          cast<RankedTensorType>(gather.getData().getType()).getDimSize(gather.getAxis());
      bound = std::min(bound.value_or(rows), rows);
    }
  }
  return bound.value_or(2);
}

} // namespace

FailureOr<eval::Tensors> verify::makeInputs(func::FuncOp function, uint64_t seed) {
  eval::Tensors inputs;
  for (auto [number, argument] : llvm::enumerate(function.getArguments())) {
    auto type = cast<RankedTensorType>(argument.getType());
    if (!eval::hostType(type.getElementType()))
      return emitError(argument.getLoc()) << "an input of type " << type << " has no host form";
    eval::HostTensor tensor = eval::makeTensor(type);
    uint64_t key = mix(mix(seed) ^ number);
    int64_t bound = isInteger(tensor.type) ? indexBound(argument) : 0;
    for (int64_t i = 0; i < tensor.elements(); ++i) {
      uint64_t bits = mix(key + uint64_t(i));
      char *element = tensor.bytes.data() + i * tensor.elementBytes();
      if (isInteger(tensor.type))
        storeInteger(tensor.type, int64_t(bits % uint64_t(bound)), element);
      else
        neuron::store(tensor.type, double(bits >> 11) * 0x1p-52 - 1, element);
    }
    inputs.push_back(std::move(tensor));
  }
  return inputs;
}
