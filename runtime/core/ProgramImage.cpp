// Field by field from rt::Program to sim::Image.
#include "runtime/core/ProgramImage.h"

namespace neuron::rt {
namespace {

static_assert(kNoEntry == sim::kNoPc, "entries are handed on as they are");

Result<sim::StreamCode> makeStream(const Program &program, unsigned stream, isa::Engine engine) {
  std::vector<uint32_t> entries;
  entries.reserve(program.functions.size());
  for (const Function &function : program.functions)
    entries.push_back(function.entry[stream]);
  const std::vector<isa::Inst> &code = program.stream[stream];
  return sim::StreamCode::make(engine, code.data(), static_cast<uint32_t>(code.size()),
                               std::move(entries), program.mainFunction);
}

sim::Producer producerOf(Producer producer) {
  switch (producer) {
  case Producer::Read:
    return sim::Producer::Read;
  case Producer::Complete:
    return sim::Producer::Complete;
  case Producer::Queue:
    return sim::Producer::Queue;
  case Producer::None:
    break;
  }
  return sim::Producer::None;
}

sim::SegmentRole roleOf(const Segment &segment) {
  switch (segment.kind) {
  case SegmentKind::Input:
    return sim::SegmentRole::Input;
  case SegmentKind::Output:
    return segment.alias == kNoSegment ? sim::SegmentRole::Output : sim::SegmentRole::Unused;
  case SegmentKind::State:
    return sim::SegmentRole::State;
  case SegmentKind::Weight:
  case SegmentKind::Constant:
    return sim::SegmentRole::Constant;
  case SegmentKind::Scratch:
    break;
  }
  return sim::SegmentRole::Scratch;
}

sim::BoundPlan::Kind kindOf(Bound::Kind kind) {
  switch (kind) {
  case Bound::Trips:
    return sim::BoundPlan::Trips;
  case Bound::Rows:
    return sim::BoundPlan::Rows;
  case Bound::Value:
    break;
  }
  return sim::BoundPlan::Value;
}

} // namespace

sim::ProgramFacts factsOf(const Program &program) {
  const Summary &known = program.summary;
  return {known.modelFlops,    known.spillBytes,    known.sbufPeakBytes,
          known.psumPeakBanks, known.leastHbmBytes, known.leastTensorCycles,
          program.origin.model, program.origin.modelDigest};
}

Result<std::unique_ptr<ProgramImage>> ProgramImage::create(Program program) {
  std::unique_ptr<ProgramImage> image(new ProgramImage(std::move(program)));
  NEURON_TRY(image->findMachine());
  NEURON_TRY(image->makeStreams());
  image->makePlans();
  return image;
}

Status ProgramImage::findMachine() {
  if (!source.machineText.empty()) {
    Result<target::Machine> parsed = target::parseMachine(source.machineText, source.machine);
    if (!parsed)
      return parsed.status().within("machine in the program");
    target = *std::move(parsed);
  } else if (const target::Machine *row = target::findMachine(source.machine)) {
    target = *row;
  } else {
    return Status::error(ErrorCode::Unsupported, "made for machine '%s', this library has %s",
                         source.machine.c_str(), target::machineNames().c_str());
  }
  if (uint64_t here = target::digest(target); here != source.machineDigest)
    return Status::error(ErrorCode::VersionMismatch,
                         "made by compiler %s for %s with machine table %016llx, this library has "
                         "%016llx: compile the model again",
                         source.origin.compilerVersion.c_str(), source.machine.c_str(),
                         static_cast<unsigned long long>(source.machineDigest),
                         static_cast<unsigned long long>(here));
  return Status::success();
}

Status ProgramImage::makeStreams() {
  for (unsigned s = 0; s < isa::kNumEngines; ++s) {
    Result<sim::StreamCode> code = makeStream(source, s, static_cast<isa::Engine>(s));
    if (!code)
      return code.status();
    built.stream[s] = *std::move(code);
  }
  if (!source.hasSequential())
    return Status::success();
  Result<sim::StreamCode> code = makeStream(source, kSequentialStream, isa::Engine::Sync);
  if (!code)
    return code.status().within("sequential form");
  built.sequential = *std::move(code);
  return Status::success();
}

void ProgramImage::makePlans() {
  built.machine = &target;
  built.maxCycles = source.maxCycles;
  built.queueInFlight = source.queueDepth;
  for (unsigned id = 0; id < isa::kNumSemaphores; ++id) {
    const Semaphore &one = source.semaphores[id];
    built.semaphores[id] = {one.initial, producerOf(one.producer), one.source, one.consumers};
  }
  for (const Segment &one : source.segments)
    built.segments.push_back({one.name, roleOf(one), one.bytes, one.content.data});
  for (const Bound &one : source.bounds)
    if (one.stream < isa::kNumEngines)
      built.bounds.push_back(
          {kindOf(one.kind), static_cast<isa::Engine>(one.stream), one.instruction, one.limit});
  built.layer = [this](uint32_t id, uint64_t iteration) { return source.ops.layer(id, iteration); };
  built.layerFlops = [this](uint32_t id) { return source.ops.flops(id); };
  built.layerIterations = [this](uint32_t id) { return source.ops.iterations(id); };
}

} // namespace neuron::rt
