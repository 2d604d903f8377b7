// Damaged programs with right digests, all the way to the simulator: a status, whatever is in them.
//
// What the loader lets through runs for a bounded number of steps on a small memory. Nothing is
// asked of the result but that there is one: a sanitizer sees the rest.
#include "runtime/core/Model.h"
#include "runtime/isa/Encode.h"
#include "runtime/sim/Report.h"
#include "test/runtime/core/RunningSum.h"
#include "test/runtime/program/Reseal.h"

#include <catch2/catch.hpp>
#include <unistd.h>

using namespace neuron;
using namespace neuron::rt;
using neuron::testing::runningSum;

namespace {

constexpr uint64_t kMemoryLimit = uint64_t(1) << 24;
constexpr uint64_t kSteps = 2000;

struct Tally {
  unsigned refused = 0, failed = 0, finished = 0;
};

/// Loads, binds zeros to every input and runs in both modes.
void attempt(Program program, Tally &tally) {
  Result<std::unique_ptr<Model>> model = Model::create(std::move(program), kMemoryLimit);
  if (!model) {
    ++tally.refused;
    CHECK_FALSE(model.status().message().empty());
    return;
  }
  const std::vector<Segment> &segments = (*model)->program().segments;
  std::vector<std::vector<uint8_t>> buffers;
  sim::Bindings bindings;
  for (uint32_t i = 0; i < segments.size(); ++i)
    if (segments[i].kind == SegmentKind::Input)
      buffers.emplace_back(segments[i].bytes);
  for (uint32_t i = 0, input = 0; i < segments.size(); ++i)
    if (segments[i].kind == SegmentKind::Input) {
      bindings.push_back({i, buffers[input].data(), segments[i].bytes});
      ++input;
    }
  for (sim::Mode mode : {sim::Mode::Time, sim::Mode::ValuesAndTime}) {
    sim::RunOptions options;
    options.mode = mode;
    options.maxSteps = kSteps;
    sim::Report report;
    Status status = (*model)->execute(options, bindings, &report);
    tally.failed += !status.ok();
    tally.finished += status.ok();
    if (!status.ok())
      CHECK_FALSE(status.message().empty());
    else
      CHECK_FALSE(sim::toText(report).empty());
  }
}

std::vector<uint8_t> savedProgram() {
  std::string path = "neuron-damaged-test-XXXXXX";
  int file = ::mkstemp(&path[0]);
  REQUIRE(file >= 0);
  ::close(file);
  REQUIRE(save(runningSum(), path).ok());
  Result<MappedFile> mapped = MappedFile::open(path);
  ::unlink(path.c_str());
  REQUIRE(mapped);
  ByteSpan span = mapped->bytes();
  return {span.data, span.data + span.size};
}

/// Flips every `stride`-th bit of every instruction of the program.
void flipInstructions(unsigned stride, Tally &tally) {
  const Program whole = runningSum();
  unsigned turn = 0;
  for (unsigned s = 0; s < kNumStreams; ++s)
    for (size_t i = 0; i < whole.stream[s].size(); ++i) {
      std::vector<uint8_t> code;
      REQUIRE(isa::encode(whole.stream[s][i], code).ok());
      for (size_t bit = turn++ % stride; bit < code.size() * 8; bit += stride) {
        std::vector<uint8_t> changed = code;
        changed[bit / 8] ^= static_cast<uint8_t>(1 << bit % 8);
        Program program = runningSum();
        uint64_t offset = 0;
        INFO("stream " << s << ", instruction " << i << ", bit " << bit);
        if (isa::decode({changed.data(), changed.size()}, offset, program.stream[s][i]).ok())
          attempt(std::move(program), tally);
        else
          ++tally.refused;
      }
    }
}

} // namespace

TEST_CASE("a flipped bit of an instruction is refused, faults or runs to its end") {
  Tally tally;
  flipInstructions(29, tally);
  CHECK(tally.refused > 0);
  CHECK(tally.failed > 0);
  CHECK(tally.finished > 0);
}

TEST_CASE("every flipped bit of an instruction", "[.exhaustive]") {
  Tally tally;
  flipInstructions(1, tally);
  CHECK(tally.failed > 0);
}

TEST_CASE("changed metadata with right digests is refused, faults or runs to its end") {
  const std::vector<uint8_t> bytes = savedProgram();
  FileHeader header = testing::headerOf(bytes);
  Tally tally;
  for (uint64_t at = 0; at < header.metadataBytes; ++at) {
    std::vector<uint8_t> changed = bytes;
    changed[header.metadataOffset + at] ^= static_cast<uint8_t>(1 << at * 5 % 8);
    testing::reseal(changed);
    testing::AlignedCopy copy(changed);
    Result<Program> program = parse(copy.span(), "p");
    INFO("byte " << at);
    if (program)
      attempt(*std::move(program), tally);
    else
      ++tally.refused;
  }
  CHECK(tally.refused > 0);
  CHECK(tally.finished > 0);
}
