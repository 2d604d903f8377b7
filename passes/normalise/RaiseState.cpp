// neuron-raise-state: caches that go in and come out become states.
//
// A model that keeps a cache by hand takes it as an input and returns it with some rows
// replaced. Where that input is read by the update alone, the pair becomes an nn.state: it
// leaves the interface, stays in device memory between executions, and is updated in place.
// Anything else keeps its form: an input that others read as well may be needed unchanged.
#include "passes/normalise/OpEmitter.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/Pass/Pass.h"

namespace neuron::passes {
#define GEN_PASS_DEF_RAISESTATE
#include "passes/Passes.h.inc"
} // namespace neuron::passes

using namespace mlir;
using namespace neuron;
using namespace neuron::passes;

namespace {

/// The tensor that an op returns with some elements replaced, or null.
Value updated(Operation *op) {
  if (op && mlir::isa<nn::CacheUpdateOp, nn::ScatterElementsOp, nn::ScatterNdOp>(op))
    return op->getOperand(0);
  return nullptr;
}

struct RaiseStatePass : neuron::passes::impl::RaiseStateBase<RaiseStatePass> {
  void runOnOperation() override {
    SmallVector<func::FuncOp> functions(getOperation().getOps<func::FuncOp>());
    for (func::FuncOp function : functions)
      raise(function);
  }

private:
  void raise(func::FuncOp function) {
    auto results = cast<func::ReturnOp>(function.getBody().front().getTerminator());
    for (int64_t r = int64_t(results.getNumOperands()) - 1; r >= 0; --r) {
      Value result = results.getOperand(r);
      auto input = dyn_cast_or_null<BlockArgument>(updated(result.getDefiningOp()));
      if (!input || !input.hasOneUse() || input.getType() != result.getType() ||
          llvm::count(results.getOperands(), result) != 1)
        continue;
      replace(function, results, input, r);
      ++numStates;
    }
  }

  void replace(func::FuncOp function, func::ReturnOp results, BlockArgument input, int64_t r) {
    unsigned a = input.getArgNumber();
    auto named = function.getArgAttrOfType<StringAttr>(a, "nn.name");
    OpBuilder builder(function);
    std::string name = named ? named.str() : "state." + std::to_string(a);
    while (getOperation().lookupSymbol(name))
      name += "_";
    auto state = nn::StateOp::create(builder, input.getLoc(), builder.getStringAttr(name),
                                     TypeAttr::get(input.getType()), FlatSymbolRefAttr());
    auto symbol = FlatSymbolRefAttr::get(state.getSymNameAttr());
    builder.setInsertionPointToStart(&function.getBody().front());
    auto read = nn::StateReadOp::create(builder, input.getLoc(), input.getType(), symbol);
    input.replaceAllUsesWith(read);
    builder.setInsertionPoint(results);
    nn::StateWriteOp::create(builder, results.getLoc(), symbol, results.getOperand(r));
    results->eraseOperand(r);
    (void)function.eraseResult(r);
    (void)function.eraseArgument(a);
  }
};

} // namespace
