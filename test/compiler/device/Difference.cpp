// Element by element; see Difference.h.
#include "test/compiler/device/Difference.h"

#include "llvm/Support/FormatVariadic.h"

#include <cmath>

using namespace neuron;

namespace {

/// What rounding to a type, here and there in a program, may cost.
struct Tolerance {
  double ofLargest, relative;
};

Tolerance toleranceOf(DType type) {
  if (isInteger(type))
    return {0, 0};
  if (type == DType::Bf16)
    return {8e-3, 2e-2};
  if (type == DType::F16)
    return {1e-3, 4e-3};
  return {1e-5, 2e-3};
}

} // namespace

std::string test::difference(const eval::HostTensor &got, const eval::HostTensor &want) {
  if (got.type != want.type || got.shape != want.shape)
    return "another type or shape";
  std::vector<double> have = eval::load<double>(got), exact = eval::load<double>(want);
  Tolerance tolerance = toleranceOf(got.type);
  double scale = 0;
  for (double value : exact)
    if (std::isfinite(value))
      scale = std::max(scale, std::fabs(value));
  for (size_t i = 0; i < have.size(); ++i) {
    bool same = have[i] == exact[i] || (std::isnan(have[i]) && std::isnan(exact[i]));
    double allowed = tolerance.ofLargest * scale + tolerance.relative * std::fabs(exact[i]);
    if (!same && !(std::fabs(have[i] - exact[i]) <= allowed))
      return llvm::formatv("element {0}: {1:E}, expected {2:E}", i, have[i], exact[i]);
  }
  return "";
}

std::string test::difference(const eval::Tensors &got, const eval::Tensors &want) {
  for (size_t i = 0; i < got.size() && i < want.size(); ++i) {
    std::string what = difference(got[i], want[i]);
    if (!what.empty())
      return llvm::formatv("output {0} {1}", i, what);
  }
  return "";
}
