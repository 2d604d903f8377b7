// Proves, for one execution, that synchronisation alone orders whatever must be ordered.
//
// The five streams are walked in canonical order, each until it blocks, without values and
// without time; a semaphore's increments carry the clock of whoever made them, a wait learns
// the clock of the increment that it needed. Every access is compared with those that its
// clock does not know. What is proven holds for every schedule that the semaphores allow,
// because a semaphore has one producer and each wait always meets the same increment.
//
// Order within a stream: an instruction starts when the one before it has read its inputs, so a
// write never overtakes an earlier read. It does not wait for results: reading or overwriting
// what an earlier instruction of the same engine writes needs `after` or a semaphore. Matmuls
// that accumulate, and reduce registers, are in order by construction. A transfer begins with
// what its trigger knows; it is ordered before nothing until its queue's signal is waited for.
//
// The walk also finds deadlocks (Deadlock.h), accesses outside of their memory, transfers that
// nobody waited for and transfers whose destination overlaps itself.
#pragma once

#include "runtime/sim/Image.h"
#include "runtime/sim/Record.h"

namespace neuron::sim {

struct RaceOptions {
  /// Loaded registers of a run with values; null: the program's bounds stand for them.
  const ControlRecord *record = nullptr;
  uint64_t maxSteps = 0; ///< instructions over all streams; 0: no bound
};

struct RaceResult {
  Fault fault; ///< raised: the program is refused
  uint64_t instructions = 0;
  uint64_t transfers = 0;
};

/// Walks the whole program. Success with a raised fault is a verdict; failure means that there
/// is none. Errors: InvalidArgument when a register load has neither a
/// recorded value nor a bound.
/// Cost: 100-200 ns per instruction; memory by live accesses and credits, not by length.
Status checkRaces(const Image &image, const RaceOptions &options, RaceResult &result);

} // namespace neuron::sim
