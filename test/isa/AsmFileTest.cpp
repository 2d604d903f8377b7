// Whole assembly files: what they mean, how they print, where their errors stand.
#include "runtime/isa/AsmFile.h"
#include "runtime/base/File.h"
#include "runtime/isa/Check.h"
#include "runtime/isa/Encode.h"

#include <catch2/catch.hpp>

#include <dirent.h>

#include <algorithm>
#include <random>

using namespace neuron;
using namespace neuron::isa;

namespace {

AsmFile parsed(const std::string &text, const std::string &place = "t.s") {
  Result<AsmFile> file = parseAsm(text, place);
  INFO(text << "\n" << file.status().message());
  REQUIRE(file.ok());
  return std::move(*file);
}

std::string errorOf(const std::string &text) {
  Result<AsmFile> file = parseAsm(text, "t.s");
  CHECK_FALSE(file.ok());
  return file.status().message();
}

struct NoTensors : TensorSource {
  Result<Evaluated> tensor(const std::string &name) const override {
    if (name == "two")
      return Evaluated{{2, 2}, {1, 2, 3, 4}};
    return Status(ErrorCode::InvalidArgument, "no tensor is called " + name);
  }
};

std::vector<double> evaluated(const std::string &text, std::vector<uint64_t> shape) {
  Cursor at(text, 1, 1);
  Expression expression;
  REQUIRE(parseExpression(at, expression).ok());
  CHECK(toText(expression) == text);
  Result<Evaluated> result = evaluate(expression, DType::F32, shape, NoTensors(), "");
  INFO(text << ": " << result.status().message());
  REQUIRE(result.ok());
  return result->values;
}

} // namespace

TEST_CASE("the committed kernels are sound and print to themselves") {
  std::string folder = std::string(NEURON_SOURCE) + "/models/kernels/";
  DIR *directory = ::opendir(folder.c_str());
  REQUIRE(directory);
  unsigned files = 0;
  while (dirent *entry = ::readdir(directory)) {
    std::string name = entry->d_name;
    if (name.size() < 3 || name.substr(name.size() - 2) != ".s")
      continue;
    ++files;
    Result<MappedFile> mapped = MappedFile::open(folder + name);
    REQUIRE(mapped.ok());
    std::string text(reinterpret_cast<const char *>(mapped->bytes().data), mapped->bytes().size);
    AsmFile file = parsed(text, name);
    Result<target::Machine> machine = machineOf(file);
    REQUIRE(machine.ok());
    for (const std::vector<Inst> &code : file.stream)
      for (const Inst &inst : code) {
        Status status = check(inst, *machine);
        INFO(name << ": " << toText(inst) << ": " << status.message());
        CHECK(status.ok());
      }
    std::string printed = toText(file);
    AsmFile again = parsed(printed, name);
    CHECK(again.stream == file.stream);
    CHECK(toText(again) == printed);
  }
  ::closedir(directory);
  CHECK(files == 5);
}

TEST_CASE("the example of the manual is sound") {
  Result<MappedFile> mapped = MappedFile::open(std::string(NEURON_SOURCE) + "/docs/assembly.md");
  REQUIRE(mapped.ok());
  std::string text(reinterpret_cast<const char *>(mapped->bytes().data), mapped->bytes().size);
  size_t begin = text.find("```\n") + 4, end = text.find("```", begin);
  REQUIRE(end != std::string::npos);
  AsmFile file = parsed(text.substr(begin, end - begin));
  CHECK(file.stream[unsigned(Engine::Sync)].size() == 4);
  for (const std::vector<Inst> &code : file.stream)
    for (const Inst &inst : code)
      CHECK(check(inst, *machineOf(file)).message() == "");
}

TEST_CASE("broken files never do more than fail") {
  Result<MappedFile> mapped =
      MappedFile::open(std::string(NEURON_SOURCE) + "/models/kernels/worked_example.s");
  REQUIRE(mapped.ok());
  std::string text(reinterpret_cast<const char *>(mapped->bytes().data), mapped->bytes().size);
  std::mt19937_64 random(4);
  for (int round = 0; round < 3000; ++round) {
    std::string broken = text;
    for (uint64_t edits = 1 + random() % 3; edits > 0; --edits) {
      size_t at = random() % broken.size();
      switch (random() % 3) {
      case 0:
        broken.erase(at, random() % 20);
        break;
      case 1:
        broken.insert(at, text.substr(random() % text.size(), random() % 20));
        break;
      case 2:
        broken[at] = static_cast<char>(random());
      }
    }
    Result<AsmFile> file = parseAsm(broken, "t.s");
    if (file.ok())
      parsed(toText(*file));
    else
      CHECK(file.status().message().rfind("t.s:", 0) == 0);
  }
}

TEST_CASE("every instruction has its program") {
  for (const InstFacts &facts : kInstFacts) {
    std::string path = std::string(NEURON_SOURCE) + "/test/isa/" + facts.mnemonic + ".s";
    Result<MappedFile> mapped = MappedFile::open(path);
    INFO(path);
    REQUIRE(mapped.ok());
    std::string text(reinterpret_cast<const char *>(mapped->bytes().data), mapped->bytes().size);
    bool used = false;
    for (const std::vector<Inst> &code : parsed(text, path).stream)
      for (const Inst &inst : code)
        used |= inst.opcode == facts.opcode;
    CHECK(used);
  }
}

TEST_CASE("semaphores know who signals and who takes them") {
  AsmFile file = parsed(".semaphore a\n.semaphore b = 2\n.semaphore c\n"
                        ".engine sync\n"
                        "dma sbuf.f32[0:1]@0, hbm.f32@0:0 {1} queue=3 take b signal a\n"
                        ".engine vector\n"
                        "take a\n"
                        "memset sbuf.f32[0:1]@0 signal b read signal c\n");
  REQUIRE(file.semaphores.size() == 3);
  CHECK(file.semaphores[0].producer == AsmSemaphore::Queue);
  CHECK(file.semaphores[0].source == 3);
  CHECK(file.semaphores[0].consumers == 1u << unsigned(Engine::Vector));
  CHECK(file.semaphores[1].producer == AsmSemaphore::Read);
  CHECK(file.semaphores[1].source == unsigned(Engine::Vector));
  CHECK(file.semaphores[1].initial == 2);
  CHECK(file.semaphores[2].producer == AsmSemaphore::Complete);
  CHECK(file.semaphores[2].consumers == 0);
}

TEST_CASE("functions have a section for every engine, and sections return") {
  AsmFile file = parsed(".func main\n.engine sync\ncall body\n.engine vector\nnop\nreturn\n"
                        ".func body\n.engine sync\nnop\n");
  REQUIRE(file.functions.size() == 2);
  CHECK(file.functions[1].name == "body");
  CHECK(file.functions[1].entry[unsigned(Engine::Sync)] == 2);
  CHECK(file.functions[1].entry[unsigned(Engine::Vector)] == kNoEntry);
  CHECK(Call(file.stream[unsigned(Engine::Sync)][0]).function() == 1);
  CHECK(file.stream[unsigned(Engine::Sync)].size() == 4);
  CHECK(file.stream[unsigned(Engine::Vector)].size() == 2);
}

TEST_CASE("expectations, bounds and parameters are kept") {
  std::string text = ".machine trn1\n.param sbufPartitionBytes = 24576\n.queue 0 in_flight 1\n"
                     ".cores 2\n.queue 1 described\n"
                     ".tensor x input i32 [1] = all(3)\n.tensor y output f32 [2]\n"
                     ".max_cycles 1000\n.expect start @here[2] = 12\n"
                     ".expect complete @here = start @here[1] + 7\n.expect total = 99\n"
                     ".expect_values y = add(values(1, 2), all(0.5)) within 0.125\n"
                     ".expect_fault out-of-bounds \"beyond\"\n"
                     "\n.func main\n.engine sync\n  reg_load hbm.i32@x {1} dst=r1\n"
                     ".bound trips 7\nhere:\n  loop r1\n    nop\n  endloop\n  return\n";
  AsmFile file = parsed(text);
  CHECK(toText(file) == text);
  CHECK(machineOf(file)->sbufPartitionBytes == 24576);
  CHECK(file.cores == 2);
  CHECK(file.queuesDescribed == 2);
  REQUIRE(file.bounds.size() == 1);
  CHECK(file.bounds[0].index == 1);
  CHECK(file.bounds[0].limit == 7);
  REQUIRE(file.expectTimes.size() == 3);
  CHECK(file.expectTimes[1].since->occurrence == 1);
  CHECK(file.expectTimes[0].point.occurrence == 2);
  CHECK(file.expectFaults[0].kind == "out-of-bounds");
}

TEST_CASE("the sequential form names engines") {
  AsmFile file = parsed(".engine sequential\nvector.memset sbuf.f32[0:1]@0 value=1\nsync.nop\n");
  REQUIRE(file.hasSequential());
  CHECK(file.stream[kSequentialStream][0].engine == Engine::Vector);
  CHECK(parsed(toText(file)).stream == file.stream);
}

TEST_CASE("errors of a file say line and column") {
  CHECK(errorOf("nop\n") == "t.s:1:1: an instruction before the first .engine");
  CHECK(errorOf(".engine vektor\n") == "t.s:1:9: no engine is called 'vektor'");
  CHECK(errorOf("\n.machine trn8\n").rfind("t.s:1:1: no machine is called 'trn8'", 0) == 0);
  CHECK(errorOf(".engine vector\n  tensor.nop\n") ==
        "t.s:2:3: the instruction belongs to another engine's section");
  CHECK(errorOf(".engine vector\n  loop 3\n") == "t.s:2:1: the loop has no endloop");
  CHECK(errorOf(".engine vector\n  endloop\n") == "t.s:2:3: endloop without a loop");
  CHECK(errorOf(".engine vector\n.engine vector\n") ==
        "t.s:2:9: main already has a section for vector");
  CHECK(errorOf(".engine vector\n  take a\n") == "t.s:2:8: semaphore 'a' is not declared");
  CHECK(errorOf(".semaphore a\n.semaphore a\n") == "t.s:2:12: a semaphore is called 'a' already");
  CHECK(errorOf(".semaphore s1\n") == "t.s:1:12: a semaphore cannot be called 's1'");
  CHECK(
      errorOf(".semaphore a from scalar read\n.engine vector\nmemset sbuf.f32[0:1]@0 signal a\n") ==
      "t.s:3:1: the semaphore a has another producer already");
  CHECK(errorOf(".tensor x input f32 [0]\n") ==
        "t.s:1:21: a tensor has at most 16 dims and 2^40 bytes");
  CHECK(errorOf(".tensor x output f32 [1] = all(1)\n").rfind("t.s:1:28: inputs, states", 0) == 0);
  CHECK(errorOf(".tensor x input f32 [1] = exp(iota)\n").rfind("t.s:1:27: inputs, states", 0) == 0);
  CHECK(errorOf(".expect start @a = 1\n") == "t.s:1:1: no label is called 'a'");
  CHECK(errorOf(".frob\n") == "t.s:1:2: no directive is called so, found 'frob'");
  CHECK(errorOf(".max_cycles 5 6\n") == "t.s:1:15: expected the end of the line, found '6'");
  CHECK(errorOf(".func a\n.engine sync\ncall b\n") == "t.s:3:6: function 'b' is not declared");
  CHECK(errorOf(".engine sync\n.func a\n") == "t.s:1:9: a section before the first .func");
  CHECK(errorOf(".param speed = 1\n") == "t.s:1:1: no machine parameter is called 'speed'");
}

TEST_CASE("expressions evaluate in double precision") {
  using V = std::vector<double>;
  CHECK(evaluated("values(1, -2.5)", {2}) == V{1, -2.5});
  CHECK(evaluated("iota", {3}) == V{0, 1, 2});
  CHECK(evaluated("matmul(two, two)", {2, 2}) == V{10, 14, 14, 20});
  CHECK(evaluated("transpose(two)", {2, 2}) == V{1, 3, 2, 4});
  CHECK(evaluated("sum(two)", {2}) == V{3, 7});
  CHECK(evaluated("add(two, all(1))", {2, 2}) == V{2, 3, 4, 5});
  CHECK(evaluated("all(4294967295)", {2}) == V{4294967295, 4294967295});
  CHECK(evaluated("relu(subtract(two, all(2)))", {2, 2}) == V{0, 0, 1, 2});
  V random = evaluated("random(5)", {1000});
  CHECK(*std::min_element(random.begin(), random.end()) == -1);
  CHECK(*std::max_element(random.begin(), random.end()) == 1);
  CHECK(random != evaluated("random(6)", {1000}));
  Cursor at("sum(values(1, 2))", 1, 1);
  Expression expression;
  REQUIRE(parseExpression(at, expression).ok());
  CHECK_FALSE(evaluate(expression, DType::F32, {3}, NoTensors(), "").ok());
}

TEST_CASE("bytes of evaluated values are rounded to their type") {
  Evaluated values{{3}, {1, 1.00390625, -3}};
  CHECK(toBytes(values, DType::Bf16) == std::vector<uint8_t>{0x80, 0x3f, 0x80, 0x3f, 0x40, 0xc0});
  std::vector<uint8_t> bytes = toBytes(values, DType::I8);
  CHECK(fromBytes(bytes.data(), DType::I8, {3}).values == std::vector<double>{1, 1, -3});
}
