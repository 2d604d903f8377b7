// The walk of the values: the pipelined matmul of the design, in every order that is legal.
#include "runtime/base/Numbers.h"
#include "runtime/sim/Machine.h"
#include "test/runtime/sim/StreamBuilder.h"

#include <catch2/catch.hpp>
#include <cstring>

using namespace neuron;
using namespace neuron::sim;
using namespace neuron::sim::testing;

namespace {

constexpr auto T = Engine::Tensor;
constexpr auto S = Engine::Scalar;
constexpr auto G = Engine::GpSimd;
constexpr auto Y = Engine::Sync;

// Y[:, j] = relu(W^T X[:, j] - 3): K in kDepth tiles of 128, N in kTiles tiles of kColumns.
constexpr unsigned kDepth = 2, kTiles = 5, kColumns = 16, kSlots = 2;
constexpr unsigned kAllColumns = kTiles * kColumns;

enum Sem : uint8_t { kFreeX = 1, kFreeP, kFreeO, kLoaded, kReady, kOut, kWeights };
enum Reg : uint8_t { kJ = 20, kK = 21, kXSlot = 22, kBank = 23, kOSlot = 24 };

struct Pipeline : StreamBuilder {
  std::vector<float> x, w, y, expected;
  uint32_t xs, ws, ys;

  Pipeline() {
    x.resize(kDepth * 128 * kAllColumns);
    w.resize(kDepth * 128 * 128);
    // Small integers: every order of the sums gives the same value.
    for (size_t i = 0; i < x.size(); ++i)
      x[i] = static_cast<float>(static_cast<int>(i * 7 % 11) - 5);
    for (size_t i = 0; i < w.size(); ++i)
      w[i] = static_cast<float>(static_cast<int>(i * 5 % 7) - 3);
    y.assign(128 * kAllColumns, 0);
    xs = segment(x.size() * 4, SegmentRole::Input);
    ws = segment(w.size() * 4, SegmentRole::Constant);
    ys = segment(y.size() * 4, SegmentRole::Output);
    image.segments[ws].content = reinterpret_cast<const uint8_t *>(w.data());
    image.semaphores[kFreeX].initial = kSlots;
    image.semaphores[kFreeP].initial = kSlots;
    image.semaphores[kFreeO].initial = kSlots;
    for (uint32_t n = 0; n < kAllColumns; ++n)
      for (unsigned m = 0; m < 128; ++m)
        expected.push_back(0);
    for (unsigned m = 0; m < 128; ++m)
      for (uint32_t n = 0; n < kAllColumns; ++n) {
        float sum = 0;
        for (unsigned k = 0; k < kDepth * 128; ++k)
          sum += w[k * 128 + m] * x[k * kAllColumns + n];
        expected[m * kAllColumns + n] = sum - 3 > 0 ? sum - 3 : 0;
      }
    emitSync();
    emitTensor();
    emitScalar();
    emitGpsimd();
  }

  void emitSync() {
    // Weights: SBUF byte 0, tile k at k * 512. X: from 4096 on, slots of 64 bytes.
    for (unsigned k = 0; k < kDepth; ++k)
      signals(dma(Y, 0, sbuf(k * 512, 128), hbm(ws, k * 128 * 512, 128)), kWeights);
    loop(Y, kTiles).update[0] = {kJ, 1, 0};
    Inst &inner = loop(Y, kDepth);
    inner.update[0] = {kK, 1, kDepth};
    inner.update[1] = {kXSlot, 1, kSlots};
    take(Y, kFreeX);
    isa::Operand from = hbm(xs, 0, kColumns);
    from.dim[0].step = kAllColumns * 4;
    from.term[0] = {kK, 128 * kAllColumns * 4};
    from.term[1] = {kJ, kColumns * 4};
    isa::Operand to = sbuf(4096, kColumns);
    to.term[0] = {kXSlot, 64};
    signals(dma(Y, 1, to, from), kLoaded);
    endLoop(Y);
    endLoop(Y);
  }

  void emitTensor() {
    take(T, kWeights, kDepth);
    loop(T, kTiles).update[0] = {kBank, 1, kSlots};
    take(T, kFreeP);
    Inst &inner = loop(T, kDepth);
    inner.update[0] = {kK, 1, kDepth};
    inner.update[1] = {kXSlot, 1, kSlots};
    take(T, kLoaded);
    ldweights(0).operand[0].term[0] = {kK, 512};
    Inst &mm = matmul(0, 4096, kColumns);
    mm.operand[0].term[0] = {kBank, 2048};
    mm.operand[1].term[0] = {kXSlot, 64};
    mm.pred[0] = {kK, 0};
    mm.pred[1] = {kK, kDepth - 1};
    mm.accumulate = isa::Cond::IfNotP0;
    mm.signal[0] = {kFreeX, isa::Cond::Always, isa::When::Read};
    mm.signal[1] = {kReady, isa::Cond::IfP1, isa::When::Complete};
    endLoop(T);
    endLoop(T);
  }

  void emitScalar() {
    Inst &outer = loop(S, kTiles);
    outer.update[0] = {kBank, 1, kSlots};
    outer.update[1] = {kOSlot, 1, kSlots};
    take(S, kReady);
    take(S, kFreeO);
    Inst &act = activate(sbuf(8192, kColumns), psum(0, kColumns));
    act.operand[0].term[0] = {kOSlot, 64};
    act.operand[1].term[0] = {kBank, 2048};
    isa::Activate::setFunction(act, isa::Activation::Relu);
    isa::Activate::setScale(act, 1);
    isa::Activate::setBiasImm(act, -3);
    act.signal[0] = {kFreeP, isa::Cond::Always, isa::When::Read};
    act.signal[1] = {kOut, isa::Cond::Always, isa::When::Complete};
    endLoop(S);
  }

  void emitGpsimd() {
    Inst &outer = loop(G, kTiles);
    outer.update[0] = {kJ, 1, 0};
    outer.update[1] = {kOSlot, 1, kSlots};
    take(G, kOut);
    isa::Operand to = hbm(ys, 0, kColumns);
    to.dim[0].step = kAllColumns * 4;
    to.term[0] = {kJ, kColumns * 4};
    isa::Operand from = sbuf(8192, kColumns);
    from.term[0] = {kOSlot, 64};
    signals(dma(G, 10, to, from), kFreeO);
    endLoop(G);
    take(G, kFreeO, kSlots + kTiles); // until the last one is done
  }

  Bindings bindings() {
    return {{xs, reinterpret_cast<uint8_t *>(x.data()), x.size() * 4},
            {ys, reinterpret_cast<uint8_t *>(y.data()), y.size() * 4}};
  }
};

Status runOnce(Pipeline &p, DmaMode dma, std::unique_ptr<Simulator> *keep = nullptr) {
  auto made = Simulator::create(p.image);
  INFO(made.status().message());
  REQUIRE(made.ok());
  RunOptions options;
  options.mode = Mode::Values;
  options.dma = dma;
  Status status = (*made)->run(options, p.bindings());
  if (keep)
    *keep = std::move(*made);
  return status;
}

} // namespace

TEST_CASE("the pipelined matmul is right in every mode of the transfers") {
  for (DmaMode dma : {DmaMode::Late, DmaMode::EarlyRead, DmaMode::Early}) {
    Pipeline p;
    REQUIRE(p.finish().ok());
    std::unique_ptr<Simulator> simulator;
    Status status = runOnce(p, dma, &simulator);
    INFO(status.message());
    REQUIRE(status.ok());
    CHECK(p.y == p.expected);
    CHECK(simulator->counts().transfers == kDepth + kTiles * kDepth + kTiles);
    CHECK(simulator->counts().hbmBytesWritten == p.y.size() * 4);
    CHECK(simulator->counts().hbmBytesRead == (p.x.size() + p.w.size()) * 4);
    CHECK(simulator->counts().executed[0] == kTiles * kDepth * 2);
  }
}

TEST_CASE("a simulator runs again from a clean machine") {
  Pipeline p;
  REQUIRE(p.finish().ok());
  auto made = Simulator::create(p.image);
  REQUIRE(made.ok());
  RunOptions options;
  options.mode = Mode::Values;
  for (int i = 0; i < 3; ++i) {
    std::fill(p.y.begin(), p.y.end(), 0.0f);
    REQUIRE((*made)->run(options, p.bindings()).ok());
    CHECK(p.y == p.expected);
  }
}

TEST_CASE("every removed take is caught, and the outputs are not handed out") {
  for (unsigned s = 0; s < isa::kNumEngines; ++s) {
    unsigned size = static_cast<unsigned>(Pipeline().code[s].size());
    for (unsigned at = 0; at < size; ++at) {
      Pipeline p;
      Inst &inst = p.code[s][at];
      if (inst.opcode != isa::Opcode::Take)
        continue;
      inst = isa::Nop::make(inst.engine);
      REQUIRE(p.finish().ok());
      Status status = runOnce(p, DmaMode::Late);
      INFO("stream " << s << " instruction " << at);
      CHECK(status.code() == ErrorCode::Fault);
      CHECK(bitsOf(p.y[0]) == 0xffffffff);
    }
  }
}

TEST_CASE("a removed signal is a deadlock that names the wait") {
  Pipeline p;
  p.code[2][3].signal = {p.code[2][3].signal[1], isa::Signal{}}; // no bank becomes free again
  REQUIRE(p.finish().ok());
  Status status = runOnce(p, DmaMode::Late);
  CHECK(status.code() == ErrorCode::Fault);
  INFO(status.message());
  CHECK(status.message().find("deadlock") != std::string::npos);
}

TEST_CASE("an output that is not written whole is a fault") {
  Pipeline p;
  isa::Loop::setCount(p.code[3][0], kTiles - 1);
  isa::Take::setCount(p.code[3].back(), kSlots + kTiles - 1);
  isa::Loop::setCount(p.code[2][0], kTiles - 1);
  isa::Loop::setCount(p.code[0][1], kTiles - 1);
  isa::Loop::setCount(p.code[4][kDepth], kTiles - 1);
  REQUIRE(p.finish().ok());
  std::unique_ptr<Simulator> simulator;
  Status status = runOnce(p, DmaMode::Late, &simulator);
  INFO(status.message());
  CHECK(simulator->fault().kind == FaultKind::UninitialisedRead);
}

TEST_CASE("the bound on instructions stops a long program") {
  Pipeline p;
  REQUIRE(p.finish().ok());
  auto made = Simulator::create(p.image);
  RunOptions options;
  options.mode = Mode::Values;
  options.maxSteps = 20;
  Status status = (*made)->run(options, p.bindings());
  CHECK(status.code() == ErrorCode::Timeout);
}

TEST_CASE("bindings are checked") {
  Pipeline p;
  REQUIRE(p.finish().ok());
  auto made = Simulator::create(p.image);
  RunOptions options;
  options.mode = Mode::Values;
  Bindings bindings = p.bindings();
  bindings[0].bytes -= 4;
  CHECK((*made)->run(options, bindings).code() == ErrorCode::InvalidArgument);
  bindings = p.bindings();
  bindings.pop_back();
  CHECK((*made)->run(options, bindings).code() == ErrorCode::InvalidArgument);
  bindings = p.bindings();
  bindings[0].segment = p.ws;
  CHECK((*made)->run(options, bindings).code() == ErrorCode::InvalidArgument);
}
