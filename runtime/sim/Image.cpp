// What an image must keep before any walk.
#include "runtime/sim/Image.h"

#include "runtime/isa/Check.h"

namespace neuron::sim {

const char *toText(SegmentRole role) {
  constexpr const char *kNames[kNumSegmentRoles] = {"input",    "output",  "state",
                                                    "constant", "scratch", "unused"};
  return kNames[static_cast<unsigned>(role)];
}

namespace {

Status checkSignal(const Image &image, const isa::Inst &inst, const isa::InstFacts &facts,
                   const isa::Signal &signal) {
  const SemaphorePlan &plan = image.semaphores[signal.sem];
  Producer producer = facts.isDma                    ? Producer::Queue
                      : signal.at == isa::When::Read ? Producer::Read
                                                     : Producer::Complete;
  unsigned source = facts.isDma ? isa::Dma(inst).queue() : static_cast<unsigned>(inst.engine);
  if (plan.producer == producer && plan.source == source)
    return Status::success();
  return Status::error(ErrorCode::Malformed, "signals semaphore %u without being its producer",
                       signal.sem);
}

Status checkTaken(const Image &image, const isa::Inst &inst, unsigned sem) {
  if (image.semaphores[sem].consumers >> static_cast<unsigned>(inst.engine) & 1)
    return Status::success();
  return Status::error(ErrorCode::Malformed, "takes semaphore %u without being its consumer", sem);
}

Status checkInst(const Image &image, const isa::Inst &inst) {
  NEURON_TRY(isa::check(inst, *image.machine));
  const isa::InstFacts &facts = *isa::findFacts(static_cast<uint8_t>(inst.opcode));
  for (const isa::Signal &signal : inst.signal)
    if (signal.cond != isa::Cond::Never)
      NEURON_TRY(checkSignal(image, inst, facts, signal));
  for (const isa::Wait &wait : inst.wait)
    if (wait.count)
      NEURON_TRY(checkTaken(image, inst, wait.sem));
  if (inst.opcode == isa::Opcode::Take)
    NEURON_TRY(checkTaken(image, inst, isa::Take(inst).sem()));
  if (inst.opcode == isa::Opcode::WaitGe)
    NEURON_TRY(checkTaken(image, inst, isa::WaitGe(inst).sem()));
  if (facts.isDma) {
    isa::QueueRange range = isa::queuesOf(inst.engine);
    unsigned queue = isa::Dma(inst).queue();
    if (queue < range.first || queue >= range.first + range.count)
      return Status::error(ErrorCode::Malformed, "queue %u does not belong to the %s stream", queue,
                           streamText(inst.engine));
    bool onDemand = image.queuesDescribed >> queue & 1;
    if (onDemand && image.machine->dmaDynamicOnGpsimdOnly && inst.engine != isa::Engine::GpSimd)
      return Status::error(ErrorCode::Malformed,
                           "queue %u is described when triggered, which only GpSimd can on %s",
                           queue, image.machine->name.c_str());
  }
  return Status::success();
}

Status checkStream(const Image &image, const StreamCode &code, const char *name, bool mixed) {
  for (uint32_t pc = 0; pc < code.size(); ++pc) {
    const isa::Inst &inst = code.at(pc);
    Status status = !mixed && inst.engine != code.stream()
                        ? Status(ErrorCode::Malformed, "belongs to another stream")
                        : checkInst(image, inst);
    NEURON_TRY(status.within(formatText("stream %s, instruction %u", name, pc)));
  }
  return Status::success();
}

} // namespace

Status check(const Image &image) {
  if (!image.machine)
    return Status(ErrorCode::InvalidArgument, "an image without a machine");
  for (unsigned s = 0; s < isa::kNumEngines; ++s)
    NEURON_TRY(checkStream(image, image.stream[s], streamText(static_cast<isa::Engine>(s)), false));
  if (image.sequential)
    NEURON_TRY(checkStream(image, *image.sequential, "sequential", true));
  for (size_t i = 0; i < image.segments.size(); ++i)
    if (image.segments[i].bytes > (uint64_t(1) << isa::kSegmentShift))
      return Status::error(ErrorCode::Malformed, "segment %zu is larger than an address reaches",
                           i);
  return Status::success();
}

} // namespace neuron::sim
