// Accuracy of classifications.
#include "tools/neuron-run/Labels.h"

#include "runtime/base/Numbers.h"

#include <cmath>

namespace neuron::run {

std::vector<uint64_t> labelShape(const std::vector<uint64_t> &scores) {
  return {scores.begin(), scores.empty() ? scores.end() : scores.end() - 1};
}

Status countRight(const HostTensor &scores, const HostTensor &labels, Score &score) {
  if (scores.shape.empty() || !isInteger(labels.dtype) || labels.shape != labelShape(scores.shape))
    return {ErrorCode::InvalidArgument, "labels are " + typeText(labels.dtype, labels.shape) +
                                            ", the output is " +
                                            typeText(scores.dtype, scores.shape)};
  uint64_t classes = scores.shape.back(), rows = labels.elements();
  for (uint64_t row = 0; row < rows; ++row) {
    uint64_t best = 0;
    double largest = 0;
    bool isRanked = true; // a row with a NaN has no largest element
    for (uint64_t c = 0; c < classes; ++c) {
      double value =
          load(scores.dtype, scores.bytes.data() + (row * classes + c) * byteSize(scores.dtype));
      isRanked &= !std::isnan(value);
      if (c == 0 || value > largest) {
        largest = value;
        best = c;
      }
    }
    const uint8_t *label = labels.bytes.data() + row * byteSize(labels.dtype);
    score.right += isRanked && loadInteger(labels.dtype, label) == static_cast<int64_t>(best);
  }
  score.all += rows;
  return Status::success();
}

} // namespace neuron::run
