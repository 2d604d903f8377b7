// Conformance on the device: ONNX's own test models, compiled and executed on the simulator.
//
// usage: onnx_device_conformance [--machine NAME|FILE] FOLDER...
//
// Expected are the values that come with the models, as in the conformance of the import. A
// model that the importer refuses does not count. What the compiler refuses is listed by reason
// and counted; a wrong value, or a fault, fails the run.
#include "test/compiler/device/Difference.h"
#include "test/compiler/device/OnDevice.h"
#include "test/import/ConformanceCase.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Process.h"

#include <map>

using namespace neuron;

namespace {

struct Tally {
  unsigned right = 0, wrong = 0;
  std::map<std::string, std::vector<std::string>> refused; ///< reason -> models
};

/// A reason without what differs from model to model: numbers and locations.
std::string kindOf(llvm::StringRef why) {
  std::string kind;
  for (char c : why.take_front(160))
    if (!llvm::isDigit(c))
      kind += c;
    else if (kind.empty() || kind.back() != '#')
      kind += '#';
  return kind;
}

void judge(const std::string &folder, const pipeline::CompileOptions &options, Tally &tally) {
  test::ConformanceCase test(folder);
  std::unique_ptr<test::ImportedCase> model = test.import();
  std::optional<eval::Tensors> expected = test.expected();
  if (!model || !expected)
    return;
  mlir::DialectRegistry registry;
  pipeline::registerDialects(registry);
  model->context.appendDialectRegistry(registry);
  model->context.loadAllAvailableDialects();
  std::string scratch =
      "onnx_device." + llvm::utostr(llvm::sys::Process::getProcessId()) + ".nprog";
  test::DeviceRun run =
      test::runOnDevice(*model->module, options, model->store, model->inputs, scratch);
  llvm::StringRef name = llvm::StringRef(folder).rsplit('/').second;
  if (run.outcome == test::Outcome::Refused) {
    tally.refused[kindOf(run.why)].push_back(name.str());
    return;
  }
  if (run.outcome == test::Outcome::Ran)
    run.why = test::difference(run.outputs, *expected);
  if (run.why.empty()) {
    ++tally.right;
    return;
  }
  ++tally.wrong;
  llvm::outs() << "WRONG " << name << ": " << run.why << "\n";
}

} // namespace

int main(int argc, char **argv) {
  std::string machine = "trn1";
  int first = 1;
  if (argc > 2 && llvm::StringRef(argv[1]) == "--machine") {
    machine = argv[2];
    first = 3;
  }
  Result<pipeline::CompileOptions> options = test::optionsFor(machine);
  if (!options.ok()) {
    llvm::errs() << options.status().message() << "\n";
    return 2;
  }
  Tally tally;
  for (int i = first; i < argc; ++i)
    if (test::isConformanceCase(argv[i]))
      judge(argv[i], *options, tally);
  size_t refused = 0;
  for (const auto &[reason, models] : tally.refused) {
    refused += models.size();
    llvm::outs() << models.size() << " refused: " << reason << "\n  " << llvm::join(models, " ")
                 << "\n";
  }
  llvm::outs() << tally.right << " right, " << refused << " refused, " << tally.wrong << " wrong\n";
  return tally.wrong != 0 || tally.right == 0;
}
