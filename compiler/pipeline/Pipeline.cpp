// The compiler as a list.
#include "compiler/pipeline/Pipeline.h"

#include "compiler/emit/OpNames.h"
#include "compiler/pipeline/LeastWork.h"
#include "compiler/pipeline/ModelFlops.h"
#include "dialects/nn/Nn.h"
#include "passes/Passes.h"
#include "passes/isa/SplitStreams.h"
#include "passes/isa/VerifyIsa.h"
#include "passes/normalise/FoldConstants.h"
#include "passes/verify/VerifyStage.h"

#include "mlir/Pass/PassManager.h"
#include "mlir/Transforms/Passes.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/MathExtras.h"

#include <chrono>

using namespace mlir;
using namespace neuron;
using namespace neuron::pipeline;
using verify::Stage;

namespace {

/// Everything that a step may read and change.
struct Compilation {
  ModuleOp module;
  const CompileOptions &options;
  WeightStore &store;
  CompiledProgram &result;
};

// --- Steps ---------------------------------------------------------------------------------------

LogicalResult run(Compilation &c, llvm::function_ref<void(OpPassManager &)> add) {
  PassManager passes(c.module.getContext());
  add(passes);
  return passes.run(c.module);
}

LogicalResult countModel(Compilation &c) {
  c.result.report.modelFlops = modelFlops(c.module);
  c.module.walk([&](Operation *op) {
    if (mlir::isa<nn::NnDialect>(op->getDialect()))
      ++c.result.report.ops[op->getName().getStringRef().str()];
  });
  return success();
}

LogicalResult fold(Compilation &c) {
  return run(c, [&](OpPassManager &passes) {
    passes.addPass(createCanonicalizerPass());
    passes.addNestedPass<func::FuncOp>(passes::createFoldConstants(&c.store));
    passes.addPass(createCSEPass());
  });
}

LogicalResult raise(Compilation &c) {
  return run(c, [&](OpPassManager &passes) {
    if (c.options.raiseStates)
      passes.addPass(passes::createRaiseState());
    passes.addNestedPass<func::FuncOp>(passes::createRaisePatterns());
    passes.addPass(createCanonicalizerPass());
  });
}

LogicalResult decompose(Compilation &c) {
  return run(c, [](OpPassManager &passes) {
    // Ops that are compositions, but have a template of their own.
    passes::DecomposeOptions options;
    options.keep = {"nn.softmax",   "nn.log_softmax", "nn.layer_norm",   "nn.rms_norm",
                    "nn.attention", "nn.rope",        "nn.cache_update", "nn.cumsum"};
    passes.addNestedPass<func::FuncOp>(passes::createDecompose(options));
    passes.addPass(createCanonicalizerPass());
    passes.addNestedPass<func::FuncOp>(passes::createHoistReshapes());
    passes.addPass(createCanonicalizerPass());
  });
}

LogicalResult foldWeights(Compilation &c) {
  return run(c, [&](OpPassManager &passes) {
    passes.addNestedPass<func::FuncOp>(passes::createFoldConstants(&c.store));
    passes.addPass(passes::createFoldWeights());
  });
}

LogicalResult cleanUp(Compilation &c) {
  return run(c, [](OpPassManager &passes) {
    passes.addPass(createCSEPass());
    passes.addPass(createSymbolDCEPass());
  });
}

LogicalResult narrow(Compilation &c) {
  if (c.options.dataType == DType::F32)
    return success();
  return run(c, [&](OpPassManager &passes) {
    passes.addPass(passes::createNarrowValues({c.options.dataType == DType::F16 ? "f16" : "bf16"}));
    passes.addPass(createCanonicalizerPass());
    passes.addNestedPass<func::FuncOp>(passes::createFoldConstants(&c.store));
    passes.addPass(passes::createFoldWeights());
    passes.addPass(createCSEPass());
    passes.addPass(createSymbolDCEPass());
  });
}

LogicalResult measureFloor(Compilation &c) {
  LeastWork least = leastWork(c.module, c.options.machine, c.options.matmulType);
  c.result.report.leastHbmBytes = least.hbmBytes;
  c.result.report.leastTensorCycles = least.tensorCycles;
  return success();
}

LogicalResult outline(Compilation &c) {
  if (c.options.outlineRepeats &&
      failed(run(c, [](OpPassManager &passes) { passes.addPass(passes::createOutlineRepeats()); })))
    return failure();
  c.result.report.layerFlops = layerFlops(c.module);
  return success();
}

/// While it lives, the context is made for several threads. No other step is.
class SeveralThreads {
public:
  SeveralThreads(MLIRContext *context, unsigned threads)
      : context(context), changes(threads != 1 && !context->isMultithreadingEnabled()) {
    if (changes)
      context->enableMultithreading();
  }
  ~SeveralThreads() {
    if (changes)
      context->disableMultithreading();
  }

private:
  MLIRContext *context;
  bool changes;
};

LogicalResult mapBlocks(Compilation &c) {
  SeveralThreads threads(c.module.getContext(), c.options.threads);
  plan::MapOptions options;
  options.matmulType = c.options.matmulType;
  options.depth = c.options.level == Level::Tile ? plan::MapDepth::Tile : plan::MapDepth::Isa;
  std::vector<plan::MapReport> reports;
  if (failed(plan::mapModule(c.module, c.options.machine, options, reports)))
    return failure();
  c.result.report.distinctBlocks = int64_t(reports.size());
  for (const plan::MapReport &report : reports) {
    plan::MapReport &sum = c.result.report.map;
    sum.fallbackOps += report.fallbackOps;
    llvm::append_range(sum.notFused, report.notFused);
    sum.attempts += report.attempts;
    sum.keptValues += report.keptValues;
    sum.sbufPeakBytes = std::max(sum.sbufPeakBytes, report.sbufPeakBytes);
    sum.psumPeakBanks = std::max(sum.psumPeakBanks, report.psumPeakBanks);
  }
  return success();
}

LogicalResult nameLayers(Compilation &c) {
  return emit::nameOps(c.module, c.options.origin.model, c.result.report.layerFlops,
                       c.result.program.ops);
}

LogicalResult linkBlocks(Compilation &c) {
  return run(c, [](OpPassManager &passes) { passes.addPass(passes::createLinkBlocks()); });
}

LogicalResult insertSync(Compilation &c) {
  return run(c, [](OpPassManager &passes) { passes.addPass(passes::createInsertSync()); });
}

LogicalResult foldSync(Compilation &c) {
  return run(c, [](OpPassManager &passes) { passes.addPass(passes::createPeephole()); });
}

LogicalResult prove(Compilation &c) { return isa::verifyIsa(c.module, c.options.machine); }

LogicalResult splitStreams(Compilation &c) {
  rt::Program &program = c.result.program;
  if (failed(isa::splitStreams(c.module, program)))
    return failure();
  for (unsigned s = 0; s < isa::kNumEngines; ++s)
    c.result.report.staticInstructions += program.stream[s].size();
  return success();
}

/// Everything that a program has in device memory at once.
LogicalResult checkMemory(Compilation &c) {
  uint64_t bytes = 0;
  for (const rt::Segment &segment : c.result.program.segments)
    bytes = llvm::SaturatingAdd(bytes, segment.alias == rt::kNoSegment ? segment.bytes : 0);
  if (bytes <= c.options.machine.hbmBytes)
    return success();
  return c.module.emitError() << "[NC4003] weights, states, tensors and scratch take " << bytes
                              << " bytes of device memory, " << c.options.machine.name << " has "
                              << c.options.machine.hbmBytes;
}

LogicalResult describe(Compilation &c) {
  rt::Program &program = c.result.program;
  CompileReport &report = c.result.report;
  if (failed(emit::declareSegments(c.module, c.store, program, c.result.contents)))
    return failure();
  if (failed(checkMemory(c)))
    return failure();
  program.machine = c.options.machine.name;
  program.machineDigest = target::digest(c.options.machine);
  program.machineText = c.options.machineText;
  program.origin = c.options.origin;
  program.summary.modelFlops = report.modelFlops;
  program.summary.sbufPeakBytes = uint64_t(report.map.sbufPeakBytes);
  program.summary.psumPeakBanks = uint32_t(report.map.psumPeakBanks);
  program.summary.leastHbmBytes = report.leastHbmBytes;
  program.summary.leastTensorCycles = report.leastTensorCycles;
  report.weightBytes = program.contentBytes();
  return success();
}

// --- The list ------------------------------------------------------------------------------------

struct Step {
  StringRef name, why;
  LogicalResult (*run)(Compilation &);
  std::optional<Stage> gate; ///< what holds behind it
  Level level;               ///< the lowest level that needs it
};

constexpr Step kSteps[] = {
    {"count", "operations and arithmetic are those of the model as it was imported", countModel,
     Stage::Imported, Level::Nn},
    {"fold", "what follows from constants is computed before shapes are looked at", fold,
     Stage::Imported, Level::Nn},
    {"raise", "exporters take attention, norms and activations apart; whole, they stay on chip",
     raise, std::nullopt, Level::Nn},
    {"decompose", "templates see few kinds of op; what has a template of its own stays whole",
     decompose, Stage::Normalised, Level::Nn},
    {"fold weights", "what decompositions do to weights is done once, when they are written",
     foldWeights, Stage::Normalised, Level::Nn},
    {"clean up", "equal parts of decompositions are merged, and weights nobody reads are dropped",
     cleanUp, Stage::Normalised, Level::Nn},
    {"narrow", "--auto-cast all: nothing new is made of f32 from here on", narrow,
     Stage::Normalised, Level::Nn},
    {"measure floor",
     "what is left is what any program of the model has to read, write and multiply", measureFloor,
     std::nullopt, Level::Isa},
    {"outline",
     "equal layers are mapped once and looped over, so depth costs neither time nor space", outline,
     Stage::Normalised, Level::Tile},
    {"map", "values get homes, ops become instructions, memory is planned until it fits", mapBlocks,
     Stage::Mapped, Level::Tile},
    {"link", "one iteration of a repeat begins before the one before it has ended", linkBlocks,
     Stage::Mapped, Level::Isa},
    {"name layers", "synchronisation takes over the layer of what it synchronises", nameLayers,
     Stage::Mapped, Level::Isa},
    {"insert sync", "the program is still sequential, so before and after are known", insertSync,
     Stage::Synchronised, Level::Isa},
    {"fold sync", "an instruction waits and signals in slots that it has anyway", foldSync,
     Stage::Synchronised, Level::Isa},
    {"prove", "nothing is written that may race, deadlock or leave its memory", prove,
     Stage::Synchronised, Level::Isa},
    {"split streams", "each engine gets its own instructions, loops and registers; nothing moves",
     splitStreams, Stage::Synchronised, Level::Program},
    {"describe", "tensors get names, types and the sources of their bytes; none is read yet",
     describe, Stage::Synchronised, Level::Program},
};

LogicalResult runStep(const Step &step, Compilation &c) {
  auto begin = std::chrono::steady_clock::now();
  if (failed(step.run(c)))
    return failure();
  // A module that stops at tiles is between two gates.
  bool isWhole = step.level != Level::Tile || c.options.level != Level::Tile;
  if (step.gate && isWhole && failed(verify::verifyStage(c.module, *step.gate)))
    return failure();
  std::chrono::duration<double> taken = std::chrono::steady_clock::now() - begin;
  c.result.report.steps.push_back({step.name.str(), taken.count()});
  if (c.options.afterStep)
    c.options.afterStep(step.name, c.module);
  return success();
}

} // namespace

FailureOr<CompiledProgram> pipeline::compile(ModuleOp module, const CompileOptions &options,
                                             WeightStore &store) {
  CompiledProgram result;
  Compilation compilation{module, options, store, result};
  for (const Step &step : kSteps)
    if (step.level <= options.level && failed(runStep(step, compilation)))
      return failure();
  return result;
}

ArrayRef<StepFacts> pipeline::steps() {
  static const std::vector<StepFacts> facts = [] {
    std::vector<StepFacts> list;
    for (const Step &step : kSteps)
      list.push_back({step.name, step.why, step.gate ? verify::toText(*step.gate) : ""});
    return list;
  }();
  return facts;
}

void pipeline::registerDialects(DialectRegistry &registry) {
  registry.insert<arith::ArithDialect, func::FuncDialect, scf::SCFDialect, isa::IsaDialect,
                  nn::NnDialect, tile::TileDialect>();
}
