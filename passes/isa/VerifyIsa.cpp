// Fields, bounds and declared semaphores; the proof of synchronisation is VerifySync's.
#include "passes/isa/VerifyIsa.h"

#include "passes/Passes.h"
#include "passes/isa/ReadSequence.h"
#include "passes/isa/Semaphores.h"
#include "passes/isa/VerifySync.h"
#include "runtime/isa/Check.h"
#include "runtime/isa/Text.h"

#define DEBUG_TYPE "neuron-verify-isa"

namespace neuron::passes {
#define GEN_PASS_DEF_VERIFYISA
#include "passes/Passes.h.inc"
} // namespace neuron::passes

using namespace mlir;
using namespace neuron;
using namespace neuron::isa;

namespace {

constexpr size_t kMaxProblems = 20;

class IsaVerifier {
public:
  IsaVerifier(ModuleOp module, const target::Machine &machine) : module(module), machine(machine) {}

  LogicalResult run() {
    FailureOr<ModuleSequences> sequences = readSequences(module);
    FailureOr<std::map<unsigned, isa::Semaphore>> declared = readSemaphores(module);
    if (failed(sequences) || failed(declared))
      return failure();
    semaphores = std::move(*declared);
    for (auto &[index, semaphore] : semaphores)
      credits[index] = semaphore.initial;
    for (isa::SegmentOp segment : module.getOps<isa::SegmentOp>())
      if (!segmentBytes.try_emplace(uint32_t(segment.getIndex()), segment.getBytes()).second)
        refuse(segment) << "(C2) has the index " << segment.getIndex() << " of another segment";
    std::vector<uint64_t> writes(sequences->functions.size(), 0);
    for (uint32_t number : sequences->calleesFirst) {
      const SequenceOps &function = sequences->functions[number];
      bool program = !sequences->called[number];
      FunctionAccesses accesses =
          readAccesses(function.sequence, writes, sequences->zeroAtEntry(number));
      writes[number] = accesses.writtenRegisters;
      checkInstructions(function, accesses);
      report(function, verifySync(function.sequence, accesses, credits, program, kMaxProblems));
      if (problems >= kMaxProblems)
        break;
    }
    return success(problems == 0);
  }

private:
  InFlightDiagnostic refuse(Operation *op) {
    ++problems;
    return op->emitOpError();
  }

  void checkInstructions(const SequenceOps &function, const FunctionAccesses &accesses) {
    for (uint32_t region = 0; region < function.sequence.regions.size(); ++region) {
      const std::vector<Child> &children = function.sequence.regions[region].children;
      for (uint32_t c = 0; c < children.size() && problems < kMaxProblems; ++c) {
        if (children[c].kind != Child::Instruction)
          continue;
        Operation *op = function.children[region][c];
        const Inst &inst = function.sequence.insts[children[c].index];
        if (Status status = check(inst, machine); !status.ok())
          refuse(op) << "(C1) " << status.message();
        for (const Access &access : accesses.insts[children[c].index].accesses)
          checkBounds(op, accesses.footprints[access.footprint]);
        checkSemaphores(op, inst);
      }
    }
  }

  void checkBounds(Operation *op, const Footprint &f) {
    if (!f.bounded)
      return; // the address, or a part of it, is known only when the program runs
    int64_t bytes = 0;
    if (f.space == Space::Sbuf) {
      bytes = static_cast<int64_t>(machine.sbufPartitionBytes);
    } else if (f.space == Space::Psum) {
      bytes = static_cast<int64_t>(machine.psumBanks * machine.psumBankBytes);
    } else {
      auto segment = segmentBytes.find(f.segment);
      if (segment == segmentBytes.end()) {
        refuse(op) << "touches segment " << f.segment << ", which is not declared";
        return;
      }
      bytes = segment->second;
    }
    if (f.low < 0 || f.high > bytes)
      refuse(op) << "touches bytes " << f.low << " to " << f.high << " of " << isa::toText(f.space)
                 << ", which has " << bytes
                 << (f.space == Space::Hbm ? " in this segment" : " per partition");
  }

  void checkSemaphores(Operation *op, const Inst &inst) {
    for (const Signal &signal : inst.signal) {
      if (signal.cond == Cond::Never)
        continue;
      Agent agent = factsOf(inst).isDma       ? queueAgent(queueOf(inst))
                    : signal.at == When::Read ? readAgent(inst.engine)
                                              : completeAgent(inst.engine);
      auto declared = semaphores.find(signal.sem);
      if (declared == semaphores.end())
        refuse(op) << "gives semaphore " << unsigned(signal.sem) << ", which is not declared";
      else if (declared->second.producer != agent)
        refuse(op) << "gives semaphore " << unsigned(signal.sem) << " as " << agentText(agent)
                   << ", its producer is " << agentText(declared->second.producer);
    }
    auto takes = [&](unsigned number) {
      auto declared = semaphores.find(number);
      if (declared == semaphores.end())
        refuse(op) << "takes semaphore " << number << ", which is not declared";
      else if (!(declared->second.consumers >> static_cast<unsigned>(inst.engine) & 1))
        refuse(op) << "takes semaphore " << number << ", whose consumers do not include "
                   << isa::toText(inst.engine);
    };
    for (const Wait &wait : inst.wait)
      if (wait.count)
        takes(wait.sem);
    if (inst.opcode == Opcode::Take)
      takes(isa::Take(inst).sem());
  }

  void report(const SequenceOps &function, const std::vector<SyncProblem> &found) {
    for (const SyncProblem &problem : found) {
      if (problem.child == SyncProblem::kNoChild) {
        refuse(function.bodies[problem.region]->getParentOp()) << problem.what;
        continue;
      }
      const std::vector<Operation *> &children = function.children[problem.region];
      InFlightDiagnostic diagnostic = refuse(children[problem.child]);
      diagnostic << problem.what;
      if (problem.otherChild != SyncProblem::kNoChild)
        diagnostic.attachNote(children[problem.otherChild]->getLoc()) << "the earlier one";
    }
  }

  ModuleOp module;
  const target::Machine &machine;
  std::map<unsigned, isa::Semaphore> semaphores;
  std::array<uint32_t, kNumSemaphores> credits{};
  std::map<uint32_t, int64_t> segmentBytes;
  size_t problems = 0;
};

struct VerifyIsa : neuron::passes::impl::VerifyIsaBase<VerifyIsa> {
  using VerifyIsaBase::VerifyIsaBase;

  void runOnOperation() override {
    const target::Machine *row = target::findMachine(machine);
    if (!row) {
      getOperation().emitError("no machine is called '") << machine << "'";
      return signalPassFailure();
    }
    if (failed(verifyIsa(getOperation(), *row)))
      signalPassFailure();
  }
};

} // namespace

LogicalResult isa::verifyIsa(ModuleOp module, const target::Machine &machine) {
  return IsaVerifier(module, machine).run();
}
