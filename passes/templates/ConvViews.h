// What a convolution's templates work on: views of up to three spatial dims.
#pragma once

#include "passes/templates/GroupBody.h"

namespace neuron::templates {

/// One spatial dim of the window.
struct Window {
  int64_t kernel, stride, dilation, low;
  /// Input elements that `outputs` neighbouring outputs read.
  int64_t reach(int64_t outputs) const {
    return (outputs - 1) * stride + (kernel - 1) * dilation + 1;
  }
};

/// Images are [n, channels, depth, rows, columns], padded; weights [depth, row, column, channel
/// of a group, output]. Dims that the op has not are 1.
struct ConvViews {
  HbmView input, weight;
  std::optional<HbmView> bias; ///< [outputs]
  HbmView result;
  Window depth, rows, columns;
  int64_t groups = 1;
  const GroupBody *body = nullptr; ///< elementwise ops behind the convolution
  SmallVector<HbmView> leaves;     ///< what those read, like the result
};

/// Whether a block of outputs' weights and the patch of one output stay on chip, all taps of
/// them, and the op has at most two spatial dims.
bool tapsStay(const Context &context, const ConvViews &views);
/// Whether so few channels share the partitions with the rows of the window.
bool packsRows(const ConvViews &views);
/// One or two spatial dims on the TensorE. `turnedWeight`, given where packsRows holds, is the
/// weight as [channel, row, column, output].
void lowerConvByTaps(Context &context, const ConvViews &views, std::optional<HbmView> turnedWeight);

/// Whether every group has one channel, in at most two spatial dims.
bool isDepthwise(const ConvViews &views);
/// Depthwise convolutions on the VectorE: channels on the partitions, one multiply-add a tap.
void lowerDepthwiseConv(Context &context, const ConvViews &views);

/// Any convolution: an output tile is summed in SBUF from steps that each load a part of the
/// window for one block of channels. For windows and channel counts that do not stay on chip,
/// and for three spatial dims.
void lowerConvInSteps(Context &context, const ConvViews &views);

} // namespace neuron::templates
