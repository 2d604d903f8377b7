// Expectations of time, as assembly states them: `.expect start|complete @label = cycles`, from
// the begin of the program or from another point.
//
// The observer of a time walk notes the executions that are asked for; `failures` compares. Cycles
// are those of the instruction's engine (Sync: the base clock), rounded to the nearest; a
// difference of one is a failure. A transfer completes when its queue signals it.
#pragma once

#include "runtime/sim/Timing.h"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace neuron::sim {

struct TimePoint {
  enum What : uint8_t { Start, Complete } what = Start;
  isa::Engine stream = isa::Engine::Sync;
  uint32_t pc = 0;
  uint32_t occurrence = 0; ///< the how-many-eth execution, from 0
  std::string label;
};

struct Expectation : TimePoint {
  std::optional<TimePoint> since; ///< the cycles count from here; unset: from the begin
  uint64_t cycles = 0;
  unsigned line = 0; ///< of the file that states it
};

class ExpectationCheck : public TimeObserver {
public:
  ExpectationCheck(std::vector<Expectation> expectations, const target::Machine &machine);

  void instruction(const Issue &issue, uint64_t start, uint64_t intervalEnd,
                   uint64_t complete) override;
  void control(const Issue &issue, uint64_t complete) override;
  void transfer(const Place &trigger, const DmaCompletion &completion) override;

  /// One sentence for every expectation that does not hold; empty when all do.
  std::vector<std::string> failures() const;

private:
  /// What happened to one instruction, execution by execution, as far as is asked for.
  struct Seen {
    uint64_t wanted = 0;
    std::vector<uint64_t> start, complete;
  };
  using Key = std::pair<unsigned, uint32_t>;
  Seen *find(const Place &place);
  void ask(const TimePoint &point);
  /// Femtoseconds, or nothing when it never happened.
  std::optional<uint64_t> timeOf(const TimePoint &point) const;

  std::vector<Expectation> expectations;
  const target::Machine &machine;
  std::map<Key, Seen> seen;
};

} // namespace neuron::sim
