// How much arithmetic a model asks for.
#pragma once

#include "mlir/IR/BuiltinOps.h"

#include <cstdint>

namespace neuron::pipeline {

/// Multiply-adds of one matrix product, convolution or attention; 0 of every other op. Saturates.
uint64_t multiplyAdds(mlir::Operation *op);

/// Two per multiply-add of matrix products, convolutions and attention; everything else counts
/// nothing, as profilers of the hardware count. Saturates.
uint64_t modelFlops(mlir::ModuleOp module);

} // namespace neuron::pipeline
