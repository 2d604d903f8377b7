// neuron-fold-constants: what follows from constants alone is computed now, by the portable
// evaluator.
//
// One walk in order computes every pure op whose operands are all known, as long as its results
// are not larger than an own bound; then the known values that unknown ops use become constants
// if they fit in one. Small weights count as known where a store is given, so that vectors of
// statistics fold; they are read only when an op of known operands uses them. What only moves a
// weight stays an op: it becomes part of the weight, which equal layers can stack, where the
// constants of all layers would be too large for one.
#include "passes/normalise/FoldConstants.h"

#include "dialects/nn/Nn.h"
#include "passes/eval/Evaluator.h"
#include "passes/eval/ReadWeight.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"
#include "mlir/Pass/Pass.h"
#include "llvm/ADT/SetVector.h"

namespace neuron::passes {
#define GEN_PASS_DECL_FOLDCONSTANTS
#define GEN_PASS_DEF_FOLDCONSTANTS
#include "passes/Passes.h.inc"
} // namespace neuron::passes

using namespace mlir;
using namespace neuron;
using namespace neuron::passes;

namespace {

/// Largest value that is held on the way to a constant.
constexpr int64_t kMaxHeldBytes = 16 << 20;

/// Results up to this become constants even if they are a weight in another form: patterns look
/// for scalars and short vectors.
constexpr int64_t kMinWeightBytes = 512;

/// Whether `value` is a weight in another form, and nothing else.
bool isMovedWeight(Value value) {
  Operation *op = value.getDefiningOp();
  while (mlir::isa_and_nonnull<nn::ReshapeOp, nn::TransposeOp, nn::SliceOp>(op))
    op = op->getOperand(0).getDefiningOp();
  return mlir::isa_and_nonnull<nn::WeightValueOp>(op);
}

class Folder {
public:
  Folder(func::FuncOp function, WeightStore *weights, eval::EvalMode mode)
      : function(function), weights(weights), mode(mode) {}

  /// Returns the number of ops that became constants.
  FailureOr<unsigned> run() {
    for (Operation &op : function.getBody().front().without_terminator())
      if (failed(compute(&op)))
        return failure();
    unsigned replaced = 0;
    for (Operation *op : computed)
      replaced += materialise(op);
    for (Operation *op : llvm::reverse(computed))
      if (op->use_empty())
        op->erase();
    for (Operation *op : sourceOrder)
      if (op->use_empty())
        op->erase();
    return replaced;
  }

private:
  static bool fits(Operation *op, int64_t bytes) {
    return llvm::all_of(op->getResultTypes(), [&](Type type) {
      return nn::tensorBytes(cast<RankedTensorType>(type)) <= bytes;
    });
  }

  /// A constant, or a weight that is small.
  bool isSource(Operation *op) {
    if (isa<nn::ConstantOp>(op))
      return fits(op, kMaxHeldBytes);
    return weights && isa<nn::WeightValueOp>(op) && fits(op, nn::kMaxConstantBytes);
  }

  bool isKnown(Value value) {
    Operation *op = value.getDefiningOp();
    return op && (known.contains(value) || isSource(op));
  }

  FailureOr<const eval::HostTensor *> tensorOf(Value value) {
    auto held = known.find(value);
    if (held != known.end())
      return &held->second;
    Operation *op = value.getDefiningOp();
    auto source = sources.find(op);
    if (source != sources.end())
      return &source->second;
    sourceOrder.push_back(op);
    if (auto constant = dyn_cast<nn::ConstantOp>(op))
      return &(sources[op] = eval::fromAttribute(constant.getValue()));
    auto use = cast<nn::WeightValueOp>(op);
    auto weight = SymbolTable::lookupNearestSymbolFrom<nn::WeightOp>(op, use.getWeightAttr());
    FailureOr<eval::HostTensor> tensor = eval::readWeight(weight, weights);
    if (failed(tensor))
      return failure();
    return &(sources[op] = std::move(*tensor));
  }

  LogicalResult compute(Operation *op) {
    if (!eval::canEvaluate(op) || isa<nn::ConstantOp>(op) || !fits(op, kMaxHeldBytes) ||
        !llvm::all_of(op->getOperands(), [&](Value v) { return isKnown(v); }))
      return success();
    SmallVector<const eval::HostTensor *> operands;
    // Pointers into the maps stay valid: std::map does not move its values.
    for (Value operand : op->getOperands()) {
      auto tensor = tensorOf(operand);
      if (failed(tensor))
        return failure();
      operands.push_back(*tensor);
    }
    auto results = eval::evaluateOp(op, operands, mode);
    if (failed(results))
      return failure();
    for (auto [value, tensor] : llvm::zip_equal(op->getResults(), *results))
      known.emplace(value, std::move(tensor));
    computed.insert(op);
    return success();
  }

  /// Gives the users that stay a constant for each result, where it fits.
  bool materialise(Operation *op) {
    bool replaced = false;
    for (Value result : op->getResults()) {
      auto stays = [&](OpOperand &use) { return !computed.contains(use.getOwner()); };
      bool isLarge = nn::tensorBytes(cast<RankedTensorType>(result.getType())) > kMinWeightBytes;
      if (llvm::none_of(result.getUses(), stays) || (isLarge && isMovedWeight(result)))
        continue;
      DenseElementsAttr value = eval::toAttribute(known.at(result), op->getContext());
      if (!value.isSplat() && !fits(op, nn::kMaxConstantBytes))
        continue;
      OpBuilder builder(op);
      Value constant = nn::ConstantOp::create(builder, op->getLoc(), value);
      result.replaceUsesWithIf(constant, stays);
      replaced = true;
    }
    return replaced;
  }

  struct ByAddress {
    bool operator()(Value a, Value b) const {
      return a.getAsOpaquePointer() < b.getAsOpaquePointer();
    }
  };

  func::FuncOp function;
  WeightStore *weights;
  eval::EvalMode mode;
  std::map<Value, eval::HostTensor, ByAddress> known; ///< looked up only
  std::map<Operation *, eval::HostTensor> sources;    ///< looked up only
  std::vector<Operation *> sourceOrder;
  llvm::SetVector<Operation *> computed;
};

struct FoldConstantsPass : passes::impl::FoldConstantsBase<FoldConstantsPass> {
  using FoldConstantsBase::FoldConstantsBase;
  explicit FoldConstantsPass(WeightStore *weights) : weights(weights) {}

  void runOnOperation() override {
    if (getOperation().isExternal() || !getOperation().getBody().hasOneBlock())
      return;
    if (evaluator != "portable" && evaluator != "reference") {
      getOperation().emitError() << "there is no evaluator '" << evaluator.getValue() << "'";
      return signalPassFailure();
    }
    auto mode = evaluator == "portable" ? eval::EvalMode::Portable : eval::EvalMode::Reference;
    FailureOr<unsigned> folded = Folder(getOperation(), weights, mode).run();
    if (failed(folded))
      return signalPassFailure();
    numFolded += *folded;
  }

  WeightStore *weights = nullptr;
};

} // namespace

std::unique_ptr<Pass> neuron::passes::createFoldConstants(WeightStore *weights) {
  return std::make_unique<FoldConstantsPass>(weights);
}
