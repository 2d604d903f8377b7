// Which instruction has to wait for which: the edges that synchronisation needs, and no more.
//
// For every region (a function's or a loop's body) the children are walked in program order. A
// pair of conflicting accesses is ordered in the innermost region that holds both, by an edge
// from the child of the first to the child of the second, at a distance of executions of that
// body (0: forward). Vector clocks say what every stream knows to be done; an edge is kept only
// if its stream does not know it yet. Positions are child numbers relative to the current
// iteration, so a carried edge at distance d from child a has position a - d * n.
//
// Worked example: `loop { dma x <- A; matmul p <- x }` with x in 3 slots gives dma -> matmul
// at distance 0 (the transfer is complete) and matmul -> dma at distance 3 (the slot was read).
//
// Edges of one agent and one consuming stream in one region never cross: positions grow with
// the consuming child and span less than one iteration. Therefore one semaphore serves them all,
// with as many credits as the sum of their distances.
#pragma once

#include "passes/isa/Dependences.h"

#include <array>

namespace neuron::isa {

struct SyncEdge {
  Agent agent = 0;
  Engine consumer = Engine::Sync;
  uint32_t from = 0; ///< child after which the agent signals
  uint32_t to = 0;   ///< child before which the stream takes; the number of children: at the end
  int64_t distance = 0;
};

struct RegionPlan {
  std::vector<SyncEdge> edges; ///< sorted by `to`
  bool barrierAtEnd = false;
};

struct SyncPlan {
  std::vector<RegionPlan> regions; ///< by region
  std::vector<uint8_t> after;      ///< by instruction
};

/// Plans one function. `program`: it is where the program begins and ends, so the end waits for
/// every transfer. A call is a barrier before and after it; a loop with a call inside gets one
/// at the end of its body.
/// Cost: near-linear in instructions times loop depth.
SyncPlan planSync(const Sequence &sequence, const FunctionAccesses &accesses, bool program);

} // namespace neuron::isa
