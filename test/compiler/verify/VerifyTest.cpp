// Verification notices what is wrong, names the layer, and writes a copy of it that runs.
#include "compiler/emit/EmitProgram.h"
#include "compiler/verify/Device.h"
#include "compiler/verify/Metric.h"
#include "compiler/verify/VerifyLayers.h"
#include "dialects/isa/Isa.h"
#include "runtime/base/Npy.h"

#include "mlir/IR/MLIRContext.h"
#include "mlir/Parser/Parser.h"

#include <catch2/catch.hpp>
#include <cmath>

using namespace mlir;
using namespace neuron;

namespace {

constexpr int kLayers = 10;

/// Ten layers: x = tanh(x * w), each with its own weights and its name.
std::string modelText() {
  std::string text = "func.func @main(%x0: tensor<4x8xf32> {nn.name = \"x\"}) -> "
                     "(tensor<4x8xf32> {nn.name = \"y\"}) {\n";
  for (int layer = 1; layer <= kLayers; ++layer) {
    std::string n = std::to_string(layer), name = " loc(\"layer" + n + "\")\n", row, rows;
    for (int i = 0; i < 64; ++i) {
      row += (i % 8 ? ", " : "[") + std::to_string(std::sin(double(layer * 64 + i)));
      if (i % 8 == 7) {
        rows += (rows.empty() ? "" : ", ") + row + "]";
        row.clear();
      }
    }
    text += "%w" + n + " = nn.constant dense<[" + rows + "]> : tensor<8x8xf32>" + name;
    text += "%p" + n + " = nn.matmul %x" + std::to_string(layer - 1) + ", %w" + n +
            " : (tensor<4x8xf32>, tensor<8x8xf32>) -> tensor<4x8xf32>" + name;
    text += "%x" + n + " = nn.tanh %p" + n + " : (tensor<4x8xf32>) -> tensor<4x8xf32>" + name;
  }
  return text + "return %x" + std::to_string(kLayers) + " : tensor<4x8xf32>\n}\n";
}

struct Fixture {
  Fixture() {
    DialectRegistry registry;
    pipeline::registerDialects(registry);
    context.appendDialectRegistry(registry);
    context.loadAllAvailableDialects();
    model = parseSourceString<ModuleOp>(modelText(), &context);
    REQUIRE(model);
    options.machine = *target::findMachine("trn1");
  }

  /// Compiles a copy of the model to a program file.
  std::string compile(ModuleOp source, const std::string &name) {
    OwningOpRef<ModuleOp> copy(source.clone());
    auto compiled = pipeline::compile(*copy, options, store);
    REQUIRE(succeeded(compiled));
    std::string path = std::string(SCRATCH) + "/" + name;
    REQUIRE(emit::writeProgram(compiled->program, compiled->contents, store, path).ok());
    return path;
  }

  /// From now on the tanh of layer 7 is compiled as a sigmoid.
  void corruptLayer7() {
    options.afterStep = [](llvm::StringRef step, ModuleOp module) {
      if (step != "map")
        return;
      module.walk([](isa::InstOp op) {
        auto name = dyn_cast<NameLoc>(op.getLoc());
        isa::Inst inst = op.getInst();
        bool isFunction =
            inst.opcode == isa::Opcode::Activate || inst.opcode == isa::Opcode::LoadTable;
        if (!name || name.getName() != "layer7" || !isFunction)
          return;
        if (inst.opcode == isa::Opcode::Activate)
          isa::Activate::setFunction(inst, isa::Activation::Sigmoid);
        else
          isa::LoadTable::setFunction(inst, isa::Activation::Sigmoid);
        op.setInst(inst);
      });
    };
  }

  MLIRContext context{MLIRContext::Threading::DISABLED};
  OwningOpRef<ModuleOp> model;
  pipeline::CompileOptions options;
  WeightStore store;
};

eval::HostTensor vectorOf(std::vector<float> values) {
  eval::HostTensor tensor(DType::F32, {int64_t(values.size())});
  eval::store(values, tensor);
  return tensor;
}

} // namespace

TEST_CASE("a right program passes") {
  Fixture f;
  auto checks = verify::verifyOutputs(*f.model, f.compile(*f.model, "right.nprog"), {}, f.store);
  REQUIRE(succeeded(checks));
  REQUIRE(checks->size() == 1);
  CHECK((*checks)[0].name == "y");
  // Ten layers that each amplify the rounding of f32, 6e-8.
  CHECK((*checks)[0].error < 1e-4);
  auto fault = verify::verifyLayers(*f.model, f.options, {}, f.store, SCRATCH "/right.probed",
                                    SCRATCH "/right.reproducer");
  REQUIRE(succeeded(fault));
  CHECK_FALSE(fault->has_value());
}

TEST_CASE("operands rounded to bf16 pass when that was asked for, and only then") {
  Fixture f;
  f.options.matmulType = DType::Bf16;
  std::string path = f.compile(*f.model, "bf16.nprog");
  verify::VerifyOptions how;
  auto strict = verify::verifyOutputs(*f.model, path, how, f.store);
  how.rounding.products = DType::Bf16;
  auto fair = verify::verifyOutputs(*f.model, path, how, f.store);
  REQUIRE((succeeded(strict) && succeeded(fair)));
  CHECK_FALSE((*strict)[0].passes());
  CHECK((*fair)[0].passes());
  CHECK((*fair)[0].allowed > verify::kAllowedError);
}

TEST_CASE("a wrong layer 7 fails the output and is named") {
  Fixture f;
  f.corruptLayer7();
  auto checks = verify::verifyOutputs(*f.model, f.compile(*f.model, "wrong.nprog"), {}, f.store);
  REQUIRE(succeeded(checks));
  CHECK_FALSE((*checks)[0].passes());
  auto fault = verify::verifyLayers(*f.model, f.options, {}, f.store, SCRATCH "/wrong.probed",
                                    SCRATCH "/wrong.reproducer");
  REQUIRE(succeeded(fault));
  REQUIRE(fault->has_value());
  CHECK((*fault)->layer == "layer7");
  CHECK((*fault)->op == "nn.tanh");
  CHECK_FALSE((*fault)->inNormalisation);
}

TEST_CASE("the reproducer is a model that runs") {
  Fixture f;
  f.corruptLayer7();
  auto fault = verify::verifyLayers(*f.model, f.options, {}, f.store, SCRATCH "/copy.probed",
                                    SCRATCH "/copy.reproducer");
  REQUIRE((succeeded(fault) && fault->has_value()));
  f.options.afterStep = nullptr;
  auto layer = parseSourceFile<ModuleOp>(SCRATCH "/copy.reproducer/layer.mlir", &f.context);
  REQUIRE(layer);
  Result<std::unique_ptr<verify::Device>> device =
      verify::Device::load(f.compile(*layer, "copy.nprog"));
  REQUIRE(device.ok());
  Result<neuron::HostTensor> operand = readNpy(SCRATCH "/copy.reproducer/a0.npy");
  Result<neuron::HostTensor> expected = readNpy(SCRATCH "/copy.reproducer/expected.npy");
  REQUIRE((operand.ok() && expected.ok()));
  eval::HostTensor input(DType::F32, {4, 8});
  std::copy(operand->bytes.begin(), operand->bytes.end(), input.bytes.begin());
  Result<eval::Tensors> outputs =
      (*device)->run(layer->lookupSymbol<func::FuncOp>("main"), {input});
  REQUIRE(outputs.ok());
  eval::HostTensor right((*outputs)[0].type, (*outputs)[0].shape);
  std::copy(expected->bytes.begin(), expected->bytes.end(), right.bytes.begin());
  CHECK(verify::relativeError((*outputs)[0], right) < 1e-5);
}

TEST_CASE("the metric is not fooled") {
  std::vector<eval::HostTensor> expected = {vectorOf({10, 11}), vectorOf({10, 9})};
  // A constant answer, close as it is to every expected value, is an error of 1.
  std::vector<eval::HostTensor> constant = {vectorOf({10, 10}), vectorOf({10, 10})};
  CHECK(verify::relativeError(constant, expected) == Approx(1.0));
  CHECK(verify::relativeError(expected, expected) == 0);
  // Runs that do not differ are measured by their size.
  std::vector<eval::HostTensor> same = {vectorOf({3, 4}), vectorOf({3, 4})};
  std::vector<eval::HostTensor> off = {vectorOf({3, 5}), vectorOf({3, 4})};
  CHECK(verify::relativeError(off, same) == Approx(1 / std::sqrt(50.0)));
  std::vector<eval::HostTensor> broken = {vectorOf({10, NAN}), vectorOf({10, 9})};
  CHECK(std::isinf(verify::relativeError(broken, expected)));
  CHECK(verify::roundingAllowance(broken, expected) == 0);
  CHECK(verify::roundingAllowance(constant, expected) == Approx(2.0));
}
