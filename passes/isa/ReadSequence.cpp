// The walk over isa functions; see ReadSequence.h.
#include "passes/isa/ReadSequence.h"

#include "passes/isa/RegisterUse.h"
#include "runtime/isa/Text.h"

#include "mlir/IR/BuiltinOps.h"

#include <optional>

using namespace mlir;
using namespace neuron;
using namespace neuron::isa;

namespace {

class SequenceReader {
public:
  SequenceReader(SequenceOps &out, const llvm::StringMap<uint32_t> &numbers)
      : out(out), numbers(numbers) {}

  LogicalResult run() { return readBody(&out.function.getBody().front(), kNoRegion, nullptr); }

private:
  LogicalResult readBody(Block *block, uint32_t parent, LoopOp loop) {
    uint32_t number = static_cast<uint32_t>(out.sequence.regions.size());
    out.sequence.regions.emplace_back();
    out.bodies.push_back(block);
    out.children.emplace_back();
    {
      RegionNode &region = out.sequence.regions.back();
      region.parent = parent;
      if (parent != kNoRegion)
        region.depth = out.sequence.regions[parent].depth + 1;
      if (loop) {
        region.count = static_cast<uint64_t>(loop.getCount());
        ArrayRef<int64_t> updates = loop.getUpdates();
        for (size_t i = 0; i + 2 < updates.size(); i += 3)
          region.updates.push_back({static_cast<uint8_t>(updates[i]),
                                    static_cast<int16_t>(updates[i + 1]),
                                    static_cast<uint32_t>(updates[i + 2])});
      }
    }
    for (Operation &op : *block)
      if (failed(readOp(&op, number)))
        return failure();
    out.sequence.regions[number].end = static_cast<uint32_t>(out.sequence.regions.size());
    return success();
  }

  LogicalResult readOp(Operation *op, uint32_t region) {
    Child child;
    if (auto loop = dyn_cast<LoopOp>(op)) {
      child = {Child::Loop, static_cast<uint32_t>(out.sequence.regions.size())};
      if (failed(readBody(&loop.getBody().front(), region, loop)))
        return failure();
    } else if (auto call = dyn_cast<CallOp>(op)) {
      auto callee = numbers.find(call.getCallee());
      if (callee == numbers.end())
        return op->emitOpError("calls '") << call.getCallee() << "', which is not there";
      child = {Child::Call, callee->second};
    } else if (auto inst = dyn_cast<InstOp>(op)) {
      child = {Child::Instruction, static_cast<uint32_t>(out.sequence.insts.size())};
      if (failed(checkInst(inst)))
        return failure();
      out.sequence.insts.push_back(inst.getInst());
    } else {
      return op->emitOpError("is not legal in a function of the machine");
    }
    out.sequence.regions[region].children.push_back(child);
    out.children[region].push_back(op);
    return success();
  }

  LogicalResult checkInst(InstOp op) {
    const Inst &inst = op.getInst();
    if (!findFacts(static_cast<uint8_t>(inst.opcode)))
      return op.emitOpError("has opcode ") << unsigned(inst.opcode) << ", which is not there";
    switch (inst.opcode) {
    case Opcode::Loop:
    case Opcode::EndLoop:
    case Opcode::Call:
    case Opcode::Return:
      return op.emitOpError("is structure: expected isa.loop, isa.call or the function's end");
    default:
      break;
    }
    if (factsOf(inst).isDma) {
      std::optional<Engine> &owner = owners[queueOf(inst)];
      if (owner && *owner != inst.engine)
        return op.emitOpError("triggers queue ") << queueOf(inst) << " from " << toText(inst.engine)
                                                 << ", which belongs to " << toText(*owner);
      owner = inst.engine;
    }
    return success();
  }

  SequenceOps &out;
  const llvm::StringMap<uint32_t> &numbers;
  std::array<std::optional<Engine>, kNumQueues> owners;
};

/// Callees before callers, by depth-first search.
LogicalResult orderFunctions(ModuleSequences &module) {
  enum class Mark : uint8_t { New, Open, Done };
  std::vector<Mark> marks(module.functions.size(), Mark::New);
  struct Frame {
    uint32_t function;
    std::vector<uint32_t> callees;
  };
  auto calleesOf = [&](uint32_t function) {
    std::vector<uint32_t> callees;
    for (const RegionNode &region : module.functions[function].sequence.regions)
      for (const Child &child : region.children)
        if (child.kind == Child::Call)
          callees.push_back(child.index);
    return callees;
  };
  for (uint32_t root = 0; root < module.functions.size(); ++root) {
    if (marks[root] != Mark::New)
      continue;
    std::vector<Frame> stack;
    stack.push_back({root, calleesOf(root)});
    marks[root] = Mark::Open;
    while (!stack.empty()) {
      Frame &top = stack.back();
      if (top.callees.empty()) {
        marks[top.function] = Mark::Done;
        module.calleesFirst.push_back(top.function);
        stack.pop_back();
        continue;
      }
      uint32_t callee = top.callees.back();
      top.callees.pop_back();
      module.called[callee] = true;
      if (marks[callee] == Mark::Open)
        return module.functions[callee].function->emitOpError("calls itself");
      if (marks[callee] == Mark::New) {
        marks[callee] = Mark::Open;
        stack.push_back({callee, calleesOf(callee)});
      }
    }
  }
  return success();
}

uint64_t alwaysZero(const ModuleSequences &module) {
  uint64_t zero = ~uint64_t(0);
  for (const SequenceOps &function : module.functions) {
    for (const Inst &inst : function.sequence.insts)
      zero &= ~registersWritten(inst);
    for (const RegionNode &region : function.sequence.regions)
      for (const Update &update : region.updates)
        if (!returnsToEntry(update, region.count))
          zero &= ~registerBit(update.reg);
  }
  return zero;
}

} // namespace

FailureOr<ModuleSequences> isa::readSequences(ModuleOp module) {
  ModuleSequences out;
  llvm::StringMap<uint32_t> numbers;
  for (FuncOp function : module.getOps<FuncOp>()) {
    numbers[function.getSymName()] = static_cast<uint32_t>(out.functions.size());
    out.functions.emplace_back();
    out.functions.back().function = function;
  }
  for (SequenceOps &function : out.functions)
    if (failed(SequenceReader(function, numbers).run()))
      return failure();
  out.called.assign(out.functions.size(), false);
  if (failed(orderFunctions(out)))
    return failure();
  out.alwaysZero = alwaysZero(out);
  return out;
}
