// Normalisations along rows that are longer than a partition holds.
//
// The statistics are reductions of the map-reduce template, spread over the partitions, into
// device memory; the last pass maps the rows again. Three passes over the rows for softmax and
// layer norm, two for rms norm; each splits every dim.
#pragma once

#include "passes/templates/Template.h"

namespace neuron::templates {

/// An op's rows as dims: those that enumerate rows first, then those along a row.
struct LongRows {
  HbmView input, output;
  size_t across = 0; ///< how many dims enumerate rows
};

/// Softmax along the rows, or its logarithm.
void lowerLongSoftmax(Context &context, const LongRows &rows, bool logarithm);

/// What a row norm multiplies and adds, views over all dims of the rows.
struct RowParameters {
  HbmView scale;
  std::optional<HbmView> bias;
  float epsilon = 0;
  bool centred = true; ///< false: rms norm
};
void lowerLongNorm(Context &context, const LongRows &rows, const RowParameters &parameters);

} // namespace neuron::templates
