// Gates: one table of stages, one walk.
#include "passes/verify/VerifyStage.h"

#include "dialects/isa/Isa.h"
#include "dialects/nn/Nn.h"
#include "passes/Passes.h"
#include "passes/templates/Template.h"

#include "llvm/ADT/MapVector.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"

#define DEBUG_TYPE "neuron-verify-stage"

namespace neuron::passes {
#define GEN_PASS_DEF_VERIFYSTAGE
#include "passes/Passes.h.inc"
} // namespace neuron::passes

using namespace mlir;
using namespace neuron;
using namespace neuron::verify;

namespace {

/// Why an op is not legal; empty when it is.
using Rule = StringRef (*)(Operation *);

bool isDeclaration(Operation *op) { return mlir::isa<nn::WeightOp, nn::StateOp>(op); }

bool isStaticTensor(Type type) {
  auto tensor = dyn_cast<RankedTensorType>(type);
  if (!tensor || !tensor.hasStaticShape() || !tensor.getElementType().isIntOrFloat())
    return false;
  __int128 elements = 1;
  for (int64_t dim : tensor.getShape())
    if ((elements *= dim) > nn::kMaxElements)
      return false;
  return true;
}

StringRef refuseFunction(func::FuncOp function) {
  if (!function.getBody().hasOneBlock())
    return "its body is not one block";
  if (!llvm::all_of(function.getArgumentTypes(), isStaticTensor) ||
      !llvm::all_of(function.getResultTypes(), isStaticTensor))
    return "an argument or a result is no tensor of a static shape below 2^40 elements";
  // A public function is a program's entry, with an interface of its own.
  bool isEntry = function.getSymName() == "main";
  return isEntry || function.isPrivate() ? "" : "a function beside @main is not private";
}

StringRef refuseImported(Operation *op) {
  if (auto function = dyn_cast<func::FuncOp>(op))
    return refuseFunction(function);
  if (mlir::isa<func::ReturnOp>(op))
    return "";
  if (isDeclaration(op))
    return isStaticTensor(op->getAttrOfType<TypeAttr>("type").getValue())
               ? ""
               : "its type is no tensor of a static shape below 2^40 elements";
  if (!mlir::isa<nn::NnDialect>(op->getDialect()))
    return "only ops of nn are legal here";
  return llvm::all_of(op->getResultTypes(), isStaticTensor)
             ? ""
             : "a result is no tensor of a static shape below 2^40 elements";
}

StringRef refuseNormalised(Operation *op) {
  StringRef why = refuseImported(op);
  if (auto state = dyn_cast<nn::StateOp>(op); state && state.getInitial() && why.empty())
    return "a state of the machine starts as zeros";
  bool isCode =
      mlir::isa_and_nonnull<func::FuncOp>(op->getParentOp()) && !mlir::isa<func::ReturnOp>(op);
  if (!why.empty() || !isCode || mlir::isa<nn::WeightValueOp, nn::StateReadOp, nn::ConstantOp>(op))
    return why;
  return templates::findTemplate(op) ? "" : "no template lowers it";
}

StringRef refuseMapped(Operation *op) {
  if (isDeclaration(op) || mlir::isa<isa::SegmentOp, isa::FuncOp, isa::LoopOp, isa::CallOp>(op) ||
      mlir::isa<isa::InstOp>(op))
    return "";
  return "neuron-map-block leaves only instructions and device memory";
}

StringRef refuseSynchronised(Operation *op) {
  return mlir::isa<isa::IsaDialect>(op->getDialect()) ? "" : refuseMapped(op);
}

struct StageRow {
  Stage stage;
  StringRef name;
  Rule refuse;
  /// Code of a report: an op without a template is the model's, the rest is our mistake.
  StringRef code;
  bool hasInstructions;
};

constexpr StageRow kStages[] = {
    {Stage::Imported, "imported", refuseImported, "NC7002", false},
    {Stage::Normalised, "normalised", refuseNormalised, "NC3008", false},
    {Stage::Mapped, "mapped", refuseMapped, "NC7002", true},
    {Stage::Synchronised, "synchronised", refuseSynchronised, "NC7002", true},
};

const StageRow &rowOf(Stage stage) {
  return *llvm::find_if(kStages, [&](const StageRow &row) { return row.stage == stage; });
}

struct Offence {
  Operation *first = nullptr;
  int64_t uses = 0;
};

LogicalResult verifyMain(ModuleOp module, const StageRow &row, StringRef code) {
  Operation *main = module.lookupSymbol("main");
  bool isRight = row.hasInstructions ? mlir::isa_and_nonnull<isa::FuncOp>(main)
                                     : mlir::isa_and_nonnull<func::FuncOp>(main);
  if (isRight)
    return success();
  return module.emitError() << "[" << code << "] stage '" << row.name << "': no "
                            << (row.hasInstructions ? "isa.func" : "func.func") << " @main";
}

struct VerifyStagePass : neuron::passes::impl::VerifyStageBase<VerifyStagePass> {
  using VerifyStageBase::VerifyStageBase;

  void runOnOperation() override {
    std::optional<Stage> known = parseStage(stage);
    if (!known) {
      getOperation().emitError() << "no stage '" << stage << "'; known are " << stageNames();
      return signalPassFailure();
    }
    if (failed(verifyStage(getOperation(), *known)))
      signalPassFailure();
  }
};

} // namespace

std::optional<Stage> verify::parseStage(StringRef text) {
  for (const StageRow &row : kStages)
    if (row.name == text)
      return row.stage;
  return std::nullopt;
}

StringRef verify::toText(Stage stage) { return rowOf(stage).name; }

std::string verify::stageNames() {
  return llvm::join(llvm::map_range(kStages, [](const StageRow &row) { return row.name; }), ", ");
}

LogicalResult verify::verifyStage(ModuleOp module, Stage stage, StringRef code) {
  const StageRow &row = rowOf(stage);
  if (code.empty())
    code = row.code;
  llvm::MapVector<std::pair<StringRef, StringRef>, Offence> offences;
  module.walk<WalkOrder::PreOrder>([&](Operation *op) {
    if (op == module)
      return WalkResult::advance();
    StringRef why = op->getDialect() ? row.refuse(op) : "it belongs to no known dialect";
    if (why.empty())
      return WalkResult::advance();
    Offence &offence = offences[{op->getName().getStringRef(), why}];
    if (offence.uses++ == 0)
      offence.first = op;
    // What is inside goes with it.
    return WalkResult::skip();
  });
  for (auto &[what, offence] : offences)
    offence.first->emitError() << "[" << code << "] stage '" << row.name << "': " << what.first
                               << " is not legal: " << what.second << " (" << offence.uses
                               << (offence.uses == 1 ? " use)" : " uses)");
  LogicalResult hasMain = verifyMain(module, row, code);
  return success(offences.empty() && succeeded(hasMain));
}
