// Products on the TensorE: operands with the contracted dim on the partitions.
#pragma once

#include "passes/templates/OperandLoader.h"

namespace neuron::templates {

/// result[m, n] = sum over k of lhs[k, m] * rhs[k, n], for views of rank 2 with the contracted
/// dim first. Indices are added to every access of the view, in elements (batch offsets).
struct Product {
  HbmView lhs, rhs, result;
  Index lhsAt, rhsAt, resultAt;
  /// What lhs shows all of, where there is one: it is loaded once for all products that read it.
  mlir::Value lhsValue = {};
  /// What else the finish reads, each a view of rank 2 like result.
  SmallVector<HbmView> leaves = {};
  SmallVector<Index> leavesAt = {};
  /// A row that is added to every row of the product, in the PSUM; none without a segment.
  HbmView bias = {};
  Index biasAt = {};
};

/// Writes a finished tile of the result from the product's bank and the leaves' tiles.
using Finish =
    llvm::function_ref<void(TileBuilder &, ArrayRef<Ref> leaves, const Ref &bank, const Ref &out)>;

void lowerProduct(Context &context, const Product &product, Finish finish);

} // namespace neuron::templates
