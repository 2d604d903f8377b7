// Prints what every stream becomes, as the assembler writes it.
#include "passes/Passes.h"
#include "passes/isa/SplitStreams.h"
#include "runtime/isa/Text.h"

#include "llvm/Support/raw_ostream.h"

namespace neuron::passes {
#define GEN_PASS_DEF_PRINTSTREAMS
#include "passes/Passes.h.inc"
} // namespace neuron::passes

using namespace neuron;
using namespace neuron::isa;

namespace {

struct PrintStreams : neuron::passes::impl::PrintStreamsBase<PrintStreams> {
  void runOnOperation() override {
    rt::Program program;
    if (failed(splitStreams(getOperation(), program)))
      return signalPassFailure();
    for (unsigned s = 0; s < rt::kNumStreams; ++s)
      printStream(program, s);
  }

private:
  static void printStream(const rt::Program &program, unsigned s) {
    bool sequential = s == rt::kSequentialStream;
    const std::vector<Inst> &code = program.stream[s];
    if (code.empty())
      return;
    llvm::outs() << "stream " << (sequential ? "sequential" : toText(static_cast<Engine>(s)))
                 << "\n";
    unsigned depth = 1;
    for (size_t pc = 0; pc < code.size(); ++pc) {
      for (const rt::Function &function : program.functions)
        if (function.entry[s] == pc)
          llvm::outs() << " " << function.name << ":\n";
      if (code[pc].opcode == Opcode::EndLoop && depth > 1)
        --depth;
      std::optional<Engine> section;
      if (!sequential)
        section = static_cast<Engine>(s);
      llvm::outs().indent(2 * depth) << toText(code[pc], {}, section) << "\n";
      if (code[pc].opcode == Opcode::Loop)
        ++depth;
    }
  }
};

} // namespace
