// The proof, region by region from the innermost; see VerifySync.h.
#include "passes/isa/VerifySync.h"

#include "passes/isa/AccessIndex.h"
#include "passes/isa/RegionClocks.h"
#include "passes/isa/SyncTokens.h"
#include "passes/isa/Touches.h"

#include <unordered_map>

using namespace neuron;
using namespace neuron::isa;

namespace {

constexpr unsigned kMaxRounds = 8; ///< iterations until knowledge stands still

/// The n-th instruction before one, as far as this region says.
struct OwnWaitPlace {
  bool known = false;
  uint32_t child = 0;
  int64_t distance = 0;
};

struct Verifier {
  const Sequence &sequence;
  const FunctionAccesses &accesses;
  const std::array<uint32_t, kNumSemaphores> &credits;
  size_t limit;
  Dependences dependences;
  QueueOwners owners{};
  std::vector<LoopSummary> loops;
  std::vector<std::vector<Touch>> kinds;
  std::vector<std::array<uint64_t, kNumSemaphores / 64>> semaphoresInside;
  std::vector<bool> barrierInside; ///< by region
  /// By region: what enters the queues of the engines in all iterations of its loop.
  std::vector<std::array<uint64_t, kNumEngines>> queued;
  std::vector<SyncProblem> problems;

  void refuse(uint32_t region, uint32_t child, std::string what,
              uint32_t other = SyncProblem::kNoChild) {
    if (problems.size() < limit)
      problems.push_back({std::move(what), region, child, other});
  }
};

class RegionProof {
public:
  RegionProof(Verifier &verifier, uint32_t region)
      : v(verifier), sequence(verifier.sequence), region(region), body(sequence.regions[region]),
        clocks(static_cast<uint32_t>(body.children.size()), verifier.owners) {}

  void run(bool program);

private:
  bool isInstruction(uint32_t child) const {
    return body.children[child].kind == Child::Instruction;
  }
  const Inst &inst(uint32_t child) const { return sequence.insts[body.children[child].index]; }
  bool isBarrier(uint32_t child) const {
    return isInstruction(child) && inst(child).opcode == Opcode::Barrier;
  }
  bool entersQueue(uint32_t child, Engine stream) const {
    return isInstruction(child) && inst(child).engine == stream && !factsOf(inst(child)).isControl;
  }
  void checkSharing(const SyncTokens &tokens);
  void checkCalls();
  void checkBarriers();
  void countQueued();
  OwnWaitPlace ownWait(uint32_t child) const;
  void walk(bool report);
  void checkForward(uint32_t child);
  void checkCarried();
  void checkEnd();
  void summarise();
  std::string pairText(const Touch &first, const Touch &second, int64_t distance) const;

  Verifier &v;
  const Sequence &sequence;
  uint32_t region;
  const RegionNode &body;
  RegionClocks clocks;
  RegionTouches touches;
  std::vector<TokenEdge> edges;
  AccessIndex live;
  std::vector<Clocks> atChild; ///< knowledge when a child begins, in the last walk
};

std::string agentName(Agent agent) {
  static const char *const engines[] = {"tensor", "vector", "scalar", "gpsimd", "sync"};
  if (isQueue(agent))
    return "queue " + std::to_string(queueOf(agent));
  return std::string(engines[static_cast<unsigned>(engineOf(agent))]) +
         (isComplete(agent) ? "'s results" : "'s reads");
}

std::string RegionProof::pairText(const Touch &first, const Touch &second, int64_t distance) const {
  std::string text = second.write ? "writes" : "reads";
  text += std::string(" bytes that an earlier instruction ") + (first.write ? "writes" : "reads");
  if (distance > 0)
    text += " " + std::to_string(distance) + " iterations before";
  static const char *const engines[] = {"tensor", "vector", "scalar", "gpsimd", "sync"};
  return text + ", and stream " + engines[static_cast<unsigned>(second.stream)] +
         " does not wait for " + agentName(first.agent);
}

/// Regions that are open at once must not share a semaphore: their tokens would interleave.
void RegionProof::checkSharing(const SyncTokens &tokens) {
  auto &inside = v.semaphoresInside[region];
  for (const Child &child : body.children)
    if (child.kind == Child::Loop)
      for (size_t word = 0; word < inside.size(); ++word)
        inside[word] |= v.semaphoresInside[child.index][word];
  for (unsigned semaphore = 0; semaphore < kNumSemaphores; ++semaphore)
    if (inside[semaphore / 64] & tokens.used()[semaphore / 64] & uint64_t(1) << semaphore % 64)
      v.refuse(region, SyncProblem::kNoChild,
               "uses semaphore " + std::to_string(semaphore) + ", which a loop inside uses too");
  for (size_t word = 0; word < inside.size(); ++word)
    inside[word] |= tokens.used()[word];
}

/// A callee may touch everything.
void RegionProof::checkCalls() {
  auto neighbourIsBarrier = [&](uint32_t child, int step) {
    for (int64_t c = int64_t(child) + step; c >= 0 && c < int64_t(body.children.size()); c += step)
      if (!isInstruction(uint32_t(c)) || inst(uint32_t(c)).opcode != Opcode::RegisterAlu)
        return isBarrier(uint32_t(c));
    return false;
  };
  for (uint32_t c = 0; c < body.children.size(); ++c)
    if (body.children[c].kind == Child::Call &&
        !(neighbourIsBarrier(c, -1) && neighbourIsBarrier(c, 1)))
      v.refuse(region, c, "is a call without a barrier on both sides");
}

/// A barrier resets semaphores: no token may be under way.
void RegionProof::checkBarriers() {
  std::vector<uint32_t> before(body.children.size() + 1, 0); // barriers before a child
  for (uint32_t c = 0; c < body.children.size(); ++c) {
    const Child &child = body.children[c];
    bool barrier = child.kind == Child::Loop ? bool(v.barrierInside[child.index]) : isBarrier(c);
    before[c + 1] = before[c] + barrier;
  }
  v.barrierInside[region] = before.back() != 0;
  for (const TokenEdge &edge : edges)
    if (edge.distance > 0 ? before.back() != 0 : before[edge.to] != before[edge.from + 1])
      v.refuse(region, edge.to,
               "takes what is given on the other side of a barrier, which resets "
               "semaphores",
               edge.from);
}

void RegionProof::countQueued() {
  constexpr uint64_t kMany = uint64_t(1) << 20; // far beyond what `after` says
  auto &counts = v.queued[region];
  for (uint32_t c = 0; c < body.children.size(); ++c) {
    if (isInstruction(c) && !factsOf(inst(c)).isControl)
      ++counts[static_cast<unsigned>(inst(c).engine)];
    if (body.children[c].kind == Child::Loop)
      for (unsigned s = 0; s < kNumEngines; ++s)
        counts[s] += v.queued[body.children[c].index][s];
  }
  for (uint64_t &count : counts)
    count = std::min(kMany, std::min(kMany, count) * std::min(kMany, body.count));
}

/// Where the instruction stands that `after` of child `child` waits for.
OwnWaitPlace RegionProof::ownWait(uint32_t child) const {
  unsigned left = inst(child).after;
  Engine stream = inst(child).engine;
  int64_t distance = 0;
  uint32_t n = static_cast<uint32_t>(body.children.size());
  bool around = region != 0 && sequence.repeats(region);
  for (uint32_t at = child;;) {
    if (at == 0) {
      if (!around)
        return {};
      at = n;
      ++distance;
    }
    --at;
    if (body.children[at].kind == Child::Call)
      return {}; // the barrier beside it says more
    if (body.children[at].kind == Child::Loop) {
      uint64_t inside = v.queued[body.children[at].index][static_cast<unsigned>(stream)];
      if (left > inside) {
        left -= static_cast<unsigned>(inside);
        continue;
      }
      if (left == 1)
        return {true, at, distance};
      // It is somewhere in the loop: not all of it is done, what stands before it is.
      if (at > 0)
        return {true, at - 1, distance};
      return around ? OwnWaitPlace{true, n - 1, distance + 1} : OwnWaitPlace{};
    }
    if (entersQueue(at, stream) && --left == 0)
      return {true, at, distance};
  }
}

void RegionProof::walk(bool report) {
  size_t next = 0;
  for (uint32_t c = 0; c < body.children.size(); ++c) {
    for (; next < edges.size() && edges[next].to == c; ++next)
      clocks.join(edges[next].consumer, edges[next].agent, edges[next].from, edges[next].distance);
    if (isInstruction(c) && inst(c).after)
      if (OwnWaitPlace place = ownWait(c); place.known)
        clocks.join(inst(c).engine, completeAgent(inst(c).engine), place.child, place.distance);
    if (isBarrier(c))
      clocks.barrier(c);
    atChild[c] = clocks.all();
    for (uint32_t t = touches.first[c]; t < touches.first[c + 1]; ++t) {
      Touch &touch = touches.all[t];
      touch.heardHere = clocks.heardBy(touch.stream, touch.heard);
    }
    if (report)
      checkForward(c);
    if (body.children[c].kind == Child::Call)
      clocks.barrier(c);
    if (body.children[c].kind == Child::Loop)
      clocks.leaveLoop(c, v.loops[body.children[c].index]);
    clocks.record(c);
  }
}

void RegionProof::checkForward(uint32_t child) {
  bool barrier =
      isBarrier(child) || body.children[child].kind == Child::Call ||
      (body.children[child].kind == Child::Loop && v.loops[body.children[child].index].barrier);
  for (uint32_t t = touches.first[child]; t < touches.first[child + 1]; ++t) {
    const Touch &second = touches.all[t];
    const Footprint &f = v.dependences.at(second.footprint);
    live.near(f, [&](uint32_t item) {
      const Touch &first = touches.all[item];
      if (clocks.knows(second.stream, second.heard, first.agent, int32_t(first.child)) ||
          machineOrders(first, second) ||
          !v.dependences.meet(first.footprint, second.footprint, region))
        return;
      v.refuse(region, child, pairText(first, second, 0), first.child);
    });
  }
  if (barrier)
    return live.clear();
  for (uint32_t t = touches.first[child]; t < touches.first[child + 1]; ++t)
    live.insert(t, v.dependences.at(touches.all[t].footprint));
}

/// All pairs at the smallest distance at which they meet; larger distances are ordered with it.
void RegionProof::checkCarried() {
  AccessIndex index;
  std::unordered_map<uint64_t, int64_t> distances;
  for (uint32_t i = 0; i < touches.all.size(); ++i)
    index.insert(i, v.dependences.at(touches.all[i].footprint));
  for (const Touch &second : touches.all) {
    auto known = [&](const Touch &first, int64_t distance) {
      return RegionClocks::knows(atChild[second.child], second.stream, second.heard, first.agent,
                                 clocks.positionOf(first.child, distance));
    };
    index.near(v.dependences.at(second.footprint), [&](uint32_t item) {
      const Touch &first = touches.all[item];
      bool provenInside = !isInstruction(first.child) && !v.dependences.renewsSlots(region);
      if ((first.child == second.child && provenInside) || machineOrders(first, second) ||
          known(first, 1))
        return;
      uint64_t pair = uint64_t(first.footprint) << 32 | second.footprint;
      auto [place, isNew] = distances.try_emplace(pair, 0);
      if (isNew)
        place->second =
            v.dependences.distance(first.footprint, second.footprint, region).value_or(0);
      if (place->second && !known(first, place->second))
        v.refuse(region, second.child, pairText(first, second, place->second), first.child);
    });
  }
}

void RegionProof::checkEnd() {
  for (unsigned queue = 0; queue < kNumQueues; ++queue) {
    int32_t last = touches.lastWork[queueAgent(queue)];
    bool waited = last < 0;
    for (unsigned s = 0; s < kNumEngines; ++s)
      waited |= clocks.known(static_cast<Engine>(s), queueAgent(queue)) >= last;
    if (!waited)
      v.refuse(region, static_cast<uint32_t>(last),
               "is the last to use queue " + std::to_string(queue) +
                   ", and the program ends without a wait for it");
  }
}

void RegionProof::summarise() {
  LoopSummary &summary = v.loops[region];
  clocks.summarise(touches.lastWork, summary);
  // Only a barrier at the end of the body leaves nothing behind.
  if (!body.children.empty()) {
    uint32_t last = static_cast<uint32_t>(body.children.size() - 1);
    summary.barrier = isBarrier(last);
  }
}

void RegionProof::run(bool program) {
  auto refuse = [&](uint32_t child, std::string what) { v.refuse(region, child, std::move(what)); };
  SyncTokens tokens(sequence, region, refuse);
  checkSharing(tokens);
  checkCalls();
  countQueued();
  bool repeats = region != 0 && sequence.repeats(region);
  edges = tokens.match(v.credits, repeats, refuse);
  checkBarriers();
  touches = collectTouches(sequence, v.accesses, region, v.kinds);
  atChild.resize(body.children.size());
  for (unsigned round = 1; repeats && round < kMaxRounds; ++round) {
    std::vector<Clocks> before = atChild;
    walk(false);
    clocks.nextIteration();
    if (round > 1 && before == atChild)
      break;
  }
  walk(true);
  if (repeats)
    checkCarried();
  if (program)
    checkEnd();
  summarise();
  v.kinds[region] = touches.kinds();
}

} // namespace

std::vector<SyncProblem> isa::verifySync(const Sequence &sequence, const FunctionAccesses &accesses,
                                         const std::array<uint32_t, kNumSemaphores> &credits,
                                         bool program, size_t limit) {
  Verifier verifier{sequence, accesses, credits, limit, Dependences(sequence, accesses), {}, {}, {},
                    {},       {},       {},      {}};
  for (const Inst &inst : sequence.insts)
    if (factsOf(inst).isDma)
      verifier.owners[queueOf(inst)] = inst.engine;
  size_t regions = sequence.regions.size();
  verifier.loops.resize(regions);
  verifier.kinds.resize(regions);
  verifier.semaphoresInside.resize(regions);
  verifier.barrierInside.resize(regions);
  verifier.queued.resize(regions);
  for (size_t region = regions; region-- > 0;)
    RegionProof(verifier, static_cast<uint32_t>(region)).run(program && region == 0);
  return std::move(verifier.problems);
}
