// A second opinion on races, slow and simple: the whole graph of what happened before what, and
// every pair of accesses compared byte by byte.
#pragma once

#include "runtime/sim/Image.h"

#include <string>

namespace neuron::sim::testing {

struct NaiveVerdict {
  FaultKind kind = FaultKind::None;
  std::string what;
};

/// Walks the image (some hundred instructions, no registers from memory) and judges it.
NaiveVerdict judgeNaively(const Image &image);

} // namespace neuron::sim::testing
