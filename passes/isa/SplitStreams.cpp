// All functions into all streams; see SplitStreams.h.
#include "passes/isa/SplitStreams.h"

#include "passes/isa/ReadSequence.h"
#include "passes/isa/Semaphores.h"
#include "passes/isa/StreamProjection.h"
#include "runtime/isa/Text.h"

using namespace mlir;
using namespace neuron;
using namespace neuron::isa;

namespace {

/// Streams that have work of their own somewhere. All stand at a barrier.
std::array<bool, kNumEngines> usedStreams(const ModuleSequences &module) {
  std::array<bool, kNumEngines> used{};
  for (const SequenceOps &function : module.functions)
    for (const Inst &inst : function.sequence.insts)
      if (inst.opcode == Opcode::Barrier)
        used.fill(true);
      else if (inst.opcode != Opcode::RegisterAlu)
        used[static_cast<unsigned>(inst.engine)] = true;
  return used;
}

class Splitter {
public:
  Splitter(const ModuleSequences &module, rt::Program &program)
      : module(module), program(program), used(usedStreams(module)) {}

  LogicalResult run() {
    if (failed(findMain()))
      return failure();
    parts.resize(module.functions.size());
    for (const SequenceOps &ops : module.functions) {
      FuncOp function = ops.function;
      program.functions.emplace_back();
      program.functions.back().name = function.getSymName().str();
    }
    for (uint32_t number : module.calleesFirst)
      if (failed(splitFunction(number)))
        return failure();
    for (uint32_t number = 0; number < module.functions.size(); ++number) {
      std::vector<Inst> &code = program.stream[rt::kSequentialStream];
      program.functions[number].entry[rt::kSequentialStream] = static_cast<uint32_t>(code.size());
      if (failed(writeSequential(module.functions[number], 0)))
        return failure();
      code.push_back(Return::make(Engine::Sync));
    }
    return success();
  }

private:
  LogicalResult findMain() {
    std::optional<uint32_t> main;
    for (uint32_t number = 0; number < module.functions.size(); ++number) {
      if (module.called[number])
        continue;
      FuncOp function = module.functions[number].function;
      if (main && function.getSymName() != "main")
        continue;
      main = number;
    }
    if (!main)
      return emitError(UnknownLoc::get(context()), "there is no function to begin with");
    uint32_t open = static_cast<uint32_t>(llvm::count(module.called, false));
    FuncOp function = module.functions[*main].function;
    if (open > 1 && function.getSymName() != "main")
      return function.emitOpError("is one of ")
             << open << " functions that nobody calls, and none is called main";
    program.mainFunction = *main;
    return success();
  }

  LogicalResult splitFunction(uint32_t number) {
    const SequenceOps &function = module.functions[number];
    for (unsigned s = 0; s < kNumEngines; ++s) {
      if (!used[s])
        continue;
      StreamProjection projection(function.sequence, static_cast<Engine>(s), parts);
      ProjectionProblem problem;
      if (!projection.select(problem))
        return function.children[problem.region][problem.child]->emitOpError(problem.what)
               << " (stream " << isa::toText(static_cast<Engine>(s)) << ")";
      parts[number][s] = projection.part();
      if (!parts[number][s].content && number != program.mainFunction)
        continue;
      program.functions[number].entry[s] = static_cast<uint32_t>(program.stream[s].size());
      projection.emit(program.stream[s]);
    }
    return success();
  }

  LogicalResult writeSequential(const SequenceOps &function, uint32_t region) {
    std::vector<Inst> &code = program.stream[rt::kSequentialStream];
    const std::vector<Child> &children = function.sequence.regions[region].children;
    for (size_t c = 0; c < children.size(); ++c) {
      const Child &child = children[c];
      if (child.kind == Child::Instruction) {
        code.push_back(function.sequence.insts[child.index]);
      } else if (child.kind == Child::Call) {
        code.push_back(Call::make(Engine::Sync));
        Call::setFunction(code.back(), static_cast<uint16_t>(child.index));
      } else {
        const RegionNode &loop = function.sequence.regions[child.index];
        if (loop.updates.size() > kNumUpdates)
          return function.children[region][c]->emitOpError("updates ")
                 << loop.updates.size() << " registers, the machine's loops update " << kNumUpdates;
        code.push_back(loopInst(loop, Engine::Sync, loop.updates));
        if (failed(writeSequential(function, child.index)))
          return failure();
        code.push_back(EndLoop::make(Engine::Sync));
      }
    }
    return success();
  }

  MLIRContext *context() const {
    FuncOp function = module.functions.front().function;
    return function.getContext();
  }

  const ModuleSequences &module;
  rt::Program &program;
  std::array<bool, kNumEngines> used;
  StreamParts parts;
};

void declareSemaphore(const isa::Semaphore &from, rt::Semaphore &to) {
  to.initial = from.initial;
  to.consumers = from.consumers;
  if (isQueue(from.producer)) {
    to.producer = rt::Producer::Queue;
    to.source = static_cast<uint8_t>(queueOf(from.producer));
  } else {
    to.producer = isComplete(from.producer) ? rt::Producer::Complete : rt::Producer::Read;
    to.source = static_cast<uint8_t>(engineOf(from.producer));
  }
}

} // namespace

LogicalResult isa::splitStreams(ModuleOp moduleOp, rt::Program &program) {
  FailureOr<ModuleSequences> module = readSequences(moduleOp);
  FailureOr<std::map<unsigned, Semaphore>> semaphores = readSemaphores(moduleOp);
  if (failed(module) || failed(semaphores))
    return failure();
  if (module->functions.empty())
    return moduleOp.emitError("has no function of the machine");
  for (auto &[index, semaphore] : *semaphores)
    declareSemaphore(semaphore, program.semaphores[index]);
  return Splitter(*module, program).run();
}
