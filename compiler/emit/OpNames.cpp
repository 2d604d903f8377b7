// Locations into op ids.
#include "compiler/emit/OpNames.h"

#include "dialects/isa/Isa.h"

#include "llvm/ADT/DenseMap.h"

using namespace mlir;
using namespace neuron;

LogicalResult emit::nameOps(ModuleOp module, StringRef source, rt::OpTable &ops) {
  std::string file = source.str();
  llvm::DenseMap<StringAttr, uint32_t> known;
  ops = {};
  ops.add("", "", "");
  WalkResult result = module.walk([&](isa::InstOp op) {
    uint32_t id = 0;
    if (StringAttr layer = isa::layerOf(op.getLoc())) {
      auto [entry, isNew] = known.try_emplace(layer, ops.size());
      id = entry->second;
      if (isNew && ops.size() == rt::kMaxOps) {
        op.emitOpError() << "belongs to one layer more than " << rt::kMaxOps;
        return WalkResult::interrupt();
      }
      if (isNew)
        ops.add(layer.str(), file, layer.str());
    }
    isa::Inst inst = op.getInst();
    inst.opId = id;
    op.setInst(inst);
    return WalkResult::advance();
  });
  return failure(result.wasInterrupted());
}
