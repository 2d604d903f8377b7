// Random correct programs and all their mutants: the checker agrees with the naive one, time
// walks what is clean, and values do not depend on when transfers happen.
#include "test/runtime/sim/RandomProgram.h"
#include "runtime/sim/Machine.h"
#include "runtime/sim/Races.h"
#include "runtime/sim/Report.h"
#include "test/runtime/sim/NaiveRaces.h"

#include <catch2/catch.hpp>
#include <cstdlib>
#include <cstring>

using namespace neuron;
using namespace neuron::sim;
using namespace neuron::sim::testing;

namespace {

Fault verdict(const Image &image) {
  RaceResult result;
  Status status = checkRaces(image, {}, result);
  REQUIRE(status.message() == "");
  return result.fault;
}

std::vector<uint8_t> valuesOf(const Image &image, const RandomProgram &program, DmaMode mode) {
  auto made = Simulator::create(image);
  REQUIRE(made.status().message() == "");
  std::vector<float> input(program.inputBytes / 4);
  for (size_t i = 0; i < input.size(); ++i)
    input[i] = static_cast<float>(static_cast<int>(i * 37 % 101) - 50) / 64;
  std::vector<uint8_t> output(program.outputBytes);
  RunOptions options;
  options.mode = Mode::Values;
  options.dma = mode;
  Status status =
      (*made)->run(options, {{0, reinterpret_cast<uint8_t *>(input.data()), program.inputBytes},
                             {1, output.data(), program.outputBytes}});
  REQUIRE(status.message() == "");
  return output;
}

void checkClean(const Image &image, const RandomProgram &program,
                const std::vector<uint8_t> *expected) {
  std::vector<uint8_t> late = valuesOf(image, program, DmaMode::Late);
  CHECK(late == valuesOf(image, program, DmaMode::EarlyRead));
  CHECK(late == valuesOf(image, program, DmaMode::Early));
  if (expected)
    CHECK(late == *expected);
  TimeResult time;
  REQUIRE(walkTime(image, {}, time).ok());
  CHECK_FALSE(time.fault.raised());
  CHECK(time.end > 0);
}

struct Score {
  unsigned mutants = 0, refused = 0, races = 0, deadlocks = 0;
};

void tryProgram(uint32_t seed, Score &score) {
  RandomProgram program = makeRandomProgram(seed);
  INFO("seed " << seed << ":" << program.description);
  StreamBuilder original;
  program.build(original);
  REQUIRE(original.finish().ok());
  REQUIRE(check(original.image).message() == "");
  CHECK(toText(verdict(original.image)) == toText(Fault()));
  NaiveVerdict naive = judgeNaively(original.image);
  CHECK(naive.what == "");
  std::vector<uint8_t> values = valuesOf(original.image, program, DmaMode::Late);
  checkClean(original.image, program, nullptr);

  for (const Mutant &mutant : makeMutants(program)) {
    INFO(mutant.what);
    StreamBuilder changed;
    mutant.program.build(changed);
    REQUIRE(changed.finish().ok());
    Fault fault = verdict(changed.image);
    naive = judgeNaively(changed.image);
    INFO("naive: " << naive.what << "; checker: " << fault.message);
    CHECK(toText(fault.kind) == std::string(toText(naive.kind)));
    ++score.mutants;
    score.refused += fault.raised();
    score.races += fault.kind == FaultKind::Race;
    score.deadlocks += fault.kind == FaultKind::Deadlock;
    if (!fault.raised() && score.mutants % 8 == 0)
      checkClean(changed.image, mutant.program, &values);
  }
}

} // namespace

TEST_CASE("random programs pass, and every mutant is judged as the naive checker judges it") {
  Score score;
  for (uint32_t seed = 1; seed <= 60; ++seed)
    tryProgram(seed, score);
  // Dropped `after`s and signals that somebody else covers are legal; most mutants are not.
  CHECK(score.mutants > 600);
  CHECK(score.refused > score.mutants / 2);
  CHECK(score.races > 100);
  CHECK(score.deadlocks > 100);
}

TEST_CASE("many random programs", "[.long]") {
  Score score;
  for (uint32_t seed = 1001; seed <= 2000; ++seed)
    tryProgram(seed, score);
  WARN("mutants " << score.mutants << ", races " << score.races << ", deadlocks "
                  << score.deadlocks);
}
