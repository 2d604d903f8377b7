// Every timing rule on a machine of round numbers: a cycle is a nanosecond on all engines.
#include "runtime/sim/Timing.h"
#include "runtime/sim/Dma.h"
#include "runtime/sim/Races.h"
#include "test/runtime/sim/StreamBuilder.h"

#include <catch2/catch.hpp>

#include <map>

using namespace neuron;
using namespace neuron::sim;
using namespace neuron::sim::testing;

namespace {

constexpr uint64_t kNs = 1000000; // femtoseconds
constexpr auto V = Engine::Vector;
constexpr auto S = Engine::Scalar;
constexpr auto T = Engine::Tensor;
constexpr auto G = Engine::GpSimd;
constexpr auto Y = Engine::Sync;

target::Machine roundMachine() {
  target::Machine m = *target::findMachine("trn1");
  m.tensorMHz = m.vectorMHz = m.scalarMHz = m.gpsimdMHz = m.baseMHz = 1000;
  m.vectorIssueCycles = 60;
  m.vectorLatencyCycles = 200;
  m.scalarIssueCycles = 110;
  m.scalarLatencyCycles = 220;
  m.gpsimdStartCycles = 150;
  m.minIntervalCycles = 64;
  m.tensorPairOverheadCycles = 70;
  m.tensorLatencyCycles = 400;
  m.loadWeightsLatencyCycles = 0;
  m.sequencerInstCycles = 1;
  m.sequencerLoopCycles = 4;
  m.sequencerWaitNs = 9;
  m.semaphoreNs = 30;
  m.engineQueueDepth = 8;
  m.portExclusionPsum = m.portExclusionSbuf = 0;
  m.dmaLatencyPs = 1000000;
  m.dmaStaticTriggerPs = 30000;
  m.dmaIssuePs = 0;
  m.dmaElementPs = 0;
  m.dmaSignalPs = 0;
  m.launchPs = 0;
  return m;
}

/// Start and complete of instructions by stream and pc, in order of execution. Nanoseconds.
struct Times : TimeObserver {
  struct Entry {
    uint64_t start, complete;
  };
  std::map<std::pair<unsigned, uint32_t>, std::vector<Entry>> of;
  std::map<unsigned, std::vector<uint64_t>> transfers; ///< completion by queue
  void instruction(const Issue &issue, uint64_t start, uint64_t, uint64_t complete) override {
    of[{unsigned(issue.stream), issue.pc}].push_back({start / kNs, complete / kNs});
  }
  void control(const Issue &issue, uint64_t complete) override {
    of[{unsigned(issue.stream), issue.pc}].push_back({complete / kNs, complete / kNs});
  }
  void transfer(const Place &, const DmaCompletion &completion) override {
    transfers[completion.queue].push_back(completion.time / kNs);
  }
  uint64_t start(Engine e, uint32_t pc, size_t n = 0) { return of[{unsigned(e), pc}].at(n).start; }
  uint64_t complete(Engine e, uint32_t pc, size_t n = 0) {
    return of[{unsigned(e), pc}].at(n).complete;
  }
};

struct Timed : StreamBuilder {
  target::Machine machine = roundMachine();
  Times times;
  TimeResult result;
  Timed() { image.machine = &machine; }
  void run(TimeOptions options = {}) {
    REQUIRE(finish().ok());
    options.observer = &times;
    Status status = walkTime(image, options, result);
    REQUIRE(status.message() == "");
  }
};

} // namespace

TEST_CASE("an instruction's interval spaces starts, its latency ends it") {
  Timed t;
  t.memset(V, sbuf(0, 512));
  t.memset(V, sbuf(4096, 16));
  t.memset(V, sbuf(8192, 16));
  t.run();
  CHECK(t.times.start(V, 0) == 1); // one cycle in the sequencer
  CHECK(t.times.complete(V, 0) == 1 + 512 + 200);
  CHECK(t.times.start(V, 1) == 1 + 512 + 60);
  CHECK(t.times.complete(V, 1) == 573 + 16 + 200);
  CHECK(t.times.start(V, 2) == 573 + 76);
  CHECK(t.result.engine[unsigned(V)].busy == (572 + 76 + 76) * kNs);
  CHECK(t.result.engine[unsigned(V)].active == (649 + 216 - 1) * kNs);
  CHECK(t.result.end == (649 + 216) * kNs);
}

TEST_CASE("the least interval holds for the smallest instructions") {
  Timed t;
  t.machine.vectorIssueCycles = 10;
  t.memset(V, sbuf(0, 1));
  t.memset(V, sbuf(4096, 1));
  t.run();
  CHECK(t.times.start(V, 1) == 1 + 64);
}

TEST_CASE("after waits for completion, and costs what a semaphore costs") {
  Timed t;
  t.memset(V, sbuf(0, 64));
  after(t.copy(V, sbuf(4096, 64), sbuf(0, 64)), 1);
  t.activate(sbuf(16384, 64), sbuf(8192, 64));
  after(t.activate(sbuf(20480, 64), sbuf(16384, 64)), 1);
  t.run();
  CHECK(t.times.start(V, 1) == t.times.complete(V, 0) + 30);
  CHECK(t.times.start(S, 1) == t.times.complete(S, 0) + 30);
}

TEST_CASE("a semaphore takes its latency from signal to start") {
  Timed t;
  signals(t.memset(V, sbuf(0, 64)), 1);
  waits(t.activate(sbuf(4096, 64), sbuf(0, 64)), 1);
  t.run();
  CHECK(t.times.start(S, 0) == t.times.complete(V, 0) + 30);
  CHECK(t.result.engine[unsigned(S)].semaphoreWait == (t.times.start(S, 0) - 10) * kNs);
}

TEST_CASE("a read signal comes after the columns, not after the latency") {
  Timed t;
  signals(t.copy(V, sbuf(4096, 256), sbuf(0, 256)), 1, isa::When::Read);
  waits(t.activate(sbuf(0, 64), sbuf(8192, 64)), 1);
  t.run();
  CHECK(t.times.start(S, 0) == 1 + 256 + 30);
}

TEST_CASE("a satisfied wait costs its time in the sequencer") {
  Timed t;
  t.image.semaphores[1].initial = 5;
  t.take(V, 1, 2);
  waits(t.memset(V, sbuf(0, 64)), 1);
  t.run();
  CHECK(t.times.complete(V, 0) == 10);
  CHECK(t.times.start(V, 1) == 20);
}

TEST_CASE("loop ends cost cycles that hide behind a busy engine") {
  Timed hidden;
  hidden.loop(V, 10);
  hidden.memset(V, sbuf(0, 512));
  hidden.endLoop(V);
  hidden.run();
  CHECK(hidden.times.start(V, 1, 9) == 2 + 9 * 572);
  Timed bare;
  bare.loop(V, 10);
  bare.add(V, isa::Nop::make(V));
  bare.endLoop(V);
  bare.run();
  CHECK(bare.times.complete(V, 2, 9) == 1 + 10 * 5);
}

TEST_CASE("the sequencer runs ahead by the queue and no further") {
  Timed t;
  for (int i = 0; i < 10; ++i)
    t.memset(V, sbuf(4096 * i, 512));
  t.add(V, isa::Nop::make(V));
  t.run();
  // The 10th enters when the 2nd has started; the nop follows in the next cycle.
  CHECK(t.times.start(V, 1) == 1 + 572);
  CHECK(t.times.complete(V, 10) == 1 + 572 + 1);
}

TEST_CASE("weights are filled in while the matmul before runs") {
  Timed t;
  for (int i = 0; i < 3; ++i) {
    t.ldweights(0, 128); // 32 cycles
    t.matmul(2048 * i, 4096, 512);
  }
  for (Inst &inst : t.code[unsigned(T)])
    for (isa::Operand &operand : inst.operand)
      if (operand.space == isa::Space::Sbuf)
        operand.dtype = DType::Bf16;
  t.run();
  CHECK(t.times.start(T, 0) == 1);
  CHECK(t.times.start(T, 1) == 71); // the pair's overhead covers the 32 cycles
  CHECK(t.times.start(T, 2) == 71); // the spare plane is free once the first matmul runs
  CHECK(t.times.start(T, 3) == 71 + 512 + 70);
  CHECK(t.times.complete(T, 3) == 653 + 512 + 128 + 400);
}

TEST_CASE("a large load of weights is not hidden by a small matmul") {
  Timed t;
  t.machine.loadWeightsColumnsPerCycle = 1;
  t.ldweights(0, 128);
  t.matmul(0, 4096, 64).operand[1].dtype = DType::Bf16;
  t.ldweights(1024, 128);
  t.matmul(2048, 4096, 64).operand[1].dtype = DType::Bf16;
  t.run();
  CHECK(t.times.start(T, 1) == 129);
  CHECK(t.times.start(T, 2) == 129);
  CHECK(t.times.start(T, 3) == 129 + 64 + 70); // the array is free later than the plane is full
}

TEST_CASE("a transfer starts after its trigger and signals after its latency") {
  Timed t;
  uint32_t x = t.segment(1 << 20, SegmentRole::Input);
  signals(t.dma(Y, 0, sbuf(0, 16), hbm(x, 0, 16)), 1);
  waits(t.memset(V, sbuf(0, 64)), 1);
  t.run();
  CHECK(t.times.start(Y, 0) == 1);
  CHECK(t.times.complete(Y, 0) == 31);
  CHECK(t.times.transfers[0].at(0) == 1031);
  CHECK(t.times.start(V, 0) == 1061);
  CHECK(t.result.dma.bytes == 128 * 64);
  CHECK(t.result.dma.hbmRead == 128 * 64);
}

TEST_CASE("a trigger blocks when its queue is full") {
  Timed t;
  t.machine.dmaQueueDepth = 2;
  t.machine.dmaInFlight = 1;
  uint32_t x = t.segment(1 << 20, SegmentRole::Input);
  for (int i = 0; i < 3; ++i)
    signals(t.dma(Y, 0, sbuf(64 * i, 16), hbm(x, 0, 16)), 1);
  t.take(Y, 1, 3);
  t.run();
  CHECK(t.times.start(Y, 1) == 31);
  CHECK(t.times.transfers[0].at(0) == 1031);
  CHECK(t.times.start(Y, 2) == 1031);
  CHECK(t.times.transfers[0].at(1) == 2031);
  CHECK(t.times.transfers[0].at(2) == 3031);
}

TEST_CASE("addresses from loaded registers are dynamic") {
  Timed t;
  t.machine.dmaDynamicTriggerPs = 700000;
  uint32_t x = t.segment(1 << 20, SegmentRole::Input);
  Inst load = isa::RegisterLoad::make(G);
  isa::RegisterLoad::setDst(load, 7);
  load.operand[0] = sbuf(65536, 1, 1);
  t.add(G, load);
  Inst alu = isa::RegisterAlu::make(G);
  isa::RegisterAlu::setOp(alu, isa::RegOp::Add);
  isa::RegisterAlu::setDst(alu, 8);
  isa::RegisterAlu::setA(alu, 7);
  t.add(G, alu);
  Inst &dynamic = signals(t.dma(G, 10, sbuf(0, 16), hbm(x, 0, 16)), 1);
  dynamic.operand[1].term[0] = {8, 64};
  signals(t.dma(G, 10, sbuf(64, 16), hbm(x, 0, 16)), 1);
  t.take(G, 1, 2);
  ControlRecord record;
  record.stream[unsigned(G)].registers = {3};
  TimeOptions options;
  options.record = &record;
  t.run(options);
  uint64_t first = t.times.start(G, 2);
  CHECK(first == 1 + 100 + 1 + 1);
  CHECK(t.times.start(G, 3) == first + 700);
  CHECK(t.times.complete(G, 3) == first + 700 + 30);
}

TEST_CASE("vector and scalar exclude each other on PSUM, first come first served") {
  for (uint64_t exclusion : {0u, 1u}) {
    Timed t;
    t.machine.portExclusionPsum = exclusion;
    t.memset(V, psum(0, 256));
    t.add(S, isa::Nop::make(S)); // one cycle later
    t.activate(sbuf(0, 256), psum(2048, 256));
    t.memset(V, psum(4096, 64));
    t.run();
    CHECK(t.times.start(V, 0) == 1);
    CHECK(t.times.start(S, 1) == (exclusion ? 1 + 256 : 2));
    CHECK(t.times.start(V, 1) == (exclusion ? 257 + 256 : 1 + 316));
  }
}

TEST_CASE("equal requests for a port go by engine") {
  Timed t;
  t.machine.portExclusionSbuf = 1;
  t.memset(G, sbuf(0, 128));
  t.memset(V, sbuf(4096, 128));
  t.run();
  CHECK(t.times.start(V, 0) == 1);
  CHECK(t.times.start(G, 0) == 129);
  CHECK(t.result.engine[unsigned(G)].portWait == 128 * kNs);
}

TEST_CASE("a port is not given away before an earlier request that still has to come") {
  // Scalar is ready to ask before the walk knows that GpSimd lets Vector ask earlier.
  Timed t;
  t.machine.portExclusionPsum = 1;
  signals(t.memset(G, sbuf(0, 64)), 1); // complete at 1 + 64 + 150
  waits(t.memset(V, psum(0, 512)), 1);  // asks at 245
  t.loop(S, 100);
  t.add(S, isa::Nop::make(S));
  t.endLoop(S);
  t.activate(sbuf(4096, 64), psum(4096, 64)); // asks at 502
  t.run();
  CHECK(t.times.start(V, 0) == 245);
  CHECK(t.times.start(S, 3) == 245 + 512);
}

TEST_CASE("a branch out of the fetch buffer costs a transfer's latency") {
  Timed t;
  t.machine.fetchBufferBytes = 64; // two instructions without operands
  t.loop(V, 3);
  for (int i = 0; i < 4; ++i)
    t.add(V, isa::Nop::make(V));
  t.endLoop(V);
  t.run();
  CHECK(t.times.complete(V, 5, 0) == 1 + 4 + 4 + 1000);
  CHECK(t.times.complete(V, 5, 2) == 1 + 3 * 8 + 2000);
  CHECK(t.result.engine[unsigned(V)].fetchWait == 2000 * kNs);
}

TEST_CASE("signals of a control instruction wait for the engine") {
  Timed t;
  t.memset(V, sbuf(0, 512));
  signals(t.add(V, isa::SignalEvent::make(V)), 1);
  waits(t.memset(G, sbuf(4096, 64)), 1);
  t.run();
  CHECK(t.times.start(G, 0) == 1 + 512 + 200 + 30);
}

TEST_CASE("a barrier waits for everybody and every transfer") {
  Timed t;
  uint32_t x = t.segment(1 << 20, SegmentRole::Input);
  signals(t.dma(Y, 0, sbuf(0, 16), hbm(x, 0, 16)), 1);
  t.barrier();
  t.memset(V, sbuf(0, 64));
  t.run();
  CHECK(t.times.start(V, 1) == 1031 + 30 + 2);
}

TEST_CASE("what is not executed takes no time on the engine but still signals") {
  Timed t;
  Inst &skipped = signals(t.memset(V, sbuf(0, 512)), 1);
  skipped.exec = isa::Cond::IfP0;
  skipped.pred[0] = {3, 1};
  waits(t.memset(G, sbuf(4096, 64)), 1);
  t.run();
  CHECK(t.times.start(G, 0) == 31);
}

TEST_CASE("run-time counts decide the cost") {
  Timed t;
  Inst set = isa::RegisterAlu::make(V);
  isa::RegisterAlu::setOp(set, isa::RegOp::Set);
  isa::RegisterAlu::setDst(set, 4);
  isa::RegisterAlu::setImm(set, 100);
  t.add(V, set);
  t.memset(V, sbuf(0, 512)).operand[0].countRegister = 4;
  t.run();
  CHECK(t.times.complete(V, 1) == 2 + 100 + 200);
}

TEST_CASE("bounds stand for loaded registers when nothing was recorded") {
  Timed t;
  Inst load = isa::RegisterLoad::make(V);
  isa::RegisterLoad::setDst(load, 4);
  load.operand[0] = sbuf(65536, 1, 1);
  t.add(V, load);
  t.memset(V, sbuf(0, 512)).operand[0].countRegister = 4;
  REQUIRE(t.finish().ok());
  TimeResult none;
  CHECK(walkTime(t.image, {}, none).code() == ErrorCode::InvalidArgument);
  BoundPlan bound;
  bound.kind = BoundPlan::Value;
  bound.stream = V;
  bound.pc = 0;
  bound.limit = 300;
  t.image.bounds.push_back(bound);
  t.run();
  CHECK(t.times.complete(V, 1) == t.times.start(V, 1) + 300 + 200);
}

TEST_CASE("the bound on cycles is a fault with its time") {
  Timed t;
  t.loop(V, 1000);
  t.memset(V, sbuf(0, 512));
  t.endLoop(V);
  t.image.maxCycles = 5000;
  t.run();
  CHECK(t.result.fault.kind == FaultKind::Timeout);
  CHECK(t.result.fault.hasTime);
  CHECK(t.result.fault.femtoseconds / kNs > 5000);
  CHECK(t.result.fault.femtoseconds / kNs < 6000);
}
