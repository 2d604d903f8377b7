// Packets of a Perfetto trace; see Trace.h.
#include "runtime/sim/Trace.h"

#include "runtime/isa/Isa.h"
#include "runtime/isa/Text.h"
#include "runtime/sim/Dma.h"

#include <algorithm>

namespace neuron::sim {
namespace {

using isa::Engine;

/// Field numbers, by message.
enum TraceFile { kPacket = 1 };
enum Packet {
  kTimestamp = 8,
  kSequence = 10,
  kEvent = 11,
  kInterned = 12,
  kSequenceFlags = 13,
  kDescriptor = 60
};
enum Descriptor { kUuid = 1, kName = 2, kParent = 5, kCounter = 8, kOrder = 11, kRank = 12 };
enum Event { kAnnotation = 4, kType = 9, kNameId = 10, kTrack = 11, kValue = 30 };
enum Interned { kEventNames = 2 };
enum EventName { kNameIid = 1, kNameText = 2 };
enum Annotation { kUnsigned = 3, kAnnotationName = 10 };
enum Type { kBegin = 1, kEnd = 2, kCounterValue = 4 };

constexpr uint64_t kSequenceNumber = 1;
constexpr uint64_t kStateCleared = 1, kNeedsState = 2;
constexpr uint64_t kExplicitOrder = 3;

constexpr uint64_t kMachineTrack = 1, kInFlightTrack = 2, kWeightsTrack = 3;
constexpr uint64_t kEngineTracks = 16, kWaitTracks = 32, kQueueTracks = 64;
constexpr uint64_t kLanesPerQueue = 64;
constexpr uint64_t kCounterTracks = kQueueTracks + isa::kNumQueues * kLanesPerQueue;

constexpr char kNoLayer[] = "transfer";
constexpr uint64_t kFsPerNs = 1000000;
constexpr double kFsPerUs = 1e9;

uint64_t nanoseconds(uint64_t femtoseconds) { return (femtoseconds + kFsPerNs / 2) / kFsPerNs; }

} // namespace

Trace::Trace(const target::Machine &machine, LayerIndex &index, const TraceOptions &options)
    : index(index), options(options) {
  describeMachine(machine);
}

// --- Packets ---------------------------------------------------------------------------------

void Trace::packet(std::string_view body) {
  if (out.bytes().size() + body.size() + 16 > options.maxBytes) {
    truncated = true;
    return;
  }
  out.text(kPacket, body);
}

void Trace::describeMachine(const target::Machine &machine) {
  ProtoWriter body;
  body.number(kSequence, kSequenceNumber);
  body.number(kSequenceFlags, kStateCleared);
  packet(body.bytes());
  describe(kMachineTrack, 0, machine.name);
  for (unsigned s = 0; s < isa::kNumEngines; ++s) {
    std::string name = isa::toText(static_cast<Engine>(s));
    describe(kEngineTracks + s, kMachineTrack, name);
    describe(kWaitTracks + s, kMachineTrack, name + " waits");
  }
  describe(kWeightsTrack, kMachineTrack, "tensor weights");
  describe(kInFlightTrack, kMachineTrack, "DMA bytes in flight", true);
}

void Trace::describe(uint64_t track, uint64_t parent, std::string_view name, bool isCounter) {
  ProtoWriter descriptor, body;
  descriptor.number(kUuid, track);
  descriptor.text(kName, name);
  if (parent)
    descriptor.number(kParent, parent);
  if (track == kMachineTrack)
    descriptor.number(kOrder, kExplicitOrder);
  descriptor.number(kRank, track);
  if (isCounter)
    descriptor.message(kCounter, ProtoWriter());
  body.number(kSequence, kSequenceNumber);
  body.message(kDescriptor, descriptor);
  packet(body.bytes());
}

uint64_t Trace::intern(std::string_view name) {
  auto known = names.find(name);
  if (known != names.end())
    return known->second;
  uint64_t id = names.size() + 1;
  names.emplace(name, id);
  ProtoWriter entry, interned, body;
  entry.number(kNameIid, id);
  entry.text(kNameText, name);
  interned.message(kEventNames, entry);
  body.number(kSequence, kSequenceNumber);
  body.number(kSequenceFlags, kNeedsState);
  body.message(kInterned, interned);
  packet(body.bytes());
  return id;
}

uint64_t Trace::internMnemonic(isa::Opcode opcode) {
  uint64_t &id = mnemonics[static_cast<uint8_t>(opcode)];
  if (!id)
    id = intern(isa::factsOf(opcode).mnemonic);
  return id;
}

uint64_t Trace::internLayer(uint32_t row) {
  if (row >= layerNames.size())
    layerNames.resize(size_t(row) + 1, 0);
  uint64_t &id = layerNames[row];
  if (!id)
    id = intern(index.nameOf(row).empty() ? kNoLayer : index.nameOf(row));
  return id;
}

/// Types, tracks, names, places and times: far less than a short message holds.
void Trace::event(uint64_t track, uint32_t type, uint64_t time, const Slice *slice) {
  ShortProto event, body;
  event.number(kType, type);
  event.number(kTrack, track);
  if (slice) {
    event.number(kNameId, slice->name);
    ShortProto annotation;
    annotation.text(kAnnotationName, slice->bytes ? "bytes" : "pc");
    annotation.number(kUnsigned, slice->bytes ? slice->bytes : slice->pc);
    event.message(kAnnotation, annotation);
  }
  body.number(kTimestamp, nanoseconds(time));
  body.number(kSequence, kSequenceNumber);
  body.number(kSequenceFlags, kNeedsState);
  body.message(kEvent, event);
  packet(body.bytes());
}

void Trace::slice(const Slice &slice) {
  event(slice.track, kBegin, slice.begin, &slice);
  event(slice.track, kEnd, slice.end, nullptr);
}

// --- What the walk tells -----------------------------------------------------------------------

bool Trace::isWanted(uint64_t begin, uint64_t end) {
  return !truncated && end >= options.from && begin <= options.to;
}

/// The slices of the instructions of a layer stand inside its own, so its begin comes first.
void Trace::instruction(const Issue &issue, uint64_t start, uint64_t intervalEnd, uint64_t) {
  if (!isWanted(start, intervalEnd))
    return;
  unsigned s = static_cast<unsigned>(issue.stream);
  uint64_t name = internMnemonic(issue.inst->opcode);
  // The spare plane is filled while a matmul runs.
  if (issue.inst->opcode == isa::Opcode::LoadWeights)
    return slice({kWeightsTrack, start, intervalEnd, name, issue.pc, 0});
  uint32_t row = index.rowOf(issue.inst->opId, issue.iteration);
  uint32_t layer = index.nameOf(row).empty() ? 0 : row + 1;
  OpenLayer &open = layers[s];
  if (layer != open.row) {
    closeLayer(s);
    open = {layer, start};
    if (layer) {
      Slice begin{kEngineTracks + s, start, start, internLayer(row), issue.pc, 0};
      event(begin.track, kBegin, start, &begin);
    }
  }
  open.end = std::max(open.end, intervalEnd);
  slice({kEngineTracks + s, start, intervalEnd, name, issue.pc, 0});
}

void Trace::control(const Issue &, uint64_t) {}

void Trace::wait(const Issue &issue, uint64_t begin, uint64_t end) {
  if (!isWanted(begin, end))
    return;
  std::string name = "semaphore";
  for (unsigned w = 0; w < issue.numWaits; ++w)
    name += (w ? ", s" : " s") + std::to_string(issue.waits[w].sem);
  slice({kWaitTracks + static_cast<unsigned>(issue.stream), begin, end, intern(name), issue.pc, 0});
}

/// The first track of the queue that is free again at `begin`.
uint64_t Trace::queueTrack(unsigned queue, uint64_t begin, uint64_t end) {
  std::vector<uint64_t> &free = lanes[queue];
  size_t lane = 0;
  while (lane < free.size() && free[lane] > begin)
    ++lane;
  lane = std::min<size_t>(lane, kLanesPerQueue - 1);
  uint64_t track = kQueueTracks + queue * kLanesPerQueue + lane;
  if (lane == free.size()) {
    free.push_back(0);
    describe(track, kMachineTrack, "queue " + std::to_string(queue));
  }
  free[lane] = end;
  return track;
}

void Trace::transfer(const Place &trigger, const DmaCompletion &completion) {
  if (!isWanted(completion.started, completion.time) || completion.bytes == 0)
    return;
  uint64_t name = internLayer(index.rowOf(trigger.opId, trigger.iteration));
  uint64_t track = queueTrack(completion.queue, completion.started, completion.time);
  slice({track, completion.started, completion.time, name, trigger.pc, completion.bytes});
  changes.emplace_back(completion.started, static_cast<int64_t>(completion.bytes));
  changes.emplace_back(completion.time, -static_cast<int64_t>(completion.bytes));
}

void Trace::closeLayer(unsigned s) {
  if (layers[s].row)
    event(kEngineTracks + s, kEnd, layers[s].end, nullptr);
  layers[s] = {};
}

void Trace::count(uint64_t track, uint64_t time, uint64_t value) {
  ShortProto event, body;
  event.number(kType, kCounterValue);
  event.number(kTrack, track);
  event.number(kValue, value);
  body.number(kTimestamp, nanoseconds(time));
  body.number(kSequence, kSequenceNumber);
  body.message(kEvent, event);
  packet(body.bytes());
}

void Trace::counter(std::string_view name, double stepUs, const std::vector<double> &values) {
  uint64_t track = kCounterTracks + counters++;
  describe(track, kMachineTrack, name, true);
  uint64_t last = UINT64_MAX;
  for (size_t i = 0; i < values.size(); ++i) {
    auto begin = static_cast<uint64_t>(static_cast<double>(i) * stepUs * kFsPerUs);
    auto end = static_cast<uint64_t>(static_cast<double>(i + 1) * stepUs * kFsPerUs);
    auto value = static_cast<uint64_t>(values[i] + 0.5);
    if (value != last && isWanted(begin, end))
      count(track, begin, value);
    last = value;
  }
}

const std::string &Trace::finish() {
  for (unsigned s = 0; s < isa::kNumEngines; ++s)
    closeLayer(s);
  std::sort(changes.begin(), changes.end());
  int64_t bytes = 0;
  for (size_t i = 0; i < changes.size(); ++i) {
    uint64_t time = changes[i].first;
    bytes += changes[i].second;
    if (i + 1 < changes.size() && changes[i + 1].first == time)
      continue; // what happens at one time is one step
    count(kInFlightTrack, time, static_cast<uint64_t>(bytes));
  }
  changes.clear();
  return out.bytes();
}

} // namespace neuron::sim
