// The generic template: a scalar body over a box of iterations, optionally reduced.
//
// for every parallel index: out = finish * combine over reduced indices of body(inputs)
//
// Inputs and output are strided views over the iteration box; a stride of 0 repeats. Adjacent
// dims that all views walk alike are merged; one parallel dim goes to the partitions, and as
// many inner dims as the budget allows to the free dims; the rest become loops, with remainders
// peeled.
#pragma once

#include "passes/templates/Template.h"

#include "llvm/ADT/STLFunctionalExtras.h"

namespace neuron::templates {

/// Writes body(inputs) for one tile into dst; all Refs have dst's shape.
using MapBody = llvm::function_ref<void(TileBuilder &, ArrayRef<Ref> inputs, const Ref &dst)>;

struct MapReduce {
  SmallVector<int64_t> parallel; ///< sizes of the parallel dims, outermost first
  SmallVector<int64_t> reduced;  ///< sizes of the reduced dims
  SmallVector<HbmView> inputs;   ///< strides over parallel, then reduced dims
  HbmView output;                ///< strides over the parallel dims
  unsigned temporaries = 0;      ///< f32 tiles that the body makes
  isa::AluOp combine = isa::AluOp::Add;
  float identity = 0;
  float finish = 1;
  /// In what partial results are kept. Integers are combined exactly, wrap to their width and have
  /// no finish; the body's and the output's type are the same.
  DType accumulator = DType::F32;
};

/// A reduction over no elements gives finish * identity.
/// Cost: O(2^dims) instructions whatever the sizes.
void lowerMapReduce(Context &context, MapReduce problem, MapBody body);

/// Lowers a long reduction to few results in two steps, the first with parts of the reduced
/// dim on the partitions, its results in device memory. False, and nothing written, where one
/// step fills the partitions.
bool spreadReduction(Context &context, const MapReduce &problem, MapBody body);

} // namespace neuron::templates
