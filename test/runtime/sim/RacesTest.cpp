// Races and deadlocks: every rule provoked, and its remedy accepted.
#include "runtime/sim/Races.h"
#include "test/runtime/sim/StreamBuilder.h"

#include <catch2/catch.hpp>

using namespace neuron;
using namespace neuron::sim;
using namespace neuron::sim::testing;

namespace {

Fault verdict(StreamBuilder &b, const ControlRecord *record = nullptr) {
  REQUIRE(b.finish().ok());
  RaceOptions options;
  options.record = record;
  RaceResult result;
  Status status = checkRaces(b.image, options, result);
  REQUIRE(status.message() == "");
  return result.fault;
}

bool mentions(const Fault &fault, const char *text) {
  INFO(fault.message);
  bool found = fault.message.find(text) != std::string::npos;
  CHECK(found);
  return found;
}

constexpr auto V = Engine::Vector;
constexpr auto S = Engine::Scalar;

constexpr auto G = Engine::GpSimd;
constexpr auto Y = Engine::Sync;

} // namespace

TEST_CASE("two engines on one buffer need a semaphore") {
  for (bool ordered : {false, true}) {
    StreamBuilder b;
    Inst &w = b.memset(V, sbuf(0, 64));
    if (ordered)
      signals(w, 3);
    Inst &r = b.activate(sbuf(1024, 64), sbuf(128, 16));
    if (ordered)
      waits(r, 3);
    Fault fault = verdict(b);
    CHECK(fault.raised() == !ordered);
    if (!ordered) {
      CHECK(fault.kind == FaultKind::Race);
      CHECK(fault.at.stream == S);
      CHECK(fault.bytes.first == 128);
      CHECK(fault.bytes.end == 192);
      mentions(fault, "memset of vector at 0");
      mentions(fault, "`complete` signal of vector");
    }
  }
}

TEST_CASE("a read signal does not publish results") {
  StreamBuilder b;
  signals(b.memset(V, sbuf(0, 64)), 3, isa::When::Read);
  waits(b.activate(sbuf(1024, 64), sbuf(0, 64)), 3);
  CHECK(verdict(b).kind == FaultKind::Race);
}

TEST_CASE("a read signal lets the next writer in") {
  for (bool waited : {false, true}) {
    StreamBuilder b;
    signals(b.copy(V, sbuf(4096, 64), sbuf(0, 64)), 3, isa::When::Read);
    Inst &w = b.activate(sbuf(0, 64), sbuf(8192, 64));
    if (waited)
      waits(w, 3);
    Fault fault = verdict(b);
    CHECK(fault.raised() == !waited);
    if (!waited)
      mentions(fault, "`read` signal of vector");
  }
}

TEST_CASE("neighbouring columns and other partitions are no race") {
  StreamBuilder b;
  isa::Operand even = sbuf(0, 64), odd = sbuf(4, 64);
  even.dim[0].step = odd.dim[0].step = 2;
  b.memset(V, even);
  b.memset(G, odd);
  isa::Operand upper = sbuf(0, 64, 64), lower = sbuf(0, 64, 64);
  upper.startPartition = 64;
  upper.base = lower.base = 2048;
  b.memset(V, upper);
  b.memset(G, lower);
  CHECK_FALSE(verdict(b).raised());
}

TEST_CASE("the same stream needs after, as far back as it says") {
  for (unsigned n : {0u, 1u, 2u, 3u}) {
    StreamBuilder b;
    b.memset(V, sbuf(0, 64));
    b.memset(V, sbuf(4096, 64));
    after(b.copy(V, sbuf(8192, 64), sbuf(0, 64)), n);
    Fault fault = verdict(b);
    CHECK(fault.raised() == (n == 0 || n == 3));
    if (n == 0)
      mentions(fault, "it needs `after` 1 to 2");
  }
}

TEST_CASE("overwriting results in one stream needs after, overwriting inputs does not") {
  StreamBuilder waw;
  waw.memset(V, sbuf(0, 64));
  waw.memset(V, sbuf(0, 64));
  CHECK(verdict(waw).kind == FaultKind::Race);
  StreamBuilder war;
  war.copy(V, sbuf(4096, 64), sbuf(0, 64));
  war.memset(V, sbuf(0, 64));
  CHECK_FALSE(verdict(war).raised());
  StreamBuilder inPlace;
  inPlace.copy(V, sbuf(0, 64), sbuf(0, 64));
  CHECK_FALSE(verdict(inPlace).raised());
}

TEST_CASE("matmuls that accumulate are in order, others are not") {
  for (bool accumulate : {true, false}) {
    StreamBuilder b;
    b.ldweights(0);
    b.matmul(0, 4096, 128);
    b.matmul(0, 8192, 128, accumulate);
    CHECK(verdict(b).raised() == !accumulate);
  }
}

TEST_CASE("accumulation does not excuse another engine's write") {
  StreamBuilder b;
  b.memset(V, psum(0, 128));
  b.ldweights(0);
  b.matmul(0, 4096, 128, true);
  CHECK(verdict(b).kind == FaultKind::Race);
}

TEST_CASE("a transfer is ordered by its queue's signal only") {
  for (int how : {0, 1, 2}) {
    StreamBuilder b;
    uint32_t x = b.segment(1 << 20, SegmentRole::Input);
    Inst &load = b.dma(Y, 0, sbuf(0, 64), hbm(x, 0, 64));
    signals(load, 1);
    if (how == 1)
      b.take(V, 1);
    if (how == 2) { // on another queue: says nothing about the first
      signals(b.dma(Y, 1, sbuf(65536, 64), hbm(x, 0, 64)), 2);
      b.take(V, 2);
    }
    b.copy(V, sbuf(4096, 64), sbuf(0, 64));
    if (how != 1)
      b.take(V, 1);
    Fault fault = verdict(b);
    CHECK(fault.raised() == (how != 1));
  }
}

TEST_CASE("two transfers of one queue are unordered until waited for") {
  StreamBuilder b;
  uint32_t x = b.segment(1 << 20, SegmentRole::Input);
  uint32_t y = b.segment(1 << 20, SegmentRole::Output);
  b.dma(Y, 0, sbuf(0, 64), hbm(x, 0, 64));
  signals(b.dma(Y, 0, hbm(y, 0, 64), sbuf(0, 64)), 1);
  b.take(Y, 1);
  Fault fault = verdict(b);
  CHECK(fault.kind == FaultKind::Race);
  mentions(fault, "wait for a signal of queue 0");
}

TEST_CASE("the last signal of a queue covers its earlier transfers") {
  StreamBuilder b;
  uint32_t x = b.segment(1 << 20, SegmentRole::Input);
  b.dma(Y, 0, sbuf(0, 64), hbm(x, 0, 64));
  b.dma(Y, 0, sbuf(256, 64), hbm(x, 0, 64));
  signals(b.add(Y, isa::QueueSignal::make(Y)), 1);
  b.take(V, 1);
  b.copy(V, sbuf(4096, 128), sbuf(0, 128));
  CHECK_FALSE(verdict(b).raised());
}

TEST_CASE("a transfer begins with what its trigger knows") {
  for (unsigned n : {0u, 1u}) {
    StreamBuilder b;
    uint32_t y = b.segment(1 << 20, SegmentRole::Output);
    b.activate(sbuf(0, 64), sbuf(4096, 64));
    signals(after(b.dma(S, 6, hbm(y, 0, 64), sbuf(0, 64)), n), 1);
    b.take(S, 1);
    CHECK(verdict(b).raised() == (n == 0));
  }
}

TEST_CASE("a transfer whose sides meet, or whose destination folds, is refused") {
  StreamBuilder meets;
  signals(meets.dma(Y, 0, sbuf(0, 64), sbuf(128, 64)), 1);
  meets.take(Y, 1);
  mentions(verdict(meets), "two sides of one transfer");
  StreamBuilder folds;
  isa::Operand dst = sbuf(0, 64);
  Inst &inst = signals(folds.dma(Y, 0, dst, sbuf(4096, 64)), 1);
  inst.operand[0].dim[0].step = 0;
  folds.take(Y, 1);
  CHECK(verdict(folds).kind == FaultKind::UndefinedBehaviour);
}

TEST_CASE("unordered accumulation into one address is a race") {
  StreamBuilder b;
  uint32_t y = b.segment(1 << 20, SegmentRole::State);
  for (unsigned queue : {0u, 1u}) {
    Inst &inst = signals(b.dma(Y, queue, hbm(y, 0, 64), sbuf(512 * queue, 64)), 1 + queue);
    inst.opcode = isa::Opcode::DmaAccumulate;
  }
  b.take(Y, 1);
  b.take(Y, 2);
  CHECK(verdict(b).kind == FaultKind::Race);
}

TEST_CASE("transfers that nobody waits for are refused at the end") {
  StreamBuilder b;
  uint32_t x = b.segment(1 << 20, SegmentRole::Input);
  signals(b.dma(Y, 0, sbuf(0, 64), hbm(x, 0, 64)), 1);
  b.dma(Y, 0, sbuf(256, 64), hbm(x, 0, 64));
  b.take(Y, 1);
  Fault fault = verdict(b);
  CHECK(fault.kind == FaultKind::Race);
  mentions(fault, "transfer 2 of queue 0");
}

TEST_CASE("credits make a loop over rotating slots safe, one credit too many does not") {
  for (uint32_t credits : {2u, 3u}) {
    StreamBuilder b;
    uint32_t x = b.segment(1 << 20, SegmentRole::Input);
    b.image.semaphores[2].initial = credits;
    isa::Update rotate;
    rotate.reg = 5;
    rotate.step = 1;
    rotate.wrap = 2; // two slots
    b.loop(Y, 100).update[0] = rotate;
    b.take(Y, 2);
    Inst &load = signals(b.dma(Y, 0, sbuf(0, 64), hbm(x, 0, 64)), 1);
    load.operand[0].term[0] = {5, 256};
    b.endLoop(Y);
    b.loop(V, 100).update[0] = rotate;
    b.take(V, 1);
    Inst &use = signals(b.copy(V, sbuf(4096, 64), sbuf(0, 64)), 2, isa::When::Read);
    use.operand[1].term[0] = {5, 256};
    use.after = 1;
    b.endLoop(V);
    CHECK(verdict(b).raised() == (credits == 3));
  }
}

TEST_CASE("a barrier orders everything and resets the semaphores") {
  StreamBuilder b;
  for (int round = 0; round < 2; ++round) {
    signals(b.memset(V, sbuf(0, 64)), 3);
    b.take(S, 3);
    b.barrier();
    b.memset(round ? V : S, sbuf(0, 64));
    b.barrier();
  }
  CHECK_FALSE(verdict(b).raised());
}

TEST_CASE("a circle of waits is a deadlock, and printed") {
  StreamBuilder b;
  b.take(V, 1);
  signals(b.memset(V, sbuf(0, 64)), 2);
  b.take(S, 2);
  signals(b.activate(sbuf(4096, 64), sbuf(8192, 64)), 1);
  b.image.layer = [](uint32_t, uint64_t iteration) {
    return "encoder." + std::to_string(iteration);
  };
  Fault fault = verdict(b);
  CHECK(fault.kind == FaultKind::Deadlock);
  CHECK(fault.at.stream == V);
  mentions(fault, "vector at 0 (encoder.0) waits for semaphore 1 to reach 1, now 0, from scalar; "
                  "scalar at 0 (encoder.0) waits for semaphore 2 to reach 1, now 0, from vector");
}

TEST_CASE("waiting for a stream that has ended is a deadlock") {
  StreamBuilder b;
  uint32_t x = b.segment(1 << 20, SegmentRole::Input);
  signals(b.dma(Y, 4, sbuf(0, 64), hbm(x, 0, 64)), 1);
  b.take(V, 1, 2);
  Fault fault = verdict(b);
  CHECK(fault.kind == FaultKind::Deadlock);
  mentions(fault, "from queue 4 of sync, which has ended");
}

TEST_CASE("a barrier that one stream never reaches is a deadlock") {
  StreamBuilder b;
  b.add(V, isa::Barrier::make(V));
  b.memset(G, sbuf(0, 64));
  Fault fault = verdict(b);
  CHECK(fault.kind == FaultKind::Deadlock);
  mentions(fault, "vector at 0 waits at a barrier, from tensor, which has ended");
}

TEST_CASE("accesses outside of their memory are faults") {
  StreamBuilder b;
  b.memset(V, sbuf(int64_t(b.image.machine->sbufPartitionBytes) - 8, 64));
  CHECK(verdict(b).kind == FaultKind::OutOfBounds);
  StreamBuilder hbmEnd;
  uint32_t x = hbmEnd.segment(1000, SegmentRole::Input);
  signals(hbmEnd.dma(Y, 0, sbuf(0, 64), hbm(x, 0, 64)), 1);
  hbmEnd.take(Y, 1);
  CHECK(verdict(hbmEnd).kind == FaultKind::OutOfBounds);
}

TEST_CASE("loaded registers come from the record, or there is no verdict") {
  StreamBuilder b;
  Inst load = isa::RegisterLoad::make(V);
  isa::RegisterLoad::setDst(load, 7);
  load.operand[0] = sbuf(65536, 1, 1);
  b.add(V, load);
  Inst &w = b.memset(V, sbuf(0, 64));
  w.operand[0].term[0] = {7, 256};
  b.memset(G, sbuf(512, 64));
  REQUIRE(b.finish().ok());
  RaceResult result;
  CHECK(checkRaces(b.image, {}, result).code() == ErrorCode::InvalidArgument);
  ControlRecord record;
  RaceOptions options;
  options.record = &record;
  record.stream[unsigned(V)].registers = {1};
  REQUIRE(checkRaces(b.image, options, result).ok());
  CHECK_FALSE(result.fault.raised());
  record.stream[unsigned(V)].registers = {2};
  REQUIRE(checkRaces(b.image, options, result).ok());
  CHECK(result.fault.kind == FaultKind::Race);
}
