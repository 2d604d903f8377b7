// The walk in time as a Perfetto trace: one track for every engine, for what its sequencer waits
// for, for the loads of stationary weights, and for every DMA queue.
//
// An engine's track has a slice for each stretch of instructions of one layer, and in it one for
// every instruction, from its start to the end of its interval. The track below has the waits for
// semaphores. A queue has as many tracks as it has transfers in flight at once. Counters tell
// how many bytes are on their way, and whatever else is given as one (the use of the memories).
// Names are interned: a slice costs about 25 bytes. The trace's nanosecond is the simulation's;
// shorter slices are rounded.
//
//   Trace trace(machine, layerOf, {});
//   options.observer = &trace;              // of a walk in time
//   ... writeFile(path, trace.finish());    // opens in the Perfetto UI
//
// Events are written in the order in which the walk meets them, which is not that of time; the
// format allows it. Source: perfetto's trace_packet.proto and track_event.proto, field numbers.
#pragma once

#include "runtime/sim/LayerIndex.h"
#include "runtime/sim/ProtoWriter.h"
#include "runtime/sim/Timing.h"
#include "runtime/target/Machine.h"

#include <map>
#include <utility>
#include <vector>

namespace neuron::sim {

struct TraceOptions {
  uint64_t maxBytes = uint64_t(256) << 20; ///< nothing is added beyond this
  /// Only what overlaps this part of the simulated time. Units: femtoseconds.
  uint64_t from = 0, to = UINT64_MAX;
};

class Trace : public TimeObserver {
public:
  /// Refers to the index. The layer "" has no slices.
  Trace(const target::Machine &machine, LayerIndex &index, const TraceOptions &options);

  void instruction(const Issue &issue, uint64_t start, uint64_t intervalEnd,
                   uint64_t complete) override;
  void control(const Issue &issue, uint64_t complete) override;
  void transfer(const Place &trigger, const DmaCompletion &completion) override;
  void wait(const Issue &issue, uint64_t begin, uint64_t end) override;

  /// A track of its own for a figure that is constant in each step, from the beginning on.
  void counter(std::string_view name, double stepUs, const std::vector<double> &values);

  /// Closes what is open. The bytes of the file.
  const std::string &finish();
  /// The same, once it is finished.
  const std::string &bytes() const { return out.bytes(); }
  /// Whether the bound on its size cut the trace short.
  bool isTruncated() const { return truncated; }

private:
  struct OpenLayer {
    uint32_t row = 0; ///< of the index, from 1; 0: none
    uint64_t end = 0;
  };
  struct Slice {
    uint64_t track, begin, end;
    uint64_t name;
    uint32_t pc;
    uint64_t bytes; ///< of a transfer; 0: none
  };

  bool isWanted(uint64_t begin, uint64_t end);
  void describe(uint64_t track, uint64_t parent, std::string_view name, bool isCounter = false);
  void describeMachine(const target::Machine &machine);
  void packet(std::string_view body);
  void event(uint64_t track, uint32_t type, uint64_t time, const Slice *slice);
  void slice(const Slice &slice);
  void closeLayer(unsigned s);
  void count(uint64_t track, uint64_t time, uint64_t value);
  uint64_t intern(std::string_view name);
  uint64_t internMnemonic(isa::Opcode opcode);
  uint64_t internLayer(uint32_t row);
  uint64_t queueTrack(unsigned queue, uint64_t begin, uint64_t end);

  LayerIndex &index;
  TraceOptions options;
  ProtoWriter out;
  std::map<std::string, uint64_t, std::less<>> names; ///< interned, from 1
  std::array<OpenLayer, isa::kNumEngines> layers{};
  std::map<unsigned, std::vector<uint64_t>> lanes;   ///< by queue: when each of its tracks is free
  std::vector<std::pair<uint64_t, int64_t>> changes; ///< of the bytes in flight, with their times
  std::array<uint64_t, 256> mnemonics{};             ///< interned names by opcode; 0: not yet
  std::vector<uint64_t> layerNames;                  ///< interned names by row; 0: not yet
  uint64_t counters = 0;                             ///< beside that of bytes in flight
  bool truncated = false;
};

} // namespace neuron::sim
