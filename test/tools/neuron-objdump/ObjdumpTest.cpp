// The views of a small program, and the tool's exit codes.
#include "tools/neuron-objdump/Views.h"

#include "runtime/isa/Text.h"

#include <catch2/catch.hpp>
#include <cstdio>
#include <sys/wait.h>
#include <unistd.h>

using namespace neuron;
using namespace neuron::objdump;

namespace {

isa::Inst inst(const char *text, isa::Engine engine, uint32_t op) {
  isa::Inst result;
  Status status = isa::parseInst(text, {}, engine, 1, 1, result);
  INFO(text << ": " << status.message());
  REQUIRE(status.ok());
  result.opId = op;
  return result;
}

const uint8_t weightBytes[256] = {7};

Subject example() {
  Subject subject;
  subject.path = "net.nprog";
  rt::Program &program = subject.program;
  program.machine = "trn1";
  program.origin = {"0.1.0", "neuron-compile net.onnx", "net.onnx", 0};
  uint32_t setup = program.ops.add("setup", "net.onnx", "");
  uint32_t layer = program.ops.add("layer.0", "net.onnx", "Relu_3");
  const isa::Engine engine = isa::Engine::Vector;
  program.stream[1] = {inst("loop 4", engine, setup), inst("nop", engine, layer),
                       inst("endloop", engine, setup), inst("return", engine, setup)};
  rt::Function main;
  main.name = "main";
  main.entry[1] = 0;
  program.functions = {main};
  rt::Segment input;
  input.name = "x";
  input.kind = rt::SegmentKind::Input;
  input.shape = {2, 3};
  input.bytes = 24;
  rt::Segment weight;
  weight.name = "w";
  weight.kind = rt::SegmentKind::Weight;
  weight.bytes = sizeof(weightBytes);
  weight.content = {weightBytes, sizeof(weightBytes)};
  program.segments = {input, weight};
  program.buffers = {{"sum", isa::Space::Psum, 0, 128, 0, 2048, 2},
                     {"tile", isa::Space::Sbuf, 0, 64, 128, 512, 1}};
  subject.fileBytes = 1000;
  return subject;
}

bool contains(const std::string &text, const std::string &part) {
  UNSCOPED_INFO(text);
  return text.find(part) != std::string::npos;
}

int exitOf(const std::string &arguments) {
  int status =
      std::system((std::string(OBJDUMP) + " " + arguments + " > objdump.out 2>&1").c_str());
  return WEXITSTATUS(status);
}

std::string lastOutput() {
  Result<MappedFile> file = MappedFile::open("objdump.out");
  REQUIRE(file);
  return std::string(reinterpret_cast<const char *>(file->bytes().data), file->bytes().size);
}

} // namespace

TEST_CASE("sizes are given with and without weights") {
  std::string text = infoText(example());
  CHECK(contains(text, "bytes      1000, of which weights 256, rest 744\n"));
  CHECK(contains(text, "f32 [2, 3], 24 bytes"));
  CHECK(contains(text, "weight     1 segments, 256 bytes"));
  CHECK(contains(text, "main                     vector 0"));
}

TEST_CASE("instructions are counted per stream and mnemonic") {
  StreamCounts counts = countStream(example().program, 1);
  CHECK(counts.instructions == 4);
  CHECK(counts.byMnemonic["loop"] == 1);
  CHECK(counts.bytes >= 4 * 32);
  CHECK(countStream(example().program, 0).instructions == 0);
  CHECK(contains(countsText(example()), "vector: endloop 1 loop 1 nop 1 return 1"));
  JsonWriter json;
  json.beginObject();
  countsJson(example(), json);
  json.endObject();
  CHECK(contains(json.text(), "\"total\": 4"));
}

TEST_CASE("code is indented by loops and commented with layers") {
  CHECK(contains(codeText(example()), "stream vector, 4 instructions\n"
                                      "main:\n"
                                      "         // setup\n"
                                      "      0  loop 4\n"
                                      "           // layer.0\n"
                                      "      1    nop op 1\n"
                                      "         // setup\n"
                                      "      2  endloop\n"
                                      "      3  return\n"));
}

TEST_CASE("memory is listed by address") {
  std::string text = memoryText(example());
  CHECK(contains(text, "0x10000000000  weight              256  w, in the file"));
  CHECK(text.find("tile") < text.find("sum"));
}

TEST_CASE("the tool shows a file and says what is wrong with others") {
  Subject subject = example();
  REQUIRE(rt::save(subject.program, "objdump-test.nprog").ok());
  CHECK(exitOf("objdump-test.nprog") == 0);
  CHECK(contains(lastOutput(), "machine    trn1"));
  CHECK(exitOf("--json -i -c -m -d objdump-test.nprog") == 0);
  std::string json = lastOutput();
  CHECK(contains(json, "\"target\": \"trn1\""));
  CHECK(contains(json, "\"weight_bytes\": 256"));
  CHECK(contains(json, "\"text\": \"nop op 1\""));
  CHECK(contains(json, "\"layer\": \"layer.0\""));
  CHECK(exitOf("") == 2);
  CHECK(exitOf("--what objdump-test.nprog") == 2);
  CHECK(exitOf("none.nprog") == 66);
  CHECK(contains(lastOutput(), "none.nprog: cannot open"));
  REQUIRE(writeFile("objdump-test.nprog", {weightBytes, sizeof(weightBytes)}).ok());
  CHECK(exitOf("objdump-test.nprog") == 65);
  CHECK(contains(lastOutput(), "no NEURPROG"));
  ::unlink("objdump-test.nprog");
  ::unlink("objdump.out");
}
