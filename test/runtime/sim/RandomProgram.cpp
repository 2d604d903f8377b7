// Stage by stage: buffers first, then each stream's loop nest.
#include "test/runtime/sim/RandomProgram.h"

namespace neuron::sim::testing {
namespace {

using isa::Space;
using isa::When;

constexpr unsigned kRows = 64, kColumns = 16;
constexpr uint32_t kTileBytes = kRows * kColumns * 4;
constexpr int64_t kConstantAt = 128 * 1024, kScratchAt = 160 * 1024;
constexpr unsigned kConstantSem = 1, kEndSem = 2, kFirstSem = 3;
constexpr unsigned kIndexRegister = 0, kFirstSlotRegister = 1;

struct Buffer {
  Space space = Space::Sbuf;
  int64_t base = 0;
  unsigned slots = 1, step = 1;
  int64_t slotBytes = 0;
  unsigned full = 0, free = 0; ///< semaphores
  bool shared = false;         ///< both stages on one stream: no semaphores
};

struct Stage {
  Engine engine = Engine::Sync;
  enum Kind { Load, Compute, Matmul, Store } kind = Compute;
  unsigned queue = 0;
  bool twoSteps = false; ///< through a scratch tile of the engine's own
};

class Maker {
public:
  explicit Maker(uint32_t seed) : random(seed) {}

  RandomProgram make() {
    outer = 1 + pick(3);
    inner = 1 + pick(4);
    chooseStages();
    chooseBuffers();
    emitConstant();
    for (unsigned s = 0; s < isa::kNumEngines; ++s)
      emitStream(static_cast<Engine>(s));
    program.inputBytes = program.outputBytes = outer * inner * kTileBytes;
    program.description += formatText(" loop %u x %u", outer, inner);
    return program;
  }

private:
  unsigned pick(unsigned n) { return random() % n; }

  Engine dmaEngine(unsigned &queue) {
    const Engine engines[] = {Engine::Sync, Engine::Scalar, Engine::GpSimd};
    const unsigned first[] = {0, 6, 10}, count[] = {6, 4, 4};
    unsigned e = pick(3);
    queue = first[e] + pick(count[e]);
    return engines[e];
  }

  void chooseStages() {
    Stage load;
    load.kind = Stage::Load;
    load.engine = dmaEngine(load.queue);
    stages.push_back(load);
    bool inPsum = false;
    for (unsigned n = 1 + pick(4); n > 0; --n) {
      Stage stage;
      const Engine engines[] = {Engine::Vector, Engine::Scalar, Engine::GpSimd, Engine::Tensor};
      stage.engine = engines[pick(inPsum ? 2 : 4)];
      if (inPsum || n == 1) // a store needs SBUF, GpSimd and the TensorE read no PSUM
        stage.engine = engines[pick(2)];
      stage.kind = stage.engine == Engine::Tensor ? Stage::Matmul : Stage::Compute;
      stage.twoSteps = stage.kind == Stage::Compute && pick(3) == 0;
      inPsum = stage.kind == Stage::Matmul;
      stages.push_back(stage);
    }
    Stage store;
    store.kind = Stage::Store;
    store.engine = dmaEngine(store.queue);
    while (store.queue == load.queue)
      store.engine = dmaEngine(store.queue);
    stages.push_back(store);
    for (const Stage &stage : stages)
      program.description +=
          formatText(" %s%s", streamText(stage.engine), stage.twoSteps ? "*" : "");
  }

  void chooseBuffers() {
    int64_t sbufAt = 0, psumAt = 0;
    bool oddColumnsFree = false;
    for (unsigned i = 0; i + 1 < stages.size(); ++i) {
      Buffer b;
      b.space = stages[i].kind == Stage::Matmul ? Space::Psum : Space::Sbuf;
      b.slots = 1 + pick(3);
      b.shared = stages[i].engine == stages[i + 1].engine && stages[i].kind != Stage::Load &&
                 stages[i + 1].kind != Stage::Store;
      b.full = kFirstSem + 2 * i;
      b.free = b.full + 1;
      if (b.space == Space::Psum) {
        b.slotBytes = 2048; // a bank
        b.base = psumAt;
        psumAt += 3 * b.slotBytes;
      } else if (oddColumnsFree && pick(2)) {
        b.step = 2;
        b.slotBytes = 2 * kColumns * 4;
        b.base = sbufAt - 3 * b.slotBytes + 4;
        oddColumnsFree = false;
      } else {
        b.step = 1 + pick(2);
        b.slotBytes = b.step * kColumns * 4;
        b.base = sbufAt;
        sbufAt += 3 * b.slotBytes;
        oddColumnsFree = b.step == 2;
      }
      if (!b.shared)
        program.initial[b.free] = b.slots;
      buffers.push_back(b);
    }
  }

  isa::Operand tile(const Buffer &b, unsigned index, bool bytes) const {
    isa::Operand o = onChip(b.space, b.base, kColumns, kRows);
    o.dim[0].step = static_cast<int32_t>(bytes ? 4 * b.step : b.step);
    if (b.slots > 1)
      o.term[0] = {static_cast<uint8_t>(kFirstSlotRegister + index), b.slotBytes};
    return o;
  }
  isa::Operand place(uint32_t segment) const {
    isa::Operand o = hbm(segment, 0, kColumns, kRows);
    o.term[0] = {kIndexRegister, kTileBytes};
    return o;
  }
  isa::Operand constant(bool bytes) const {
    isa::Operand o = sbuf(kConstantAt, kRows, kRows);
    o.dim[0].step = bytes ? 4 : 1;
    return o;
  }
  isa::Operand scratch(Engine engine) const {
    return sbuf(kScratchAt + 512 * static_cast<int64_t>(engine), kColumns, kRows);
  }

  Inst &append(Inst inst) {
    auto &stream = program.code[static_cast<unsigned>(inst.engine)];
    stream.push_back(inst);
    return stream.back();
  }
  Inst transfer(Engine engine, unsigned queue, isa::Operand dst, isa::Operand src) {
    Inst i = isa::Dma::make(engine);
    isa::Dma::setQueue(i, static_cast<uint8_t>(queue));
    i.operand[0] = dst;
    i.operand[1] = src;
    return i;
  }
  Inst takeOf(Engine engine, unsigned sem) {
    Inst i = isa::Take::make(engine);
    isa::Take::setSem(i, static_cast<uint8_t>(sem));
    isa::Take::setCount(i, 1);
    return i;
  }

  /// A tile of constants that several streams read: one producer, many consumers.
  void emitConstant() {
    isa::Operand source = hbm(0, 0, kRows, kRows);
    source.dim[0].step = 0; // the same row in every partition
    Inst load = transfer(Engine::Sync, 5, constant(true), source);
    signals(load, kConstantSem);
    append(load);
    append(takeOf(Engine::Sync, kConstantSem));
  }

  bool usesConstant(Engine engine) const {
    for (const Stage &stage : stages)
      if (stage.engine == engine && stage.kind == Stage::Matmul)
        return true;
    return false;
  }

  void emitStream(Engine engine) {
    std::vector<unsigned> mine;
    for (unsigned i = 0; i < stages.size(); ++i)
      if (stages[i].engine == engine)
        mine.push_back(i);
    if (mine.empty())
      return;
    if (usesConstant(engine))
      append(takeOf(engine, kConstantSem));
    Inst loop = isa::Loop::make(engine);
    isa::Loop::setCount(loop, outer);
    append(loop);
    isa::Loop::setCount(loop, inner);
    setUpdates(loop, mine);
    append(loop);
    for (unsigned i : mine)
      emitStage(i);
    append(isa::EndLoop::make(engine));
    append(isa::EndLoop::make(engine));
    if (stages[mine.back()].kind == Stage::Store) {
      Inst end = isa::QueueSignal::make(engine);
      isa::QueueSignal::setQueue(end, static_cast<uint8_t>(stages[mine.back()].queue));
      signals(end, kEndSem);
      append(end);
      append(takeOf(engine, kEndSem));
    }
  }

  /// The index and the slots of the buffers that the stream touches; what does not fit into one
  /// loop's updates is done by instructions.
  void setUpdates(Inst &loop, const std::vector<unsigned> &mine) {
    unsigned n = 0;
    loop.update[n++] = {kIndexRegister, 1, 0};
    for (unsigned b = 0; b < buffers.size(); ++b) {
      bool touched = false;
      for (unsigned i : mine)
        touched |= b == i || b + 1 == i;
      if (!touched || buffers[b].slots == 1)
        continue;
      if (n == isa::kNumUpdates) { // too many for this stream: pretend one slot everywhere
        overflow = true;
        continue;
      }
      loop.update[n++] = {static_cast<uint8_t>(kFirstSlotRegister + b), 1, buffers[b].slots};
    }
  }

  void emitStage(unsigned i) {
    const Stage &stage = stages[i];
    const Buffer *in = i > 0 ? &buffers[i - 1] : nullptr;
    const Buffer *out = i < buffers.size() ? &buffers[i] : nullptr;
    bool dma = stage.kind == Stage::Load || stage.kind == Stage::Store;
    isa::Operand from = in ? tile(*in, i - 1, dma) : place(0);
    isa::Operand to = out ? tile(*out, i, dma) : place(1);
    Inst first, last;
    if (dma) {
      first = transfer(stage.engine, stage.queue, to, from);
    } else if (stage.kind == Stage::Matmul) {
      first = isa::LoadWeights::make();
      first.operand[0] = constant(false);
      last = isa::Matmul::make();
      last.operand[0] = to;
      last.operand[1] = from;
    } else {
      first = copyOn(stage.engine, stage.twoSteps ? scratch(stage.engine) : to, from);
      if (stage.twoSteps)
        last = after1(copyOn(stage.engine, to, scratch(stage.engine)));
    }
    bool two = stage.kind == Stage::Matmul || stage.twoSteps;
    Inst &reader = stage.kind == Stage::Matmul ? last : first;
    Inst &writer = two ? last : first;
    if (in && !in->shared) {
      waits(first, in->full);
      signals(reader, in->free, dma ? When::Complete : When::Read);
    } else if (in) {
      reader.after = static_cast<uint8_t>(&reader == &last ? 2 : 1);
    }
    if (out && !out->shared) {
      waits(first, out->free);
      signals(writer, out->full);
    }
    append(first);
    if (two)
      append(last);
  }

  Inst copyOn(Engine engine, isa::Operand dst, isa::Operand src) {
    Inst i = engine == Engine::Scalar ? isa::Activate::make() : isa::TensorCopy::make(engine);
    i.operand[0] = dst;
    i.operand[1] = src;
    if (engine == Engine::Scalar)
      isa::Activate::setScale(i, 1.0f);
    return i;
  }
  static Inst after1(Inst inst) {
    inst.after = 1;
    return inst;
  }

public:
  bool overflow = false;

private:
  std::mt19937 random;
  RandomProgram program;
  unsigned outer = 1, inner = 1;
  std::vector<Stage> stages;
  std::vector<Buffer> buffers;
};

/// The first of two is used first.
template <typename T> void drop(std::array<T, 2> &pair, unsigned which) {
  if (which == 0)
    pair[0] = pair[1];
  pair[1] = {};
}

} // namespace

void RandomProgram::build(StreamBuilder &builder) const {
  builder.code = code;
  for (unsigned sem = 0; sem < isa::kNumSemaphores; ++sem)
    builder.image.semaphores[sem].initial = initial[sem];
  builder.segment(inputBytes, SegmentRole::Input);
  builder.segment(outputBytes, SegmentRole::Output);
}

RandomProgram makeRandomProgram(uint32_t seed) {
  for (;; seed += 1000003) {
    Maker maker(seed);
    RandomProgram program = maker.make();
    if (!maker.overflow)
      return program;
  }
}

std::vector<Mutant> makeMutants(const RandomProgram &original) {
  std::vector<Mutant> mutants;
  auto add = [&](unsigned s, size_t pc, std::string what, auto change) {
    Mutant mutant{original,
                  what + formatText(" at %s %zu", streamText(static_cast<Engine>(s)), pc)};
    change(mutant.program.code[s], mutant.program.code[s][pc]);
    mutants.push_back(std::move(mutant));
  };
  using Code = std::vector<Inst>;
  for (unsigned s = 0; s < isa::kNumEngines; ++s)
    for (size_t pc = 0; pc < original.code[s].size(); ++pc) {
      const Inst &inst = original.code[s][pc];
      for (unsigned w = 0; w < inst.wait.size(); ++w)
        if (inst.wait[w].count)
          add(s, pc, "drop a wait", [w](Code &, Inst &i) { drop(i.wait, w); });
      for (unsigned k = 0; k < inst.signal.size(); ++k) {
        if (inst.signal[k].cond == isa::Cond::Never)
          continue;
        add(s, pc, "drop a signal", [k](Code &, Inst &i) { drop(i.signal, k); });
        if (inst.signal[k].at == When::Complete && inst.opcode != isa::Opcode::Dma &&
            inst.opcode != isa::Opcode::QueueSignal)
          add(s, pc, "signal too early", [k](Code &, Inst &i) { i.signal[k].at = When::Read; });
      }
      if (inst.after) {
        add(s, pc, "drop after", [](Code &, Inst &i) { i.after = 0; });
        add(s, pc, "after the one before", [](Code &, Inst &i) { ++i.after; });
      }
      if (inst.opcode == isa::Opcode::Take)
        add(s, pc, "drop a take",
            [pc](Code &code, Inst &) { code.erase(code.begin() + static_cast<long>(pc)); });
    }
  for (unsigned sem = 0; sem < isa::kNumSemaphores; ++sem)
    if (original.initial[sem])
      for (int change : {1, -1}) {
        Mutant mutant{original, formatText("semaphore %u begins at %+d", sem, change)};
        mutant.program.initial[sem] += static_cast<uint32_t>(change);
        mutants.push_back(std::move(mutant));
      }
  return mutants;
}

} // namespace neuron::sim::testing
