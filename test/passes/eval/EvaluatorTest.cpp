// The evaluators on functions: weights from files, states between executions, refusals.
#include "passes/eval/Evaluator.h"

#include "dialects/nn/Nn.h"
#include "passes/weights/WeightStore.h"
#include "runtime/base/Numbers.h"

#include "mlir/IR/Diagnostics.h"
#include "mlir/IR/OwningOpRef.h"
#include "mlir/Parser/Parser.h"

#include <catch2/catch.hpp>
#include <cstdio>

using namespace neuron;
using namespace neuron::eval;

namespace {

/// A module, the files it reads, and what was reported.
struct Model {
  mlir::MLIRContext context;
  WeightStore store;
  std::string reported;
  mlir::OwningOpRef<mlir::ModuleOp> module;

  explicit Model(const char *text) {
    context.loadDialect<nn::NnDialect, mlir::func::FuncDialect>();
    context.getDiagEngine().registerHandler([this](mlir::Diagnostic &diagnostic) {
      reported += diagnostic.str() + "\n";
      return mlir::success();
    });
    module = mlir::parseSourceString<mlir::ModuleOp>(text, &context);
    REQUIRE(module);
  }

  mlir::func::FuncOp main() { return module->lookupSymbol<mlir::func::FuncOp>("main"); }
};

HostTensor floats(llvm::ArrayRef<int64_t> shape, std::vector<float> values) {
  HostTensor tensor(DType::F32, shape);
  store(values, tensor);
  return tensor;
}

/// A file of six floats 1..6 in the working folder.
void addNumbers(WeightStore &files) {
  const char *path = "evaluator_test_numbers.bin";
  std::FILE *file = std::fopen(path, "wb");
  REQUIRE(file);
  float values[] = {1, 2, 3, 4, 5, 6};
  REQUIRE(std::fwrite(values, sizeof(values), 1, file) == 1);
  std::fclose(file);
  REQUIRE(files.addFile(path, "numbers").ok());
}

const char *kLinear = R"(
  nn.weight @w : tensor<3x2xf32> [#nn.blob<"numbers", 0, 24 : tensor<2x3xf32>>] [#nn.permute<[1, 0]>]
  func.func @main(%x: tensor<1x3xf32>) -> tensor<1x2xf32> {
    %w = nn.weight_value @w : tensor<3x2xf32>
    %y = nn.matmul %x, %w : (tensor<1x3xf32>, tensor<3x2xf32>) -> tensor<1x2xf32>
    return %y : tensor<1x2xf32>
  })";

} // namespace

TEST_CASE("a weight is read through its transforms") {
  Model model(kLinear);
  addNumbers(model.store);
  for (EvalMode mode : {EvalMode::Portable, EvalMode::Reference}) {
    auto results = evaluate(model.main(), {floats({1, 3}, {1, 10, 100})}, &model.store, mode);
    REQUIRE(mlir::succeeded(results));
    CHECK(load<float>((*results)[0]) == std::vector<float>{321, 654});
  }
}

TEST_CASE("what cannot be read is reported") {
  Model model(kLinear);
  HostTensor input = floats({1, 3}, {1, 10, 100});
  CHECK(mlir::failed(evaluate(model.main(), {input}, nullptr, EvalMode::Portable)));
  CHECK(model.reported.find("there are no weights here") != std::string::npos);
  CHECK(mlir::failed(evaluate(model.main(), {input}, &model.store, EvalMode::Portable)));
}

TEST_CASE("inputs of another number or type are refused") {
  Model model(kLinear);
  CHECK(mlir::failed(evaluate(model.main(), {}, &model.store, EvalMode::Portable)));
  CHECK(model.reported.find("has 1 inputs, given 0") != std::string::npos);
  HostTensor wide = floats({1, 4}, {1, 2, 3, 4});
  CHECK(mlir::failed(evaluate(model.main(), {wide}, &model.store, EvalMode::Portable)));
  CHECK(model.reported.find("given 'tensor<1x4xf32>'") != std::string::npos);
}

TEST_CASE("a state keeps its value between executions of one evaluator") {
  Model model(R"(
    nn.state @sum : tensor<2xf32>
    func.func @main(%x: tensor<2xf32>) -> tensor<2xf32> {
      %old = nn.state_read @sum : tensor<2xf32>
      %new = nn.add %old, %x : (tensor<2xf32>, tensor<2xf32>) -> tensor<2xf32>
      nn.state_write @sum, %new : tensor<2xf32>
      return %new : tensor<2xf32>
    })");
  Evaluator evaluator(nullptr, EvalMode::Portable);
  HostTensor input = floats({2}, {1, 2});
  REQUIRE(mlir::succeeded(evaluator.run(model.main(), {input})));
  auto second = evaluator.run(model.main(), {input});
  REQUIRE(mlir::succeeded(second));
  CHECK(load<float>((*second)[0]) == std::vector<float>{2, 4});
  auto fresh = evaluate(model.main(), {input}, nullptr, EvalMode::Portable);
  REQUIRE(mlir::succeeded(fresh));
  CHECK(load<float>((*fresh)[0]) == std::vector<float>{1, 2});
}

TEST_CASE("calls are followed, recursion is refused") {
  Model model(R"(
    func.func @half(%x: tensor<1xf32>) -> tensor<1xf32> {
      %c = nn.constant dense<0.5> : tensor<1xf32>
      %y = nn.multiply %x, %c : (tensor<1xf32>, tensor<1xf32>) -> tensor<1xf32>
      return %y : tensor<1xf32>
    }
    func.func @again(%x: tensor<1xf32>) -> tensor<1xf32> {
      %y = func.call @again(%x) : (tensor<1xf32>) -> tensor<1xf32>
      return %y : tensor<1xf32>
    }
    func.func @main(%x: tensor<1xf32>) -> tensor<1xf32> {
      %a = func.call @half(%x) : (tensor<1xf32>) -> tensor<1xf32>
      %b = func.call @half(%a) : (tensor<1xf32>) -> tensor<1xf32>
      return %b : tensor<1xf32>
    })");
  unsigned seen = 0;
  Evaluator evaluator(nullptr, EvalMode::Reference);
  evaluator.onResults = [&](mlir::Operation *, llvm::ArrayRef<HostTensor>) { ++seen; };
  auto results = evaluator.run(model.main(), {floats({1}, {8})});
  REQUIRE(mlir::succeeded(results));
  CHECK(load<float>((*results)[0]) == std::vector<float>{2});
  CHECK(seen == 2); // the calls of the outermost function
  auto again = model.module->lookupSymbol<mlir::func::FuncOp>("again");
  CHECK(mlir::failed(evaluator.run(again, {floats({1}, {8})})));
  CHECK(model.reported.find("calls itself") != std::string::npos);
}

TEST_CASE("a repeated block carries, slices, collects and keeps a state an iteration") {
  Model model(R"(
    nn.weight @w : tensor<2x3xf32> [#nn.blob<"numbers", 0, 12 : tensor<3xf32>>, #nn.blob<"numbers", 12, 12 : tensor<3xf32>>]
    nn.weight @first : tensor<2x3xf32> [#nn.blob<"numbers", 0, 24 : tensor<2x3xf32>>]
    nn.state @sum : tensor<2x3xf32> initial @first
    func.func private @step(%x: tensor<3xf32>, %i: tensor<3xf32>, %s: tensor<3xf32>) -> (tensor<3xf32>, tensor<3xf32>) {
      %w = nn.weight_value @w each : tensor<3xf32>
      %a = nn.multiply %x, %w : (tensor<3xf32>, tensor<3xf32>) -> tensor<3xf32>
      %b = nn.add %a, %i : (tensor<3xf32>, tensor<3xf32>) -> tensor<3xf32>
      %old = nn.state_read @sum each : tensor<3xf32>
      %new = nn.add %old, %s : (tensor<3xf32>, tensor<3xf32>) -> tensor<3xf32>
      nn.state_write @sum each, %new : tensor<3xf32>
      return %b, %new : tensor<3xf32>, tensor<3xf32>
    }
    func.func @main(%x: tensor<3xf32>, %i: tensor<3xf32>, %s: tensor<2x3xf32>) -> (tensor<3xf32>, tensor<2x3xf32>) {
      %r:2 = nn.repeat @step, 2 carried(%x) invariant(%i) sliced(%s) : (tensor<3xf32>, tensor<3xf32>, tensor<2x3xf32>) -> (tensor<3xf32>, tensor<2x3xf32>)
      return %r#0, %r#1 : tensor<3xf32>, tensor<2x3xf32>
    })");
  addNumbers(model.store);
  std::vector<HostTensor> inputs = {floats({3}, {1, 1, 2}), floats({3}, {1, 0, 0}),
                                    floats({2, 3}, {1, 0, 0, 0, 0, 10})};
  for (EvalMode mode : {EvalMode::Portable, EvalMode::Reference}) {
    Evaluator evaluator(&model.store, mode);
    auto once = evaluator.run(model.main(), inputs);
    REQUIRE(mlir::succeeded(once));
    // ((1, 1, 2) * (1, 2, 3) + (1, 0, 0)) * (4, 5, 6) + (1, 0, 0)
    CHECK(load<float>((*once)[0]) == std::vector<float>{9, 10, 36});
    CHECK(load<float>((*once)[1]) == std::vector<float>{2, 2, 3, 4, 5, 16});
    auto twice = evaluator.run(model.main(), inputs);
    REQUIRE(mlir::succeeded(twice));
    CHECK(load<float>((*twice)[0]) == std::vector<float>{9, 10, 36});
    CHECK(load<float>((*twice)[1]) == std::vector<float>{3, 2, 3, 4, 5, 26});
  }
  auto block = model.module->lookupSymbol<mlir::func::FuncOp>("step");
  CHECK(mlir::failed(
      evaluate(block, {inputs[0], inputs[1], inputs[1]}, &model.store, EvalMode::Portable)));
  CHECK(model.reported.find("outside of a repeated block") != std::string::npos);
}

TEST_CASE("constants keep their bits on the way to host tensors and back") {
  Model model(R"(
    func.func @main() -> (tensor<3xi1>, tensor<2xf16>, tensor<2xui8>, tensor<2x2xi64>) {
      %a = nn.constant dense<[true, false, true]> : tensor<3xi1>
      %b = nn.constant dense<[1.5, -0.25]> : tensor<2xf16>
      %c = nn.constant dense<[255, 7]> : tensor<2xui8>
      %d = nn.constant dense<-3> : tensor<2x2xi64>
      return %a, %b, %c, %d : tensor<3xi1>, tensor<2xf16>, tensor<2xui8>, tensor<2x2xi64>
    })");
  for (auto constant : model.main().getOps<nn::ConstantOp>())
    CHECK(toAttribute(fromAttribute(constant.getValue()), &model.context) == constant.getValue());
  auto results = evaluate(model.main(), {}, nullptr, EvalMode::Reference);
  REQUIRE(mlir::succeeded(results));
  CHECK(load<int64_t>((*results)[0]) == std::vector<int64_t>{1, 0, 1});
  CHECK(load<double>((*results)[1]) == std::vector<double>{1.5, -0.25});
  CHECK(load<int64_t>((*results)[2]) == std::vector<int64_t>{255, 7});
  CHECK(load<int64_t>((*results)[3]) == std::vector<int64_t>(4, -3));
}
