// Images made by hand: instructions appended to streams, plans derived from them.
#pragma once

#include "runtime/sim/Image.h"

#include <array>
#include <vector>

namespace neuron::sim::testing {

using isa::Engine;
using isa::Inst;

inline isa::Operand onChip(isa::Space space, int64_t byte, uint32_t elements,
                           unsigned partitions = 128) {
  isa::Operand o;
  o.space = space;
  o.partitions = static_cast<uint8_t>(partitions);
  o.base = byte;
  o.numDims = 1;
  o.dim[0] = {1, elements};
  return o;
}
inline isa::Operand sbuf(int64_t byte, uint32_t elements, unsigned partitions = 128) {
  return onChip(isa::Space::Sbuf, byte, elements, partitions);
}
inline isa::Operand psum(int64_t byte, uint32_t elements, unsigned partitions = 128) {
  return onChip(isa::Space::Psum, byte, elements, partitions);
}
/// The same bytes as an operand of a transfer.
inline isa::Operand dmaSide(isa::Operand o) {
  for (unsigned d = 0; d < o.numDims; ++d)
    o.dim[d].step *= 4;
  return o;
}
/// `rows` rows of `elements` fp32 values.
inline isa::Operand hbm(uint32_t segment, int64_t byte, uint32_t elements, uint32_t rows = 128) {
  isa::Operand o;
  o.space = isa::Space::Hbm;
  o.base = (int64_t(segment) << isa::kSegmentShift) + byte;
  o.numDims = 2;
  o.dim[0] = {static_cast<int32_t>(4 * elements), rows};
  o.dim[1] = {4, elements};
  return o;
}

struct StreamBuilder {
  std::array<std::vector<Inst>, isa::kNumEngines> code;
  Image image;

  explicit StreamBuilder(const char *machine = "trn1") {
    image.machine = target::findMachine(machine);
  }
  Inst &add(Engine engine, Inst inst) {
    inst.engine = engine;
    auto &stream = code[static_cast<unsigned>(engine)];
    stream.push_back(inst);
    return stream.back();
  }
  uint32_t segment(uint64_t bytes, SegmentRole role = SegmentRole::Scratch) {
    SegmentPlan plan;
    plan.bytes = bytes;
    plan.role = role;
    image.segments.push_back(plan);
    return static_cast<uint32_t>(image.segments.size() - 1);
  }

  Inst &matmul(int64_t dst, int64_t moving, uint32_t n, bool accumulate = false) {
    Inst i = isa::Matmul::make();
    i.operand[0] = psum(dst, n);
    i.operand[1] = sbuf(moving, n);
    i.accumulate = accumulate ? isa::Cond::Always : isa::Cond::Never;
    return add(Engine::Tensor, i);
  }
  Inst &ldweights(int64_t at, uint32_t columns = 128) {
    Inst i = isa::LoadWeights::make();
    i.operand[0] = sbuf(at, columns);
    return add(Engine::Tensor, i);
  }
  Inst &copy(Engine engine, isa::Operand dst, isa::Operand src) {
    Inst i = isa::TensorCopy::make(engine);
    i.operand[0] = dst;
    i.operand[1] = src;
    return add(engine, i);
  }
  Inst &activate(isa::Operand dst, isa::Operand src) {
    Inst i = isa::Activate::make();
    i.operand[0] = dst;
    i.operand[1] = src;
    return add(Engine::Scalar, i);
  }
  Inst &memset(Engine engine, isa::Operand dst) {
    Inst i = isa::Memset::make(engine);
    i.operand[0] = dst;
    return add(engine, i);
  }
  Inst &dma(Engine engine, unsigned queue, isa::Operand dst, isa::Operand src) {
    Inst i = isa::Dma::make(engine);
    isa::Dma::setQueue(i, static_cast<uint8_t>(queue));
    i.operand[0] = dst.space == isa::Space::Hbm ? dst : dmaSide(dst);
    i.operand[1] = src.space == isa::Space::Hbm ? src : dmaSide(src);
    return add(engine, i);
  }
  Inst &take(Engine engine, unsigned sem, uint32_t count = 1) {
    Inst i = isa::Take::make(engine);
    isa::Take::setSem(i, static_cast<uint8_t>(sem));
    isa::Take::setCount(i, count);
    return add(engine, i);
  }
  Inst &loop(Engine engine, uint32_t count) {
    Inst i = isa::Loop::make(engine);
    isa::Loop::setCount(i, count);
    return add(engine, i);
  }
  /// In every stream.
  void barrier() {
    for (unsigned s = 0; s < isa::kNumEngines; ++s)
      add(static_cast<Engine>(s), isa::Barrier::make(static_cast<Engine>(s)));
  }
  void endLoop(Engine engine) { add(engine, isa::EndLoop::make(engine)); }

  /// Ends the streams, derives producers and consumers, resolves the code.
  Status finish() {
    for (unsigned s = 0; s < isa::kNumEngines; ++s) {
      Engine engine = static_cast<Engine>(s);
      std::vector<Inst> &stream = code[s];
      if (!stream.empty() && stream.back().opcode != isa::Opcode::Return)
        stream.push_back(isa::Return::make(engine));
      for (const Inst &inst : stream)
        derive(inst, s);
      auto made = StreamCode::make(engine, stream.data(), static_cast<uint32_t>(stream.size()),
                                   {stream.empty() ? kNoPc : 0}, 0);
      if (!made)
        return made.status();
      image.stream[s] = std::move(*made);
    }
    return Status::success();
  }

private:
  void derive(const Inst &inst, unsigned s) {
    const isa::InstFacts *facts = isa::findFacts(static_cast<uint8_t>(inst.opcode));
    for (const isa::Signal &signal : inst.signal) {
      if (signal.cond == isa::Cond::Never)
        continue;
      SemaphorePlan &plan = image.semaphores[signal.sem];
      bool queue = facts->isDma;
      plan.producer = queue                          ? Producer::Queue
                      : signal.at == isa::When::Read ? Producer::Read
                                                     : Producer::Complete;
      plan.source = queue ? isa::Dma(inst).queue() : static_cast<uint8_t>(s);
    }
    for (const isa::Wait &wait : inst.wait)
      if (wait.count)
        image.semaphores[wait.sem].consumers |= static_cast<uint8_t>(1u << s);
    if (inst.opcode == isa::Opcode::Take)
      image.semaphores[isa::Take(inst).sem()].consumers |= static_cast<uint8_t>(1u << s);
    if (inst.opcode == isa::Opcode::WaitGe)
      image.semaphores[isa::WaitGe(inst).sem()].consumers |= static_cast<uint8_t>(1u << s);
  }
};

inline Inst &signals(Inst &inst, unsigned sem, isa::When at = isa::When::Complete) {
  for (isa::Signal &signal : inst.signal)
    if (signal.cond == isa::Cond::Never) {
      signal.sem = static_cast<uint8_t>(sem);
      signal.cond = isa::Cond::Always;
      signal.at = at;
      break;
    }
  return inst;
}
inline Inst &waits(Inst &inst, unsigned sem, unsigned count = 1) {
  for (isa::Wait &wait : inst.wait)
    if (!wait.count) {
      wait = {static_cast<uint8_t>(sem), static_cast<uint8_t>(count)};
      break;
    }
  return inst;
}
inline Inst &after(Inst &inst, unsigned n) {
  inst.after = static_cast<uint8_t>(n);
  return inst;
}

} // namespace neuron::sim::testing
