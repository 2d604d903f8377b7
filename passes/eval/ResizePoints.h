// Where a resized dim samples its input: for every output position a few input positions and
// their weights. Evaluators apply them directly; decomposition makes a gather or a product of
// them.
#pragma once

#include "dialects/nn/Nn.h"

#include <vector>

namespace neuron::eval {

struct ResizePoint {
  int64_t position;
  double weight;
};

/// For each position of the result along `axis`, its points, positions within the input.
/// Source: ONNX Resize, coordinate transformations and interpolation.
std::vector<std::vector<ResizePoint>> resizePoints(nn::ResizeOp op, int64_t axis);

} // namespace neuron::eval
