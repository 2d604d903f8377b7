// Random sequential programs through InsertSync, Peephole and SplitStreams: the race check of
// the simulator must accept every one of them, and so must VerifySync. Of every program a few
// mutants, with a piece of the synchronisation taken away or weakened: what the simulator
// faults, VerifySync must have refused.
//
// isa_random_sync_test [first seed] [seeds] [mutants per seed]; one seed alone is printed.
#include "passes/Passes.h"
#include "passes/isa/ReadSequence.h"
#include "passes/isa/Semaphores.h"
#include "passes/isa/SplitStreams.h"
#include "passes/isa/VerifySync.h"
#include "runtime/core/ProgramImage.h"
#include "runtime/sim/Races.h"
#include "test/passes/isa/RandomSequence.h"
#include "test/passes/isa/SyncMutants.h"

#include "mlir/IR/MLIRContext.h"
#include "mlir/Pass/PassManager.h"
#include "llvm/Support/raw_ostream.h"

#include <cstdlib>

using namespace mlir;
using namespace neuron;

namespace {

/// Empty when nothing is found to be wrong; otherwise what.
std::string verify(ModuleOp module) {
  FailureOr<isa::ModuleSequences> sequences = isa::readSequences(module);
  FailureOr<std::map<unsigned, isa::Semaphore>> semaphores = isa::readSemaphores(module);
  if (failed(sequences) || failed(semaphores))
    return "unreadable";
  std::array<uint32_t, isa::kNumSemaphores> credits{};
  for (auto &[index, semaphore] : *semaphores)
    credits[index] = semaphore.initial;
  std::vector<uint64_t> writes(sequences->functions.size(), 0);
  for (uint32_t number : sequences->calleesFirst) {
    const isa::SequenceOps &function = sequences->functions[number];
    bool program = !sequences->called[number];
    isa::FunctionAccesses accesses =
        isa::readAccesses(function.sequence, writes, sequences->zeroAtEntry(number));
    writes[number] = accesses.writtenRegisters;
    auto problems = isa::verifySync(function.sequence, accesses, credits, program, 1);
    if (!problems.empty())
      return problems.front().what;
  }
  return "";
}

/// Empty when the simulator finds no fault; otherwise the fault.
std::string simulate(ModuleOp module) {
  rt::Program program;
  program.machine = "trn1";
  program.machineDigest = target::digest(*target::findMachine(program.machine));
  program.segments.resize(isa::testing::kNumSegments);
  for (rt::Segment &segment : program.segments) {
    segment.kind = rt::SegmentKind::Scratch;
    segment.bytes = isa::testing::kSegmentBytes;
  }
  if (failed(isa::splitStreams(module, program)))
    return "the split failed";
  Result<std::unique_ptr<rt::ProgramImage>> image = rt::ProgramImage::create(std::move(program));
  if (!image)
    return image.status().message();
  sim::RaceResult result;
  Status status = sim::checkRaces((*image)->image(), {}, result);
  if (!status.ok())
    return status.message();
  return result.fault.raised() ? result.fault.message : "";
}

struct Counts {
  unsigned programs = 0, mutants = 0, faulting = 0, refused = 0, wrong = 0;
};

void complain(Counts &counts, uint32_t seed, const std::string &what) {
  llvm::errs() << "seed " << seed << ": " << what << "\n";
  ++counts.wrong;
}

void runSeed(MLIRContext &context, uint32_t seed, unsigned mutants, bool print, Counts &counts) {
  OwningOpRef<ModuleOp> module = isa::testing::makeRandomSequence(context, seed);
  PassManager passes(&context);
  passes.addPass(neuron::passes::createInsertSync());
  if (seed % 2)
    passes.addPass(neuron::passes::createPeephole());
  if (failed(passes.run(*module)))
    return complain(counts, seed, "synchronisation failed");
  if (print)
    module->print(llvm::outs());
  ++counts.programs;
  if (std::string fault = simulate(*module); !fault.empty())
    complain(counts, seed, "the simulator faults: " + fault);
  if (std::string problem = verify(*module); !problem.empty())
    complain(counts, seed, "refused, but right: " + problem);
  for (unsigned m = 0; m < mutants; ++m) {
    OwningOpRef<ModuleOp> mutant = module->clone();
    std::string how = isa::testing::mutateSync(*mutant, seed * 1000 + m);
    if (how.empty())
      continue;
    ++counts.mutants;
    std::string fault = simulate(*mutant), problem = verify(*mutant);
    counts.faulting += !fault.empty();
    counts.refused += !problem.empty();
    if (!fault.empty() && problem.empty()) {
      complain(counts, seed, "mutant " + std::to_string(m) + " (" + how + ") faults: " + fault);
      if (print)
        mutant->print(llvm::outs());
    }
  }
}

} // namespace

int main(int argc, char **argv) {
  MLIRContext context(MLIRContext::Threading::DISABLED);
  context.loadDialect<isa::IsaDialect>();
  auto number = [&](int i, unsigned otherwise) {
    return argc > i ? static_cast<unsigned>(std::atoi(argv[i])) : otherwise;
  };
  uint32_t first = number(1, 1);
  unsigned seeds = number(2, 1), mutants = number(3, 10);
  Counts counts;
  for (uint32_t seed = first; seed < first + seeds && counts.wrong < 20; ++seed)
    runSeed(context, seed, mutants, seeds == 1, counts);
  llvm::outs() << counts.programs << " programs, " << counts.mutants << " mutants, "
               << counts.faulting << " of them fault, " << counts.refused << " are refused, "
               << counts.wrong << " wrong verdicts\n";
  return counts.wrong ? 1 : 0;
}
