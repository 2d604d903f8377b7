// The walk that computes: streams in id order, each until it blocks, transfers when told to.
//
// For a program whose synchronisation is complete every legal order gives the same values, so
// this walk takes the simplest one. Transfers are where orders differ most, therefore they can
// be completed as late as anybody can wait (the default), read at their trigger but written
// late, or done at the trigger; tests run all three. The unsplit form of a program runs in its
// own order: there a wait that is not satisfied is a fault.
#pragma once

#include "runtime/sim/Core.h"
#include "runtime/sim/Machine.h"

namespace neuron::sim {

struct ValuesOptions {
  DmaMode dma = DmaMode::Late;
  bool sequential = false;
  uint64_t maxSteps = 0; ///< instructions over all streams; 0: no bound
};

/// Runs the image on a core whose segments are bound. On failure `core.fault` says why.
Status walkValues(const Image &image, Core &core, const ValuesOptions &options,
                  ValueCounts &counts);

} // namespace neuron::sim
