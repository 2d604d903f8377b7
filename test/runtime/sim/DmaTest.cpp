// The DMA subsystem alone: latency, shares, places in flight, order of signals.
#include "runtime/sim/Dma.h"
#include "test/runtime/sim/StreamBuilder.h"

#include <catch2/catch.hpp>

using namespace neuron;
using namespace neuron::sim;
using namespace neuron::sim::testing;

namespace {

constexpr uint64_t kNs = 1000000; // femtoseconds

/// A machine with round numbers: 16 engines of 16 bytes per ns, 1 us latency, 10 ns issue.
target::Machine roundMachine() {
  target::Machine m = *target::findMachine("trn1");
  m.dmaEngines = 16;
  m.dmaEngineBytesPerUs = 16000;
  m.hbmBytesPerUs = 1000000;
  m.dmaLatencyPs = 1000000;
  m.dmaIssuePs = 10000;
  m.dmaElementPs = 0;
  m.dmaSignalPs = 0;
  m.dmaInFlight = 4;
  return m;
}

/// Rows of `bytes` from HBM into partitions [first, first + partitions).
DmaLoad rows(const target::Machine &m, uint32_t bytes, unsigned partitions = 128,
             unsigned first = 0) {
  Inst i = isa::Dma::make(Engine::Sync);
  i.operand[0] = dmaSide(sbuf(0, bytes / 4, partitions));
  i.operand[0].startPartition = static_cast<uint8_t>(first);
  i.operand[1] = hbm(0, 0, bytes / 4, partitions);
  return makeDmaLoad(i, m, Describe::AtTrigger);
}

struct Run {
  explicit Run(const target::Machine &m) { model.configure(m, {}); }
  DmaModel model;
  std::vector<DmaCompletion> done;
  void finish() {
    while (model.nextEvent() != kNever)
      model.process(model.nextEvent(), done);
  }
  uint64_t time(unsigned queue, uint64_t number) {
    for (const DmaCompletion &c : done)
      if (c.queue == queue && c.number == number)
        return c.time;
    FAIL("transfer never completed");
    return 0;
  }
};

} // namespace

TEST_CASE("a small transfer takes the latency, a large one its bytes") {
  target::Machine m = roundMachine();
  DmaLoad small = rows(m, 64), large = rows(m, 4096); // 512 B and 32 KiB an engine
  CHECK(small.uniform);
  CHECK(small.bytes == 8192);
  CHECK(large.work[0] == 2048 * kNs);
  Run run(m);
  run.model.submit(0, 500 * kNs, small);
  run.finish();
  CHECK(run.time(0, 0) == 1500 * kNs);
  run.model.submit(0, 5000 * kNs, large);
  run.finish();
  CHECK(run.time(0, 1) == 7048 * kNs);
  CHECK(run.model.activeTime() == 32 * kNs + 2048 * kNs);
}

TEST_CASE("two queues share an engine equally, one queue serves in order") {
  target::Machine m = roundMachine();
  DmaLoad load = rows(m, 4096);
  Run two(m);
  two.model.submit(0, 0, load);
  two.model.submit(1, 0, load);
  two.finish();
  CHECK(two.time(0, 0) == 4096 * kNs);
  CHECK(two.time(1, 0) == 4096 * kNs);
  Run one(m);
  one.model.submit(0, 0, load);
  one.model.submit(0, 0, load);
  one.finish();
  CHECK(one.time(0, 0) == 2048 * kNs);
  CHECK(one.time(0, 1) == 4096 * kNs);
}

TEST_CASE("a share changes when a queue joins") {
  target::Machine m = roundMachine();
  DmaLoad load = rows(m, 4096);
  Run run(m);
  run.model.submit(0, 0, load);
  run.model.submit(1, 1024 * kNs, load); // half of the first is through
  run.finish();
  CHECK(run.time(0, 0) == 3072 * kNs);
  CHECK(run.time(1, 0) == 4096 * kNs);
}

TEST_CASE("places in flight and issue distance space small transfers") {
  target::Machine m = roundMachine();
  m.dmaInFlight = 2;
  DmaLoad small = rows(m, 64);
  Run run(m);
  for (int i = 0; i < 4; ++i)
    run.model.submit(0, 0, small);
  run.finish();
  CHECK(run.time(0, 0) == 1000 * kNs);
  CHECK(run.time(0, 1) == 1010 * kNs);
  CHECK(run.time(0, 2) == 2000 * kNs);
  CHECK(run.time(0, 3) == 2010 * kNs);
}

TEST_CASE("a queue signals in trigger order") {
  target::Machine m = roundMachine();
  DmaLoad large = rows(m, 4096, 8), small = rows(m, 64, 8, 64); // on different engines
  CHECK_FALSE(large.uniform);
  Run run(m);
  run.model.submit(0, 0, large);
  run.model.submit(0, 0, small);
  run.finish();
  CHECK(run.time(0, 0) == 2048 * kNs);
  CHECK(run.time(0, 1) == 2048 * kNs);
  REQUIRE(run.done.size() == 2);
  CHECK(run.done[0].number == 0);
}

TEST_CASE("few partitions use few engines") {
  target::Machine m = roundMachine();
  DmaLoad load = rows(m, 4096, 16, 8);
  unsigned used = 0;
  for (uint64_t work : load.work)
    used += work != 0;
  CHECK(used == 2);
  CHECK(load.work[1] == 2048 * kNs);
  CHECK(load.work[2] == 2048 * kNs);
}

TEST_CASE("HBM to HBM goes in packets, round robin") {
  target::Machine m = roundMachine();
  Inst i = isa::Dma::make(Engine::Sync);
  i.operand[0] = hbm(0, 0, 1024, 3); // three packets of 4 KiB
  i.operand[1] = hbm(1, 0, 1024, 3);
  DmaLoad load = makeDmaLoad(i, m, Describe::AtTrigger);
  CHECK(load.bytes == 3 * 4096);
  CHECK(load.rotates);
  CHECK(load.packets == 3);
  CHECK(load.hbmRead == load.hbmWritten);
  CHECK(load.work[0] == 256 * kNs);
  CHECK(load.work[3] == 0);
  // The second copy goes to other engines: both take the latency, not each other's time.
  m.dmaLatencyPs = 0;
  m.dmaIssuePs = 0;
  Run run(m);
  run.model.submit(0, 0, load);
  run.model.submit(1, 0, load);
  run.finish();
  CHECK(run.time(0, 0) == 256 * kNs);
  CHECK(run.time(1, 0) == 256 * kNs);
}

TEST_CASE("tiny pieces cost their least time each") {
  target::Machine m = roundMachine();
  m.dmaElementPs = 7000;
  Inst i = isa::Dma::make(Engine::Sync);
  i.operand[0] = dmaSide(sbuf(0, 256));
  i.operand[1] = hbm(0, 0, 256);
  i.operand[1].dim[1].step = 8; // every second value
  DmaLoad load = makeDmaLoad(i, m, Describe::AtTrigger);
  CHECK(load.pieces == 128 * 256);
  CHECK(load.work[0] == 8 * 256 * 7 * kNs);
}

TEST_CASE("the largest transfers take long, not no time") {
  target::Machine m = roundMachine();
  m.dmaElementPs = 7000;
  Inst i = isa::Dma::make(Engine::Sync);
  for (isa::Operand *side : {&i.operand[0], &i.operand[1]}) { // 2^38 values, packets of one
    *side = hbm(0, 0, 1, 1);
    side->dim[0] = {0, uint32_t(1) << 31};
    side->dim[1] = {0, uint32_t(1) << 7};
  }
  DmaLoad load = makeDmaLoad(i, m, Describe::AtTrigger);
  CHECK(load.bytes == uint64_t(1) << 40);
  CHECK(load.pieces == uint64_t(1) << 38);
  CHECK(load.work[0] == (uint64_t(1) << 34) * 7 * kNs);
  for (isa::Operand *side : {&i.operand[0], &i.operand[1]}) // 64 GiB in one piece
    side->dim[0] = {32, uint32_t(1) << 31}, side->dim[1] = {4, 8};
  m.dmaPacketBytes = uint64_t(1) << 36;
  CHECK(makeDmaLoad(i, m, Describe::AtTrigger).work[0] == (uint64_t(1) << 36) / 16 * kNs);
  m.dmaEngineBytesPerUs = 1; // 2^36 us: beyond what is counted
  CHECK(makeDmaLoad(i, m, Describe::AtTrigger).work[0] == uint64_t(1) << 57);
}

TEST_CASE("the HBM's rate bounds an engine, accumulation halves it") {
  target::Machine m = roundMachine();
  m.hbmBytesPerUs = 16 * 4000;
  CHECK(rows(m, 4096).work[0] == 4 * 2048 * kNs);
  Inst i = isa::DmaAccumulate::make(Engine::Sync);
  i.operand[0] = dmaSide(sbuf(0, 1024));
  i.operand[1] = dmaSide(sbuf(8192, 1024));
  CHECK(makeDmaLoad(i, m, Describe::AtTrigger).work[0] == 2 * 2048 * kNs);
}

TEST_CASE("an empty transfer signals when those before it have") {
  target::Machine m = roundMachine();
  DmaLoad large = rows(m, 4096), nothing;
  Run run(m);
  run.model.submit(0, 0, nothing);
  run.model.submit(0, 0, large);
  run.model.submit(0, 0, nothing);
  run.finish();
  CHECK(run.time(0, 0) == 0);
  CHECK(run.time(0, 1) == 2048 * kNs);
  CHECK(run.time(0, 2) == 2048 * kNs);
}

TEST_CASE("a load that does not say that it is uniform takes the same time") {
  target::Machine m = roundMachine();
  m.dmaElementPs = 3000;
  std::vector<DmaLoad> alike = {rows(m, 64), rows(m, 512), rows(m, 2048), rows(m, 12288)};
  std::vector<DmaLoad> single = alike; // says nothing of being the same everywhere
  for (DmaLoad &load : single)
    load.uniform = false;
  for (unsigned seed = 1; seed < 40; ++seed) {
    Run together(m), apart(m);
    uint32_t random = seed;
    for (unsigned i = 0; i < 60; ++i) {
      random = random * 1664525 + 1013904223;
      unsigned queue = random >> 28 & 3, size = random >> 20 & 3;
      together.model.submit(queue, (2000 + 300 * i) * kNs, alike[size]);
      apart.model.submit(queue, (2000 + 300 * i) * kNs,
                         random & 1 << 19 ? alike[size] : single[size]);
    }
    together.finish();
    apart.finish();
    REQUIRE(together.done.size() == 60);
    for (const DmaCompletion &c : together.done)
      REQUIRE(apart.time(c.queue, c.number) == c.time);
  }
}

TEST_CASE("a side with a count of 0 leaves a transfer a time") {
  target::Machine m = roundMachine();
  Inst i = isa::Dma::make(Engine::Sync);
  i.operand[0] = dmaSide(sbuf(0, 16, 128));
  i.operand[1] = hbm(0, 0, 16, 128);
  uint64_t whole = makeDmaLoad(i, m, Describe::AtTrigger).pieces;
  i.operand[1].dim[i.operand[1].numDims - 1].count = 0;
  DmaLoad load = makeDmaLoad(i, m, Describe::AtTrigger);
  CHECK(load.bytes == 128 * 64);
  CHECK(load.pieces >= whole);
}
