// Every function of .mlir files, compiled and executed on the simulator, against the reference
// evaluator.
//
// usage: ops_on_device [--machine NAME|FILE] FILE.mlir...
//
// A file is split at its "// -----" lines; parts that expect an error, or whose functions call
// others or name weights, are left out. Constants
// become arguments, so that nothing is folded; arguments that a function has anyway get seeded
// values. Where a function rounds its result to multiples of 1/1024 for the sake of its text,
// the value before that is compared. Everything must compile, run without a fault and agree.
#include "test/compiler/device/Difference.h"
#include "test/compiler/device/OnDevice.h"

#include "compiler/verify/Inputs.h"
#include "dialects/nn/Nn.h"

#include "mlir/IR/SymbolTable.h"
#include "mlir/Parser/Parser.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Process.h"
#include "llvm/Support/raw_ostream.h"

using namespace mlir;
using namespace neuron;

namespace {

struct Counts {
  unsigned right = 0, refused = 0, wrong = 0;
};

/// Looks through cast(round(multiply(x, constant))).
Value beforeRounding(Value value) {
  auto cast = value.getDefiningOp<nn::CastOp>();
  auto round = cast ? cast.getInput().getDefiningOp<nn::RoundOp>() : nullptr;
  auto scale = round ? round.getX().getDefiningOp<nn::MultiplyOp>() : nullptr;
  return scale && scale.getY().getDefiningOp<nn::ConstantOp>() ? scale.getX() : value;
}

/// Makes constants arguments and drops what rounds results. Returns the arguments' values.
eval::Tensors openFunction(func::FuncOp function) {
  Block &body = function.getBody().front();
  auto results = cast<func::ReturnOp>(body.getTerminator());
  for (OpOperand &operand : results->getOpOperands())
    operand.set(beforeRounding(operand.get()));
  for (Operation &op : llvm::make_early_inc_range(llvm::reverse(body)))
    if (op.use_empty() && op.getNumResults())
      op.erase();
  eval::Tensors values;
  for (auto constant : llvm::make_early_inc_range(body.getOps<nn::ConstantOp>())) {
    values.push_back(eval::fromAttribute(constant.getValue()));
    constant.replaceAllUsesWith(body.addArgument(constant.getType(), constant.getLoc()));
    constant.erase();
  }
  function.setType(
      FunctionType::get(function.getContext(), body.getArgumentTypes(), results.getOperandTypes()));
  return values;
}

/// A module of one function, called main, with names for its interface.
OwningOpRef<ModuleOp> isolate(func::FuncOp function) {
  OwningOpRef<ModuleOp> module(ModuleOp::create(function.getLoc()));
  auto main = cast<func::FuncOp>(function->clone());
  main.setSymName("main");
  module->push_back(main);
  return module;
}

void nameInterface(func::FuncOp main) {
  Builder b(main.getContext());
  for (unsigned i = 0; i < main.getNumArguments(); ++i)
    main.setArgAttr(i, "nn.name", b.getStringAttr("i" + llvm::Twine(i)));
  for (unsigned i = 0; i < main.getNumResults(); ++i)
    main.setResultAttr(i, "nn.name", b.getStringAttr("o" + llvm::Twine(i)));
}

/// Whether no function needs another one, a weight or a state.
bool standAlone(ModuleOp module) {
  WalkResult result = module.walk([](Operation *op) {
    bool names = llvm::any_of(op->getAttrs(), [](NamedAttribute attribute) {
      return mlir::isa<SymbolRefAttr>(attribute.getValue());
    });
    return names ? WalkResult::interrupt() : WalkResult::advance();
  });
  return !result.wasInterrupted();
}

class Runner {
public:
  explicit Runner(const pipeline::CompileOptions &options) : options(options) {
    DialectRegistry registry;
    pipeline::registerDialects(registry);
    context.appendDialectRegistry(registry);
    context.loadAllAvailableDialects();
    context.printOpOnDiagnostic(false);
    scratch = "ops_on_device." + llvm::utostr(llvm::sys::Process::getProcessId()) + ".nprog";
  }

  void runFile(llvm::StringRef path) {
    auto buffer = llvm::MemoryBuffer::getFile(path);
    if (!buffer) {
      llvm::outs() << "WRONG " << path << ": cannot be read\n";
      ++counts.wrong;
      return;
    }
    SmallVector<llvm::StringRef> parts;
    (*buffer)->getBuffer().split(parts, "// -----");
    for (llvm::StringRef part : parts)
      if (!part.contains("expected-error") && !part.trim().empty())
        runPart(path, part);
  }

  Counts counts;

private:
  void runPart(llvm::StringRef path, llvm::StringRef text) {
    OwningOpRef<ModuleOp> module = parseSourceString<ModuleOp>(text, &context);
    if (!module) {
      ++counts.wrong;
      return;
    }
    if (!standAlone(*module))
      return;
    for (auto function : module->getOps<func::FuncOp>())
      if (function.getNumResults())
        runFunction(path, function);
  }

  void runFunction(llvm::StringRef path, func::FuncOp function) {
    OwningOpRef<ModuleOp> module = isolate(function);
    auto main = module->lookupSymbol<func::FuncOp>("main");
    FailureOr<eval::Tensors> inputs = verify::makeInputs(main, 1);
    if (failed(inputs))
      return report(path, function, "WRONG", "has no inputs", counts.wrong);
    llvm::append_range(*inputs, openFunction(main));
    nameInterface(main);
    FailureOr<eval::Tensors> want =
        eval::evaluate(main, *inputs, &store, eval::EvalMode::Reference);
    if (failed(want))
      return report(path, function, "WRONG", "is not evaluated", counts.wrong);
    test::DeviceRun run = test::runOnDevice(*module, options, store, *inputs, scratch);
    if (run.outcome != test::Outcome::Ran)
      return report(path, function, run.outcome == test::Outcome::Refused ? "refused" : "FAULT",
                    run.why, run.outcome == test::Outcome::Refused ? counts.refused : counts.wrong);
    std::string what = test::difference(run.outputs, *want, main);
    if (!what.empty())
      return report(path, function, "WRONG", what, counts.wrong);
    ++counts.right;
  }

  void report(llvm::StringRef path, func::FuncOp function, llvm::StringRef verdict,
              llvm::StringRef why, unsigned &count) {
    ++count;
    llvm::outs() << verdict << " " << path.rsplit('/').second << " @" << function.getSymName()
                 << ": " << why.take_front(300) << "\n";
    llvm::outs().flush();
  }

  const pipeline::CompileOptions &options;
  MLIRContext context{MLIRContext::Threading::DISABLED};
  WeightStore store;
  std::string scratch;
};

} // namespace

int main(int argc, char **argv) {
  std::string name = "trn1";
  int first = 1;
  if (argc > 2 && llvm::StringRef(argv[1]) == "--machine") {
    name = argv[2];
    first = 3;
  }
  Result<pipeline::CompileOptions> options = test::optionsFor(name);
  if (!options.ok()) {
    llvm::errs() << options.status().message() << "\n";
    return 2;
  }
  Runner runner(*options);
  for (int i = first; i < argc; ++i)
    runner.runFile(argv[i]);
  const Counts &counts = runner.counts;
  llvm::outs() << counts.right << " right, " << counts.refused << " refused, " << counts.wrong
               << " wrong\n";
  return counts.wrong || counts.refused || !counts.right;
}
