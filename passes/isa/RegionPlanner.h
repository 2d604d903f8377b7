// Plans the edges of one region; see SyncPlan.h for the idea.
#pragma once

#include "passes/isa/AccessIndex.h"
#include "passes/isa/EngineWork.h"
#include "passes/isa/RegionClocks.h"
#include "passes/isa/Touches.h"

#include <cstddef>
#include <map>

namespace neuron::isa {

struct FunctionContext {
  const Sequence &sequence;
  const FunctionAccesses &accesses;
  Dependences dependences;
  EngineWork work;
  QueueOwners owners{};
  std::vector<LoopSummary> loops;          ///< by region
  std::vector<std::vector<Touch>> touches; ///< by region, of its whole body
  SyncPlan plan;

  FunctionContext(const Sequence &sequence, const FunctionAccesses &accesses)
      : sequence(sequence), accesses(accesses), dependences(sequence, accesses), work(sequence) {}
};

class RegionPlanner {
public:
  RegionPlanner(FunctionContext &context, uint32_t region);

  /// Forward edges, carried edges if the body repeats. `program`: the region is where the
  /// program ends, so its end waits for every transfer.
  void plan(bool program);

private:
  /// A stream has to know the agent's work in child `from`, `distance` executions ago, before
  /// child `to`.
  struct Need {
    Agent agent = 0;
    Engine consumer = Engine::Sync;
    uint32_t from = 0, to = 0;
    int64_t distance = 0;
    uint64_t after = 0; ///< of an own completion before an instruction: how far back it is
    /// Streams whose knowledge before `to` has come to all touches that need this.
    uint8_t heard = 0;
  };
  /// Touches that differ only in their place. A loop's are apart: pairs within it are its own.
  struct TouchClass {
    Touch last;
    uint32_t firstChild = 0;
  };

  void classify();
  void planForward();
  void planChild(uint32_t child);
  void finishChild(uint32_t child);
  Need need(const Touch &first, const Touch &second, uint32_t to, int64_t distance) const;
  void require(const Touch &first, const Touch &second);
  void resolve();
  void keep(const Need &need);
  void dropKept(size_t first, const Clocks &before);
  int32_t position(const Need &need) const { return clocks.positionOf(need.from, need.distance); }
  bool isKnown(const Need &need) const {
    return clocks.known(need.consumer, need.agent) >= position(need);
  }
  /// Is known, or will be when the loop `to` comes to what needs it.
  bool isKnownInTime(const Need &need) const {
    return clocks.knows(need.consumer, need.heard, need.agent, position(need));
  }
  void waitForTransfers();
  void emit();
  void summarise();

  void planCarried();
  bool ordersItself(uint32_t child) const;
  std::vector<Need> carriedNeeds();
  void iterate(const std::vector<Need> &open, size_t skip);
  bool isImplied(const std::vector<Need> &needs, size_t edge);
  void dropCrossing();
  void prune(const std::vector<Need> &needs);

  FunctionContext &context;
  const Sequence &sequence;
  uint32_t region;
  const RegionNode &body;
  RegionClocks clocks;
  AccessIndex live;
  RegionTouches touches;
  std::vector<TouchClass> classes;
  std::vector<Need> wanted;      ///< of the child being planned
  std::vector<uint32_t> covered; ///< touches that the child being planned replaces
  std::vector<Need> kept;        ///< sorted by `to`
  bool allWasKnown = false;
};

} // namespace neuron::isa
