// Depth costs nothing: a program has the same instructions for any number of equal layers, the
// values of the model, and names the layer of every iteration.
#include "compiler/emit/EmitProgram.h"
#include "compiler/pipeline/Pipeline.h"
#include "compiler/verify/VerifyOutput.h"
#include "runtime/core/Model.h"

#include "mlir/IR/MLIRContext.h"
#include "mlir/Parser/Parser.h"

#include <catch2/catch.hpp>
#include <cmath>
#include <cstdio>

using namespace mlir;
using namespace neuron;

namespace {

constexpr int kWidth = 32, kInner = 1024, kRows = 8;
constexpr int kNumbers = 1 << 20;

/// Text of a model of encoder layers, without heads, each with its own weights and its name.
class Text {
public:
  std::string model(int layers) {
    std::string x = "%x";
    for (int i = 0; i < layers; ++i)
      x = layer(i, x);
    std::string type = tensor(kRows, kWidth);
    return declarations + "func.func @main(%x: " + type + " {nn.name = \"x\"}) -> (" + type +
           " {nn.name = \"y\"}) {\n" + body + "return " + x + " : " + type + "\n}\n";
  }

private:
  static std::string tensor(int rows, int columns) {
    return "tensor<" + std::to_string(rows) + "x" + std::to_string(columns) + "xf32>";
  }

  void line(const std::string &text) { body += text + " loc(\"layer." + number + "\")\n"; }

  std::string weight(const std::string &name, const std::string &type, int elements) {
    std::string symbol = name + number, value = "%" + symbol;
    declarations += "nn.weight @" + symbol + " : " + type + " [#nn.blob<\"numbers\", " +
                    std::to_string(4 * next) + ", " + std::to_string(4 * elements) + " : " + type +
                    ">]\n";
    next = (next + elements) % (kNumbers / 2);
    line(value + " = nn.weight_value @" + symbol + " : " + type);
    return value;
  }

  std::string product(const std::string &name, const std::string &x, int from, int to) {
    std::string w = weight(name + "w", tensor(from, to), from * to), y = "%" + name + number;
    line(y + " = nn.matmul " + x + ", " + w + " : (" + tensor(kRows, from) + ", " +
         tensor(from, to) + ") -> " + tensor(kRows, to));
    std::string vector = "tensor<" + std::to_string(to) + "xf32>";
    std::string b = weight(name + "b", vector, to);
    line(b + "r = nn.reshape " + b + " : (" + vector + ") -> " + tensor(1, to));
    line(y + "s = nn.add " + y + ", " + b + "r : (" + tensor(kRows, to) + ", " + tensor(1, to) +
         ") -> " + tensor(kRows, to));
    return y + "s";
  }

  std::string norm(const std::string &name, const std::string &x) {
    std::string vector = "tensor<" + std::to_string(kWidth) + "xf32>", y = "%" + name + number;
    std::string scale = weight(name + "s", vector, kWidth),
                shift = weight(name + "t", vector, kWidth);
    line(y + " = nn.layer_norm " + x + ", " + scale + ", " + shift +
         " {axis = 1 : i64, epsilon = 1.0e-5 : f64} : (" + tensor(kRows, kWidth) + ", " + vector +
         ", " + vector + ") -> " + tensor(kRows, kWidth));
    return y;
  }

  std::string layer(int index, const std::string &x) {
    number = std::to_string(index);
    std::string type = tensor(kRows, kWidth), wide = tensor(kRows, kInner);
    std::string a = norm("n", x);
    std::string inner = product("up", a, kWidth, kInner);
    line("%g" + number + " = nn.gelu " + inner + " : (" + wide + ") -> " + wide);
    std::string down = product("down", "%g" + number, kInner, kWidth);
    line("%y" + number + " = nn.add " + down + ", " + x + " : (" + type + ", " + type + ") -> " +
         type);
    return "%y" + number;
  }

  std::string declarations, body, number;
  int next = 0;
};

struct Fixture {
  explicit Fixture(MLIRContext::Threading threading = MLIRContext::Threading::DISABLED)
      : context(threading) {
    DialectRegistry registry;
    pipeline::registerDialects(registry);
    context.appendDialectRegistry(registry);
    context.loadAllAvailableDialects();
    options.machine = *target::findMachine("trn1");
    const char *path = SCRATCH "/depth_numbers.bin";
    std::FILE *file = std::fopen(path, "wb");
    REQUIRE(file);
    std::vector<float> values(kNumbers);
    for (int i = 0; i < kNumbers; ++i)
      values[size_t(i)] = 0.3f * std::sin(float(i) * 1.7f);
    REQUIRE(std::fwrite(values.data(), sizeof(float), values.size(), file) == values.size());
    std::fclose(file);
    REQUIRE(store.addFile(path, "numbers").ok());
  }

  pipeline::CompiledProgram compile(int layers) {
    model = parseSourceString<ModuleOp>(Text().model(layers), &context);
    REQUIRE(model);
    OwningOpRef<ModuleOp> copy(model->clone());
    auto compiled = pipeline::compile(*copy, options, store);
    REQUIRE(succeeded(compiled));
    return std::move(*compiled);
  }

  std::string write(const pipeline::CompiledProgram &compiled, const std::string &name) {
    std::string path = std::string(SCRATCH) + "/" + name;
    REQUIRE(emit::writeProgram(compiled.program, compiled.contents, store, path).ok());
    return path;
  }

  MLIRContext context;
  OwningOpRef<ModuleOp> model;
  pipeline::CompileOptions options;
  WeightStore store;
};

uint64_t executed(const std::string &path) {
  Result<rt::Program> program = rt::load(path);
  REQUIRE(program.ok());
  auto model = rt::Model::create(std::move(*program));
  REQUIRE(model.ok());
  sim::RunOptions options;
  options.mode = sim::Mode::Time;
  sim::Report report;
  REQUIRE((*model)->execute(options, {}, &report).ok());

  return report.time.instructions;
}

std::string bytesOf(const std::string &path) {
  Result<MappedFile> file = MappedFile::open(path);
  REQUIRE(file.ok());
  return std::string(reinterpret_cast<const char *>(file->bytes().data), file->bytes().size);
}

} // namespace

TEST_CASE("programs of 6 and of 24 equal layers have the same instructions") {
  Fixture f;
  pipeline::CompiledProgram few = f.compile(6);
  std::string fewPath = f.write(few, "depth6.nprog");
  pipeline::CompiledProgram many = f.compile(24);
  std::string manyPath = f.write(many, "depth24.nprog");
  CHECK(few.report.distinctBlocks == 2);
  CHECK(many.report.staticInstructions == few.report.staticInstructions);
  CHECK(many.program.ops.size() == few.program.ops.size());
  CHECK(many.program.segments.size() == few.program.segments.size());
  CHECK(many.report.ops["nn.gelu"] == 24); // of the imported graph
  double ratio = double(executed(manyPath)) / double(executed(fewPath));
  CHECK(ratio > 3.6);
  CHECK(ratio < 4.4);
}

TEST_CASE("a repeated layer has the model's values") {
  Fixture f;
  std::string path = f.write(f.compile(5), "depth5.nprog");
  auto checks = verify::verifyOutputs(*f.model, path, {}, f.store);
  REQUIRE(succeeded(checks));
  REQUIRE(checks->size() == 1);
  CHECK((*checks)[0].error < 1e-4); // rounding of f32
}

TEST_CASE("every iteration of a repeated op has the name of its layer") {
  Fixture f;
  pipeline::CompiledProgram compiled = f.compile(5);
  const rt::OpTable &ops = compiled.program.ops;
  REQUIRE(ops.repeated().size() == 1);
  uint32_t op = ops.repeated()[0].op;
  CHECK(ops.layer(op) == "layer.0-4");
  CHECK(ops.layer(op, 0) == "layer.0");
  CHECK(ops.layer(op, 3) == "layer.3");
}

TEST_CASE("a fault names the layer of the iteration in which it happens") {
  Fixture f;
  pipeline::CompiledProgram compiled = f.compile(5);
  // Weights of the last product are read two slices apart: of five, the fourth is not there.
  constexpr int64_t slice = kInner * kWidth * 4;
  for (auto &stream : compiled.program.stream)
    for (isa::Inst &inst : stream)
      for (isa::Operand &operand : inst.operand)
        for (isa::Term &term : operand.term)
          if (operand.space == isa::Space::Hbm && term.stride == slice &&
              compiled.program.segments[size_t(operand.base >> isa::kSegmentShift)].kind ==
                  rt::SegmentKind::Weight)
            term.stride = 2 * slice;
  Result<rt::Program> program = rt::load(f.write(compiled, "fault.nprog"));
  REQUIRE(program.ok());
  auto model = rt::Model::create(std::move(*program));
  REQUIRE(model.ok());
  std::vector<float> x(kRows * kWidth, 0.5f);
  sim::Bindings given{{(*model)->find("x"), reinterpret_cast<uint8_t *>(x.data()), 4 * x.size()}};
  Status status = (*model)->execute({}, given);
  REQUIRE_FALSE(status.ok());
  INFO(status.message());
  CHECK(status.message().find(", layer layer.3,") != std::string::npos);
}

TEST_CASE("without outlining every layer has instructions of its own") {
  Fixture f;
  f.options.outlineRepeats = false;
  uint64_t few = f.compile(2).report.staticInstructions;
  CHECK(f.compile(4).report.staticInstructions > few + few / 2);
}

TEST_CASE("a program has the same bytes on one and on several threads") {
  Fixture one, several(MLIRContext::Threading::ENABLED);
  CHECK(bytesOf(one.write(one.compile(4), "threads1.nprog")) ==
        bytesOf(several.write(several.compile(4), "threads2.nprog")));
}
