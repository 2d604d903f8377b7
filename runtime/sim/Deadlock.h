// Why nothing moves: the chain of waits when every stream stands still.
//
// A stream waits for a semaphore, a semaphore for its producer, a queue for the stream that
// triggers it (a triggered transfer always ends). Following this from a standing stream ends in
// a circle, or at a stream that has ended and will never signal.
#pragma once

#include "runtime/sim/Image.h"

namespace neuron::sim {

/// Where a stream stands.
struct Standing {
  StepKind step = StepKind::Ended; ///< Blocked, AtBarrier or Ended
  Level wants;                     ///< when Blocked
  Place at;
};
using Standings = std::array<Standing, isa::kNumEngines>;

/// The deadlock fault, at the first stream of the circle (or of the chain), its sentence naming
/// every wait with layer, semaphore, level and producer.
Fault describeDeadlock(const Image &image, const Standings &streams,
                       const std::array<uint64_t, isa::kNumSemaphores> &values);

/// The stream that triggers a queue, or the first that does; kNumEngines when none does.
unsigned queueOwner(const Image &image, unsigned queue);

} // namespace neuron::sim
