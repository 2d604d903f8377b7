// Random programs on several machines: the walk gives the times of the naive event loop, to the
// femtosecond.
#include "runtime/sim/Dma.h"
#include "test/runtime/sim/NaiveTime.h"
#include "test/runtime/sim/RandomProgram.h"

#include <catch2/catch.hpp>

using namespace neuron;
using namespace neuron::sim;
using namespace neuron::sim::testing;

namespace {

struct Starts : TimeObserver {
  NaiveTimes seen;
  void instruction(const Issue &issue, uint64_t start, uint64_t, uint64_t) override {
    seen.starts[unsigned(issue.stream)].push_back(start);
  }
  void control(const Issue &, uint64_t) override {}
  void transfer(const Place &, const DmaCompletion &completion) override {
    seen.transfers[completion.queue].push_back(completion.time);
  }
};

/// trn1 with and without what makes order matter.
std::vector<target::Machine> machines() {
  std::vector<target::Machine> list;
  list.push_back(*target::findMachine("trn1"));
  list.push_back(*target::findMachine("trn2"));
  target::Machine narrow = list[0];
  narrow.dmaInFlight = 1;
  narrow.dmaQueueDepth = 2;
  narrow.engineQueueDepth = 1;
  list.push_back(narrow);
  target::Machine slow = list[0]; // bytes matter more than latency
  slow.dmaEngineBytesPerUs = 100;
  slow.dmaLatencyPs = 50000;
  slow.dmaIssuePs = 0;
  list.push_back(slow);
  target::Machine instant = list[0]; // many equal times
  instant.semaphoreNs = instant.sequencerWaitNs = 0;
  instant.tensorMHz = instant.vectorMHz = instant.scalarMHz = instant.gpsimdMHz = instant.baseMHz =
      1000;
  list.push_back(instant);
  return list;
}

void compare(uint32_t first, uint32_t last) {
  std::vector<target::Machine> all = machines();
  for (uint32_t seed = first; seed <= last; ++seed) {
    RandomProgram program = makeRandomProgram(seed);
    for (size_t which = 0; which < all.size(); ++which) {
      INFO("seed " << seed << ", machine " << which << ":" << program.description);
      StreamBuilder builder;
      program.build(builder);
      builder.image.machine = &all[which];
      REQUIRE(builder.finish().ok());
      Starts starts;
      TimeOptions options;
      options.observer = &starts;
      TimeResult result;
      REQUIRE(walkTime(builder.image, options, result).ok());
      NaiveTimes naive = timeNaively(builder.image);
      REQUIRE_FALSE(naive.stuck);
      REQUIRE_FALSE(result.fault.raised());
      for (unsigned s = 0; s < isa::kNumEngines; ++s)
        REQUIRE(starts.seen.starts[s] == naive.starts[s]);
      for (unsigned q = 0; q < isa::kNumQueues; ++q)
        REQUIRE(starts.seen.transfers[q] == naive.transfers[q]);
      REQUIRE(result.end == naive.end);
    }
  }
}

} // namespace

TEST_CASE("times are those of a plain event loop") { compare(1, 60); }

TEST_CASE("times of many programs are those of a plain event loop", "[.long]") {
  compare(1001, 3000);
}
