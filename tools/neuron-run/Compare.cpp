// The comparison of results with expectations.
#include "tools/neuron-run/Compare.h"

#include "runtime/base/Numbers.h"

#include <cmath>
#include <limits>

namespace neuron::run {
namespace {

/// Infinite where one is not finite and they are not the same.
double distance(double actual, double expected) {
  if (actual == expected || (std::isnan(actual) && std::isnan(expected)))
    return 0;
  if (!std::isfinite(actual) || !std::isfinite(expected))
    return std::numeric_limits<double>::infinity();
  return std::abs(actual - expected);
}

} // namespace

Result<Difference> compare(const HostTensor &actual, const HostTensor &expected,
                           const Tolerance &tolerance) {
  if (actual.shape != expected.shape)
    return Status(ErrorCode::InvalidArgument,
                  "expected " + typeText(expected.dtype, expected.shape) + ", the program gives " +
                      typeText(actual.dtype, actual.shape));
  Difference result;
  result.elements = actual.elements();
  double squares = 0, expectedSquares = 0;
  for (uint64_t i = 0; i < result.elements; ++i) {
    double a = load(actual.dtype, actual.bytes.data() + i * byteSize(actual.dtype));
    double e = load(expected.dtype, expected.bytes.data() + i * byteSize(expected.dtype));
    double d = distance(a, e);
    squares += d * d;
    expectedSquares += std::isfinite(e) ? e * e : 0;
    double allowed = tolerance.absolute + (std::isfinite(e) ? tolerance.relative * std::abs(e) : 0);
    result.outside += d > allowed;
    if (i == 0 || d > result.worst) {
      result.worst = d;
      result.worstIndex = i;
      result.worstActual = a;
      result.worstExpected = e;
    }
  }
  if (squares > 0)
    result.relativeNorm = std::sqrt(squares / expectedSquares);
  return result;
}

std::string toText(const Difference &difference, const std::vector<uint64_t> &shape) {
  if (difference.elements == 0)
    return "no elements";
  return formatText("largest difference %.3g at ", difference.worst) +
         positionText(difference.worstIndex, shape) +
         formatText(" (%.9g, expected %.9g), relative norm %.3g", difference.worstActual,
                    difference.worstExpected, difference.relativeNorm);
}

} // namespace neuron::run
