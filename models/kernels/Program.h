// The tree that a kernel's author builds: loops with bodies, instructions with views.
#pragma once

#include "models/kernels/Kernel.h"

namespace neuron::kernels {

/// What an instruction waits for or signals, as seen by its stream.
struct Sync {
  unsigned semaphore = 0;
  Engine stream = Engine::Sync;
  isa::When at = isa::When::Complete;
  int queue = -1;  ///< the producer, of a signal that a queue gives
  int lastOf = -1; ///< a loop: only in its last iteration
};

struct Node {
  Node *parent = nullptr;
  bool isLoop = false;
  unsigned loop = 0, depth = 0; ///< number, and loops around its body with itself
  uint64_t count = 1;
  unsigned lag = 0; ///< iterations of the loop around it
  int rank = 0;
  std::vector<std::unique_ptr<Node>> children;

  isa::Inst inst;
  std::array<View, isa::kMaxOperands> view;
  int accumulateLoop = -1; ///< accumulates unless this loop is in its first iteration

  std::vector<Sync> takes;   ///< before it
  std::vector<Sync> signals; ///< by itself, or after it

  bool isDma() const { return !isLoop && isa::factsOf(inst.opcode).isDma; }
  unsigned queue() const { return inst.sub & 15u; }
};

} // namespace neuron::kernels
