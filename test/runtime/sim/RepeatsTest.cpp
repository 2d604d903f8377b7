// A walk that leaves repetitions out gives what one gives that makes every step: every figure of
// the result, and every fault, at its place and time.
#include "models/kernels/Cases.h"
#include "runtime/base/File.h"
#include "runtime/sim/AsmImage.h"
#include "runtime/sim/Timing.h"
#include "test/runtime/sim/RandomProgram.h"

#include <catch2/catch.hpp>

#include <filesystem>

using namespace neuron;
using namespace neuron::sim;
using namespace neuron::sim::testing;

namespace {

/// Everything but what was skipped, in one line each.
std::vector<std::string> linesOf(const TimeResult &result) {
  std::vector<std::string> lines;
  auto add = [&](std::string name, uint64_t value) {
    lines.push_back(name + " " + std::to_string(value));
  };
  lines.push_back(std::string(toText(result.fault.kind)) + ": " + result.fault.message);
  add("at", result.fault.at.index);
  add("pc", result.fault.at.pc);
  add("iteration", result.fault.at.iteration);
  add("fs", result.fault.femtoseconds);
  add("end", result.end);
  add("flops", result.flops);
  add("instructions", result.instructions);
  for (const EngineTime &engine : result.engine)
    for (uint64_t value :
         {engine.instructions, engine.executed, engine.busy, engine.active, engine.end,
          engine.semaphoreWait, engine.portWait, engine.queueWait, engine.fetchWait})
      add("engine", value);
  const DmaTime &dma = result.dma;
  for (uint64_t value : {dma.transfers, dma.bytes, dma.pieces, dma.descriptorBytes, dma.hbmRead,
                         dma.hbmWritten, dma.active})
    add("dma", value);
  for (unsigned role = 0; role < kNumSegmentRoles; ++role) {
    add("read", dma.readOf[role]);
    add("written", dma.writtenOf[role]);
  }
  return lines;
}

/// The part of the instructions that the walk left out.
double compare(const Image &image, TimeOptions options = {}) {
  TimeResult skipping, walking;
  Status status = walkTime(image, options, skipping);
  options.repeats = Repeats::Walk;
  CHECK(walkTime(image, options, walking).message() == status.message());
  CHECK(linesOf(skipping) == linesOf(walking));
  CHECK(walking.skipped == 0);
  return skipping.instructions ? double(skipping.skipped) / double(skipping.instructions) : 0;
}

std::unique_ptr<AsmImage> imageOf(const std::string &text, const std::string &name) {
  auto file = isa::parseAsm(text, name);
  REQUIRE(file.status().message() == "");
  auto image = AsmImage::create(std::move(*file), "");
  if (!image) // what is refused has no time
    return nullptr;
  return std::move(*image);
}

std::string contentOf(const std::string &path) {
  auto mapped = MappedFile::open(path);
  REQUIRE(mapped.status().message() == "");
  return {reinterpret_cast<const char *>(mapped->bytes().data),
          static_cast<size_t>(mapped->bytes().size)};
}

const char kTwoLoops[] = R"(
.machine trn1
.let rounds = %d
.semaphore free = 2
.semaphore full
.tensor x input f32 [128, 256] = random(1)
.engine sync
  loop rounds (r1 += %d)
    loop 5
      dma sbuf.f32[0:128]@0 {256}, hbm.f32@x {128, 256} queue=0 take free signal full
    endloop
  endloop
.engine vector
  loop rounds
    loop 5
      tensor_scalar sbuf.f32[0:128]@2048 {256}, sbuf.f32[0:128]@0 {256} op0=multiply imm0=2 take full signal free read
    endloop
  endloop
  %s
)";

std::unique_ptr<AsmImage> twoLoops(int rounds, int step, const char *last) {
  char text[2000];
  snprintf(text, sizeof(text), kTwoLoops, rounds, step, last);
  return imageOf(text, "two-loops.s");
}

} // namespace

TEST_CASE("programs of the tests and benchmarks take the same time with repetitions left out") {
  unsigned compared = 0;
  for (const char *folder :
       {"test/sim", "test/isa", "test/fuzz", "models/kernels", "tools/bench/simulator"})
    for (const auto &entry :
         std::filesystem::recursive_directory_iterator(std::string(NEURON_SOURCE) + "/" + folder)) {
      if (entry.path().extension() != ".s")
        continue;
      INFO(entry.path().string());
      std::string text = contentOf(entry.path().string());
      auto file = isa::parseAsm(text, entry.path().filename().string());
      if (!file)
        continue;
      auto image = AsmImage::create(std::move(*file), "");
      if (!image)
        continue;
      TimeOptions options;
      options.maxSteps = 10000000;
      compare((*image)->image(), options);
      ++compared;
    }
  CHECK(compared > 80);
}

TEST_CASE("kernels take the same time with repetitions left out") {
  for (const kernels::Case &which : kernels::allCases()) {
    INFO(which.name);
    kernels::Kernel kernel(which.machine, kernels::Values::No);
    which.program(kernel);
    auto file = kernel.finish();
    REQUIRE(file.status().message() == "");
    auto image = AsmImage::create(std::move(*file), "");
    REQUIRE(image.status().message() == "");
    compare((*image)->image());
  }
}

TEST_CASE("random programs take the same time with repetitions left out") {
  double skipped = 0;
  constexpr uint32_t kSeeds = 150;
  for (uint32_t seed = 1; seed <= kSeeds; ++seed) {
    RandomProgram program = makeRandomProgram(seed);
    for (auto &code : program.code) {
      unsigned depth = 0;
      for (Inst &inst : code) {
        if (inst.opcode == isa::Opcode::Loop && depth++ == 0)
          isa::Loop::setCount(inst, isa::Loop(inst).count() * 400);
        else if (inst.opcode == isa::Opcode::EndLoop)
          --depth;
      }
    }
    for (const char *machine : {"trn1", "trn2"}) {
      INFO("seed " << seed << " on " << machine << ":" << program.description);
      StreamBuilder builder(machine);
      program.build(builder);
      REQUIRE(builder.finish().ok());
      skipped += compare(builder.image);
    }
  }
  CHECK(skipped / (2 * kSeeds) > 0.5); // the comparison would be empty without
}

TEST_CASE("a steady loop is left out") {
  CHECK(compare(twoLoops(10000, 1, "")->image()) > 0.95);
  // Three loops, a condition on the innermost, stores that are waited for at the end.
  auto hoisted = imageOf(contentOf(std::string(NEURON_SOURCE) + "/models/kernels/matmul_hoisted.s"),
                         "hoisted.s");
  CHECK(compare(hoisted->image()) > 0.9);
}

TEST_CASE("faults behind repetitions come at their place and time") {
  SECTION("a semaphore that nobody increments") {
    compare(twoLoops(10000, 1, "take full")->image());
  }
  SECTION("a register that leaves its range") {
    auto image = twoLoops(70000, 32767, "");
    TimeResult result;
    REQUIRE(walkTime(image->image(), {}, result).ok());
    CHECK(result.fault.kind == FaultKind::None); // 70000 * 32767 < 2^32
    compare(image->image());
    image = twoLoops(140000, 32767, "");
    REQUIRE(walkTime(image->image(), {}, result).ok());
    CHECK(result.fault.kind == FaultKind::UndefinedBehaviour);
    compare(image->image());
  }
  SECTION("bounds") {
    auto image = twoLoops(3000, 1, "");
    TimeOptions options;
    for (uint64_t steps : {1000, 10000, 20001, 44999}) {
      options.maxSteps = steps;
      compare(image->image(), options);
    }
    options.maxSteps = 0;
    for (uint64_t cycles : {20000, 1000000, 1000001, 3000000}) {
      options.maxCycles = cycles;
      compare(image->image(), options);
    }
  }
}
