// From the tree of a kernel to ordered streams.
//
// For every tile, every pair of accesses that conflict is a dependence: within an iteration of
// the loop that the tile belongs to, and from one iteration to the one that gets the same slot.
// Engines and queues are agents. A dependence between two agents becomes a semaphore, given by
// the last access of the first and taken by the first access of the second; it is left out when
// others imply it. Where both accesses walk the tile in step, in the same loop or in loops of
// equal counts and equal strides, it is given and taken in every iteration, so that a consumer
// can begin with the first piece. A dependence within an engine becomes `after`.
#pragma once

#include "models/kernels/Program.h"

#include <map>
#include <set>
#include <tuple>

namespace neuron::kernels {

class Weaver {
public:
  explicit Weaver(Kernel &kernel) : kernel(kernel) {}
  /// Fills the file's streams and semaphores.
  void run();

private:
  struct Access {
    Node *node = nullptr;
    unsigned agent = 0;         ///< an engine, or kNumEngines + queue
    std::vector<unsigned> lags; ///< of the loops around it: those of equal lags keep their order
    bool reads = false, writes = false;
    Affine bytes;
  };
  /// From access `from` to access `to`, `carried` into the iteration that reuses the slot.
  struct Edge {
    size_t from = 0, to = 0;
    bool carried = false;
    bool dropped = false;
  };
  /// Where the two accesses of a pair meet: a loop, with so many slots, and loops in step.
  struct Meeting {
    Node *level = nullptr;
    unsigned slots = 1;
    unsigned aligned = 0; ///< leading loops of both paths that go in step
    uint64_t pieces = 1;  ///< their iterations
    bool operator<(const Meeting &o) const {
      return std::tie(level, slots, aligned, pieces) <
             std::tie(o.level, o.slots, o.aligned, o.pieces);
    }
  };

  // Order.cpp
  void orderTile(int tile);
  void collect(Node &node, int tile, std::vector<Access> &accesses);
  Meeting meet(const Access &p, const Access &q, int tile) const;
  void dropImplied(const std::vector<Access> &accesses, std::vector<Edge> &edges) const;
  bool implied(const std::vector<Access> &accesses, const std::vector<Edge> &edges, size_t from,
               size_t to, bool carried) const;
  void synchronise(const std::vector<Access> &accesses, const Edge &edge, const Meeting &meeting);
  void waitWithin(const Access &p, const Access &q, bool carried, const Meeting &meeting);
  static bool inOrder(const Access &p, const Access &q) {
    return p.agent == q.agent && p.lags == q.lags;
  }
  uint64_t work(const Node &node, unsigned engine) const;
  uint64_t bodyWork(const Node &loop, unsigned lag, unsigned engine) const;
  uint64_t beside(const Node &node, const Node *level, bool behind, unsigned engine) const;
  uint64_t distance(Node &p, Node &q, const Meeting &meeting, bool carried, unsigned engine) const;

  // Emit.cpp
  void emit(const Node &node, Engine stream);
  void emitLoop(const Node &node, Engine stream);
  void emitInst(const Node &node, Engine stream);
  void emitSignals(const Node &node, Engine stream);
  void drainQueues();
  bool takesPart(const Node &node, Engine stream) const;
  void resolve(const View &view, isa::Operand &operand, Engine stream);
  void emitSteps(const Node &node, Engine stream, uint64_t count, unsigned first, unsigned last);
  void updateRegisters(const Node &node, size_t loopAt);
  uint8_t registerOf(unsigned loop, unsigned slots);
  void push(const isa::Inst &inst);
  void take(unsigned semaphore, Engine stream);
  unsigned semaphore(isa::AsmSemaphore::Producer producer, unsigned source, uint32_t initial);

  std::vector<isa::Inst> &code() { return kernel.file.stream[static_cast<unsigned>(now)]; }

  Kernel &kernel;
  Engine now = Engine::Tensor;
  std::map<unsigned, const Node *> loops;
  std::map<unsigned, unsigned> lags; ///< by open loop, of the part that is being emitted
  std::map<std::tuple<unsigned, unsigned, unsigned>, uint8_t> others; ///< loop, lag, slots
  std::set<uint8_t> used; ///< registers that the open bodies use
  unsigned numSums = 0;
};

} // namespace neuron::kernels
