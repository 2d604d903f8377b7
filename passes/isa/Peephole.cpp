// Folds signals and takes into the instructions beside them.
//
// InsertSync writes every signal right after the work that it speaks for and every take right
// before the work that waits. Where these are neighbours in one stream, the instruction's own
// signal and wait slots say the same: a signal fires when the instruction has read or is
// complete, which for an in-order engine speaks for all earlier ones; waits are taken before it
// is issued. What finds no free slot stays, several in one instruction where possible.
#include "passes/Passes.h"
#include "passes/isa/Sequence.h"

#include "llvm/ADT/STLExtras.h"

#define DEBUG_TYPE "neuron-peephole"

namespace neuron::passes {
#define GEN_PASS_DEF_PEEPHOLE
#include "passes/Passes.h.inc"
} // namespace neuron::passes

using namespace mlir;
using namespace neuron;
using namespace neuron::isa;

namespace {

/// The nearest instruction of every stream, while walking a block.
class Neighbours {
public:
  isa::InstOp &of(const Inst &inst) { return ops[static_cast<unsigned>(inst.engine)]; }
  /// Behind a loop, a call or a barrier there is no neighbour.
  void forget() { ops.fill(nullptr); }

private:
  std::array<isa::InstOp, kNumEngines> ops{};
};

bool isBoundary(Operation &op) {
  auto inst = dyn_cast<isa::InstOp>(op);
  return !inst || inst.getInst().opcode == Opcode::Barrier;
}

bool signalsOnly(const Inst &inst) {
  bool waits = inst.wait[0].count || inst.wait[1].count || inst.after;
  return (inst.opcode == Opcode::SignalEvent || inst.opcode == Opcode::QueueSignal) && !waits &&
         inst.exec == Cond::Always;
}

/// True if a signal on `at` fires when `signal`, which follows it in its stream, would.
bool speaksFor(const Inst &at, const Inst &signal) {
  if (signal.opcode == Opcode::QueueSignal)
    return factsOf(at).isDma && queueOf(at) == queueOf(signal);
  return isEngineWork(at) || at.opcode == Opcode::SignalEvent;
}

/// Moves the signals of `from` into free slots of `to`; all or nothing.
bool moveSignals(const Inst &from, Inst &to) {
  Inst changed = to;
  for (const Signal &signal : from.signal) {
    if (signal.cond == Cond::Never)
      continue;
    if (signal.cond != Cond::Always)
      return false;
    auto *free =
        llvm::find_if(changed.signal, [](const Signal &slot) { return slot.cond == Cond::Never; });
    if (free == changed.signal.end())
      return false;
    *free = signal;
  }
  to = changed;
  return true;
}

bool takesOnly(const Inst &inst) {
  bool signals = inst.signal[0].cond != Cond::Never || inst.signal[1].cond != Cond::Never;
  return inst.opcode == Opcode::Take && !signals && inst.exec == Cond::Always &&
         !inst.wait[0].count && !inst.wait[1].count;
}

/// Adds the take to the waits of the instruction that follows it.
bool moveTake(const Inst &take, Inst &to) {
  uint8_t sem = Take(take).sem();
  uint32_t count = Take(take).count();
  if (count > UINT8_MAX)
    return false;
  if (count == 0)
    return true;
  for (Wait &wait : to.wait)
    if (wait.count && wait.sem == sem && wait.count + count <= UINT8_MAX) {
      wait.count = static_cast<uint8_t>(wait.count + count);
      return true;
    }
  for (Wait &wait : to.wait)
    if (!wait.count) {
      wait = {sem, static_cast<uint8_t>(count)};
      return true;
    }
  return false;
}

struct Peephole : neuron::passes::impl::PeepholeBase<Peephole> {
  void runOnOperation() override {
    for (isa::FuncOp function : getOperation().getOps<isa::FuncOp>()) {
      foldBlock(function.getBody().front());
      function.walk([&](isa::LoopOp loop) { foldBlock(loop.getBody().front()); });
    }
  }

private:
  void foldBlock(Block &block) {
    foldSignals(block);
    foldTakes(block);
  }

  void foldSignals(Block &block) {
    Neighbours before;
    for (Operation &op : llvm::make_early_inc_range(block)) {
      if (isBoundary(op)) {
        before.forget();
        continue;
      }
      auto inst = cast<isa::InstOp>(op);
      const Inst &held = inst.getInst();
      if (held.opcode == Opcode::RegisterAlu)
        continue;
      isa::InstOp &neighbour = before.of(held);
      if (neighbour && signalsOnly(held) && speaksFor(neighbour.getInst(), held)) {
        Inst changed = neighbour.getInst();
        if (moveSignals(held, changed)) {
          neighbour.setInst(changed);
          inst.erase();
          ++numSignals;
          continue;
        }
      }
      neighbour = inst;
    }
  }

  void foldTakes(Block &block) {
    Neighbours behind;
    for (Operation &op : llvm::make_early_inc_range(llvm::reverse(block))) {
      if (isBoundary(op)) {
        behind.forget();
        continue;
      }
      auto inst = cast<isa::InstOp>(op);
      const Inst &held = inst.getInst();
      if (held.opcode == Opcode::RegisterAlu)
        continue;
      isa::InstOp &neighbour = behind.of(held);
      if (neighbour && takesOnly(held)) {
        Inst changed = neighbour.getInst();
        if (moveTake(held, changed)) {
          neighbour.setInst(changed);
          inst.erase();
          ++numTakes;
          continue;
        }
      }
      neighbour = inst;
    }
  }
};

} // namespace
