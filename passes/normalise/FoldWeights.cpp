// neuron-fold-weights: movement of a weight becomes part of the weight's expression.
//
// A transpose, reshape, slice, zero pad or conversion of nn.weight_value is one more transform
// of a weight derived from the first; it costs nothing at run time and is evaluated once, when
// the program is written. Equal derivations share one weight, and weights that nobody reads any
// longer go. Conversions to integers stay: a transform rounds where nn.cast cuts.
#include "dialects/nn/Nn.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/SymbolTable.h"
#include "mlir/Pass/Pass.h"
#include "llvm/ADT/TypeSwitch.h"

namespace neuron::passes {
#define GEN_PASS_DEF_FOLDWEIGHTS
#include "passes/Passes.h.inc"
} // namespace neuron::passes

using namespace mlir;
using namespace neuron;

namespace {

/// The transform that does what `op` does to its first operand, or null.
Attribute transformOf(Operation *op) {
  MLIRContext *context = op->getContext();
  return llvm::TypeSwitch<Operation *, Attribute>(op)
      .Case([&](nn::TransposeOp o) { return nn::PermuteAttr::get(context, o.getPerm()); })
      .Case([&](nn::ReshapeOp o) { return nn::ShapeAttr::get(context, o.getType().getShape()); })
      .Case([&](nn::SliceOp o) {
        return nn::WindowAttr::get(context, o.getStarts(), o.getSizes(), o.getSteps());
      })
      .Case([&](nn::PadOp o) -> Attribute {
        auto grows = [](int64_t size) { return size >= 0; };
        bool zeros = o.getMode() == "constant" && o.getValue().isPosZero() &&
                     llvm::all_of(o.getInterior(), [](int64_t v) { return v == 0; });
        if (!zeros || !llvm::all_of(o.getLow(), grows) || !llvm::all_of(o.getHigh(), grows))
          return nullptr;
        return nn::FillAttr::get(context, o.getLow(), o.getHigh());
      })
      .Case([&](nn::CastOp o) -> Attribute {
        Type element = o.getType().getElementType();
        return isa<FloatType>(element) ? nn::ConvertAttr::get(context, element) : Attribute();
      })
      .Default([](Operation *) { return nullptr; });
}

struct FoldWeightsPass : passes::impl::FoldWeightsBase<FoldWeightsPass> {
  void runOnOperation() override {
    SymbolTable symbols(getOperation());
    DenseMap<std::pair<Attribute, Attribute>, nn::WeightOp> derived;
    for (auto function : getOperation().getOps<func::FuncOp>())
      function.walk([&](Operation *op) { fold(op, symbols, derived); });
    dropUnread(symbols);
  }

private:
  void fold(Operation *op, SymbolTable &symbols,
            DenseMap<std::pair<Attribute, Attribute>, nn::WeightOp> &derived) {
    auto use = op->getNumOperands() == 1 ? op->getOperand(0).getDefiningOp<nn::WeightValueOp>()
                                         : nn::WeightValueOp();
    auto weight = use ? symbols.lookup<nn::WeightOp>(use.getWeight()) : nn::WeightOp();
    // Transforms act on each of several stacked blobs, an op on the stack.
    if (!weight || weight.getBlobs().size() != 1)
      return;
    Attribute transform = transformOf(op);
    if (!transform)
      return;
    nn::WeightOp &target = derived[{use.getWeightAttr(), transform}];
    if (!target) {
      SmallVector<Attribute> transforms(weight.getTransforms().getValue());
      transforms.push_back(transform);
      OpBuilder builder(weight);
      builder.setInsertionPointAfter(weight);
      target = nn::WeightOp::create(builder, weight.getLoc(), weight.getSymName().str(),
                                    cast<RankedTensorType>(op->getResult(0).getType()),
                                    weight.getBlobs(), builder.getArrayAttr(transforms));
      target->remove();
      symbols.insert(target, Block::iterator(weight)); // renames where the name is taken
    }
    OpBuilder builder(op);
    Value value = nn::WeightValueOp::create(builder, op->getLoc(), op->getResult(0).getType(),
                                            target.getSymName());
    op->getResult(0).replaceAllUsesWith(value);
    op->erase();
    if (use.use_empty())
      use.erase();
    ++numFolded;
  }

  void dropUnread(SymbolTable &symbols) {
    llvm::DenseSet<StringRef> read;
    getOperation().walk([&](Operation *op) {
      if (auto use = dyn_cast<nn::WeightValueOp>(op))
        read.insert(use.getWeight());
      if (auto state = dyn_cast<nn::StateOp>(op); state && state.getInitial())
        read.insert(*state.getInitial());
    });
    for (auto weight : llvm::make_early_inc_range(getOperation().getOps<nn::WeightOp>()))
      if (!read.contains(weight.getSymName()))
        symbols.erase(weight);
  }
};

} // namespace
