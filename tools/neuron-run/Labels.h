// How often a classifier is right.
#pragma once

#include "runtime/base/HostTensor.h"

namespace neuron::run {

struct Score {
  uint64_t right = 0, all = 0;
};

/// Adds to `score` the rows of `scores` (its last dim are the classes) whose largest element is at
/// the class that `labels` has for them. The first of equal elements counts;
/// a row with a NaN is never right.
/// Errors: InvalidArgument when the labels are no integers or not one a row.
Status countRight(const HostTensor &scores, const HostTensor &labels, Score &score);

/// The shape that labels have: that of the scores without their last dim.
std::vector<uint64_t> labelShape(const std::vector<uint64_t> &scores);

} // namespace neuron::run
