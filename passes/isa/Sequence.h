// One sequential function as a tree of plain structs: what the synchronisation passes read.
//
// A region is a function's body or a loop's body; its children are instructions, loops and
// calls in program order. RegionNode 0 is the function's body, and a region's number is smaller
// than that of every region inside it (pre-order), so "inside" is a comparison of numbers.
// The passes build it from `isa.func`; unit tests build it by hand.
#pragma once

#include "runtime/isa/Isa.h"

#include <cstdint>
#include <vector>

namespace neuron::isa {

inline constexpr uint32_t kNoRegion = 0xffffffff;

struct Child {
  enum Kind : uint8_t { Instruction, Loop, Call } kind = Instruction;
  uint32_t index = 0; ///< of the instruction, of the loop's region, or of the callee
};

struct RegionNode {
  uint32_t parent = kNoRegion;
  uint32_t end = 0; ///< one past the last region inside this one
  uint32_t depth = 0;
  uint64_t count = 1; ///< iterations of the loop; 1 for a function's body
  std::vector<Update> updates;
  std::vector<Child> children;
};

struct Sequence {
  std::vector<Inst> insts;
  std::vector<RegionNode> regions;

  /// True if region `inner` is `outer` or lies inside it.
  bool contains(uint32_t outer, uint32_t inner) const {
    return inner >= outer && inner < regions[outer].end;
  }
  /// True if the body of `region` may run more than once in one run of the function.
  bool repeats(uint32_t region) const {
    for (uint32_t r = region; r != kNoRegion; r = regions[r].parent)
      if (regions[r].count > 1)
        return true;
    return false;
  }
};

inline const InstFacts &factsOf(const Inst &inst) {
  return *findFacts(static_cast<uint8_t>(inst.opcode));
}

/// The queue of a DMA instruction.
inline unsigned queueOf(const Inst &inst) { return inst.sub & 15; }

/// True for what an engine's queue holds and `after` counts: neither control nor a transfer.
inline bool isEngineWork(const Inst &inst) {
  const InstFacts &facts = factsOf(inst);
  return !facts.isControl && !facts.isDma;
}

// --- Agents ------------------------------------------------------------------------------------
// An agent is one in-order source of progress: an engine's reads, an engine's completions, or
// the transfers of a DMA queue.

inline constexpr unsigned kNumAgents = 2 * kNumEngines + kNumQueues;
using Agent = uint8_t;

constexpr Agent readAgent(Engine engine) { return 2 * static_cast<unsigned>(engine); }
constexpr Agent completeAgent(Engine engine) { return 2 * static_cast<unsigned>(engine) + 1; }
constexpr Agent queueAgent(unsigned queue) { return 2 * kNumEngines + queue; }
constexpr bool isQueue(Agent agent) { return agent >= 2 * kNumEngines; }
constexpr unsigned queueOf(Agent agent) { return agent - 2 * kNumEngines; }
constexpr bool isComplete(Agent agent) { return !isQueue(agent) && agent % 2; }
/// Of an agent that is no queue.
constexpr Engine engineOf(Agent agent) { return static_cast<Engine>(agent / 2); }

} // namespace neuron::isa
