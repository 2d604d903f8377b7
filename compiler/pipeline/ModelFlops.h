// How much arithmetic a model asks for.
#pragma once

#include "mlir/IR/BuiltinOps.h"

#include <cstdint>
#include <map>
#include <string>

namespace neuron::pipeline {

/// Multiply-adds of one matrix product, convolution or attention; 0 of every other op. Saturates.
uint64_t multiplyAdds(mlir::Operation *op);

/// Two per multiply-add of matrix products, convolutions and attention; everything else counts
/// nothing, as profilers of the hardware count. Saturates.
uint64_t modelFlops(mlir::ModuleOp module);

/// The same by layer, the name of a location; of a repeated one in one iteration. Layers without
/// any are left out. After blocks are outlined.
std::map<std::string, uint64_t> layerFlops(mlir::ModuleOp module);

} // namespace neuron::pipeline
