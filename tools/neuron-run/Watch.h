// What looks on while the first run's time is taken: the trace and the table of layers.
#pragma once

#include "runtime/core/Model.h"
#include "runtime/sim/LayerTimes.h"
#include "runtime/sim/Report.h"
#include "runtime/sim/Trace.h"
#include "tools/neuron-run/Options.h"

#include <optional>

namespace neuron::run {

class Watch : public sim::TimeObserver {
public:
  /// Refers to both.
  Watch(const Options &options, const rt::Model &model);

  bool isNeeded() const { return trace || layers; }

  void instruction(const sim::Issue &issue, uint64_t start, uint64_t intervalEnd,
                   uint64_t complete) override;
  void control(const sim::Issue &issue, uint64_t complete) override;
  void transfer(const sim::Place &trigger, const sim::DmaCompletion &completion) override;
  void wait(const sim::Issue &issue, uint64_t begin, uint64_t end) override;

  /// Writes the trace and puts the layers into the report. Errors: those of writing a file.
  Status finish(sim::Report &report);

private:
  const Options &options;
  std::optional<sim::Trace> trace;
  std::optional<sim::LayerTimes> layers;
};

} // namespace neuron::run
