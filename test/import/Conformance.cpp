// Conformance: ONNX's own test models, imported and evaluated by the reference evaluator.
//
// usage: onnx_conformance FOLDER...   each with model.onnx and test_data_set_0/{input,output}_*.pb
//
// A model passes if all outputs agree as values by other algorithms in f32 do; see Difference.h. Refused models (exit class 3) are
// counted; wrong values, or a refusal as malformed, fail the run.
#include "test/compiler/device/Difference.h"
#include "test/import/ConformanceCase.h"

using namespace neuron;

namespace {

enum class Verdict { Passed, Refused, Failed };

Verdict judge(test::ConformanceCase &test) {
  std::unique_ptr<test::ImportedCase> model = test.import();
  if (!model)
    return test.refused ? Verdict::Refused : Verdict::Failed;
  auto function = model->module->lookupSymbol<mlir::func::FuncOp>("main");
  auto results = eval::evaluate(function, model->inputs, &model->store, eval::EvalMode::Reference);
  std::optional<eval::Tensors> expected = test.expected();
  if (!expected)
    return Verdict::Refused;
  test.why = mlir::failed(results) ? "not evaluated" : test::difference(*results, *expected);
  return test.why.empty() ? Verdict::Passed : Verdict::Failed;
}

} // namespace

int main(int argc, char **argv) {
  unsigned counts[3] = {};
  for (int i = 1; i < argc; ++i) {
    if (!test::isConformanceCase(argv[i]))
      continue;
    test::ConformanceCase test(argv[i]);
    Verdict verdict = judge(test);
    ++counts[static_cast<int>(verdict)];
    if (verdict == Verdict::Failed)
      llvm::outs() << "FAILED " << argv[i] << ": " << test.why << "\n";
    else if (verdict == Verdict::Refused)
      llvm::outs() << "refused " << argv[i] << "\n";
  }
  llvm::outs() << counts[0] << " passed, " << counts[1] << " refused, " << counts[2] << " failed\n";
  return counts[2] != 0 || counts[0] == 0;
}
