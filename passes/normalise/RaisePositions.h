// Patterns of neuron-raise-patterns around the position of a token.
#pragma once

#include "mlir/IR/PatternMatch.h"

namespace neuron::passes {

/// Rotary embeddings and cache updates.
void addPositionPatterns(mlir::RewritePatternSet &patterns);

} // namespace neuron::passes
