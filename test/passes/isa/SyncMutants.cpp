// Mutants of synchronised programs.
#include "test/passes/isa/SyncMutants.h"

#include "passes/isa/Sequence.h"

#include <random>
#include <vector>

using namespace mlir;
using namespace neuron;
using namespace neuron::isa;

namespace {

template <typename Keep> std::vector<isa::InstOp> select(ModuleOp module, Keep &&keep) {
  std::vector<isa::InstOp> found;
  module.walk([&](isa::InstOp op) {
    if (keep(op.getInst()))
      found.push_back(op);
  });
  return found;
}

bool gives(const Inst &inst) {
  return inst.signal[0].cond != Cond::Never || inst.signal[1].cond != Cond::Never;
}
bool takes(const Inst &inst) {
  return inst.opcode == Opcode::Take || inst.wait[0].count || inst.wait[1].count;
}

void dropTake(Inst &inst) {
  if (inst.wait[0].count)
    inst.wait[0] = {};
  else if (inst.wait[1].count)
    inst.wait[1] = {};
  else
    inst = Nop::make(inst.engine);
}

void dropSignal(Inst &inst) {
  for (Signal &signal : inst.signal)
    if (signal.cond != Cond::Never) {
      signal = {};
      break;
    }
  if (inst.opcode == Opcode::SignalEvent && !gives(inst))
    inst = Nop::make(inst.engine);
}

/// Takes away all gives and takes of one semaphore in one block: the body stays balanced.
bool dropEdge(isa::InstOp chosen) {
  Inst taken = chosen.getInst();
  uint8_t sem = taken.wait[0].count   ? taken.wait[0].sem
                : taken.wait[1].count ? taken.wait[1].sem
                                      : Take(taken).sem();
  for (Operation &op : *chosen->getBlock()) {
    auto inst = dyn_cast<isa::InstOp>(op);
    if (!inst)
      continue;
    Inst changed = inst.getInst();
    for (Wait &wait : changed.wait)
      if (wait.count && wait.sem == sem)
        wait = {};
    for (Signal &signal : changed.signal)
      if (signal.cond != Cond::Never && signal.sem == sem)
        signal = {};
    if (changed.opcode == Opcode::Take && Take(changed).sem() == sem)
      Take::setCount(changed, 0);
    inst.setInst(changed);
  }
  return true;
}

/// Lets the work behind a take go before it.
bool delayTake(isa::InstOp take) {
  if (take.getInst().opcode != Opcode::Take)
    return false;
  Operation *next = take->getNextNode();
  if (!next)
    return false;
  take->moveAfter(next);
  return true;
}

} // namespace

std::string isa::testing::mutateSync(ModuleOp module, uint32_t seed) {
  std::mt19937 random(seed);
  auto pick = [&](const std::vector<isa::InstOp> &from) {
    return from.empty() ? isa::InstOp() : from[random() % from.size()];
  };
  auto change = [&](isa::InstOp op, auto &&how, const char *name) -> std::string {
    if (!op)
      return "";
    Inst inst = op.getInst();
    how(inst);
    op.setInst(inst);
    return name;
  };
  switch (random() % 8) {
  case 0:
    return change(pick(select(module, takes)), dropTake, "a take less");
  case 1:
    return change(pick(select(module, gives)), dropSignal, "a signal less");
  case 2:
    return change(
        pick(select(module, [](const Inst &inst) { return inst.after != 0; })),
        [](Inst &inst) { inst.after = 0; }, "no after");
  case 3:
    return change(
        pick(select(module, [](const Inst &inst) { return inst.after && inst.after < 15; })),
        [](Inst &inst) { ++inst.after; }, "after one further back");
  case 4: {
    std::vector<isa::SemaphoreOp> all(module.getOps<isa::SemaphoreOp>().begin(),
                                      module.getOps<isa::SemaphoreOp>().end());
    if (all.empty())
      return "";
    isa::SemaphoreOp semaphore = all[random() % all.size()];
    semaphore.setInitial(semaphore.getInitial() + 1);
    return "a credit more";
  }
  case 5:
    return change(
        pick(select(module, [](const Inst &inst) { return inst.opcode == Opcode::Barrier; })),
        [](Inst &inst) { inst = Nop::make(inst.engine); }, "a barrier less");
  case 6: {
    isa::InstOp take = pick(select(module, takes));
    return take && dropEdge(take) ? "an edge less" : "";
  }
  default: {
    isa::InstOp take = pick(select(module, takes));
    return take && delayTake(take) ? "a take later" : "";
  }
  }
}
