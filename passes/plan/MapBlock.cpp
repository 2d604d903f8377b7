// The planner-tiler loop; see MapBlock.h.
#include "passes/plan/MapBlock.h"

#include "passes/memory/KeepOnChip.h"
#include "passes/memory/PlanMemory.h"
#include "passes/plan/FormGroups.h"
#include "passes/plan/StateReads.h"
#include "passes/templates/Template.h"
#include "passes/tile/AssignEngines.h"
#include "passes/tile/CleanUp.h"
#include "passes/tile/TileToIsa.h"

#include "dialects/nn/Nn.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/IR/BuiltinOps.h"
#include "llvm/ADT/STLExtras.h"

using namespace mlir;
using namespace neuron;
using namespace neuron::plan;

namespace {

/// From roomy to frugal. Each is a fraction of a partition, as 1 / divisor, and the iterations
/// in flight.
struct Relaxation {
  int64_t divisor;
  int64_t slots;
};
constexpr Relaxation kRelaxations[] = {{4, 2}, {8, 2}, {12, 2}, {16, 1}, {32, 1}, {64, 1}};

/// One way to lower a function: how much room its tiles take, and whether values stay on chip
/// from one group to the next.
struct Way {
  Relaxation relaxation;
  int64_t keptEighths; ///< of a partition, see memory::keepOnChip; 0: nothing stays
};

/// One attempt: a tile-level function with its segments, or nothing.
struct Attempt {
  func::FuncOp function;
  SmallVector<Operation *> declared; ///< segments and derived weights
  std::vector<templates::Fallback> fallbacks;

  void discard() {
    if (function)
      function.erase();
    for (Operation *op : llvm::reverse(declared))
      op->erase();
  }
};

/// The value that a state has now, where the state is written before its last use.
LogicalResult copyState(nn::StateReadOp read, templates::Context &context) {
  FailureOr<templates::HbmView> state = context.homes.stateHome(read);
  if (failed(state))
    return failure();
  context.tiles.setLoc(read.getLoc());
  context.fellBack(read, "copies a state that is written before its last use");
  templates::HbmView copy = context.homes.scratch(state->dtype, state->shape);
  templates::move(context.tiles, copy, *state);
  context.homes.alias(read.getResult(), copy);
  return success();
}

LogicalResult lowerOps(func::FuncOp source, const Groups &groups, templates::Context &context) {
  llvm::SmallPtrSet<Operation *, 4> outlived = outlivedReads(source, groups);
  for (Operation &op : source.getBody().front().without_terminator()) {
    if (outlived.contains(&op) && failed(copyState(cast<nn::StateReadOp>(op), context)))
      return failure();
    if (mlir::isa<nn::WeightValueOp, nn::ConstantOp, nn::StateReadOp>(op))
      continue;
    const Group *group = groups.endingWith(&op);
    if (!group)
      continue;
    Operation *first = group->ops.front();
    templates::Template lower = templates::findTemplate(first);
    if (!lower)
      return first->emitOpError("has no template");
    context.tiles.setLoc(first->getLoc());
    context.epilogue = ArrayRef(group->ops).drop_front();
    if (group->ops.size() == 1 && templates::isGeneric(first))
      context.fellBack(first, "lowered alone by a generic template, operands and result in "
                              "device memory");
    if (failed(lower(first, context)))
      return failure();
  }
  return success();
}

/// Results that are views, weights or arguments are copied to their places at the border.
LogicalResult writeResults(func::FuncOp source, templates::Context &context) {
  auto results = cast<func::ReturnOp>(source.getBody().front().getTerminator());
  context.tiles.setLoc(results.getLoc());
  for (auto [value, home] : llvm::zip_equal(results.getOperands(), context.homes.results())) {
    FailureOr<templates::HbmView> at = context.homes.of(value);
    if (failed(at))
      return failure();
    if (at->isSamePlaceAs(home))
      continue;
    context.fellBack(results, "copies a result that has a place elsewhere");
    templates::move(context.tiles, home, *at);
  }
  return success();
}

FailureOr<Attempt> lowerWith(func::FuncOp source, const Groups &groups, const Borders &borders,
                             const target::Machine &machine, const Way &way,
                             const MapOptions &options) {
  auto module = source->getParentOfType<ModuleOp>();
  llvm::SmallPtrSet<Operation *, 16> before;
  for (Operation &op : *module.getBody())
    before.insert(&op);

  OpBuilder builder(source);
  Attempt attempt;
  // A repeated function is told the iteration and its parity.
  SmallVector<Type> arguments(borders.of(source).repeated ? 2 : 0, builder.getIndexType());
  attempt.function = func::FuncOp::create(builder, source.getLoc(), source.getSymName(),
                                          builder.getFunctionType(arguments, {}));
  Block *body = attempt.function.addEntryBlock();
  builder.setInsertionPointToStart(body);
  Homes homes(source, groups, borders, arguments.empty() ? Value() : body->getArgument(0),
              arguments.empty() ? Value() : body->getArgument(1));
  templates::TileBuilder tiles(builder, source.getLoc());
  templates::SharedTiles shared(way.keptEighths > 0);
  templates::Context context{tiles, homes, machine, {}, {}, options.matmulType, shared};
  context.budget.sbufBytes = int64_t(machine.sbufPartitionBytes) / way.relaxation.divisor;
  context.budget.slots = way.relaxation.slots;

  LogicalResult lowered = success(succeeded(lowerOps(source, groups, context)) &&
                                  succeeded(writeResults(source, context)));
  func::ReturnOp::create(builder, source.getLoc());
  for (Operation &op : *module.getBody())
    if (!before.count(&op) && &op != attempt.function.getOperation())
      attempt.declared.push_back(&op);
  if (failed(lowered)) {
    attempt.discard();
    return failure();
  }
  attempt.fallbacks = std::move(context.fallbacks);
  return attempt;
}

/// What did not fuse, into the report and as remarks at the ops.
void explain(ArrayRef<templates::Fallback> fallbacks, const Groups &groups, MapReport &report) {
  auto add = [&](Operation *op, const std::string &reason) {
    StringAttr layer = isa::layerOf(op->getLoc());
    report.notFused.push_back(
        {op->getName().getStringRef().str(), layer ? layer.str() : "", reason});
    op->emitRemark("not fused: ") << report.notFused.back().op << " " << reason;
  };
  report.fallbackOps = int64_t(fallbacks.size());
  for (const templates::Fallback &fallback : fallbacks)
    add(fallback.op, "fallback: " + fallback.reason);
  for (const Miss &miss : groups.misses())
    add(miss.op, miss.reason);
}

/// How far up the plan reaches.
void measurePeaks(func::FuncOp function, const target::Machine &machine, MapReport &report) {
  function.walk([&](tile::AllocOp alloc) {
    tile::BufferType type = alloc.getBuffer().getType();
    int64_t end = alloc.getAddress() + type.getBytes() * alloc.getSlots();
    if (tile::spaceOf(type) == isa::Space::Sbuf)
      report.sbufPeakBytes = std::max(report.sbufPeakBytes, end);
    else
      report.psumPeakBanks = std::max(report.psumPeakBanks, end / int64_t(machine.psumBankBytes));
  });
}

/// One sentence: what was short, and the largest buffers at the peak with their layers.
std::string describe(const memory::Shortage &shortage) {
  std::string text;
  llvm::raw_string_ostream out(text);
  out << "needs " << shortage.neededBytes << " of " << shortage.availableBytes << " bytes of "
      << (shortage.space == isa::Space::Psum ? "PSUM" : "SBUF") << " a partition:";
  for (tile::AllocOp alloc : ArrayRef(shortage.culprits).take_front(3))
    out << " " << alloc.getSlots() << " x " << alloc.getBuffer().getType().getBytes() << " at "
        << alloc.getLoc();
  return text;
}

SmallVector<Way> waysToLower() {
  SmallVector<Way> ways;
  for (const Relaxation &relaxation : kRelaxations)
    for (int64_t eighths : {7, 4, 0})
      ways.push_back({relaxation, eighths});
  return ways;
}

} // namespace

LogicalResult plan::mapFunction(func::FuncOp function, const Borders &borders,
                                const target::Machine &machine, const MapOptions &options,
                                MapReport &report) {
  Groups groups(function);
  for (const Way &way : waysToLower()) {
    ++report.attempts;
    FailureOr<Attempt> attempt = lowerWith(function, groups, borders, machine, way, options);
    if (failed(attempt))
      return failure();
    tile::assignEngines(attempt->function, machine);
    tile::removeRedundantTableLoads(attempt->function);
    memory::KeptOnChip onChip;
    if (way.keptEighths)
      onChip = memory::keepOnChip(attempt->function, machine, way.keptEighths, attempt->declared);
    std::optional<memory::Shortage> shortage = memory::planMemory(attempt->function, machine);
    if (!shortage) {
      report.keptValues = onChip.values;
      measurePeaks(attempt->function, machine, report);
      explain(attempt->fallbacks, groups, report);
      function.erase();
      return options.depth == MapDepth::Tile ? success() : tile::lowerToIsa(attempt->function);
    }
    report.shortages.push_back(describe(*shortage));
    attempt->discard();
  }
  return function.emitError("[NC4003] does not fit: ") << report.shortages.back();
}
