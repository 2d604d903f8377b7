// The simulator: one core that runs an image on the caller's buffers.
//
// A run is three walks of the same streams: values (what is computed), races (whether the
// synchronisation proves it) and time (how long it takes). They are separable; a run without
// values needs none of the buffers. The first fault ends the run, and every later run of the
// same simulator starts from a clean machine.
#pragma once

#include "runtime/sim/HostTeam.h"
#include "runtime/sim/Image.h"
#include "runtime/sim/Record.h"

#include <memory>

namespace neuron::sim {

struct Report;
class TimeObserver;
class TouchRecorder;

/// When a transfer reads and writes, within what is legal. Values must not depend on it.
enum class DmaMode : uint8_t {
  Late,      ///< reads and writes as late as somebody can wait
  EarlyRead, ///< reads at the trigger, writes late
  Early,     ///< reads and writes at the trigger
};

enum class Mode : uint8_t { ValuesAndTime, Time, Values };

struct RunOptions {
  Mode mode = Mode::ValuesAndTime;
  DmaMode dma = DmaMode::Late;
  bool sequential = false; ///< values of the unsplit form; no time
  bool checkRaces = true;  ///< only ever false for an image that has passed with this record
  /// Instructions over all streams; 0: what maxCycles allows, without it 2^32.
  uint64_t maxSteps = 0;
  uint64_t maxCycles = 0; ///< 0: the image's bound
  unsigned threads = 1;   ///< of the host, for values; they change neither values nor times
  TouchRecorder *recorder = nullptr;
  TimeObserver *observer = nullptr; ///< of the walk in time
  Repeats repeats = Repeats::Skip;  ///< of the walk in time
  /// The loaded registers and indirect rows of an earlier run, for Mode::Time.
  const ControlRecord *record = nullptr;
};

/// The buffer of one interface segment.
struct Binding {
  uint32_t segment = 0;
  uint8_t *data = nullptr;
  uint64_t bytes = 0;
};
using Bindings = std::vector<Binding>;

/// What the walk of the values counted.
struct ValueCounts {
  std::array<uint64_t, isa::kNumEngines> instructions{}; ///< issued, control included
  std::array<uint64_t, isa::kNumEngines> executed{};     ///< on engines and queues
  uint64_t transfers = 0;
  uint64_t hbmBytesRead = 0;
  uint64_t hbmBytesWritten = 0;
};

class Simulator {
public:
  /// Checks the image and allocates the core. The image must outlive the simulator.
  static Result<std::unique_ptr<Simulator>> create(const Image &image);
  ~Simulator();

  /// Runs once. Every Input, Output and State segment needs its binding unless the mode is
  /// Time. On a fault the outputs are not handed out: they are filled with the NaN pattern.
  /// `report`, which receives the times, may be null: then the walk in time is left out unless
  /// there is an observer.
  /// Errors: InvalidArgument for bindings; Fault, Timeout with the fault's line.
  Status run(const RunOptions &options, const Bindings &bindings, Report *report = nullptr);

  const Fault &fault() const;          ///< of the last run
  const ValueCounts &counts() const;   ///< of the last run with values
  const ControlRecord &record() const; ///< of the last run with values
  /// Bytes of an on-chip memory after a run, for tests: false when one was never written.
  bool peek(isa::Space space, unsigned partition, int64_t offset, uint64_t bytes, uint8_t *out);

private:
  Simulator();
  struct State;
  std::unique_ptr<State> state;
};

} // namespace neuron::sim
