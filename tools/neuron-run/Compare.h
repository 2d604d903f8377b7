// Whether a result is what was expected, element by element.
#pragma once

#include "runtime/base/HostTensor.h"

namespace neuron::run {

struct Tolerance {
  double absolute = 0;
  double relative = 0; ///< of the expected value
};

/// How far two tensors are apart.
struct Difference {
  uint64_t elements = 0;
  uint64_t outside = 0; ///< elements beyond the tolerance
  double worst = 0;     ///< largest absolute difference; infinite where only one is finite
  uint64_t worstIndex = 0;
  double worstActual = 0, worstExpected = 0;
  /// ||actual - expected|| / ||expected||; 0 when both are zero.
  double relativeNorm = 0;

  bool matches() const { return outside == 0; }
};

/// Compares elements as |actual - expected| <= absolute + relative * |expected|. NaN equals NaN
/// and infinities of one sign; nothing else equals them. Types may differ.
/// Errors: InvalidArgument for different shapes.
Result<Difference> compare(const HostTensor &actual, const HostTensor &expected,
                           const Tolerance &tolerance);

/// "largest difference 3.1e-07 at [0, 4] (1.25, expected 1.2500003), relative norm 4e-08".
std::string toText(const Difference &difference, const std::vector<uint64_t> &shape);

} // namespace neuron::run
