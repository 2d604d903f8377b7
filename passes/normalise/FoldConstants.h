// neuron-fold-constants with access to the model's files.
#pragma once

#include "mlir/Pass/Pass.h"
#include <memory>

namespace neuron {
class WeightStore;
}

namespace neuron::passes {

/// The pass; with a store, weights of at most 64 KiB count as constants where everything else
/// that an op takes is constant too.
std::unique_ptr<mlir::Pass> createFoldConstants(WeightStore *weights);

} // namespace neuron::passes
