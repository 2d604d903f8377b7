// What any program of a model has to do at least: bytes across HBM, cycles of the TensorE.
//
// Bytes, each in the type in which the program's precision lets it be kept:
//   * weights and constants once, of a table that only gathers read the gathered rows, of what
//     only slices read the slices, nothing for a constant of equal elements;
//   * inputs and states that are read, once, in full length;
//   * outputs once; of a state what is written: the new rows of an update, else all of it.
// Values between ops count nothing: a schedule might keep them all on chip. Cycles are those of
// the whole 128 x 128 array: multiply-adds times the passes of the operands' type, over 16384;
// weights that are loaded and arrays that are not full are the program's loss.
#pragma once

#include "runtime/base/DType.h"
#include "runtime/target/Machine.h"

#include "mlir/IR/BuiltinOps.h"

#include <cstdint>

namespace neuron::pipeline {

struct LeastWork {
  uint64_t hbmBytes = 0, tensorCycles = 0;
};

/// Of @main after normalisation, before blocks are outlined. `matmulType` is what f32 operands of
/// matrix products are rounded to. Saturates. Cost: linear in the uses of values.
LeastWork leastWork(mlir::ModuleOp module, const target::Machine &machine, DType matmulType);

} // namespace neuron::pipeline
