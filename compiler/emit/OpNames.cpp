// Locations into op ids.
#include "compiler/emit/OpNames.h"

#include "dialects/isa/Isa.h"
#include "runtime/base/NameRange.h"

#include "llvm/ADT/DenseMap.h"

using namespace mlir;
using namespace neuron;

namespace {

/// The layers of an op of a repeated block, one an iteration, or null.
ArrayAttr layersOf(Location location) {
  ArrayAttr layers;
  location->walk([&](Location part) {
    auto fused = dyn_cast<FusedLoc>(part);
    layers = fused ? dyn_cast_or_null<ArrayAttr>(fused.getMetadata()) : ArrayAttr();
    return layers ? WalkResult::interrupt() : WalkResult::advance();
  });
  return layers;
}

/// Whether the names follow from the first and the last, so that these are all that is kept.
bool isRange(ArrayAttr layers) {
  auto name = [&](size_t i) { return cast<StringAttr>(layers[i]).getValue(); };
  size_t count = layers.size();
  for (size_t i = 0; i < count; ++i)
    if (nameInRange(name(0), name(count - 1), i, count) != name(i))
      return false;
  return true;
}

void addOp(rt::OpTable &ops, StringAttr layer, const std::string &file, ArrayAttr layers) {
  if (!layers || layers.size() < 2 || !isRange(layers))
    ops.add(layer.str(), file, layer.str());
  else
    ops.addRepeated(layer.str(), file, uint32_t(layers.size()), cast<StringAttr>(layers[0]).str(),
                    cast<StringAttr>(layers[layers.size() - 1]).str());
}

} // namespace

LogicalResult emit::nameOps(ModuleOp module, StringRef source,
                            const std::map<std::string, uint64_t> &flops, rt::OpTable &ops) {
  std::string file = source.str();
  llvm::DenseMap<std::pair<Attribute, Attribute>, uint32_t> known;
  ops = {};
  ops.add("", "", "");
  WalkResult result = module.walk([&](isa::InstOp op) {
    uint32_t id = 0;
    if (StringAttr layer = isa::layerOf(op.getLoc())) {
      ArrayAttr layers = layersOf(op.getLoc());
      auto [entry, isNew] = known.try_emplace({layer, layers}, ops.size());
      id = entry->second;
      if (isNew && ops.size() == rt::kMaxOps) {
        op.emitOpError() << "belongs to one layer more than " << rt::kMaxOps;
        return WalkResult::interrupt();
      }
      if (isNew) {
        addOp(ops, layer, file, layers);
        auto work = flops.find(layer.str());
        ops.setFlops(work == flops.end() ? 0 : work->second);
      }
    }
    isa::Inst inst = op.getInst();
    inst.opId = id;
    op.setInst(inst);
    return WalkResult::advance();
  });
  return failure(result.wasInterrupted());
}
