// Driver: the order of a run, its outputs and its report.

#include "compiler/driver/Driver.h"

#include "compiler/driver/Report.h"
#include "compiler/import/onnx/ImportOnnx.h"
#include "runtime/base/File.h"
#include "runtime/target/Machine.h"

#include "mlir/IR/MLIRContext.h"
#include "mlir/IR/Verifier.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/raw_ostream.h"

using namespace neuron;
using namespace neuron::driver;

namespace {

/// One run: everything that lives from the model's file to the last output.
class Run {
public:
  Run(const Options &options, llvm::raw_ostream &out, llvm::raw_ostream &err)
      : options(options), out(out), diagnostics(err, options.verbosity),
        context(mlir::MLIRContext::Threading::DISABLED) {
    report.model = llvm::sys::path::filename(options.model).str();
    report.target = options.target;
  }

  Exit execute();

private:
  llvm::LogicalResult compile();
  llvm::LogicalResult import();
  llvm::LogicalResult printModule();
  void countOps();
  llvm::LogicalResult write(const std::string &path, llvm::StringRef text);
  void finishReport();

  const Options &options;
  llvm::raw_ostream &out;
  Diagnostics diagnostics;
  Report report;
  target::Machine machine;
  mlir::MLIRContext context;
  WeightStore weights;
  mlir::OwningOpRef<mlir::ModuleOp> module;
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

llvm::LogicalResult Run::import() {
  report.beginPhase("import");
  importer::ImportFacts facts;
  module =
      importer::importOnnx(context, options.model, options.shapes, weights, diagnostics, facts);
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
  return llvm::success();
}

llvm::LogicalResult Run::printModule() {
  std::string text;
  llvm::raw_string_ostream stream(text);
  module->print(stream);
  stream << "\n";
  return write(options.output.empty() ? "-" : options.output, text);
}

llvm::LogicalResult Run::compile() {
  Result<target::Machine> loaded = target::loadMachine(options.target);
  if (!loaded.ok())
    return diagnostics.error(Code::UnknownTarget, options.target,
                             loaded.status().message() + "; built in are " +
                                 target::machineNames());
  machine = *loaded;
  if (llvm::failed(import()))
    return llvm::failure();
  if (options.check) {
    diagnostics.note(options.model, "every operator is supported");
    return llvm::success();
  }
  return printModule();
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
  (void)compile();
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
