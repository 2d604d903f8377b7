// A variant of a model that hands out what its layers compute.
#pragma once

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/BuiltinOps.h"

#include <string>
#include <vector>

namespace neuron::verify {

/// One floating-point value of a function, seen as a result of it.
struct Probe {
  mlir::Value value;
  unsigned result = 0; ///< index among the function's results
  std::string layer;   ///< of the model
};

/// Makes every floating-point value that an op of `function` computes a result of it, named
/// "probe N", and returns all results that ops compute, in program order.
std::vector<Probe> addProbes(mlir::func::FuncOp function);

/// The layer that a location names, "" without one.
std::string layerOf(mlir::Location location);

} // namespace neuron::verify
