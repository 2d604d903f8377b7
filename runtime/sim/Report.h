// What a run tells people: where the time went, what bounds it, how much of it is assumed.
//
// Metric names are the vendor's. Utilisations compare with what the machine could do in the
// same time: mfu the model's operations with bf16 peak, hfu those that the TensorE carried out,
// mbu the HBM's bytes with its rate. Latency does not include the launch, which is beside it.
#pragma once

#include "runtime/sim/Comparison.h"
#include "runtime/sim/LayerTimes.h"
#include "runtime/sim/MemoryMap.h"
#include "runtime/sim/PathAccount.h"
#include "runtime/sim/Timing.h"
#include "runtime/target/Floor.h"

#include <string>

namespace neuron {
class JsonWriter;
}

namespace neuron::sim {

/// What the maker of the program knows; zero where nobody said.
struct ProgramFacts {
  uint64_t modelFlops = 0;
  uint64_t spillBytes = 0;
  uint64_t sbufPeakBytes = 0; ///< per partition
  uint32_t psumPeakBanks = 0;
  uint64_t leastHbmBytes = 0, leastTensorCycles = 0; ///< the work behind the floor
  std::string model;                                 ///< its file
  uint64_t modelDigest = 0;
};

struct Report {
  std::string target;
  uint64_t machineDigest = 0;
  ProgramFacts facts;
  TimeResult time;
  uint64_t endWithoutAssumed = 0; ///< of the same walk with assumed costs zero
  std::array<uint64_t, isa::kNumEngines> staticInstructions{};
  double hostSeconds = 0;        ///< set by whoever measured it
  std::vector<LayerTime> layers; ///< likewise; empty where nobody asked
  PathAccount path;              ///< likewise
  MemoryUse memory;              ///< likewise
  Comparison comparison;         ///< likewise

  // Derived, in the units of the report.
  double latencyUs = 0, launchUs = 0;
  double mfu = 0, hfu = 0, mbu = 0, dmaEfficiency = 0, dmaActive = 0;
  double assumedTimeFraction = 0;
  std::array<double, isa::kNumEngines> engineActive{}, engineBusy{};
  std::array<uint64_t, isa::kNumEngines> busyCycles{};
  target::Floor floor; ///< of the model on this machine; zero where nobody said
  std::string verdict; ///< one sentence: what bounds the program
};

/// Walks the image in time, twice, and fills everything but `facts` and `hostSeconds`, which it
/// reads. Errors: those of walkTime; a fault of the walk is in report.time.fault.
Status makeReport(const Image &image, const TimeOptions &options, Report &report);

/// For people.
std::string toText(const Report &report);

/// One object; the keys are part of the command line's interface.
void writeJson(const Report &report, JsonWriter &json);
std::string toJson(const Report &report);

} // namespace neuron::sim
