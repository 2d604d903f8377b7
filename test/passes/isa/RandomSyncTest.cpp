// Random sequential programs through InsertSync, Peephole and SplitStreams: the race check of
// the simulator must accept every one of them.
#include "passes/Passes.h"
#include "passes/isa/SplitStreams.h"
#include "runtime/core/ProgramImage.h"
#include "runtime/sim/Races.h"
#include "test/passes/isa/RandomSequence.h"

#include "mlir/IR/MLIRContext.h"
#include "mlir/Pass/PassManager.h"
#include "llvm/Support/raw_ostream.h"

#include <cstdlib>

using namespace mlir;
using namespace neuron;

namespace {

/// Empty when the program passes; otherwise why not.
std::string runSeed(MLIRContext &context, uint32_t seed, bool folded, bool print) {
  OwningOpRef<ModuleOp> module = isa::testing::makeRandomSequence(context, seed);
  PassManager passes(&context);
  passes.addPass(neuron::passes::createInsertSync());
  if (folded)
    passes.addPass(neuron::passes::createPeephole());
  if (failed(passes.run(*module)))
    return "synchronisation failed";
  if (print)
    module->print(llvm::outs());
  rt::Program program;
  program.machine = "trn1";
  program.machineDigest = target::digest(*target::findMachine(program.machine));
  program.segments.resize(isa::testing::kNumSegments);
  for (rt::Segment &segment : program.segments) {
    segment.kind = rt::SegmentKind::Scratch;
    segment.bytes = isa::testing::kSegmentBytes;
  }
  if (failed(isa::splitStreams(*module, program)))
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

} // namespace

int main(int argc, char **argv) {
  MLIRContext context(MLIRContext::Threading::DISABLED);
  context.loadDialect<isa::IsaDialect>();
  uint32_t first = argc > 1 ? static_cast<uint32_t>(std::atoi(argv[1])) : 1;
  uint32_t count = argc > 2 ? static_cast<uint32_t>(std::atoi(argv[2])) : 1;
  unsigned wrong = 0;
  for (uint32_t seed = first; seed < first + count; ++seed) {
    for (bool folded : {false, true}) {
      std::string why = runSeed(context, seed, folded, count == 1);
      if (why.empty())
        continue;
      llvm::errs() << "seed " << seed << (folded ? ", folded: " : ": ") << why << "\n";
      ++wrong;
    }
    if (wrong >= 20)
      break;
  }
  llvm::outs() << count << " programs, " << wrong << " wrong\n";
  return wrong ? 1 : 0;
}
