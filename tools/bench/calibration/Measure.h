// One case: its values at the small size, its time at the published one.
#pragma once

#include "models/kernels/Cases.h"
#include "runtime/sim/AsmImage.h"
#include "runtime/sim/Timing.h"

namespace neuron::calibration {

/// The program at the small size, run in every transfer mode with races checked, against its
/// reference. Errors: Mismatch with the first wrong element; faults; what cannot be built.
Status checkValues(const kernels::Case &one);

/// A case's program at the published size, built once and timed on as many machines as wanted.
class Timed {
public:
  static Result<std::unique_ptr<Timed>> create(const kernels::Case &one);
  const target::Machine &machine() const { return *image->image().machine; }
  const isa::AsmFile &file() const { return image->file(); }
  /// The case's quantity, in us. Errors: those of walkTime, and its fault.
  Result<double> run(const target::Machine &machine) const;
  /// Nothing races at the published size. Errors: the fault. Cost: about that of `run`.
  Status checkRaces() const;

private:
  kernels::Case one;
  std::unique_ptr<sim::AsmImage> image;
};

/// Simulated microseconds in the case's unit.
double inUnit(const kernels::Case &one, double us);

} // namespace neuron::calibration
