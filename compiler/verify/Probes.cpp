// Values as results.
#include "compiler/verify/Probes.h"

#include "dialects/nn/Nn.h"

#include "llvm/ADT/MapVector.h"

using namespace mlir;
using namespace neuron;
using namespace neuron::verify;

namespace {

bool isProbed(Operation &op) {
  if (mlir::isa<nn::ConstantOp, nn::WeightValueOp, nn::StateReadOp>(op))
    return false;
  auto type = op.getNumResults() == 1 ? dyn_cast<RankedTensorType>(op.getResult(0).getType())
                                      : RankedTensorType();
  return type && mlir::isa<FloatType>(type.getElementType()) && type.getNumElements() > 0;
}

} // namespace

std::string verify::layerOf(Location location) {
  std::string layer;
  location->walk([&](Location part) {
    auto name = dyn_cast<NameLoc>(part);
    if (!name)
      return WalkResult::advance();
    layer = name.getName().str();
    return WalkResult::interrupt();
  });
  return layer;
}

std::vector<Probe> verify::addProbes(func::FuncOp function) {
  Block &body = function.getBody().front();
  Operation *end = body.getTerminator();
  SmallVector<Value> results(end->getOperands());
  SmallVector<DictionaryAttr> attributes;
  function.getAllResultAttrs(attributes);
  attributes.resize(results.size(), DictionaryAttr::get(function.getContext()));
  llvm::DenseMap<Value, unsigned> known;
  for (auto [number, value] : llvm::enumerate(results))
    known.try_emplace(value, number);

  Builder builder(function.getContext());
  std::vector<Probe> probes;
  for (Operation &op : body.without_terminator()) {
    if (!isProbed(op))
      continue;
    Value value = op.getResult(0);
    auto [entry, isNew] = known.try_emplace(value, results.size());
    if (isNew) {
      std::string name = "probe " + std::to_string(probes.size());
      results.push_back(value);
      attributes.push_back(
          builder.getDictionaryAttr(builder.getNamedAttr("nn.name", builder.getStringAttr(name))));
    }
    probes.push_back({value, entry->second, layerOf(op.getLoc())});
  }
  end->setOperands(results);
  SmallVector<Type> types;
  for (Value value : results)
    types.push_back(value.getType());
  function.setType(builder.getFunctionType(function.getArgumentTypes(), types));
  function.setAllResultAttrs(attributes);
  return probes;
}
