// The metric of --verify.
#include "compiler/verify/Metric.h"

#include <cmath>
#include <limits>

using namespace neuron;

namespace {

/// A spread below this part of the norm is rounding, not a difference between runs.
constexpr double kSameAcrossRuns = 1e-5;

bool isSame(double a, double b) { return a == b || (std::isnan(a) && std::isnan(b)); }

} // namespace

double verify::relativeError(llvm::ArrayRef<eval::HostTensor> actual,
                             llvm::ArrayRef<eval::HostTensor> expected) {
  std::vector<std::vector<double>> y, z;
  for (size_t run = 0; run < expected.size(); ++run) {
    y.push_back(eval::load<double>(expected[run]));
    z.push_back(eval::load<double>(actual[run]));
  }
  double wrong = 0, spread = 0, size = 0;
  for (size_t i = 0; !y.empty() && i < y[0].size(); ++i) {
    double mean = 0;
    for (const std::vector<double> &one : y)
      mean += one[i] / double(y.size());
    for (size_t run = 0; run < y.size(); ++run) {
      double a = z[run][i], e = y[run][i];
      if (!isSame(a, e) && !(std::isfinite(a) && std::isfinite(e)))
        return std::numeric_limits<double>::infinity();
      if (!std::isfinite(e))
        continue;
      wrong += (a - e) * (a - e);
      spread += std::isfinite(mean) ? (e - mean) * (e - mean) : 0;
      size += e * e;
    }
  }
  if (wrong == 0)
    return 0;
  double measure = spread > kSameAcrossRuns * kSameAcrossRuns * size ? spread : size;
  return std::sqrt(wrong / measure);
}

double verify::roundingAllowance(llvm::ArrayRef<eval::HostTensor> rounded,
                                 llvm::ArrayRef<eval::HostTensor> expected) {
  double error = relativeError(rounded, expected);
  return std::isfinite(error) ? 2 * error : 0;
}
