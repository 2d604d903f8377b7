// Driver: the order of a run, its outputs and its report.

#include "compiler/driver/Driver.h"

#include "compiler/driver/Cache.h"
#include "compiler/driver/ModelText.h"
#include "compiler/driver/Report.h"
#include "compiler/emit/EmitProgram.h"
#include "compiler/emit/ReferWeights.h"
#include "compiler/import/onnx/ImportOnnx.h"
#include "compiler/pipeline/Pipeline.h"
#include "compiler/tune/Predict.h"
#include "compiler/verify/VerifyLayers.h"
#include "passes/verify/VerifyStage.h"
#include "runtime/base/File.h"
#include "runtime/target/Machine.h"

#include "mlir/IR/MLIRContext.h"
#include "mlir/IR/Verifier.h"
#include "mlir/Parser/Parser.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/ThreadPool.h"
#include "llvm/Support/raw_ostream.h"

using namespace neuron;
using namespace neuron::driver;

namespace {

/// The row that fits a failure below the LLVM line.
Code codeOf(ErrorCode code) {
  switch (code) {
  case ErrorCode::Unsupported:
    return Code::NotYetLowered;
  case ErrorCode::ResourceLimit:
    return Code::DoesNotFit;
  case ErrorCode::Malformed:
    return Code::BadTensor;
  case ErrorCode::MissingInput:
    return Code::ExternalMissing;
  case ErrorCode::Io:
    return Code::CannotWrite;
  default:
    return Code::Internal;
  }
}

/// One run: everything that lives from the model's file to the last output.
class Run {
public:
  Run(const Options &options, llvm::raw_ostream &out, llvm::raw_ostream &err)
      : options(options), out(out), diagnostics(err, options.verbosity),
        pool(llvm::hardware_concurrency(options.threads)),
        context(mlir::MLIRContext::Threading::DISABLED) {
    context.setThreadPool(pool);
    report.model = llvm::sys::path::filename(options.model).str();
    report.target = options.target;
    context.printOpOnDiagnostic(false);
    mlir::DialectRegistry registry;
    pipeline::registerDialects(registry);
    context.appendDialectRegistry(registry);
    context.loadAllAvailableDialects();
  }

  Exit execute();

private:
  llvm::LogicalResult compile();
  llvm::LogicalResult checkOptions();
  llvm::LogicalResult loadTarget();
  mlir::OwningOpRef<mlir::ModuleOp> parseText();
  llvm::LogicalResult import();
  llvm::LogicalResult lower();
  llvm::LogicalResult writeProgram(pipeline::CompiledProgram &compiled);
  llvm::LogicalResult fetchProgram();
  void predict();
  llvm::LogicalResult verifyProgram(mlir::ModuleOp imported);
  llvm::LogicalResult verifyEachLayer(mlir::ModuleOp imported, const verify::VerifyOptions &how);
  std::string outputPath() const;
  llvm::LogicalResult printModule();
  void countOps();
  llvm::LogicalResult write(const std::string &path, llvm::StringRef text);
  void finishReport();

  const Options &options;
  llvm::raw_ostream &out;
  Diagnostics diagnostics;
  Report report;
  pipeline::CompileOptions compileOptions;
  llvm::DefaultThreadPool pool; ///< its threads begin when they have work
  mlir::MLIRContext context;
  WeightStore weights;
  mlir::OwningOpRef<mlir::ModuleOp> module;
  std::string cacheKey; ///< "" without a cache
};

/// Writes a whole file, or standard output for "-".
llvm::LogicalResult Run::write(const std::string &path, llvm::StringRef text) {
  if (path == "-") {
    out << text;
    out.flush();
    return llvm::success();
  }
  Status status = writeFile(path, {reinterpret_cast<const uint8_t *>(text.data()), text.size()});
  if (!status.ok())
    return diagnostics.error(Code::CannotWrite, "", status.message());
  return llvm::success();
}

void Run::countOps() {
  module->walk([&](mlir::Operation *op) {
    llvm::StringRef name = op->getName().getStringRef();
    if (name.starts_with("nn.") && name != "nn.weight" && name != "nn.weight_value")
      ++report.ops[name.str()];
  });
}

/// The text of the nn level, as --emit nn prints it; weights lie beside it.
mlir::OwningOpRef<mlir::ModuleOp> Run::parseText() {
  weights.setFolder(llvm::sys::path::parent_path(options.model).str());
  mlir::ScopedDiagnosticHandler handler(&context, [&](mlir::Diagnostic &diagnostic) {
    diagnostics.attach(diagnostic, Code::BadText);
    return mlir::success();
  });
  Result<MappedFile> file = MappedFile::open(options.model);
  if (!file.ok()) {
    bool isMissing = file.status().code() == ErrorCode::MissingInput;
    (void)diagnostics.error(isMissing ? Code::ModelMissing : Code::CannotRead, options.model,
                            isMissing ? "there is no such file" : file.status().message());
    return nullptr;
  }
  ByteSpan bytes = file->bytes();
  llvm::StringRef text(reinterpret_cast<const char *>(bytes.data), bytes.size);
  if (std::optional<TextProblem> problem = findProblem(text)) {
    std::string place = llvm::formatv("{0}:{1}:{2}", options.model, problem->line, problem->column);
    (void)diagnostics.error(Code::BadText, place, problem->what);
    return nullptr;
  }
  auto parsed = mlir::parseSourceString<mlir::ModuleOp>(text, &context, options.model);
  if (!parsed || mlir::failed(verify::verifyStage(*parsed, verify::Stage::Imported, "NC1013")))
    return nullptr;
  return parsed;
}

/// Whether any value is of f64.
static bool computesDoubles(mlir::ModuleOp module) {
  auto isDouble = [](mlir::Type type) {
    auto tensor = mlir::dyn_cast<mlir::RankedTensorType>(type);
    return tensor && tensor.getElementType().isF64();
  };
  auto walked = module.walk([&](mlir::Operation *op) {
    return llvm::any_of(op->getResultTypes(), isDouble) ? mlir::WalkResult::interrupt()
                                                        : mlir::WalkResult::advance();
  });
  return walked.wasInterrupted();
}

llvm::LogicalResult Run::import() {
  report.beginPhase("import");
  importer::ImportFacts facts;
  module = llvm::StringRef(options.model).ends_with(".mlir")
               ? parseText()
               : importer::importOnnx(context, options.model, options.shapes, weights, diagnostics,
                                      facts);
  report.unsupported = facts.unsupported;
  if (!module)
    return llvm::failure();
  report.beginPhase("verify_nn");
  mlir::ScopedDiagnosticHandler handler(&context, [&](mlir::Diagnostic &diagnostic) {
    diagnostics.attach(diagnostic, Code::GateFailed);
    return mlir::success();
  });
  if (mlir::failed(mlir::verify(*module)))
    return llvm::failure();
  countOps();
  if (computesDoubles(*module))
    diagnostics.warning(options.model, "values of f64 are computed and kept as f32, which the "
                                       "machine has; inputs and outputs keep their type");
  return llvm::success();
}

llvm::LogicalResult Run::printModule() {
  std::string text;
  llvm::raw_string_ostream stream(text);
  module->print(stream);
  stream << "\n";
  return write(options.output.empty() ? "-" : options.output, text);
}

/// The model's name with the suffix of a program, in the current folder.
std::string Run::outputPath() const {
  if (!options.output.empty())
    return options.output;
  return (llvm::sys::path::stem(options.model) + ".nprog").str();
}

/// Refuses what is parsed and not there yet, before any work is done.
llvm::LogicalResult Run::checkOptions() {
  bool isStored = options.autoCastType == CastType::Bf16 || options.autoCastType == CastType::Fp16;
  if (options.autoCast == AutoCast::All && !isStored)
    return diagnostics.error(Code::CastType, "",
                             "--auto-cast all keeps data in bf16 or fp16; tf32 and fp8_e4m3 are "
                             "for --auto-cast matmult");
  if (options.verify != Verify::None && options.emit != Emit::Program)
    return diagnostics.error(Code::BadOption, "", "--verify needs --emit program");
  if (options.emit == Emit::Program && outputPath() == "-")
    return diagnostics.error(Code::BadOption, "", "a program is not written to standard output");
  return llvm::success();
}

llvm::LogicalResult Run::loadTarget() {
  Result<target::Machine> loaded = target::loadMachine(options.target);
  if (!loaded.ok())
    return diagnostics.error(Code::UnknownTarget, options.target, loaded.status().message());
  compileOptions.machine = *loaded;
  bool isNew = options.autoCastType == CastType::Tf32 || options.autoCastType == CastType::Fp8E4m3;
  if (options.autoCast != AutoCast::None && isNew && loaded->generation < 2)
    return diagnostics.error(Code::CastType, options.target,
                             "the TensorE of this machine has neither tf32 nor fp8, but bf16 and "
                             "fp16");
  if (!target::findMachine(options.target)) {
    Result<MappedFile> file = MappedFile::open(options.target);
    if (!file.ok())
      return diagnostics.error(Code::CannotRead, options.target, file.status().message());
    ByteSpan bytes = file->bytes();
    compileOptions.machineText.assign(reinterpret_cast<const char *>(bytes.data), bytes.size);
  }
  return llvm::success();
}

/// The type that --auto-cast-type names.
DType castType(const Options &options) {
  switch (options.autoCastType) {
  case CastType::Bf16:
    return DType::Bf16;
  case CastType::Fp16:
    return DType::F16;
  case CastType::Tf32:
    return DType::Tf32;
  case CastType::Fp8E4m3:
    return DType::F8E4M3;
  }
  return DType::F32;
}

llvm::LogicalResult Run::writeProgram(pipeline::CompiledProgram &compiled) {
  report.beginPhase("write");
  if (options.weights == Weights::External) {
    Status referred =
        emit::referToFiles(compiled.program, compiled.contents, weights, outputPath());
    if (!referred.ok())
      return diagnostics.error(Code::ExternalWeights, outputPath(), referred.message());
  }
  Status status = emit::writeProgram(compiled.program, compiled.contents, weights, outputPath());
  if (!status.ok())
    return diagnostics.error(codeOf(status.code()), outputPath(), status.message());
  uint64_t bytes = 0;
  if (!llvm::sys::fs::file_size(outputPath(), bytes))
    report.programBytes = bytes;
  if (!cacheKey.empty()) {
    Status kept = Cache(options.cacheDir).keep(cacheKey, outputPath());
    if (!kept.ok())
      diagnostics.warning(options.cacheDir, "the program is not kept: " + kept.message());
  }
  return llvm::success();
}

/// Takes the program from the cache, if one is asked for and has it. A program that refers to
/// files belongs to its folder and is not kept.
llvm::LogicalResult Run::fetchProgram() {
  if (options.cacheDir.empty() || options.weights == Weights::External)
    return llvm::success();
  report.beginPhase("cache");
  Result<std::string> key = Cache::keyOf(*module, weights, options, compileOptions.machine);
  if (!key.ok())
    return diagnostics.error(codeOf(key.status().code()), options.model, key.status().message());
  cacheKey = *key;
  Result<std::optional<rt::Program>> found = Cache(options.cacheDir).fetch(cacheKey, outputPath());
  if (!found.ok())
    return diagnostics.error(Code::CannotWrite, outputPath(), found.status().message());
  if (!*found)
    return llvm::success();
  const rt::Program &program = **found;
  report.cached = true;
  report.staticInstructions = 0;
  for (unsigned s = 0; s < isa::kNumEngines; ++s)
    *report.staticInstructions += program.stream[s].size();
  report.weightBytes = program.contentBytes();
  report.floor = target::floorOf(compileOptions.machine, program.summary.leastHbmBytes,
                                 program.summary.leastTensorCycles);
  uint64_t bytes = 0;
  if (!llvm::sys::fs::file_size(outputPath(), bytes))
    report.programBytes = bytes;
  return llvm::success();
}

/// Simulates the written file in time. What cannot be told without values stays unknown.
void Run::predict() {
  if (options.optimisation < 2) {
    report.notPredicted = "-O1 does not simulate";
    return;
  }
  report.beginPhase("predict");
  Result<double> latency = tune::predictLatency(outputPath());
  if (!latency.ok())
    report.notPredicted = latency.status().message();
  else
    report.predictedLatencyUs = *latency;
}

llvm::LogicalResult Run::verifyEachLayer(mlir::ModuleOp imported,
                                         const verify::VerifyOptions &how) {
  std::string folder = outputPath() + ".reproducer";
  auto fault = verify::verifyLayers(imported, compileOptions, how, weights,
                                    outputPath() + ".probed", folder);
  if (llvm::failed(fault))
    return llvm::failure();
  if (!*fault) {
    if (diagnostics.failed())
      diagnostics.warning(options.model,
                          "no layer diverges alone: look at how ops are grouped, and "
                          "at states");
    else
      diagnostics.note(options.model, "every layer is as the reference");
    return llvm::success();
  }
  std::string what = llvm::formatv("layer '{0}' ({1}) diverges in {2}: error {3:E}, allowed {4:E}",
                                   printable((*fault)->layer), (*fault)->op,
                                   (*fault)->inNormalisation ? "normalisation" : "lowering",
                                   (*fault)->error, (*fault)->allowed);
  std::vector<std::string> notes;
  if (!(*fault)->inNormalisation)
    notes.push_back("reproducer: " + folder + "/layer.mlir");
  return diagnostics.error(Code::VerifyLayer, options.model, what, notes);
}

/// Compares the program file with the model as it was imported.
llvm::LogicalResult Run::verifyProgram(mlir::ModuleOp imported) {
  report.beginPhase("verify");
  verify::VerifyOptions how;
  how.rounding = {compileOptions.matmulType, compileOptions.dataType};
  auto checks = verify::verifyOutputs(imported, outputPath(), how, weights);
  if (llvm::failed(checks))
    return llvm::failure();
  for (const verify::OutputCheck &check : *checks) {
    std::string what = llvm::formatv("output '{0}': error {1:E}, allowed {2:E}",
                                     printable(check.name), check.error, check.allowed);
    if (check.passes())
      diagnostics.note(options.model, what);
    else
      (void)diagnostics.error(Code::VerifyOutput, options.model, what);
  }
  if (options.verify == Verify::Layer)
    return verifyEachLayer(imported, how);
  return llvm::success(!diagnostics.failed());
}

llvm::LogicalResult Run::lower() {
  if (options.autoCast == AutoCast::Matmult)
    compileOptions.matmulType = castType(options);
  if (options.autoCast == AutoCast::All)
    compileOptions.dataType = castType(options);
  compileOptions.threads = options.threads;
  compileOptions.raiseStates = options.states == States::Auto;
  compileOptions.level = options.emit == Emit::Tile  ? pipeline::Level::Tile
                         : options.emit == Emit::Isa ? pipeline::Level::Isa
                                                     : pipeline::Level::Program;
  compileOptions.origin.compilerVersion = options.version;
  compileOptions.origin.commandLine = options.commandLine;
  compileOptions.origin.model = report.model;
  report.endPhase();
  mlir::ScopedDiagnosticHandler handler(&context, [&](mlir::Diagnostic &diagnostic) {
    diagnostics.attach(diagnostic, Code::NotYetLowered);
    return mlir::success();
  });
  mlir::OwningOpRef<mlir::ModuleOp> imported;
  if (options.verify != Verify::None)
    imported = module->clone();
  if (options.emit == Emit::Program && !options.fit && llvm::failed(fetchProgram()))
    return llvm::failure();
  if (report.cached) {
    predict();
    return imported ? verifyProgram(*imported) : llvm::success();
  }
  llvm::FailureOr<pipeline::CompiledProgram> compiled =
      pipeline::compile(*module, compileOptions, weights);
  if (llvm::failed(compiled))
    return llvm::failure();
  for (const pipeline::StepTime &step : compiled->report.steps)
    report.addPhase(step.step, step.seconds);
  report.distinctBlocks = compiled->report.distinctBlocks;
  report.fallbackOps = compiled->report.map.fallbackOps;
  report.valuesOnChip = compiled->report.map.keptValues;
  for (const plan::NotFused &miss : compiled->report.map.notFused)
    report.notFused.push_back({miss.op, miss.layer, miss.reason});
  report.staticInstructions = compiled->report.staticInstructions;
  report.weightBytes = compiled->report.weightBytes;
  report.floor = target::floorOf(compileOptions.machine, compiled->report.leastHbmBytes,
                                 compiled->report.leastTensorCycles);
  if (options.emit != Emit::Program)
    return printModule();
  if (options.fit) {
    report.notPredicted = "--fit writes no program";
    out << options.model << ": fits " << options.target << ": at most "
        << compiled->report.map.sbufPeakBytes << " bytes of each SBUF partition, "
        << compiled->report.map.psumPeakBanks << " PSUM banks\n";
    return llvm::success();
  }
  if (llvm::failed(writeProgram(*compiled)))
    return llvm::failure();
  predict();
  return imported ? verifyProgram(*imported) : llvm::success();
}

llvm::LogicalResult Run::compile() {
  if (llvm::failed(checkOptions()) || llvm::failed(loadTarget()) || llvm::failed(import()))
    return llvm::failure();
  if (options.check) {
    out << options.model << ": every operator is supported\n";
    return llvm::success();
  }
  return options.emit == Emit::Nn ? printModule() : lower();
}

void Run::finishReport() {
  report.endPhase();
  if (options.report.empty())
    return;
  report.exitStatus = static_cast<int>(diagnostics.exit());
  std::string text;
  llvm::raw_string_ostream stream(text);
  report.write(stream);
  (void)write(options.report, text);
}

Exit Run::execute() {
  // A step that fails and does not say why must not end as a success.
  if (llvm::failed(compile()) && !diagnostics.failed())
    (void)diagnostics.error(Code::Internal, options.model, "compilation failed without a reason");
  finishReport();
  return diagnostics.exit();
}

/// One operator a line, with the opset from which its present form is read.
void listOperators(llvm::raw_ostream &out) {
  out << "ONNX operators, default domain, opset " << importer::oldestOpset() << " to "
      << importer::newestOpset() << "; from opset:\n";
  importer::visitSupportedOperators([&](llvm::StringRef op, int64_t since) {
    out << llvm::format("%-24s %lld\n", op.str().c_str(),
                        static_cast<long long>(std::max(since, importer::oldestOpset())));
  });
}

} // namespace

Exit neuron::driver::runCompiler(const Options &options, llvm::raw_ostream &out,
                                 llvm::raw_ostream &err) {
  if (!options.explain.empty()) {
    if (std::optional<Code> code = parseCode(options.explain)) {
      explain(*code, out);
      return Exit::Success;
    }
    Diagnostics diagnostics(err);
    (void)diagnostics.error(Code::UnknownCode, "",
                            "no code is called " + printable(options.explain));
    return diagnostics.exit();
  }
  if (options.listOps) {
    listOperators(out);
    return Exit::Success;
  }
  return Run(options, out, err).execute();
}
