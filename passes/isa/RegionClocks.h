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
/// Behind the agents: what every stream knew when the iteration began, 0 once it is passed on.
inline constexpr unsigned kClockParts = kNumAgents + kNumEngines;
using Clock = std::array<int32_t, kClockParts>;
using Clocks = std::array<Clock, kNumEngines>;

/// What a loop leaves behind, by stream.
struct LoopSummary {
  /// Bit per agent: its work in the loop is known to be done.
  std::array<uint32_t, kNumEngines> knows{};
  /// Bit per stream: what that one knew before the loop has been passed on.
  std::array<uint8_t, kNumEngines> heard{};
  bool barrier = false; ///< everything before its end is known to all
};

/// Who triggers a queue.
using QueueOwners = std::array<Engine, kNumQueues>;

class RegionClocks {
public:
  RegionClocks(uint32_t children, const QueueOwners &owners) : count(children), owners(owners) {
    restart();
  }

  /// Nothing is known, now or of any iteration.
  void restart() {
    for (Clock &clock : now)
      clock.fill(kNeverKnown);
    beginIteration();
    before.assign(count, now);
    after.assign(count, now);
  }
  /// From the end of an iteration to the beginning of the next one.
  void nextIteration() {
    for (Clock &clock : now)
      for (int32_t &position : clock)
        position = std::max(position - int32_t(count), kNeverKnown);
    beginIteration();
    before.swap(after);
  }

  int32_t known(Engine stream, Agent agent) const {
    return now[static_cast<unsigned>(stream)][agent];
  }
  const Clocks &all() const { return now; }
  /// True if the stream, or one of the streams `heard`, knows the agent's work up to `position`.
  static bool knows(const Clocks &clocks, Engine stream, uint8_t heard, Agent agent,
                    int32_t position) {
    for (unsigned s = 0; s < kNumEngines; ++s)
      if ((s == static_cast<unsigned>(stream) || heard >> s & 1) && clocks[s][agent] >= position)
        return true;
    return false;
  }
  bool knows(Engine stream, uint8_t heard, Agent agent, int32_t position) const {
    return knows(now, stream, heard, agent, position);
  }
  /// Bit per stream whose knowledge at the region's entry has come to a touch that, inside its
  /// child, has that of `heard` at the child's.
  uint8_t heardBy(Engine stream, uint8_t heard) const {
    unsigned all = 0;
    for (unsigned s = 0; s < kNumEngines; ++s)
      if (s == static_cast<unsigned>(stream) || heard >> s & 1)
        for (unsigned other = 0; other < kNumEngines; ++other)
          all |= unsigned(now[s][kNumAgents + other] >= 0) << other;
    return static_cast<uint8_t>(all);
  }
  /// Takes back all joins since `all()` was copied.
  void takeBack(const Clocks &clocks) { now = clocks; }
  /// The stream has waited for the agent's work in child `from`, `distance` iterations ago.
  void join(Engine stream, Agent agent, uint32_t from, int64_t distance) {
    Clock &clock = now[static_cast<unsigned>(stream)];
    int64_t shift = distance * int64_t(count);
    Engine owner = isQueue(agent) ? owners[queueOf(agent)] : engineOf(agent);
    const Clock &then = (distance ? before : after)[from][static_cast<unsigned>(owner)];
    for (unsigned a = 0; a < kClockParts; ++a)
      raise(clock[a], clampPosition(then[a] - shift));
    int32_t position = clampPosition(int64_t(from) - shift);
    raise(clock[agent], position);
    // A completion implies that the inputs were read; a transfer begins when its trigger's engine
    // has read the inputs of what was triggered before.
    if (isComplete(agent) || isQueue(agent))
      raise(clock[readAgent(owner)], position);
  }
  /// A barrier in child `child`: everything up to it is done.
  void barrier(uint32_t child) {
    for (Clock &clock : now)
      clock.fill(int32_t(child));
  }
  void leaveLoop(uint32_t child, const LoopSummary &loop) {
    const Clocks entry = now;
    for (unsigned s = 0; s < kNumEngines; ++s) {
      for (unsigned other = 0; other < kNumEngines; ++other)
        if (loop.heard[s] >> other & 1) {
          for (unsigned a = 0; a < kClockParts; ++a)
            raise(now[s][a], entry[other][a]);
          if (other != s) // it said so after its engine had read what stands before the loop
            raise(now[s][readAgent(static_cast<Engine>(other))], int32_t(child) - 1);
        }
      for (unsigned a = 0; a < kNumAgents; ++a)
        if (loop.knows[s] >> a & 1)
          raise(now[s][a], int32_t(child));
    }
    if (loop.barrier)
      barrier(child);
  }
  /// What the region around may rely on at the end of an iteration. `lastWork`: by agent, the
  /// last child that has work of it, or -1.
  void summarise(const std::vector<int32_t> &lastWork, LoopSummary &summary) const {
    for (unsigned s = 0; s < kNumEngines; ++s) {
      for (unsigned a = 0; a < kNumAgents; ++a)
        if (lastWork[a] >= 0 && now[s][a] >= lastWork[a])
          summary.knows[s] |= 1u << a;
      for (unsigned other = 0; other < kNumEngines; ++other)
        if (now[s][kNumAgents + other] >= 0)
          summary.heard[s] = static_cast<uint8_t>(summary.heard[s] | 1u << other);
    }
  }
  /// Child `child` is done with.
  void record(uint32_t child) { after[child] = now; }

  int32_t positionOf(uint32_t child, int64_t distance) const {
    return clampPosition(int64_t(child) - distance * int64_t(count));
  }

private:
  void beginIteration() {
    for (unsigned s = 0; s < kNumEngines; ++s)
      now[s][kNumAgents + s] = 0;
  }
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
