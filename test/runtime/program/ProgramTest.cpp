// Program files: what is saved is what is loaded, and damaged or hostile files are refused.
#include "runtime/program/Program.h"
#include "runtime/program/Digest.h"
#include "runtime/program/program_generated.h"
#include "test/runtime/program/Reseal.h"

#include <catch2/catch.hpp>
#include <cstdlib>
#include <unistd.h>

using namespace neuron;
using namespace neuron::rt;
using namespace neuron::testing;

namespace {

struct TemporaryDirectory {
  std::string path = "neuron-program-test-XXXXXX";
  TemporaryDirectory() { REQUIRE(::mkdtemp(&path[0])); }
  ~TemporaryDirectory() {
    for (const char *name : {"/a.nprog", "/b.nprog", "/w.bin"})
      ::unlink((path + name).c_str());
    ::rmdir(path.c_str());
  }
};

isa::Inst end(isa::Engine engine, uint32_t opId) {
  isa::Inst inst;
  inst.opcode = isa::Opcode::Return;
  inst.engine = engine;
  inst.opId = opId;
  return inst;
}

const uint8_t weightBytes[100] = {1, 2, 3, 4, 5};

Segment segment(const char *name, SegmentKind kind, DType dtype, std::vector<uint64_t> shape) {
  Segment result;
  result.name = name;
  result.kind = kind;
  result.dtype = dtype;
  result.shape = std::move(shape);
  shapeBytes(dtype, result.shape, result.bytes);
  return result;
}

Program example() {
  Program program;
  program.machine = "trn1";
  program.machineDigest = 0x1234567890abcdef;
  program.machineText = "{}";
  program.origin = {"0.1.0", "neuron-compile net.onnx", "net.onnx", 77};
  program.summary = {1000, 64, 4096, 3, 5000, 70};
  program.maxCycles = 5000;
  program.ops.add("layer.0", "net.onnx", "MatMul_0");
  program.ops.add("layer.0", "net.onnx", "Add_1");
  program.ops.addRepeated("layer.1-3", "net.onnx", 3, "layer.1", "layer.3");
  program.ops.setFlops(4096);
  Function main, block;
  main.name = "main";
  block.name = "block";
  for (unsigned s = 0; s < isa::kNumEngines; ++s) {
    program.stream[s] = {end(static_cast<isa::Engine>(s), 1), end(static_cast<isa::Engine>(s), 0)};
    main.entry[s] = 0;
  }
  program.stream[kSequentialStream] = {end(isa::Engine::Vector, 0)};
  block.entry[2] = 1;
  main.entry[kSequentialStream] = 0;
  program.functions = {main, block};
  program.semaphores[3] = {2, Producer::Queue, 6, 1 << 2};
  program.semaphores[255] = {0, Producer::Complete, 4, 1};
  program.queueDepth[6] = 16;
  program.segments = {segment("x", SegmentKind::Input, DType::F32, {2, 3}),
                      segment("cache", SegmentKind::State, DType::Bf16, {4}),
                      segment("present", SegmentKind::Output, DType::Bf16, {4}),
                      segment("w", SegmentKind::Weight, DType::I8, {10, 10})};
  program.segments[0].modelType = DType::F64;
  program.segments[2].alias = 1;
  program.segments[3].content = {weightBytes, sizeof(weightBytes)};
  program.bounds = {{Bound::Trips, 1, 1, 12}};
  program.buffers = {{"tile", isa::Space::Sbuf, 0, 128, 64, 512, 2}};
  return program;
}

std::vector<uint8_t> bytesOf(const std::string &path) {
  Result<MappedFile> file = MappedFile::open(path);
  REQUIRE(file);
  ByteSpan span = file->bytes();
  return std::vector<uint8_t>(span.data, span.data + span.size);
}

std::vector<uint8_t> savedExample() {
  TemporaryDirectory directory;
  std::string path = directory.path + "/a.nprog";
  REQUIRE(save(example(), path).ok());
  return bytesOf(path);
}

const file::Program *metadataOf(std::vector<uint8_t> &bytes) {
  return file::GetProgram(&bytes[headerOf(bytes).metadataOffset]);
}

/// The message of loading these bytes, which must fail.
std::string refusal(const std::vector<uint8_t> &bytes) {
  AlignedCopy copy(bytes);
  Result<Program> program = parse(copy.span(), "p");
  CHECK_FALSE(program);
  return program ? "" : program.status().message();
}

bool contains(const std::string &text, const char *part) {
  UNSCOPED_INFO(text);
  return text.find(part) != std::string::npos;
}

template <typename T> void overwrite(const T &place, T value) { const_cast<T &>(place) = value; }

} // namespace

TEST_CASE("every field comes back") {
  TemporaryDirectory directory;
  std::string path = directory.path + "/a.nprog";
  Program before = example();
  REQUIRE(save(before, path).ok());
  Result<Program> loaded = load(path);
  INFO(loaded.status().message());
  REQUIRE(loaded);
  const Program &after = *loaded;
  CHECK(after.machine == "trn1");
  CHECK(after.machineDigest == before.machineDigest);
  CHECK(after.machineText == "{}");
  CHECK(after.origin.compilerVersion == "0.1.0");
  CHECK(after.origin.commandLine == before.origin.commandLine);
  CHECK(after.origin.model == "net.onnx");
  CHECK(after.origin.modelDigest == 77);
  CHECK(after.summary.modelFlops == 1000);
  CHECK(after.summary.psumPeakBanks == 3);
  CHECK(after.summary.leastHbmBytes == 5000);
  CHECK(after.summary.leastTensorCycles == 70);
  CHECK(after.maxCycles == 5000);
  for (unsigned s = 0; s < kNumStreams; ++s)
    CHECK(after.stream[s] == before.stream[s]);
  REQUIRE(after.functions.size() == 2);
  CHECK(after.functions[1].name == "block");
  CHECK(after.functions[1].entry == before.functions[1].entry);
  CHECK(after.semaphores[3].initial == 2);
  CHECK(after.semaphores[3].producer == Producer::Queue);
  CHECK(after.semaphores[255].source == 4);
  CHECK_FALSE(after.semaphores[4].used());
  CHECK(after.queueDepth[6] == 16);
  REQUIRE(after.segments.size() == 4);
  CHECK(after.segments[0].shape == std::vector<uint64_t>{2, 3});
  CHECK(after.segments[0].modelType == DType::F64);
  CHECK_FALSE(after.segments[1].modelType);
  CHECK(after.segments[2].alias == 1);
  REQUIRE(after.segments[3].content.size == 100);
  CHECK(std::memcmp(after.segments[3].content.data, weightBytes, 100) == 0);
  CHECK(reinterpret_cast<uintptr_t>(after.segments[3].content.data) % 64 == 0);
  CHECK(after.contentBytes() == 100);
  CHECK(*after.ops.at(1).node == "Add_1");
  CHECK(after.ops.layer(0) == "layer.0");
  CHECK(after.ops.layer(99) == "");
  CHECK(after.ops.layer(0, 1) == "layer.0");
  CHECK(after.ops.layer(2) == "layer.1-3");
  CHECK(after.ops.layer(2, 1) == "layer.2");
  CHECK(after.ops.flops(2) == 4096);
  CHECK(after.ops.flops(1) == 0);
  CHECK(after.ops.layer(2, 3) == "layer.1-3");
  REQUIRE(after.bounds.size() == 1);
  CHECK(after.bounds[0].limit == 12);
  REQUIRE(after.buffers.size() == 1);
  CHECK(after.buffers[0].slots == 2);
}

TEST_CASE("a program saved twice, or saved from its own file, has the same bytes") {
  TemporaryDirectory directory;
  std::string a = directory.path + "/a.nprog", b = directory.path + "/b.nprog";
  REQUIRE(save(example(), a).ok());
  REQUIRE(save(example(), b).ok());
  CHECK(bytesOf(a) == bytesOf(b));
  Result<Program> loaded = load(a);
  REQUIRE(loaded);
  REQUIRE(save(*loaded, b).ok());
  CHECK(bytesOf(a) == bytesOf(b));
}

TEST_CASE("contents are streamed, and must have the promised size") {
  TemporaryDirectory directory;
  std::string a = directory.path + "/a.nprog", b = directory.path + "/b.nprog";
  REQUIRE(save(example(), a).ok());
  Program program = example();
  program.segments[3].content = {};
  CHECK(save(program, b).code() == ErrorCode::Malformed);
  auto pieces = [](uint64_t total) {
    return [total](uint32_t index, ContentSink &sink) {
      CHECK(index == 3);
      NEURON_TRY(sink.append(weightBytes, 40));
      return sink.append(weightBytes + 40, total - 40);
    };
  };
  REQUIRE(save(program, b, pieces(100)).ok());
  CHECK(bytesOf(a) == bytesOf(b));
  CHECK_FALSE(save(program, b, pieces(99)).ok());
  program.segments[3].bytes = 99;
  CHECK_FALSE(save(program, b, pieces(100)).ok());
}

TEST_CASE("external contents are found beside the program and nowhere else") {
  TemporaryDirectory directory;
  std::string path = directory.path + "/a.nprog";
  REQUIRE(writeFile(directory.path + "/w.bin", {weightBytes, sizeof(weightBytes)}).ok());
  Program program = example();
  Segment &weight = program.segments[3];
  weight.content = {};
  weight.external = {"w.bin", 10};
  weight.shape = {9, 10};
  weight.bytes = 90;
  weight.contentDigest = digestOf({weightBytes + 10, 90});
  REQUIRE(save(program, path).ok());
  Result<Program> loaded = load(path);
  REQUIRE(loaded);
  CHECK(std::memcmp(loaded->segments[3].content.data, weightBytes + 10, 90) == 0);
  uint8_t other[100] = {};
  other[50] = 1;
  REQUIRE(writeFile(directory.path + "/w.bin", {other, 100}).ok());
  CHECK(contains(load(path).status().message(), "segment 3: w.bin is not the file"));
  REQUIRE(writeFile(directory.path + "/w.bin", {other, 50}).ok());
  CHECK(contains(load(path).status().message(), "which has 50"));
  ::unlink((directory.path + "/w.bin").c_str());
  CHECK(load(path).status().code() == ErrorCode::MissingInput);
  for (const char *escape : {"/etc/hostname", "../w.bin", "a/../../w.bin", "a//b", "./w.bin"}) {
    weight.external.path = escape;
    CHECK(contains(save(program, path).message(), "leaves the folder"));
  }
}

TEST_CASE("programs that contradict themselves are refused by name") {
  struct Case {
    void (*spoil)(Program &);
    const char *message;
  };
  const Case cases[] = {
      {[](Program &p) { p.machine = ""; }, "machine"},
      {[](Program &p) { p.mainFunction = 2; }, "main is 2 of 2"},
      {[](Program &p) { p.functions.clear(); }, "functions: 0"},
      {[](Program &p) { p.functions[1].entry[2] = 2; }, "function 1: begins at instruction 2"},
      {[](Program &p) { p.stream[1][1].engine = isa::Engine::Sync; }, "stream 1: instruction 1"},
      {[](Program &p) { p.semaphores[9].source = 1; }, "semaphore 9: source 1 of 1"},
      {[](Program &p) { p.semaphores[9].consumers = 32; }, "semaphore 9: consumer mask"},
      {[](Program &p) { p.segments[0].bytes = 23; }, "segment 0: shape and dtype"},
      {[](Program &p) { p.segments[0].shape = {1ull << 40, 1ull << 40}; }, "segment 0: shape"},
      {[](Program &p) { p.segments[0].name = "w\n"; }, "segment 0: name"},
      {[](Program &p) { p.segments[0].name = "cache"; }, "named 'cache'"},
      {[](Program &p) { p.segments[0].dtype = static_cast<DType>(22); }, "segment 0: unknown"},
      {[](Program &p) { p.segments[3].modelType = DType::I64; }, "segment 3: unknown model dtype"},
      {[](Program &p) { p.segments[2].alias = 0; }, "segment 2: alias of 0, no state"},
      {[](Program &p) { p.segments[2].alias = 9; }, "segment 2: alias of 9, no state"},
      {[](Program &p) { p.segments[1].shape = {5}, p.segments[1].bytes = 10; }, "another type"},
      {[](Program &p) { p.segments[3].bytes = 0; }, "segment 3: 0 bytes"},
      {[](Program &p) { p.segments[3].content.size = 99; }, "segment 3: content of 99"},
      {[](Program &p) { p.bounds[0].instruction = 2; }, "bound 0"},
      {[](Program &p) { p.buffers[0].startPartition = 1; }, "buffer 0"},
  };
  for (const Case &one : cases) {
    Program program = example();
    one.spoil(program);
    Status status = check(program);
    INFO(status.message());
    CHECK(status.code() == ErrorCode::Malformed);
    CHECK(contains(status.message(), one.message));
  }
  CHECK(check(example()).ok());
}

TEST_CASE("a table of ops names texts and ops that are there, repeated ones in order") {
  OpTable ops;
  std::vector<OpTable::Row> rows{{0, 0, 0}, {0, 0, 0}};
  CHECK(ops.assign({"a"}, rows, {{0, 2, 0, 0}, {1, 2, 0, 0}}));
  CHECK_FALSE(ops.assign({"a"}, rows, {{1, 2, 0, 0}, {0, 2, 0, 0}}));
  CHECK_FALSE(ops.assign({"a"}, rows, {{2, 2, 0, 0}}));
  CHECK_FALSE(ops.assign({"a"}, rows, {{0, 2, 1, 0}}));
  CHECK_FALSE(ops.assign({"a"}, rows, {{0, 2, 0, 1}}));
  CHECK_FALSE(ops.assign({"a"}, {{0, 1, 0}}, {}));
  CHECK(ops.assign({"a"}, rows, {}, {{0, 5}, {1, 7}}));
  CHECK(ops.flops(1) == 7);
  CHECK(ops.flops(2) == 0);
  CHECK_FALSE(ops.assign({"a"}, rows, {}, {{1, 7}, {0, 5}}));
  CHECK_FALSE(ops.assign({"a"}, rows, {}, {{2, 7}}));
}

TEST_CASE("another format, another instruction set and other files say what they are") {
  std::vector<uint8_t> bytes = savedExample();
  FileHeader header = headerOf(bytes);
  header.isaDigest ^= 1;
  writeUnaligned(bytes.data(), header);
  CHECK(contains(refusal(bytes), "digest differs"));
  reseal(bytes);
  CHECK(contains(refusal(bytes), "made by compiler 0.1.0 for instruction set"));
  bytes = savedExample();
  bytes[8] = 9;
  CHECK(contains(refusal(bytes), "program format 9"));
  bytes[0] = 'X';
  CHECK(contains(refusal(bytes), "no NEURPROG"));
  CHECK(contains(refusal({}), "0 bytes"));
}

TEST_CASE("a truncated file and any flipped byte are noticed, or change nothing") {
  std::vector<uint8_t> bytes = savedExample();
  for (size_t length = 0; length < bytes.size(); ++length) {
    AlignedCopy copy({bytes.begin(), bytes.begin() + length});
    REQUIRE_FALSE(parse(copy.span(), "p"));
  }
  // Padding between sections belongs to no digest.
  size_t unnoticed = 0;
  for (size_t at = 0; at < bytes.size(); ++at) {
    std::vector<uint8_t> changed = bytes;
    changed[at] ^= 0x41;
    AlignedCopy copy(changed);
    if (parse(copy.span(), "p")) {
      ++unnoticed;
      REQUIRE(bytes[at] == 0);
    }
  }
  CHECK(unnoticed < 64 * 8);
}

TEST_CASE("changed metadata with right digests never crashes the loader") {
  const std::vector<uint8_t> bytes = savedExample();
  FileHeader header = headerOf(bytes);
  size_t accepted = 0;
  for (uint64_t at = 0; at < header.metadataBytes; ++at)
    for (uint8_t change : {0x01, 0x80, 0xff}) {
      std::vector<uint8_t> changed = bytes;
      changed[header.metadataOffset + at] ^= change;
      reseal(changed);
      AlignedCopy copy(changed);
      Result<Program> program = parse(copy.span(), "p");
      accepted += program.ok();
      if (program)
        REQUIRE(check(*program).ok());
    }
  CHECK(accepted < header.metadataBytes * 3);
}

TEST_CASE("hostile tables are refused with section and offset") {
  const std::vector<uint8_t> bytes = savedExample();
  auto spoiled = [&](void (*spoil)(const file::Program &)) {
    std::vector<uint8_t> changed = bytes;
    spoil(*metadataOf(changed));
    reseal(changed);
    return refusal(changed);
  };
  CHECK(contains(spoiled([](const file::Program &p) {
                   const file::Section *w = p.segments()->Get(3)->content();
                   overwrite(*w, file::Section(p.streams()->Get(0)->code()->offset(), 100, 0));
                 }),
                 "overlaps stream 0"));
  CHECK(contains(spoiled([](const file::Program &p) {
                   const file::Section *w = p.segments()->Get(3)->content();
                   overwrite(*w, file::Section(w->offset() + 1, 100, 0));
                 }),
                 "segment 3: 100 bytes at offset"));
  CHECK(contains(spoiled([](const file::Program &p) {
                   const file::Section *w = p.segments()->Get(3)->content();
                   overwrite(*w, file::Section(~uint64_t(63), 128, 0));
                 }),
                 "inside the"));
  CHECK(contains(spoiled([](const file::Program &p) {
                   const file::Section *w = p.segments()->Get(3)->content();
                   overwrite(*w, file::Section(0, 0, 0));
                 }),
                 "segment 3: no content"));
  CHECK(contains(spoiled([](const file::Program &p) {
                   const file::Section *c = p.streams()->Get(1)->code();
                   overwrite(*c, file::Section(c->offset(), c->bytes() - 8, 0));
                 }),
                 "stream 1"));
  CHECK(contains(spoiled([](const file::Program &p) {
                   overwrite(*p.semaphores()->Get(0), *p.semaphores()->Get(1));
                 }),
                 "semaphore 255 is declared twice"));
}
