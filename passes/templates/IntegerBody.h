// Scalar bodies on integers: steps as instructions of the GpSimd, the engine whose integer
// arithmetic is exact.
//
// Tiles have the width of the op's operands, and sums, differences and products wrap to it, as
// those of the op do. Steps that f32 cannot get wrong stay on the VectorE: bits, comparisons and
// choices among 16 bits, and comparisons with a number that f32 tells from its neighbours.
// Source: machine model, arithmetic: integers beyond 2^24 are not exact on Vector and Scalar.
#pragma once

#include "passes/templates/TileBuilder.h"

#include "dialects/nn/ScalarBody.h"

namespace neuron::templates {

/// Integers that are numbers; truths are not.
inline bool isWord(DType type) { return isInteger(type) && type != DType::Bool; }

/// The engine that combines words by `op` exactly.
isa::Engine wordEngine(isa::AluOp op, DType words);

/// Tiles that a step makes, at most.
unsigned integerStepTiles(const nn::ScalarStep &step);

/// Writes the last step of `body` into dst. The tiles of operands are of `words`, except
/// predicates.
void emitIntegerSteps(TileBuilder &tiles, const nn::ScalarBody &body, ArrayRef<Ref> operands,
                      DType words, const Ref &dst);

} // namespace neuron::templates
