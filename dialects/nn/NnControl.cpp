// Control flow of nn: the verifier of nn.repeat and the search for it.
#include "dialects/nn/Nn.h"

#include "dialects/nn/NnInfer.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/BuiltinOps.h"

using namespace mlir;
using namespace neuron::nn;

RankedTensorType neuron::nn::stackedType(RankedTensorType type, int64_t count) {
  SmallVector<int64_t> shape{count};
  llvm::append_range(shape, type.getShape());
  return RankedTensorType::get(shape, type.getElementType());
}

RepeatOp neuron::nn::repeatAround(Operation *op) {
  auto block = op->getParentOfType<func::FuncOp>();
  auto module = op->getParentOfType<ModuleOp>();
  if (!block || !module)
    return {};
  for (auto function : module.getOps<func::FuncOp>())
    for (Block &body : function.getBody())
      for (auto repeat : body.getOps<RepeatOp>())
        if (repeat.getBlock() == block.getSymName())
          return repeat;
  return {};
}

LogicalResult RepeatOp::verify() {
  if (getCount() < 2)
    return emitOpError("(C2) repeats ") << getCount() << " times, expected at least 2";
  return success();
}

/// (C3) (C4) each of `types` is what `expected` has there.
static LogicalResult verifyTypes(RepeatOp repeat, StringRef what, TypeRange types,
                                 ArrayRef<Type> expected) {
  if (types.size() != expected.size())
    return repeat.emitOpError() << what << "s are " << types.size() << ", expected "
                                << expected.size();
  for (auto [i, type] : llvm::enumerate(types))
    if (type != expected[i])
      return repeat.emitOpError() << what << " " << i << " has type " << type << ", expected "
                                  << expected[i];
  return success();
}

/// (C3) what the block takes.
static LogicalResult verifyArguments(RepeatOp repeat, func::FuncOp block) {
  SmallVector<Type> expected(repeat.getCarried().getTypes());
  llvm::append_range(expected, repeat.getInvariant().getTypes());
  for (Type type : repeat.getSliced().getTypes()) {
    auto tensor = cast<RankedTensorType>(type);
    if (tensor.getRank() == 0 || tensor.getDimSize(0) != repeat.getCount())
      return repeat.emitOpError("(C3) a sliced operand of type ")
             << type << " has not " << repeat.getCount() << " slices";
    expected.push_back(
        RankedTensorType::get(tensor.getShape().drop_front(), tensor.getElementType()));
  }
  return verifyTypes(repeat, "(C3) argument", block.getArgumentTypes(), expected);
}

/// (C4) what the block gives, and what becomes of it.
static LogicalResult verifyResults(RepeatOp repeat, func::FuncOp block) {
  SmallVector<Type> carried(repeat.getCarried().getTypes()), given(block.getResultTypes());
  if (given.size() < carried.size())
    return repeat.emitOpError("(C4) the block has ")
           << given.size() << " results, carried are " << carried.size();
  if (failed(verifyTypes(repeat, "(C4) block result",
                         ArrayRef<Type>(given).take_front(carried.size()), carried)))
    return failure();
  SmallVector<Type> expected = carried;
  for (Type type : ArrayRef<Type>(given).drop_front(carried.size())) {
    auto tensor = dyn_cast<RankedTensorType>(type);
    if (!tensor)
      return repeat.emitOpError("(C4) a block result has type ") << type;
    expected.push_back(stackedType(tensor, repeat.getCount()));
  }
  return verifyTypes(repeat, "(C4) result", repeat.getResultTypes(), expected);
}

LogicalResult RepeatOp::verifySymbolUses(SymbolTableCollection &tables) {
  auto module = (*this)->getParentOfType<ModuleOp>();
  auto block = tables.lookupNearestSymbolFrom<func::FuncOp>(*this, getBlockAttr());
  if (!block || !module)
    return emitOpError("(C1) there is no func.func ") << getBlockAttr();
  if (!block.isPrivate() || block.isExternal() || !block.getBody().hasOneBlock())
    return emitOpError("(C1) ") << getBlockAttr() << " is not private with one basic block";
  auto uses = SymbolTable::getSymbolUses(block.getSymNameAttr(), module);
  if (!uses || !llvm::hasSingleElement(*uses))
    return emitOpError("(C1) ") << getBlockAttr() << " is named by another op as well";
  if (failed(verifyArguments(*this, block)) || failed(verifyResults(*this, block)))
    return failure();
  for (Operation &op : block.getBody().front())
    if (mlir::isa<RepeatOp, func::CallOp>(op))
      return op.emitOpError("(C5) stands in the block ") << getBlockAttr() << " of an nn.repeat";
  return success();
}

#define GET_OP_CLASSES
#include "dialects/nn/NnControl.cpp.inc"

void neuron::nn::insertControlOps(Dialect &dialect) {
  insertOps<
#define GET_OP_LIST
#include "dialects/nn/NnControl.cpp.inc"
      >(dialect);
}
