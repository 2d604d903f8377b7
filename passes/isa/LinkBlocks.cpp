// Functions that are called once become part of their caller.
//
// Registers are shared with a callee anyway, so its instructions may stand where the call is.
// What a call costs is the barrier on both sides of it; without it, waits go from instruction to
// instruction, and one iteration of a repeat begins while the one before is still at work.
#include "passes/Passes.h"

#include "llvm/ADT/MapVector.h"

#define DEBUG_TYPE "neuron-link-blocks"

namespace neuron::passes {
#define GEN_PASS_DEF_LINKBLOCKS
#include "passes/Passes.h.inc"
} // namespace neuron::passes

using namespace mlir;
using namespace neuron;

namespace {

struct LinkBlocks : neuron::passes::impl::LinkBlocksBase<LinkBlocks> {
  void runOnOperation() override {
    llvm::MapVector<StringAttr, SmallVector<isa::CallOp>> calls;
    getOperation().walk(
        [&](isa::CallOp call) { calls[call.getCalleeAttr().getAttr()].push_back(call); });
    llvm::DenseMap<StringAttr, isa::FuncOp> functions;
    for (auto function : getOperation().getOps<isa::FuncOp>())
      functions[function.getSymNameAttr()] = function;
    for (auto &[name, sites] : calls) {
      isa::FuncOp callee = functions.lookup(name);
      // A recursive one, which the machine refuses, has no body that could end.
      if (!callee || sites.size() != 1 || callee->isAncestor(sites.front()))
        continue;
      move(callee, sites.front());
      ++numLinked;
    }
  }

private:
  static void move(isa::FuncOp callee, isa::CallOp call) {
    Block &body = callee.getBody().front();
    call->getBlock()->getOperations().splice(call->getIterator(), body.getOperations());
    call.erase();
    callee.erase();
  }
};

} // namespace
