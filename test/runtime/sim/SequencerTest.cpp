// Control flow of one stream: loops, updates, calls, takes, registers, and what is refused.
#include "runtime/sim/Sequencer.h"

#include <array>
#include <catch2/catch.hpp>
#include <optional>

using namespace neuron;
using namespace neuron::sim;
using isa::Cond;
using isa::Engine;
using isa::Inst;

namespace {

constexpr Engine kEngine = Engine::Vector;

struct Stream {
  std::vector<Inst> code;
  std::vector<uint32_t> entries = {0};
  std::array<uint64_t, isa::kNumSemaphores> semaphores{};
  std::optional<StreamCode> resolved;

  Inst &add(Inst inst) {
    inst.engine = Engine::Vector;
    code.push_back(inst);
    return code.back();
  }
  Inst &nop() { return add(isa::Nop::make(kEngine)); }
  Inst &loop(uint32_t count) {
    Inst inst = isa::Loop::make(kEngine);
    isa::Loop::setCount(inst, count);
    return add(inst);
  }
  void endLoop() { add(isa::EndLoop::make(kEngine)); }
  void ret() { add(isa::Return::make(kEngine)); }
  void call(uint16_t function) {
    Inst inst = isa::Call::make(kEngine);
    isa::Call::setFunction(inst, function);
    add(inst);
  }
  Inst &take(uint8_t sem, uint32_t count) {
    Inst inst = isa::Take::make(kEngine);
    isa::Take::setSem(inst, sem);
    isa::Take::setCount(inst, count);
    return add(inst);
  }
  Inst &reg(isa::RegOp op, uint8_t dst, uint8_t a, int32_t imm) {
    Inst inst = isa::RegisterAlu::make(kEngine);
    isa::RegisterAlu::setOp(inst, op);
    isa::RegisterAlu::setDst(inst, dst);
    isa::RegisterAlu::setA(inst, a);
    isa::RegisterAlu::setImm(inst, imm);
    return add(inst);
  }
  Inst &memset(int64_t base) {
    Inst inst = isa::Memset::make(kEngine);
    inst.operand[0].space = isa::Space::Sbuf;
    inst.operand[0].partitions = 128;
    inst.operand[0].base = base;
    inst.operand[0].numDims = 1;
    inst.operand[0].dim[0] = {1, 8};
    return add(inst);
  }
  Status resolve() {
    auto made = StreamCode::make(Engine::Vector, code.data(), static_cast<uint32_t>(code.size()),
                                 entries, 0);
    if (!made)
      return made.status();
    resolved = std::move(*made);
    return Status::success();
  }
  Sequencer start() {
    REQUIRE(resolve().ok());
    return Sequencer(*resolved);
  }
};

/// Runs to the end, collecting the base of every memset.
std::vector<int64_t> bases(Stream &stream, Sequencer &sequencer, StepKind &last) {
  std::vector<int64_t> out;
  while ((last = sequencer.next(stream.semaphores.data())) == StepKind::Issued)
    if (sequencer.issue().inst->opcode == isa::Opcode::Memset && sequencer.issue().executes)
      out.push_back(sequencer.issue().base[0]);
  return out;
}

} // namespace

TEST_CASE("a loop updates registers at the end of an iteration and wraps them") {
  Stream stream;
  Inst &loop = stream.loop(5);
  loop.update[0] = {3, 1, 0}; // induction
  loop.update[1] = {4, 1, 2}; // slot of two
  Inst &use = stream.memset(1000);
  use.operand[0].term[0] = {3, 100};
  use.operand[0].term[1] = {4, 7};
  stream.endLoop();
  stream.ret();
  Sequencer sequencer = stream.start();
  StepKind last;
  CHECK(bases(stream, sequencer, last) == std::vector<int64_t>{1000, 1107, 1200, 1307, 1400});
  CHECK(last == StepKind::Ended);
  CHECK(sequencer.reg(3) == 5);
  CHECK(sequencer.reg(4) == 1);
}

TEST_CASE("an instruction knows the iteration of the outermost loop around it") {
  Stream s;
  s.nop();
  s.loop(3);
  s.loop(2);
  s.nop();
  s.endLoop();
  s.endLoop();
  s.nop();
  s.ret();
  Sequencer sequencer = s.start();
  std::vector<uint64_t> iterations;
  while (sequencer.next(s.semaphores.data()) == StepKind::Issued) {
    if (sequencer.issue().inst->opcode != isa::Opcode::Nop)
      continue;
    iterations.push_back(sequencer.issue().iteration);
    CHECK(sequencer.issue().place().iteration == iterations.back());
  }
  CHECK(iterations == std::vector<uint64_t>{0, 0, 0, 1, 1, 2, 2, 0});
}

TEST_CASE("a loop of zero iterations is left out, its registers stay") {
  Stream stream;
  stream.loop(0).update[0] = {3, 1, 0};
  stream.memset(0);
  stream.endLoop();
  stream.memset(8);
  stream.ret();
  Sequencer sequencer = stream.start();
  StepKind last;
  CHECK(bases(stream, sequencer, last) == std::vector<int64_t>{8});
  CHECK(sequencer.reg(3) == 0);
}

TEST_CASE("a call takes registers along and comes back into its loop") {
  Stream stream;
  stream.loop(2).update[0] = {0, 1, 0};
  stream.call(1);
  stream.endLoop();
  stream.ret();
  stream.entries.push_back(static_cast<uint32_t>(stream.code.size()));
  stream.memset(0).operand[0].term[0] = {0, 64};
  stream.ret();
  Sequencer sequencer = stream.start();
  StepKind last;
  CHECK(bases(stream, sequencer, last) == std::vector<int64_t>{0, 64});
  CHECK(last == StepKind::Ended);
}

TEST_CASE("takes add up over iterations, and two on one instruction are taken together") {
  Stream stream;
  stream.loop(2);
  stream.take(9, 2);
  stream.endLoop();
  Inst &both = stream.nop();
  both.wait[0] = {9, 1};
  both.wait[1] = {10, 1};
  stream.ret();
  Sequencer sequencer = stream.start();
  auto issuesUntilBlocked = [&] {
    unsigned n = 0;
    while (sequencer.next(stream.semaphores.data()) == StepKind::Issued)
      ++n;
    return n;
  };
  CHECK(issuesUntilBlocked() == 1);
  CHECK(sequencer.blocked().sem == 9);
  CHECK(sequencer.blocked().value == 2);
  stream.semaphores[9] = 3;
  CHECK(issuesUntilBlocked() == 2); // take, endloop
  CHECK(sequencer.blocked().value == 4);
  stream.semaphores[9] = 5;
  CHECK(issuesUntilBlocked() == 2);
  CHECK(sequencer.blocked().sem == 10);
  stream.semaphores[10] = 1;
  REQUIRE(sequencer.next(stream.semaphores.data()) == StepKind::Issued);
  REQUIRE(sequencer.issue().numWaits == 2);
  CHECK(sequencer.issue().waits[0].value == 5);
  CHECK(sequencer.issue().waits[1].sem == 10);
}

TEST_CASE("predicates decide execution, accumulation and signals, not waits") {
  Stream stream;
  stream.loop(3).update[0] = {1, 1, 0};
  Inst &inst = stream.memset(0);
  inst.pred[0] = {1, 0};
  inst.pred[1] = {1, 2};
  inst.exec = Cond::IfNotP0;
  inst.accumulate = Cond::IfP0;
  inst.signal[0] = {5, Cond::IfP1, isa::When::Complete};
  inst.signal[1] = {6, Cond::Always, isa::When::Read};
  stream.endLoop();
  stream.ret();
  Sequencer sequencer = stream.start();
  std::vector<std::array<bool, 4>> seen;
  while (sequencer.next(stream.semaphores.data()) == StepKind::Issued)
    if (!sequencer.issue().control)
      seen.push_back({sequencer.issue().executes, sequencer.issue().accumulates,
                      sequencer.issue().fires[0], sequencer.issue().fires[1]});
  CHECK(seen == std::vector<std::array<bool, 4>>{{false, true, false, true},
                                                 {true, false, false, true},
                                                 {true, false, true, true}});
}

TEST_CASE("register arithmetic") {
  Stream stream;
  stream.reg(isa::RegOp::Set, 1, 0, -5);
  stream.reg(isa::RegOp::Add, 2, 1, 12);
  stream.reg(isa::RegOp::Multiply, 3, 2, 6);
  stream.reg(isa::RegOp::Subtract, 4, 3, 2);
  stream.reg(isa::RegOp::Min, 5, 4, 7);
  stream.reg(isa::RegOp::Max, 6, 1, -1);
  stream.reg(isa::RegOp::Copy, 7, 6, 0);
  isa::RegisterAlu::setB(stream.reg(isa::RegOp::MultiplyAdd, 8, 2, 10), 1);
  stream.ret();
  Sequencer sequencer = stream.start();
  StepKind last;
  bases(stream, sequencer, last);
  CHECK(last == StepKind::Ended);
  const std::array<int64_t, 9> expected = {0, -5, 7, 42, 40, 7, -1, -1, 65};
  for (unsigned r = 0; r < expected.size(); ++r)
    CHECK(sequencer.reg(r) == expected[r]);
}

TEST_CASE("a run-time count is resolved and bounded by the stated one") {
  Stream stream;
  stream.reg(isa::RegOp::Set, 1, 0, 3);
  stream.memset(0).operand[0].countRegister = 1;
  stream.reg(isa::RegOp::Set, 1, 0, 9);
  stream.memset(0).operand[0].countRegister = 1;
  stream.ret();
  Sequencer sequencer = stream.start();
  sequencer.next(stream.semaphores.data());
  REQUIRE(sequencer.next(stream.semaphores.data()) == StepKind::Issued);
  CHECK(sequencer.issue().operand(0).dim[0].count == 3);
  sequencer.next(stream.semaphores.data());
  REQUIRE(sequencer.next(stream.semaphores.data()) == StepKind::Faulted);
  CHECK(sequencer.fault().kind == FaultKind::OutOfBounds);
  CHECK(sequencer.fault().at.pc == 3);
}

TEST_CASE("a loaded register is provided between two steps") {
  Stream stream;
  Inst load = isa::RegisterLoad::make(kEngine);
  isa::RegisterLoad::setDst(load, 11);
  stream.add(load);
  stream.ret();
  Sequencer sequencer = stream.start();
  REQUIRE(sequencer.next(stream.semaphores.data()) == StepKind::Issued);
  CHECK(sequencer.awaitsValue());
  sequencer.provide(77);
  CHECK(sequencer.next(stream.semaphores.data()) == StepKind::Issued);
  CHECK(sequencer.reg(11) == 77);
}

TEST_CASE("a barrier waits once, is issued after it was passed, and forgets what was taken") {
  Stream stream;
  stream.take(3, 1);
  stream.add(isa::Barrier::make(kEngine)).wait[0] = {3, 1};
  stream.take(3, 1);
  stream.ret();
  Sequencer sequencer = stream.start();
  stream.semaphores[3] = 2;
  CHECK(sequencer.next(stream.semaphores.data()) == StepKind::Issued);
  CHECK(sequencer.next(stream.semaphores.data()) == StepKind::AtBarrier);
  CHECK(sequencer.next(stream.semaphores.data()) == StepKind::AtBarrier);
  stream.semaphores[3] = 1;
  sequencer.passBarrier();
  CHECK(sequencer.next(stream.semaphores.data()) == StepKind::Issued);
  CHECK(sequencer.issue().inst->opcode == isa::Opcode::Barrier);
  CHECK(sequencer.next(stream.semaphores.data()) == StepKind::Issued);
}

TEST_CASE("code that cannot be walked is refused when it is resolved") {
  SECTION("endloop alone") {
    Stream stream;
    stream.endLoop();
    stream.ret();
    CHECK(stream.resolve().message().find("without a loop") != std::string::npos);
  }
  SECTION("loop alone") {
    Stream stream;
    stream.loop(1);
    stream.ret();
    CHECK(stream.resolve().message().find("without an endloop") != std::string::npos);
  }
  SECTION("no return") {
    Stream stream;
    stream.nop();
    CHECK(stream.resolve().code() == ErrorCode::Malformed);
  }
  SECTION("a loop across functions") {
    Stream stream;
    stream.loop(1);
    stream.ret();
    stream.entries.push_back(2);
    stream.endLoop();
    stream.ret();
    CHECK_FALSE(stream.resolve().ok());
  }
  SECTION("a callee that is not there") {
    Stream stream;
    stream.call(4);
    stream.ret();
    CHECK_FALSE(stream.resolve().ok());
  }
}

TEST_CASE("control flow that has no meaning is a fault") {
  StepKind last;
  SECTION("recursion") {
    Stream stream;
    stream.call(1);
    stream.ret();
    stream.entries.push_back(2);
    stream.call(1);
    stream.ret();
    Sequencer sequencer = stream.start();
    bases(stream, sequencer, last);
    CHECK(last == StepKind::Faulted);
    CHECK(sequencer.fault().kind == FaultKind::IllegalInstruction);
  }
  SECTION("return from within a loop") {
    Stream stream;
    stream.loop(2);
    stream.ret();
    stream.endLoop();
    stream.ret();
    Sequencer sequencer = stream.start();
    bases(stream, sequencer, last);
    CHECK(last == StepKind::Faulted);
  }
  SECTION("a register beyond 32 bits") {
    Stream stream;
    stream.reg(isa::RegOp::Set, 1, 0, 1 << 30);
    stream.reg(isa::RegOp::Multiply, 1, 1, 8);
    stream.ret();
    Sequencer sequencer = stream.start();
    bases(stream, sequencer, last);
    CHECK(last == StepKind::Faulted);
    CHECK(sequencer.fault().kind == FaultKind::UndefinedBehaviour);
  }
  SECTION("an address beyond 64 bits") {
    Stream stream;
    stream.reg(isa::RegOp::Set, 1, 0, 1 << 30);
    Inst &use = stream.memset(INT64_MAX);
    use.operand[0].term[0] = {1, int64_t(1) << 40};
    stream.ret();
    Sequencer sequencer = stream.start();
    bases(stream, sequencer, last);
    CHECK(last == StepKind::Faulted);
    CHECK(sequencer.fault().kind == FaultKind::OutOfBounds);
  }
}
