// Where walks without values get what a register load brought: the record of a run with values,
// or the upper bound that the program states for the instruction.
#pragma once

#include "runtime/sim/Image.h"
#include "runtime/sim/Record.h"

#include <optional>

namespace neuron::sim {

class RegisterSource {
public:
  /// `record` may be null: then bounds stand for values.
  RegisterSource(const Image &image, const ControlRecord *record) : image(image), record(record) {}

  /// Gives the sequencer the value of the load that it just issued.
  /// Errors: InvalidArgument when there is neither a record nor a bound.
  Status provide(unsigned stream, Sequencer &sequencer) {
    const Place place = sequencer.issue().place();
    std::optional<int64_t> value = next(stream, place.pc);
    if (!value)
      return Status::error(ErrorCode::InvalidArgument,
                           "%s at %u loads a register, and neither a record of a run with values "
                           "nor a bound in the program says what it holds",
                           streamText(place.stream), place.pc);
    sequencer.provide(*value);
    return Status::success();
  }

private:
  std::optional<int64_t> next(unsigned stream, uint32_t pc) {
    if (record) {
      const std::vector<int64_t> &values = record->stream[stream].registers;
      size_t at = used[stream]++;
      return at < values.size() ? std::optional<int64_t>(values[at]) : std::nullopt;
    }
    for (const BoundPlan &bound : image.bounds)
      if (bound.kind == BoundPlan::Value && unsigned(bound.stream) == stream && bound.pc == pc)
        return static_cast<int64_t>(bound.limit);
    return std::nullopt;
  }

  const Image &image;
  const ControlRecord *record;
  std::array<size_t, isa::kNumEngines> used{};
};

} // namespace neuron::sim
