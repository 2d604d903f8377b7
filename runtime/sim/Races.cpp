// The walk with vector clocks.
#include "runtime/sim/Races.h"

#include "runtime/sim/Deadlock.h"
#include "runtime/sim/Footprint.h"
#include "runtime/sim/History.h"
#include "runtime/sim/RegisterSource.h"

#include <algorithm>
#include <memory>

namespace neuron::sim {
namespace {

using isa::Engine;

class RaceWalk {
public:
  RaceWalk(const Image &image, const RaceOptions &options, RaceResult &result)
      : image(image), options(options), result(result), registers(image, options.record) {}

  Status run();

private:
  struct Stream {
    explicit Stream(const StreamCode &code) : sequencer(code) {}
    Sequencer sequencer;
    Footprint footprint;
    Clock clock;           ///< what the sequencer knows
    uint32_t issued = 0;   ///< instructions that entered the engine's queue
    uint32_t complete = 0; ///< of them complete before the engine's next starts, by `after`
    uint32_t moves = 0;    ///< register loads and stores
    StepKind step = StepKind::Issued;
  };

  void prepare();
  void runStream(unsigned s);
  void step(unsigned s);
  void learn(Stream &stream, unsigned s, const Issue &issue);
  void controlStep(Stream &stream, unsigned s, const Issue &issue);
  Clock engineClock(const Stream &stream, unsigned s) const;
  void engineStep(Stream &stream, unsigned s, const Issue &issue);
  void transferStep(Stream &stream, unsigned s, const Issue &issue);
  bool access(Stream &stream, const Issue &issue, const Clock &clock, unsigned readBy,
              unsigned writeBy, uint32_t event);
  void signal(unsigned s, const Issue &issue, const Clock &atRead, const Clock &atComplete);
  void refreshEverybody();
  void passBarrier();
  void finish();

  void refuse(FaultKind kind, const Issue &issue, const Touch &touch, std::string message);
  void reportRace(const Issue &issue, const Touch &touch, const LiveAccesses::Entry &other);
  std::string otherText(const LiveAccesses::Entry &other) const;
  std::string remedyText(const Issue &issue, const Touch &touch,
                         const LiveAccesses::Entry &other) const;
  bool stopped() const { return result.fault.raised() || !failure.ok(); }

  const Image &image;
  const RaceOptions &options;
  RaceResult &result;
  Status failure;
  RegisterSource registers;
  std::vector<std::unique_ptr<Stream>> streams;
  LiveAccesses live;
  Clock everybody;
  uint64_t refreshAt = 0;

  std::array<uint64_t, isa::kNumSemaphores> values{};
  std::array<History<Clock>, isa::kNumSemaphores> history;
  /// Increments that a stream has waited for.
  std::array<std::array<uint64_t, isa::kNumEngines>, isa::kNumSemaphores> passed{};
  std::array<Clock, isa::kNumQueues> queueClock{};
  std::array<Place, isa::kNumQueues> lastTransfer{};
  std::array<uint32_t, isa::kNumQueues> lastMoving{}; ///< the last transfer that moves bytes
};

void RaceWalk::prepare() {
  const target::Machine &machine = *image.machine;
  live.configure(machine.sbufPartitionBytes, machine.psumBanks * machine.psumBankBytes);
  for (const SegmentPlan &segment : image.segments)
    live.addSegment(segment.role == SegmentRole::Unused ? 0 : segment.bytes,
                    segment.role != SegmentRole::Input && segment.role != SegmentRole::Constant);
  for (const StreamCode &code : image.stream) {
    streams.push_back(std::make_unique<Stream>(code));
    streams.back()->footprint.build(code);
  }
  for (unsigned sem = 0; sem < isa::kNumSemaphores; ++sem)
    values[sem] = image.semaphores[sem].initial;
}

// --- Knowledge -------------------------------------------------------------------------------

/// What the satisfied waits of an instruction teach its stream.
void RaceWalk::learn(Stream &stream, unsigned s, const Issue &issue) {
  for (unsigned w = 0; w < issue.numWaits; ++w) {
    const Level &level = issue.waits[w];
    uint64_t initial = image.semaphores[level.sem].initial;
    if (level.value <= initial)
      continue;
    uint64_t increments = level.value - initial;
    uint64_t &mine = passed[level.sem][s];
    if (increments <= mine)
      continue; // an absolute wait for what is already known
    History<Clock> &past = history[level.sem];
    if (increments <= past.begin())
      return refuse(FaultKind::IllegalInstruction, issue, {},
                    formatText("takes semaphore %u, whose plan does not name this stream",
                               unsigned(level.sem)));
    stream.clock.join(past.at(increments - 1));
    uint64_t least = mine = increments;
    for (unsigned o = 0; o < isa::kNumEngines; ++o)
      if (image.semaphores[level.sem].consumers >> o & 1)
        least = std::min(least, passed[level.sem][o]);
    past.forget(least);
  }
}

void RaceWalk::signal(unsigned s, const Issue &issue, const Clock &atRead,
                      const Clock &atComplete) {
  for (unsigned i = 0; i < issue.fires.size(); ++i) {
    if (!issue.fires[i])
      continue;
    const isa::Signal &signal = issue.inst->signal[i];
    if (++values[signal.sem] > UINT32_MAX)
      return refuse(FaultKind::UndefinedBehaviour, issue, {},
                    formatText("semaphore %u overflows", unsigned(signal.sem)));
    history[signal.sem].append(signal.at == isa::When::Read ? atRead : atComplete);
  }
}

/// What all streams know can race with nobody.
void RaceWalk::refreshEverybody() {
  everybody.known.fill(UINT32_MAX);
  for (const auto &stream : streams)
    if (stream->step != StepKind::Ended)
      everybody.meet(stream->clock);
  refreshAt = result.instructions + 64;
}

// --- Instructions ----------------------------------------------------------------------------

bool RaceWalk::access(Stream &stream, const Issue &issue, const Clock &clock, unsigned readBy,
                      unsigned writeBy, uint32_t event) {
  const InstructionRow &row = stream.footprint.row(issue.pc);
  for (unsigned i = 0; i < row.count; ++i) {
    const AccessRow &access = stream.footprint.access(row, i);
    Touch touch;
    touch.component = static_cast<uint8_t>(access.write ? writeBy : readBy);
    touch.event = event;
    touch.inOrder = issue.accumulates && access.space == isa::Space::Psum;
    bool located = stream.footprint.locate(access, issue, touch);
    uint64_t bytes = live.memoryBytes(touch);
    if (!located || static_cast<uint64_t>(touch.low) > bytes ||
        touch.pattern->extent > bytes - static_cast<uint64_t>(touch.low) ||
        touch.endPartition > isa::kNumPartitions) {
      refuse(FaultKind::OutOfBounds, issue, touch,
             formatText("operand %u leaves its memory of %llu bytes", unsigned(access.operand),
                        static_cast<unsigned long long>(bytes)));
      return false;
    }
    if (const LiveAccesses::Entry *other = live.add(touch, clock, everybody)) {
      reportRace(issue, touch, *other);
      return false;
    }
  }
  return true;
}

/// What the engine knows when its newest instruction starts: the sequencer's knowledge, the
/// inputs of the instructions before it, and the results that an `after` waited for.
Clock RaceWalk::engineClock(const Stream &stream, unsigned s) const {
  Clock clock = stream.clock;
  uint32_t &read = clock[readComponent(static_cast<Engine>(s))];
  uint32_t &write = clock[writeComponent(static_cast<Engine>(s))];
  read = std::max(read, stream.issued - 1);
  write = std::max(write, stream.complete);
  return clock;
}

void RaceWalk::engineStep(Stream &stream, unsigned s, const Issue &issue) {
  unsigned read = readComponent(static_cast<Engine>(s));
  unsigned write = writeComponent(static_cast<Engine>(s));
  Clock clock = engineClock(stream, s);
  // Its own reads are over, element by element, when its results are written.
  clock[read] = stream.issued;
  if (issue.executes && !access(stream, issue, clock, read, write, stream.issued))
    return;
  if (!issue.fires[0] && !issue.fires[1])
    return;
  Clock complete = clock;
  complete[write] = stream.issued;
  signal(s, issue, clock, complete);
}

void RaceWalk::transferStep(Stream &stream, unsigned s, const Issue &issue) {
  const InstructionRow &row = stream.footprint.row(issue.pc);
  unsigned component = queueComponent(row.queue);
  Clock &done = queueClock[row.queue];
  uint32_t event = done[component] + 1;
  if (issue.executes && row.foldedWrite)
    return refuse(FaultKind::UndefinedBehaviour, issue, {},
                  "the transfer's destination overlaps itself");
  Clock clock = engineClock(stream, s);
  if (issue.executes && !access(stream, issue, clock, component, component, event))
    return;
  // The queue signals in trigger order: whoever learns of this one learns of those before it.
  done.join(clock);
  done[component] = event;
  if (row.count) {
    lastTransfer[row.queue] = issue.place();
    lastMoving[row.queue] = event;
  }
  ++result.transfers;
  signal(s, issue, done, done);
}

/// Register loads and stores run in the sequencer, ahead of the engine, and are over when it
/// goes on. Signals of control instructions speak for all that the engine was given.
void RaceWalk::controlStep(Stream &stream, unsigned s, const Issue &issue) {
  if (issue.executes && stream.footprint.row(issue.pc).count) {
    unsigned component = sequencerComponent(static_cast<Engine>(s));
    if (!access(stream, issue, stream.clock, component, component, ++stream.moves))
      return;
    stream.clock[component] = stream.moves;
  }
  if (!issue.fires[0] && !issue.fires[1])
    return;
  // When all inputs are read, what an `after` waited for is complete.
  Clock clock = stream.clock;
  uint32_t &write = clock[writeComponent(static_cast<Engine>(s))];
  write = std::max(write, stream.complete);
  clock[readComponent(static_cast<Engine>(s))] = stream.issued;
  Clock complete = clock;
  complete[writeComponent(static_cast<Engine>(s))] = stream.issued;
  signal(s, issue, clock, complete);
}

void RaceWalk::step(unsigned s) {
  Stream &stream = *streams[s];
  const Issue &issue = stream.sequencer.issue();
  if (++result.instructions >= refreshAt)
    refreshEverybody();
  if (issue.numWaits)
    learn(stream, s, issue);
  if (issue.control)
    return controlStep(stream, s, issue);
  if (stream.issued == UINT32_MAX)
    return refuse(FaultKind::Unsupported, issue, {}, "more than 2^32 instructions on an engine");
  ++stream.issued;
  uint32_t after = issue.inst->after;
  if (after && after < stream.issued)
    stream.complete = std::max(stream.complete, stream.issued - after);
  if (stream.footprint.row(issue.pc).queue != 0xff)
    transferStep(stream, s, issue);
  else
    engineStep(stream, s, issue);
}

// --- Streams ---------------------------------------------------------------------------------

/// Runs one stream until it blocks, ends or faults.
void RaceWalk::runStream(unsigned s) {
  Stream &stream = *streams[s];
  while (!stopped()) {
    stream.step = stream.sequencer.next(values.data());
    if (stream.step == StepKind::Faulted)
      result.fault = stream.sequencer.fault();
    if (stream.step != StepKind::Issued)
      return;
    if (options.maxSteps && result.instructions >= options.maxSteps)
      return refuse(FaultKind::Timeout, stream.sequencer.issue(), {},
                    formatText("more than %llu instructions",
                               static_cast<unsigned long long>(options.maxSteps)));
    step(s);
    if (stream.sequencer.awaitsValue() && !stopped())
      failure = registers.provide(s, stream.sequencer);
  }
}

/// Everybody has arrived and every queue is drained: all is known, nothing is live.
void RaceWalk::passBarrier() {
  Clock all;
  for (const Clock &clock : queueClock)
    all.join(clock);
  for (unsigned s = 0; s < streams.size(); ++s) {
    all.join(streams[s]->clock);
    all[readComponent(static_cast<Engine>(s))] = streams[s]->issued;
    all[writeComponent(static_cast<Engine>(s))] = streams[s]->issued;
  }
  for (auto &stream : streams) {
    stream->clock = all;
    stream->sequencer.passBarrier();
  }
  for (unsigned sem = 0; sem < isa::kNumSemaphores; ++sem) {
    values[sem] = image.semaphores[sem].initial;
    history[sem].clear();
    passed[sem].fill(0);
  }
  live.clear();
}

Status RaceWalk::run() {
  prepare();
  while (!stopped()) {
    uint64_t before = result.instructions;
    unsigned ended = 0, standing = 0;
    for (unsigned s = 0; s < streams.size() && !stopped(); ++s) {
      if (streams[s]->step != StepKind::Ended)
        runStream(s);
      ended += streams[s]->step == StepKind::Ended;
      standing += streams[s]->step == StepKind::AtBarrier;
    }
    if (stopped())
      break;
    if (ended == streams.size()) {
      finish();
      break;
    }
    if (result.instructions != before)
      continue;
    if (standing == streams.size()) {
      passBarrier();
      continue;
    }
    Standings where;
    for (unsigned s = 0; s < streams.size(); ++s)
      where[s] = {streams[s]->step, streams[s]->sequencer.blocked(), streams[s]->sequencer.place()};
    result.fault = describeDeadlock(image, where, values);
  }
  return failure;
}

/// Every transfer must have been waited for by somebody.
void RaceWalk::finish() {
  Clock all;
  for (const auto &stream : streams)
    all.join(stream->clock);
  for (unsigned queue = 0; queue < isa::kNumQueues; ++queue) {
    unsigned component = queueComponent(queue);
    if (all.knows(component, lastMoving[queue]))
      continue;
    result.fault.kind = FaultKind::Race;
    result.fault.at = lastTransfer[queue];
    result.fault.message =
        formatText("the program ends without a wait for transfer %u of queue %u, its last; %u "
                   "of its transfers are waited for",
                   lastMoving[queue], queue, all[component]);
    return;
  }
}

// --- Reports ---------------------------------------------------------------------------------

void RaceWalk::refuse(FaultKind kind, const Issue &issue, const Touch &touch, std::string message) {
  result.fault.kind = kind;
  result.fault.at = issue.place();
  if (touch.pattern) {
    int64_t base = touch.space == isa::Space::Hbm
                       ? static_cast<int64_t>(touch.segment) << isa::kSegmentShift
                       : 0;
    result.fault.bytes = {touch.space, touch.firstPartition,
                          static_cast<uint8_t>(touch.endPartition - touch.firstPartition),
                          base + touch.low,
                          base + touch.low + static_cast<int64_t>(touch.pattern->extent)};
  }
  result.fault.message = std::move(message);
}

/// "sync at 4 (conv1), transfer 12 of queue 0".
std::string RaceWalk::otherText(const LiveAccesses::Entry &other) const {
  bool transfer = other.component >= kQueueComponent;
  unsigned s = other.component % isa::kNumEngines;
  if (transfer)
    s = queueOwner(image, other.component - kQueueComponent);
  if (s >= isa::kNumEngines || other.pc >= image.stream[s].size())
    return "another access";
  const isa::Inst &inst = image.stream[s].at(other.pc);
  const isa::InstFacts *facts = isa::findFacts(static_cast<uint8_t>(inst.opcode));
  std::string layer = image.layerOf(inst.opId);
  std::string text = formatText("%s of %s at %u%s%s%s", facts ? facts->mnemonic : "?",
                                streamText(static_cast<Engine>(s)), other.pc,
                                layer.empty() ? "" : " (", layer.c_str(), layer.empty() ? "" : ")");
  if (transfer)
    text += formatText(", transfer %u of queue %u,", other.event,
                       unsigned(other.component - kQueueComponent));
  return text;
}

std::string RaceWalk::remedyText(const Issue &issue, const Touch &touch,
                                 const LiveAccesses::Entry &other) const {
  const char *stream = streamText(issue.stream);
  if (other.component >= kQueueComponent) {
    if (other.component == touch.component && other.event == touch.event)
      return "the two sides of one transfer have no order";
    return formatText("%s has to wait for a signal of queue %u", stream,
                      unsigned(other.component - kQueueComponent));
  }
  Engine owner = static_cast<Engine>(other.component % isa::kNumEngines);
  if (other.component >= kSequencerComponent)
    return formatText("%s has to wait for a signal of %s", stream, streamText(owner));
  if (issue.control)
    return formatText("the sequencer runs ahead of the engines; it has to wait for a `%s` signal "
                      "of %s",
                      other.component < kWriteComponent ? "read" : "complete", streamText(owner));
  uint32_t distance = streams[unsigned(issue.stream)]->issued - other.event;
  if (owner == issue.stream && distance == 0)
    return "the instruction writes these bytes twice";
  if (owner == issue.stream)
    return formatText("it needs `after` 1 to %u", distance < 15 ? distance : 15);
  return formatText("%s has to wait for a `%s` signal of %s", stream,
                    other.component < kWriteComponent ? "read" : "complete", streamText(owner));
}

void RaceWalk::reportRace(const Issue &issue, const Touch &touch,
                          const LiveAccesses::Entry &other) {
  const isa::InstFacts *facts = isa::findFacts(static_cast<uint8_t>(issue.inst->opcode));
  refuse(FaultKind::Race, issue, touch,
         formatText("%s %s bytes that %s %s, and nothing orders the two: %s",
                    facts ? facts->mnemonic : "?", touch.write ? "writes" : "reads",
                    otherText(other).c_str(), other.write ? "writes" : "reads",
                    remedyText(issue, touch, other).c_str()));
  ByteRange &bytes = result.fault.bytes;
  int64_t base = bytes.first - touch.low;
  bytes.first = std::max(bytes.first, base + other.low);
  bytes.end = std::min(bytes.end, base + other.high);
  uint8_t first = std::max(touch.firstPartition, other.firstPartition);
  bytes.startPartition = first;
  bytes.partitions = static_cast<uint8_t>(std::min(touch.endPartition, other.endPartition) - first);
}

} // namespace

Status checkRaces(const Image &image, const RaceOptions &options, RaceResult &result) {
  result = {};
  return RaceWalk(image, options, result).run();
}

} // namespace neuron::sim
