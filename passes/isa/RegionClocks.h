// What every stream knows to be done while it walks the children of one region.
//
// A position is a child's number in the current iteration, less n for every iteration before
// it, n being the number of children. `known[stream][agent]` is the latest position whose work
// by the agent the stream knows to be done. Knowing a completion implies knowing all that the
// completing stream knew when it began, and that the engine has read its inputs.
#pragma once

#include "passes/isa/SyncPlan.h"

#include <algorithm>

namespace neuron::isa {

inline constexpr int32_t kNeverKnown = INT32_MIN / 2;
using Clock = std::array<int32_t, kNumAgents>;
using Clocks = std::array<Clock, kNumEngines>;

/// What a loop leaves behind.
struct LoopSummary {
  uint32_t agents = 0;                       ///< bit per agent that works in it
  std::array<uint32_t, kNumEngines> knows{}; ///< by stream: agents whose work is known done
  bool barrier = false;                      ///< everything before its end is known to all
};

/// Who triggers a queue.
using QueueOwners = std::array<Engine, kNumQueues>;

/// `after` on an instruction: its stream knows its own completions up to `position`.
struct OwnWait {
  uint32_t child = 0;
  Engine stream = Engine::Sync;
  int32_t position = 0;
};

class RegionClocks {
public:
  RegionClocks(uint32_t children, const QueueOwners &owners) : count(children), owners(owners) {
    restart();
  }

  /// Nothing is known, now or of any iteration.
  void restart() {
    for (Clock &clock : now)
      clock.fill(kNeverKnown);
    before.assign(count, now);
    after.assign(count, now);
  }
  /// From the end of an iteration to the beginning of the next one.
  void nextIteration() {
    for (Clock &clock : now)
      for (int32_t &position : clock)
        position = std::max(position - int32_t(count), kNeverKnown);
    before.swap(after);
  }

  int32_t known(Engine stream, Agent agent) const {
    return now[static_cast<unsigned>(stream)][agent];
  }
  void learn(Engine stream, Agent agent, int32_t position) {
    raise(now[static_cast<unsigned>(stream)][agent], position);
  }
  /// The stream has waited for the agent's work in child `from`, `distance` iterations ago.
  void join(Engine stream, Agent agent, uint32_t from, int64_t distance) {
    Clock &clock = now[static_cast<unsigned>(stream)];
    int64_t shift = distance * int64_t(count);
    Engine owner = isQueue(agent) ? owners[queueOf(agent)] : engineOf(agent);
    const Clock &then = (distance ? before : after)[from][static_cast<unsigned>(owner)];
    for (unsigned a = 0; a < kNumAgents; ++a)
      raise(clock[a], clampPosition(then[a] - shift));
    int32_t position = clampPosition(int64_t(from) - shift);
    raise(clock[agent], position);
    if (isComplete(agent))
      raise(clock[agent - 1], position); // complete implies read
  }
  /// A barrier in child `child`: everything up to it is done.
  void barrier(uint32_t child) {
    for (Clock &clock : now)
      clock.fill(int32_t(child));
  }
  void leaveLoop(uint32_t child, const LoopSummary &loop) {
    for (unsigned s = 0; s < kNumEngines; ++s)
      for (unsigned a = 0; a < kNumAgents; ++a)
        if (loop.knows[s] >> a & 1)
          raise(now[s][a], int32_t(child));
    if (loop.barrier)
      barrier(child);
  }
  /// Child `child` is done with.
  void record(uint32_t child) { after[child] = now; }

  int32_t positionOf(uint32_t child, int64_t distance) const {
    return clampPosition(int64_t(child) - distance * int64_t(count));
  }

private:
  static int32_t clampPosition(int64_t position) {
    return static_cast<int32_t>(std::max<int64_t>(position, kNeverKnown));
  }
  static void raise(int32_t &position, int32_t to) { position = std::max(position, to); }

  uint32_t count;
  const QueueOwners &owners;
  Clocks now;
  /// Knowledge after every child, in the previous and in this iteration.
  std::vector<Clocks> before, after;
};

} // namespace neuron::isa
