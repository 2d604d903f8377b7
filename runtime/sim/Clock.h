// Vector clocks: what a stream knows to have happened.
//
// A component counts a prefix of one kind of event: instructions of an engine that have read
// their inputs, instructions of an engine that are complete (both retire in order), transfers
// of a queue that are done (a queue signals in trigger order). An event happened before
// whoever knows a count of at least its number.
#pragma once

#include "runtime/isa/Isa.h"

#include <array>
#include <cstdint>

namespace neuron::sim {

inline constexpr unsigned kReadComponent = 0;
inline constexpr unsigned kWriteComponent = isa::kNumEngines;
inline constexpr unsigned kSequencerComponent = 2 * isa::kNumEngines;
inline constexpr unsigned kQueueComponent = 3 * isa::kNumEngines;
inline constexpr unsigned kClockComponents = kQueueComponent + isa::kNumQueues;

constexpr unsigned readComponent(isa::Engine e) { return kReadComponent + unsigned(e); }
constexpr unsigned writeComponent(isa::Engine e) { return kWriteComponent + unsigned(e); }
constexpr unsigned sequencerComponent(isa::Engine e) { return kSequencerComponent + unsigned(e); }
constexpr unsigned queueComponent(unsigned queue) { return kQueueComponent + queue; }

struct alignas(32) Clock {
  std::array<uint32_t, 32> known{}; ///< the last ones unused: whole vector registers

  uint32_t operator[](unsigned component) const { return known[component]; }
  uint32_t &operator[](unsigned component) { return known[component]; }
  bool knows(unsigned component, uint32_t event) const { return known[component] >= event; }
  void join(const Clock &o) {
    for (unsigned i = 0; i < known.size(); ++i)
      known[i] = known[i] > o.known[i] ? known[i] : o.known[i];
  }
  void meet(const Clock &o) {
    for (unsigned i = 0; i < known.size(); ++i)
      known[i] = known[i] < o.known[i] ? known[i] : o.known[i];
  }
};
static_assert(kClockComponents <= 32, "a clock is 32 counters");

} // namespace neuron::sim
