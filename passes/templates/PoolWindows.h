// Pools over one or two spatial dims, with the windows read on chip.
//
// Channels lie on the partitions. A band of rows of the input is loaded whole, rows contiguous,
// into a tile with its borders; one reduction of the VectorE then reads every window in place,
// as dims (row, column, kernel row, kernel column) that overlap. The generic template reads the
// windows from device memory instead, an element at a time where the stride is not one.
#pragma once

#include "passes/templates/Template.h"

namespace neuron::templates {

/// A pool as numbers, over [n, c, rows, columns]; a missing dim has size 1.
struct PoolWindows {
  HbmView input, output;
  int64_t kernel[2] = {1, 1}, stride[2] = {1, 1}, dilation[2] = {1, 1}, low[2] = {0, 0};
  isa::AluOp combine = isa::AluOp::Max;
  float border = 0; ///< what lies outside the input
  float finish = 1; ///< every result times this

  /// Rows or columns of the bordered input that `count` results read.
  int64_t reach(unsigned d, int64_t count) const {
    return (count - 1) * stride[d] + (kernel[d] - 1) * dilation[d] + 1;
  }
};

/// False, and nothing written, where one row of results does not fit the budget.
/// Cost: O(1) instructions whatever the sizes.
bool lowerPoolWindows(Context &context, const PoolWindows &pool);

} // namespace neuron::templates
