// One run: bind the segments, walk races and values, hand out what is proven.
//
// Races come first where the streams' control flow is known without values; a program that
// loads registers or rows from memory is walked for values first, which leaves the record that
// the other walks need. Outputs leave only when every walk has succeeded.
#include "runtime/sim/Machine.h"

#include "runtime/sim/Races.h"
#include "runtime/sim/Report.h"
#include "runtime/sim/Values.h"

#include <cstring>
#include <new>

namespace neuron::sim {
namespace {

constexpr int kNaNByte = 0xff;

bool needsRecord(const Image &image) {
  for (const StreamCode &code : image.stream)
    for (uint32_t pc = 0; pc < code.size(); ++pc)
      switch (code.at(pc).opcode) {
      case isa::Opcode::RegisterLoad:
      case isa::Opcode::DmaGather:
      case isa::Opcode::DmaScatter:
        return true;
      default:
        break;
      }
  return false;
}

constexpr uint64_t kDefaultSteps = uint64_t(1) << 32;

/// The bound on instructions: a stream issues at most one a cycle, so that a bound on cycles is
/// also one on instructions, before any time is known.
uint64_t boundSteps(const Image &image, const RunOptions &options) {
  if (options.maxSteps)
    return options.maxSteps;
  uint64_t cycles = options.maxCycles ? options.maxCycles : image.maxCycles;
  uint64_t steps;
  if (!cycles || !image.machine->sequencerInstCycles ||
      __builtin_mul_overflow(cycles, uint64_t(isa::kNumEngines), &steps))
    return kDefaultSteps;
  return steps;
}

bool isInterface(SegmentRole role) { return role <= SegmentRole::State; }

} // namespace

struct Simulator::State {
  explicit State(const Image &image) : image(image), core(*image.machine) {}

  const Image &image;
  Core core;
  std::vector<std::unique_ptr<uint8_t[]>> scratch; ///< by segment
  bool control = false; ///< some control flow or address depends on values
  Fault fault;
  ValueCounts counts;
  ControlRecord record;

  Status bind(const Bindings &bindings);
  Status walk(const RunOptions &options);
  Status time(const RunOptions &options, const ControlRecord *from, Report &report);
  Status races(const RunOptions &options, const ControlRecord *from);
  Status values(const RunOptions &options);
  Status outputsWritten();
  Status refuse(const Fault &why) {
    fault = why;
    return toStatus(fault, image.layerOf(fault.at.opId, fault.at.iteration).c_str());
  }
};

Status Simulator::State::bind(const Bindings &bindings) {
  std::vector<const Binding *> given(image.segments.size(), nullptr);
  for (const Binding &one : bindings) {
    if (one.segment >= given.size() || !isInterface(image.segments[one.segment].role))
      return Status::error(ErrorCode::InvalidArgument, "segment %u takes no buffer", one.segment);
    given[one.segment] = &one;
  }
  core.memory.unbindAll();
  for (uint32_t i = 0; i < given.size(); ++i) {
    const SegmentPlan &plan = image.segments[i];
    const Binding *one = given[i];
    if (isInterface(plan.role) && plan.bytes && (!one || !one->data || one->bytes != plan.bytes))
      return Status::error(ErrorCode::InvalidArgument, "%s needs a buffer of %llu bytes",
                           plan.name.c_str(), static_cast<unsigned long long>(plan.bytes));
    switch (plan.role) {
    case SegmentRole::Input:
      core.memory.bind(i, one ? one->data : nullptr, plan.bytes, false, Content::Written);
      break;
    case SegmentRole::Output:
      core.memory.bind(i, one ? one->data : nullptr, plan.bytes, true, Content::Unwritten);
      break;
    case SegmentRole::State:
      core.memory.bind(i, one ? one->data : nullptr, plan.bytes, true, Content::Written);
      break;
    case SegmentRole::Constant:
      if (plan.bytes && !plan.content)
        return Status::error(ErrorCode::MissingInput, "the content of %s is not there",
                             plan.name.c_str());
      // Never written: the segment is read only.
      core.memory.bind(i, const_cast<uint8_t *>(plan.content), plan.bytes, false, Content::Written);
      break;
    case SegmentRole::Scratch:
      scratch.resize(image.segments.size());
      if (!scratch[i] && plan.bytes)
        scratch[i].reset(new (std::nothrow) uint8_t[plan.bytes]);
      if (!scratch[i] && plan.bytes)
        return Status::error(ErrorCode::ResourceLimit, "scratch %s: no memory for %llu bytes",
                             plan.name.c_str(), static_cast<unsigned long long>(plan.bytes));
      core.memory.bind(i, scratch[i].get(), plan.bytes, true, Content::Unwritten);
      break;
    case SegmentRole::Unused:
      core.memory.bind(i, nullptr, 0, false, Content::Written);
      break;
    }
  }
  return Status::success();
}

Status Simulator::State::races(const RunOptions &options, const ControlRecord *from) {
  if (!options.checkRaces)
    return Status::success();
  RaceOptions raceOptions;
  raceOptions.record = from;
  raceOptions.maxSteps = options.maxSteps;
  RaceResult result;
  NEURON_TRY(checkRaces(image, raceOptions, result));
  return result.fault.raised() ? refuse(result.fault) : Status::success();
}

Status Simulator::State::time(const RunOptions &options, const ControlRecord *from,
                              Report &report) {
  TimeOptions timeOptions;
  timeOptions.record = from;
  timeOptions.maxSteps = options.maxSteps;
  timeOptions.maxCycles = options.maxCycles;
  timeOptions.observer = options.observer;
  timeOptions.repeats = options.repeats;
  NEURON_TRY(makeReport(image, timeOptions, report));
  return report.time.fault.raised() ? refuse(report.time.fault) : Status::success();
}

Status Simulator::State::values(const RunOptions &options) {
  core.reset();
  core.team.resize(options.threads);
  record = {};
  core.record = &record;
  core.memory.recorder = options.recorder;
  ValuesOptions walkOptions;
  walkOptions.dma = options.dma;
  walkOptions.sequential = options.sequential;
  walkOptions.maxSteps = options.maxSteps;
  Status status = walkValues(image, core, walkOptions, counts);
  core.memory.recorder = nullptr;
  if (!status.ok())
    return core.fault().raised() ? refuse(core.fault()) : status;
  return outputsWritten();
}

Status Simulator::State::outputsWritten() {
  for (uint32_t i = 0; i < image.segments.size(); ++i) {
    const SegmentPlan &plan = image.segments[i];
    const Segment *segment = core.memory.segment(i);
    if (plan.role != SegmentRole::Output || segment->written.empty())
      continue;
    uint64_t at = segment->written.firstUnwritten(0, plan.bytes);
    if (at == plan.bytes)
      continue;
    Fault hole;
    hole.kind = FaultKind::UninitialisedRead;
    int64_t address = (static_cast<int64_t>(i) << isa::kSegmentShift) + static_cast<int64_t>(at);
    hole.bytes = {isa::Space::Hbm, 0, 0, address, address + 1};
    hole.message =
        formatText("output %s ends with a byte that nothing has written", plan.name.c_str());
    return refuse(hole);
  }
  return Status::success();
}

Status Simulator::State::walk(const RunOptions &options) {
  if (options.sequential && !image.sequential)
    return Status(ErrorCode::InvalidArgument, "the program has no sequential form");
  if (options.mode == Mode::Time)
    return races(options, options.record);
  bool parallel = !options.sequential;
  if (parallel && !control)
    NEURON_TRY(races(options, nullptr));
  NEURON_TRY(values(options));
  if (parallel && control)
    NEURON_TRY(races(options, &record));
  return Status::success();
}

Simulator::Simulator() = default;
Simulator::~Simulator() = default;

Result<std::unique_ptr<Simulator>> Simulator::create(const Image &image) {
  NEURON_TRY(check(image));
  std::unique_ptr<Simulator> made(new Simulator);
  made->state.reset(new State(image));
  MemoryShape shape;
  shape.sbufPartitionBytes = image.machine->sbufPartitionBytes;
  shape.psumBanks = image.machine->psumBanks;
  shape.psumBankBytes = image.machine->psumBankBytes;
  NEURON_TRY(made->state->core.memory.configure(shape));
  made->state->control = needsRecord(image);
  return made;
}

Status Simulator::run(const RunOptions &given, const Bindings &bindings, Report *report) {
  RunOptions options = given;
  options.maxSteps = boundSteps(state->image, given);
  state->fault = {};
  if (options.mode != Mode::Time)
    NEURON_TRY(state->bind(bindings));
  Status status = state->walk(options);
  bool timed = options.mode != Mode::Values && !options.sequential;
  if (status.ok() && timed && (report || options.observer)) {
    Report unread;
    status = state->time(options, options.mode == Mode::Time ? options.record : &state->record,
                         report ? *report : unread);
  }
  if (status.ok() || options.mode == Mode::Time)
    return status;
  for (const Binding &one : bindings)
    if (state->image.segments[one.segment].role == SegmentRole::Output)
      std::memset(one.data, kNaNByte, one.bytes);
  return status;
}

const Fault &Simulator::fault() const { return state->fault; }
const ValueCounts &Simulator::counts() const { return state->counts; }
const ControlRecord &Simulator::record() const { return state->record; }

bool Simulator::peek(isa::Space space, unsigned partition, int64_t offset, uint64_t bytes,
                     uint8_t *out) {
  isa::Operand operand;
  operand.space = space;
  operand.dtype = DType::U8;
  operand.startPartition = static_cast<uint8_t>(partition);
  operand.partitions = 1;
  operand.base = offset;
  operand.numDims = 1;
  operand.dim[0] = {1, static_cast<uint32_t>(bytes)};
  Runs runs;
  if (!state->core.memory.makeRuns(operand, Steps::Elements, runs).none())
    return false;
  const uint8_t *row = state->core.memory.readRow(runs, 0, out);
  if (!row)
    return false;
  if (row != out)
    std::memcpy(out, row, bytes);
  return true;
}

} // namespace neuron::sim
