// The pass around the planner-tiler loop; see MapBlock.h.
#include "passes/plan/MapBlock.h"

#include "passes/Passes.h"

using namespace mlir;
using namespace neuron;

namespace neuron::passes {
#define GEN_PASS_DEF_MAPBLOCK
#include "passes/Passes.h.inc"
} // namespace neuron::passes

namespace {

struct MapBlock : neuron::passes::impl::MapBlockBase<MapBlock> {
  using MapBlockBase::MapBlockBase;

  void runOnOperation() override {
    const target::Machine *row = target::findMachine(machine);
    plan::MapOptions options;
    bool known = parseDType(matmulType.c_str(), matmulType.size(), options.matmulType);
    if (!row || !known) {
      getOperation().emitError("no machine '") << machine << "' or no type '" << matmulType << "'";
      return signalPassFailure();
    }
    std::vector<plan::MapReport> reports;
    if (failed(plan::mapModule(getOperation(), *row, options, reports)))
      return signalPassFailure();
    for (const plan::MapReport &report : reports)
      for (const std::string &shortage : report.shortages)
        getOperation().emitRemark("lowered again with a smaller budget: ") << shortage;
  }
};

} // namespace
