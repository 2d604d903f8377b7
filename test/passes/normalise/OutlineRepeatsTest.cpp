// Outlining keeps values: random layered models before and after, by the portable evaluator.
#include "LayeredModel.h"

#include "dialects/nn/Nn.h"
#include "passes/Passes.h"
#include "passes/eval/Evaluator.h"
#include "passes/weights/WeightStore.h"

#include "mlir/IR/Diagnostics.h"
#include "mlir/IR/OwningOpRef.h"
#include "mlir/IR/Verifier.h"
#include "mlir/Parser/Parser.h"
#include "mlir/Pass/PassManager.h"

#include <catch2/catch.hpp>
#include <cmath>
#include <cstdio>

using namespace neuron;

namespace {

constexpr unsigned kModels = 400;

/// A file of 4096 floats between -1 and 1 in the working folder.
void addNumbers(WeightStore &files) {
  const char *path = "outline_repeats_numbers.bin";
  std::FILE *file = std::fopen(path, "wb");
  REQUIRE(file);
  for (int i = 0; i < 4096; ++i) {
    float value = std::sin(float(i) * 1.7f);
    REQUIRE(std::fwrite(&value, sizeof(value), 1, file) == 1);
  }
  std::fclose(file);
  REQUIRE(files.addFile(path, "numbers").ok());
}

/// Two executions, because states carry over.
std::vector<eval::Tensors> execute(mlir::ModuleOp module, unsigned inputs, WeightStore &store) {
  std::vector<eval::Tensors> results;
  eval::Evaluator evaluator(&store, eval::EvalMode::Portable);
  auto main = module.lookupSymbol<mlir::func::FuncOp>("main");
  for (int run = 0; run < 2; ++run) {
    eval::Tensors tensors;
    for (unsigned i = 0; i < inputs; ++i) {
      std::vector<float> values;
      for (unsigned k = 0; k < 8; ++k)
        values.push_back(std::cos(float(k + 8 * i + 100 * unsigned(run))));
      eval::store(values, tensors.emplace_back(DType::F32, llvm::ArrayRef<int64_t>{2, 4}));
    }
    auto outputs = evaluator.run(main, tensors);
    REQUIRE(mlir::succeeded(outputs));
    results.push_back(*outputs);
  }
  return results;
}

unsigned iterations(mlir::ModuleOp module) {
  unsigned count = 0;
  module.walk([&](nn::RepeatOp repeat) { count += unsigned(repeat.getCount()); });
  return count;
}

} // namespace

TEST_CASE("outlining keeps the values of layered models") {
  mlir::MLIRContext context(mlir::MLIRContext::Threading::DISABLED);
  context.loadDialect<nn::NnDialect, mlir::func::FuncDialect>();
  mlir::ScopedDiagnosticHandler quiet(&context, [](mlir::Diagnostic &diagnostic) {
    return mlir::success(diagnostic.getSeverity() == mlir::DiagnosticSeverity::Remark);
  });
  WeightStore store;
  addNumbers(store);
  unsigned outlined = 0, whole = 0;
  for (uint32_t seed = 0; seed < kModels; ++seed) {
    test::LayeredModel model = test::makeLayeredModel(seed);
    INFO("seed " << seed << "\n" << model.text);
    auto module = mlir::parseSourceString<mlir::ModuleOp>(model.text, &context);
    REQUIRE(module);
    std::vector<eval::Tensors> before = execute(*module, model.inputs, store);
    mlir::PassManager passes(&context);
    passes.addPass(passes::createOutlineRepeats());
    REQUIRE(mlir::succeeded(passes.run(*module)));
    REQUIRE(mlir::succeeded(mlir::verify(*module)));
    std::vector<eval::Tensors> after = execute(*module, model.inputs, store);
    REQUIRE(after.size() == before.size());
    for (size_t run = 0; run < before.size(); ++run)
      for (size_t i = 0; i < before[run].size(); ++i)
        CHECK(after[run][i].bytes == before[run][i].bytes);
    outlined += iterations(*module) > 0;
    whole += iterations(*module) >= model.layers;
  }
  // Small tensors make copies dear, so that layers with inputs or outputs of their own stay.
  CHECK(outlined >= kModels / 2);
  CHECK(whole >= kModels / 2);
}
