// Attention over more keys than stay on chip: keys and values pass in blocks.
#pragma once

#include "passes/templates/Template.h"

#include <limits>

namespace neuron::templates {

/// The score of what a causal row does not see: below anything that a mask may add.
inline constexpr float kHidden = -std::numeric_limits<float>::infinity();

/// The views of an attention: [batch, heads, rows, depth], key and value heads may be fewer.
struct AttentionViews {
  HbmView query, key, value;
  std::optional<HbmView> mask; ///< over [batch, heads, rows, keys]; repeats by strides of 0
  HbmView result;
  float scale = 1;
  bool causal = false;
};

/// Whether keys, values and a block of scores stay on chip, with one slot each.
bool keysStay(const Context &context, const AttentionViews &views);

/// Softmax from running maxima and sums: what a block adds is corrected by how much the maximum
/// has grown. Rows and keys are blocked as the budget demands.
void lowerLongAttention(Context &context, const AttentionViews &views);

} // namespace neuron::templates
