// Least bytes and cycles of a model.
#include "compiler/pipeline/LeastWork.h"

#include "compiler/pipeline/ModelFlops.h"
#include "dialects/nn/Nn.h"
#include "passes/plan/PlaceValues.h"
#include "runtime/isa/Isa.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "llvm/ADT/MapVector.h"
#include "llvm/ADT/TypeSwitch.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace neuron;

namespace {

/// How many views of views are followed; what lies behind counts in full.
constexpr unsigned kMaxViews = 32;

uint64_t elementsOf(Value value) {
  return uint64_t(cast<RankedTensorType>(value.getType()).getNumElements());
}

DType typeOf(Value value) {
  auto type = cast<RankedTensorType>(value.getType());
  return plan::deviceType(type.getElementType()).value_or(DType::F32);
}

uint64_t bytesOf(Value value) { return elementsOf(value) * byteSize(typeOf(value)); }

bool isProduct(Operation *op) { return pipeline::multiplyAdds(op) != 0; }

/// The new rows where `value` is a tensor of which an op replaced some, else null.
Value newRows(Value value) {
  while (auto reshape = value.getDefiningOp<nn::ReshapeOp>())
    value = reshape.getInput();
  return llvm::TypeSwitch<Operation *, Value>(value.getDefiningOp())
      .Case([](nn::CacheUpdateOp op) { return op.getUpdate(); })
      .Case([](nn::ScatterElementsOp op) { return op.getUpdates(); })
      .Case([](nn::ScatterNdOp op) { return op.getUpdates(); })
      .Default([](Operation *) { return Value(); });
}

/// Whether a tensor's type is the interface's or the program's own choice.
enum class Kept { AsIs, AsUsed };

class Counter {
public:
  Counter(const target::Machine &machine, DType matmulType)
      : machine(machine), matmulType(matmulType) {}

  pipeline::LeastWork count(func::FuncOp function) {
    for (BlockArgument argument : function.getArguments())
      addBytes(readOf(argument, Kept::AsIs));
    llvm::MapVector<Attribute, uint64_t> named; // bytes read of a weight or state
    for (Operation &op : function.getBody().front()) {
      if (auto use = dyn_cast<nn::WeightValueOp>(op))
        addNamed(named[use.getWeightAttr()], use.getResult(), Kept::AsUsed);
      else if (auto read = dyn_cast<nn::StateReadOp>(op))
        addNamed(named[read.getStateAttr()], read.getResult(), Kept::AsIs);
      else if (auto write = dyn_cast<nn::StateWriteOp>(op))
        addBytes(written(write.getValue()));
      else if (auto constant = dyn_cast<nn::ConstantOp>(op))
        addBytes(constantBytes(constant));
      else
        addCycles(&op);
    }
    for (const auto &entry : named)
      addBytes(entry.second);
    for (Value result : function.getBody().front().getTerminator()->getOperands())
      addBytes(bytesOf(result));
    // Two passes may share an array; only whole cycles are counted, once, at the end.
    least.tensorCycles = llvm::divideCeil(passes, isa::kNumPartitions * isa::kNumPartitions);
    return least;
  }

private:
  void addBytes(uint64_t bytes) { least.hbmBytes = llvm::SaturatingAdd(least.hbmBytes, bytes); }

  /// Several values may be of one weight: together they read it once.
  void addNamed(uint64_t &sum, Value value, Kept kept) {
    sum = std::min(bytesOf(value), sum + readOf(value, kept));
  }

  static uint64_t constantBytes(nn::ConstantOp constant) {
    auto dense = dyn_cast<DenseElementsAttr>(constant.getValue());
    return dense && dense.isSplat() ? 0 : bytesOf(constant.getResult());
  }

  static uint64_t written(Value value) {
    Value rows = newRows(value);
    return bytesOf(rows ? rows : value);
  }

  /// Operands of products are f32 in the file and may be narrower in the program.
  DType productType(Value operand) const {
    DType own = typeOf(operand);
    return own == DType::F32 ? matmulType : own;
  }

  /// Bytes of `value` that its users need.
  uint64_t readOf(Value value, Kept kept, unsigned views = 0) const {
    uint64_t sum = 0, all = bytesOf(value);
    for (OpOperand &use : value.getUses())
      sum = llvm::SaturatingAdd(sum, std::min(all, readBy(use, kept, views)));
    return std::min(all, sum);
  }

  uint64_t readBy(OpOperand &use, Kept kept, unsigned views) const {
    Operation *op = use.getOwner();
    uint64_t all = bytesOf(use.get());
    bool isData = use.getOperandNumber() == 0;
    if (mlir::isa<nn::StateWriteOp>(op))
      return newRows(use.get()) ? 0 : all;
    if (mlir::isa<nn::ReshapeOp, nn::TransposeOp, nn::SliceOp>(op))
      return views < kMaxViews ? readOf(op->getResult(0), kept, views + 1) : all;
    if (isData && mlir::isa<nn::CacheUpdateOp, nn::ScatterElementsOp, nn::ScatterNdOp>(op))
      return views < kMaxViews ? readOf(op->getResult(0), kept, views + 1) : all;
    if (isData && mlir::isa<nn::GatherOp, nn::GatherElementsOp, nn::GatherNdOp>(op))
      return bytesOf(op->getResult(0));
    if (isProduct(op) && kept == Kept::AsUsed)
      return elementsOf(use.get()) *
             std::min(byteSize(productType(use.get())), byteSize(typeOf(use.get())));
    return all;
  }

  void addCycles(Operation *op) {
    uint64_t products = pipeline::multiplyAdds(op);
    if (!products)
      return;
    uint64_t times = productType(op->getOperand(0)) == DType::F32 ? machine.fp32Passes : 1;
    passes = llvm::SaturatingMultiplyAdd(products, times, passes);
  }

  const target::Machine &machine;
  DType matmulType;
  pipeline::LeastWork least;
  uint64_t passes = 0; ///< multiply-adds times the passes that each takes
};

} // namespace

pipeline::LeastWork pipeline::leastWork(ModuleOp module, const target::Machine &machine,
                                        DType matmulType) {
  auto main = module.lookupSymbol<func::FuncOp>("main");
  return main ? Counter(machine, matmulType).count(main) : LeastWork();
}
