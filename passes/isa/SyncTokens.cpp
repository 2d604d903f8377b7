// Gives and takes of one body, matched first in, first out.
#include "passes/isa/SyncTokens.h"

#include <algorithm>

using namespace neuron;
using namespace neuron::isa;

SyncTokens::SyncTokens(const Sequence &sequence, uint32_t region, const Refuse &refuse) {
  const std::vector<Child> &children = sequence.regions[region].children;
  for (uint32_t c = 0; c < children.size(); ++c)
    if (children[c].kind == Child::Instruction)
      read(sequence.insts[children[c].index], c, refuse);
  for (auto &[semaphore, list] : gives)
    uses[semaphore / 64] |= uint64_t(1) << semaphore % 64;
  for (auto &[semaphore, list] : takes)
    uses[semaphore / 64] |= uint64_t(1) << semaphore % 64;
}

void SyncTokens::read(const Inst &inst, uint32_t child, const Refuse &refuse) {
  for (const Wait &wait : inst.wait)
    if (wait.count)
      takes[wait.sem].push_back({child, inst.engine, wait.count});
  if (inst.opcode == Opcode::Take) {
    if (inst.exec != Cond::Always)
      refuse(child, "takes under a condition, so that takes and gives need not agree");
    isa::Take take(inst);
    if (take.count())
      takes[take.sem()].push_back({child, inst.engine, take.count()});
  }
  if (inst.opcode == Opcode::WaitGe)
    refuse(child, "waits for an absolute value, which no loop body can repeat");
  for (const Signal &signal : inst.signal) {
    if (signal.cond == Cond::Never)
      continue;
    if (signal.cond != Cond::Always)
      refuse(child, "signals under a condition, so that takes and gives need not agree");
    Agent agent = factsOf(inst).isDma       ? queueAgent(queueOf(inst))
                  : signal.at == When::Read ? readAgent(inst.engine)
                                            : completeAgent(inst.engine);
    gives[signal.sem].push_back({child, agent});
  }
}

std::vector<TokenEdge> SyncTokens::match(const std::array<uint32_t, kNumSemaphores> &credits,
                                         bool repeats, const Refuse &refuse) const {
  std::vector<TokenEdge> edges;
  static const std::vector<Give> kNoGives;
  for (auto &[semaphore, list] : gives)
    if (!takes.count(semaphore))
      refuse(list.front().child,
             "gives semaphore " + std::to_string(semaphore) + ", which nobody takes in this body");
  for (auto &[semaphore, list] : takes) {
    auto found = gives.find(semaphore);
    const std::vector<Give> &given = found == gives.end() ? kNoGives : found->second;
    uint64_t taken = 0;
    for (const Take &take : list)
      taken += take.count;
    if (taken != given.size()) {
      refuse(list.front().child,
             "takes semaphore " + std::to_string(semaphore) + " " + std::to_string(taken) +
                 " times in this body, which gives it " + std::to_string(given.size()) + " times");
      continue;
    }
    int64_t n = static_cast<int64_t>(given.size()), token = -int64_t(credits[semaphore]);
    for (const Take &take : list) {
      token += take.count;
      int64_t last = token - 1; // tokens come in order: the last one brings the others
      int64_t executions = last >= 0 ? 0 : (-last + n - 1) / n;
      const Give &give = given[static_cast<size_t>(last + executions * n)];
      if (executions == 0 && give.child >= take.child)
        refuse(take.child, "takes semaphore " + std::to_string(semaphore) +
                               " before it is given: nobody can ever go on");
      else if (executions == 0 || repeats)
        edges.push_back({give.agent, take.stream, give.child, take.child, executions});
    }
  }
  std::sort(edges.begin(), edges.end(), [](const TokenEdge &a, const TokenEdge &b) {
    return std::make_tuple(a.to, a.consumer, a.agent, a.from, a.distance) <
           std::make_tuple(b.to, b.consumer, b.agent, b.from, b.distance);
  });
  return edges;
}
