// Names and declarations of semaphores; see Semaphores.h.
#include "passes/isa/Semaphores.h"

#include "runtime/isa/Text.h"

#include "mlir/IR/Builders.h"
#include "mlir/IR/BuiltinOps.h"

using namespace mlir;
using namespace neuron;
using namespace neuron::isa;

std::string isa::agentText(Agent agent) {
  if (isQueue(agent))
    return "queue." + std::to_string(queueOf(agent));
  return std::string(toText(engineOf(agent))) + (isComplete(agent) ? ".complete" : ".read");
}

std::optional<Agent> isa::parseAgent(StringRef text) {
  for (unsigned agent = 0; agent < kNumAgents; ++agent)
    if (text == agentText(static_cast<Agent>(agent)))
      return static_cast<Agent>(agent);
  return std::nullopt;
}

std::optional<Engine> isa::parseEngine(StringRef text) {
  for (unsigned engine = 0; engine < kNumEngines; ++engine)
    if (text == toText(static_cast<Engine>(engine)))
      return static_cast<Engine>(engine);
  return std::nullopt;
}

FailureOr<std::map<unsigned, isa::Semaphore>> isa::readSemaphores(ModuleOp module) {
  std::map<unsigned, Semaphore> semaphores;
  for (SemaphoreOp op : module.getOps<SemaphoreOp>()) {
    if (op.getIndex() < 0 || op.getIndex() >= kNumSemaphores || op.getInitial() < 0 ||
        op.getInitial() > UINT32_MAX)
      return op.emitOpError("(C1) has index ")
             << op.getIndex() << " and initial value " << op.getInitial()
             << ", expected 0 to 255 and 0 to 4294967295";
    Semaphore semaphore;
    semaphore.initial = static_cast<uint32_t>(op.getInitial());
    std::optional<Agent> producer = parseAgent(op.getProducer());
    if (!producer)
      return op.emitOpError("(C2) names no producer: '") << op.getProducer() << "'";
    semaphore.producer = *producer;
    for (Attribute name : op.getConsumers()) {
      std::optional<Engine> engine = parseEngine(cast<StringAttr>(name).getValue());
      if (!engine)
        return op.emitOpError("(C2) names no stream: ") << name;
      semaphore.consumers |= 1u << static_cast<unsigned>(*engine);
    }
    if (!semaphores.try_emplace(static_cast<unsigned>(op.getIndex()), semaphore).second)
      return op.emitOpError("(C1) declares semaphore ") << op.getIndex() << " again";
  }
  return semaphores;
}

void SemaphoreAllocation::declare(OpBuilder &builder, Location loc) const {
  std::map<unsigned, std::tuple<Agent, Engine, int64_t, unsigned>> byNumber;
  for (auto &[kind, number] : numbers)
    byNumber[number] = kind;
  for (auto &[number, kind] : byNumber) {
    auto [producer, consumer, credits, rank] = kind;
    StringRef stream = toText(consumer);
    SemaphoreOp::create(builder, loc, number, credits, builder.getStringAttr(agentText(producer)),
                        builder.getStrArrayAttr({stream}));
  }
}
