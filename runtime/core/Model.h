// A loaded model: a program on its own simulated core, with the states that it keeps.
//
// What the simulator asks of every run is filled in here: buffers for states and for outputs
// that the caller leaves out, the record of a run with values for later runs of time only, and
// the knowledge that a program whose control flow does not depend on values needs its race
// check only once. After the first run nothing is allocated.
#pragma once

#include "runtime/core/ProgramImage.h"
#include "runtime/sim/Machine.h"

#include <memory>
#include <string>
#include <vector>

namespace neuron::rt {

class Model {
public:
  /// Errors: those of ProgramImage and of the simulator's checks; ResourceLimit above
  /// `memoryLimit` bytes of tensors and scratch (0: no limit).
  static Result<std::unique_ptr<Model>> create(Program program, uint64_t memoryLimit = 0);

  const Program &program() const { return image->program(); }
  const target::Machine &machine() const { return image->machine(); }
  /// What the simulator runs, for observers of its time.
  const sim::Image &simulated() const { return image->image(); }

  /// The segment of an input, output or state, or kNoSegment.
  uint32_t find(const char *name) const;

  /// Runs once. `given` has at most one binding per segment and all inputs, unless the mode is
  /// Time. An output that is an alias is copied from its state. `report` may be null.
  /// Errors: MissingInput; InvalidArgument for wrong sizes; Fault; Timeout.
  Status execute(const sim::RunOptions &options, const sim::Bindings &given,
                 sim::Report *report = nullptr);

  /// The fault of the last run, if it had one.
  const sim::Fault &fault() const { return simulator->fault(); }

  /// All states that the model holds as they were at first.
  void resetStates();
  /// The bytes of a state that the model holds, null for other segments.
  uint8_t *state(uint32_t segment);

private:
  Model() = default;
  Status allocate(uint64_t memoryLimit);
  Status place(const sim::Bindings &given);
  Status placeOne(const sim::Binding &binding);
  void copyAliases(const sim::Bindings &given) const;

  /// A buffer that the model has for a state, or for an output once it is left out.
  struct Held {
    std::unique_ptr<uint8_t[]> bytes;
    uint8_t *current = nullptr; ///< of this run: the caller's or `bytes`
  };

  std::unique_ptr<ProgramImage> image;
  std::unique_ptr<sim::Simulator> simulator;
  std::vector<Held> held;    ///< by segment
  sim::Bindings complete;    ///< what the simulator is given
  sim::ControlRecord record; ///< of the last run with values that succeeded
  bool hasRecord = false;
  bool racesChecked = false; ///< and the control flow does not depend on values
};

} // namespace neuron::rt
