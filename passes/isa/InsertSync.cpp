// Makes the waits of a program explicit, in its sequential form.
//
// Dependences and SyncPlan decide which edges are needed; here they become instructions: an edge
// is a signal right after the child it comes from, in the producer's stream, and a take right
// before the child it goes to, in the consumer's. A barrier stands around every call and at the
// end of a loop that has one inside. Peephole folds signals and takes into their neighbours.
#include "passes/Passes.h"
#include "passes/isa/ReadSequence.h"
#include "passes/isa/Semaphores.h"
#include "passes/isa/SyncPlan.h"

#include "mlir/IR/Builders.h"

#define DEBUG_TYPE "neuron-insert-sync"

namespace neuron::passes {
#define GEN_PASS_DEF_INSERTSYNC
#include "passes/Passes.h.inc"
} // namespace neuron::passes

using namespace mlir;
using namespace neuron;
using namespace neuron::isa;

namespace {

uint32_t opIdOf(Operation *op) {
  if (auto inst = dyn_cast<isa::InstOp>(op))
    return inst.getInst().opId;
  uint32_t id = 0;
  op->walk([&](isa::InstOp inst) {
    id = inst.getInst().opId;
    return WalkResult::interrupt();
  });
  return id;
}

/// Writes one function's plan into its ops.
class Writer {
public:
  Writer(SequenceOps &function, const SyncPlan &plan, SemaphoreAllocation &semaphores)
      : function(function), sequence(function.sequence), plan(plan), semaphores(semaphores),
        builder(function.function.getContext()) {
    for (const Inst &inst : sequence.insts)
      if (factsOf(inst).isDma)
        owners[queueOf(inst)] = inst.engine;
  }

  void run() {
    for (uint32_t region = 0; region < sequence.regions.size(); ++region)
      writeRegion(region);
  }

private:
  using Kind = std::tuple<Agent, Engine, int64_t>;

  void writeRegion(uint32_t region);
  unsigned rankOf(uint32_t region, const Kind &kind) const;
  void barrierAt(Operation *beside);
  void writeEdge(uint32_t region, const SyncEdge &edge, unsigned semaphore);

  SequenceOps &function;
  const Sequence &sequence;
  const SyncPlan &plan;
  SemaphoreAllocation &semaphores;
  OpBuilder builder;
  std::array<Engine, kNumQueues> owners{};
  std::vector<std::vector<Kind>> kinds; ///< by region: the semaphores that it uses
};

/// Regions around `region` that use a semaphore of this kind.
unsigned Writer::rankOf(uint32_t region, const Kind &kind) const {
  unsigned rank = 0;
  for (uint32_t r = sequence.regions[region].parent; r != kNoRegion; r = sequence.regions[r].parent)
    rank += llvm::is_contained(kinds[r], kind);
  return rank;
}

void Writer::writeEdge(uint32_t region, const SyncEdge &edge, unsigned semaphore) {
  Operation *from = function.children[region][edge.from];
  Inst signal;
  if (isQueue(edge.agent)) {
    signal = QueueSignal::make(owners[queueOf(edge.agent)]);
    QueueSignal::setQueue(signal, queueOf(edge.agent));
  } else {
    signal = SignalEvent::make(engineOf(edge.agent));
  }
  bool atRead = !isQueue(edge.agent) && !isComplete(edge.agent);
  signal.signal[0] = {static_cast<uint8_t>(semaphore), Cond::Always,
                      atRead ? When::Read : When::Complete};
  signal.opId = opIdOf(from);
  builder.setInsertionPointAfter(from);
  isa::InstOp::create(builder, from->getLoc(), signal);

  Inst take = Take::make(edge.consumer);
  Take::setSem(take, static_cast<uint8_t>(semaphore));
  Take::setCount(take, 1);
  bool atEnd = edge.to == function.children[region].size();
  Operation *to = atEnd ? from : function.children[region][edge.to];
  take.opId = opIdOf(to);
  if (atEnd)
    builder.setInsertionPointToEnd(function.bodies[region]);
  else
    builder.setInsertionPoint(to);
  isa::InstOp::create(builder, to->getLoc(), take);
}

void Writer::barrierAt(Operation *beside) {
  Inst barrier = Barrier::make(Engine::Sync);
  isa::InstOp::create(builder, beside->getLoc(), barrier);
}

void Writer::writeRegion(uint32_t region) {
  const RegionPlan &edges = plan.regions[region];
  std::map<std::pair<Agent, Engine>, int64_t> credits;
  for (const SyncEdge &edge : edges.edges)
    credits[{edge.agent, edge.consumer}] += edge.distance;
  kinds.emplace_back();
  std::map<std::pair<Agent, Engine>, unsigned> numbers;
  for (auto &[pair, sum] : credits) {
    Kind kind{pair.first, pair.second, sum};
    numbers[pair] = semaphores.get(pair.first, pair.second, sum, rankOf(region, kind));
    kinds.back().push_back(kind);
  }
  for (const SyncEdge &edge : edges.edges)
    writeEdge(region, edge, numbers[{edge.agent, edge.consumer}]);

  const RegionNode &body = sequence.regions[region];
  for (uint32_t c = 0; c < body.children.size(); ++c) {
    Operation *op = function.children[region][c];
    if (body.children[c].kind == Child::Call) {
      if (c == 0 || body.children[c - 1].kind != Child::Call) {
        builder.setInsertionPoint(op);
        barrierAt(op);
      }
      builder.setInsertionPointAfter(op);
      barrierAt(op);
    } else if (body.children[c].kind == Child::Instruction) {
      if (uint8_t after = plan.after[body.children[c].index]) {
        auto inst = cast<isa::InstOp>(op);
        Inst changed = inst.getInst();
        changed.after = after;
        inst.setInst(changed);
      }
    }
  }
  if (edges.barrierAtEnd && body.children.back().kind != Child::Call) {
    builder.setInsertionPointToEnd(function.bodies[region]);
    barrierAt(function.children[region].back());
  }
}

struct InsertSync : neuron::passes::impl::InsertSyncBase<InsertSync> {
  void runOnOperation() override {
    FailureOr<ModuleSequences> sequences = readSequences(getOperation());
    if (failed(sequences) || failed(checkInput(*sequences)))
      return signalPassFailure();
    SemaphoreAllocation semaphores;
    std::vector<uint64_t> writes(sequences->functions.size(), 0);
    for (uint32_t number : sequences->calleesFirst) {
      SequenceOps &function = sequences->functions[number];
      bool program = !sequences->called[number];
      FunctionAccesses accesses =
          readAccesses(function.sequence, writes, sequences->zeroAtEntry(number));
      writes[number] = accesses.writtenRegisters;
      SyncPlan plan = planSync(function.sequence, accesses, program);
      count(plan);
      Writer(function, plan, semaphores).run();
      if (semaphores.size() > kNumSemaphores) {
        function.function.emitOpError("needs ")
            << semaphores.size() << " semaphores, the machine has " << kNumSemaphores;
        return signalPassFailure();
      }
    }
    numSemaphores += semaphores.size();
    if (!sequences->functions.empty()) {
      OpBuilder builder(sequences->functions.front().function);
      semaphores.declare(builder, builder.getUnknownLoc());
    }
  }

private:
  /// Synchronisation that is already there would be counted twice.
  LogicalResult checkInput(const ModuleSequences &sequences) {
    if (!getOperation().getOps<isa::SemaphoreOp>().empty())
      return getOperation().emitError("already has semaphores");
    for (const SequenceOps &function : sequences.functions)
      for (size_t region = 0; region < function.children.size(); ++region)
        for (Operation *op : function.children[region]) {
          auto inst = dyn_cast<isa::InstOp>(op);
          if (!inst)
            continue;
          const Inst &held = inst.getInst();
          bool waits = held.after || held.wait[0].count || held.wait[1].count;
          bool signals = held.signal[0].cond != Cond::Never || held.signal[1].cond != Cond::Never;
          bool is = held.opcode == Opcode::Take || held.opcode == Opcode::WaitGe ||
                    held.opcode == Opcode::SignalEvent || held.opcode == Opcode::QueueSignal ||
                    held.opcode == Opcode::Barrier;
          if (waits || signals || is)
            return op->emitOpError("already synchronises");
        }
    return success();
  }

  void count(const SyncPlan &plan) {
    for (const RegionPlan &region : plan.regions) {
      numEdges += region.edges.size();
      for (const SyncEdge &edge : region.edges)
        numCarried += edge.distance > 0;
    }
    for (uint8_t after : plan.after)
      numAfter += after != 0;
  }
};

} // namespace
