// The decompositions by kind. Each function builds the meaning of one op from simpler ones and
// returns the value that replaces its result, or null where the op stays as it is.
//
// What is left afterwards: elementwise ops, reduce_{sum,mean,max,min,prod}, matmul, conv,
// max_pool and avg_pool (no ceil_mode; every tap of an avg_pool counts), movement with known
// places (reshape, transpose, broadcast, slice, concat, constant pad without negative sizes),
// gather, scatter_nd without reduction and with one index a row, both with indices that are
// known to be in range.
#pragma once

#include "passes/normalise/OpEmitter.h"

namespace neuron::passes {

mlir::Value decomposeNorm(mlir::Operation *op, OpEmitter &emit);
mlir::Value decomposeReduction(mlir::Operation *op, OpEmitter &emit);
mlir::Value decomposeProduct(mlir::Operation *op, OpEmitter &emit);
mlir::Value decomposeWindow(mlir::Operation *op, OpEmitter &emit);
mlir::Value decomposeMovement(mlir::Operation *op, OpEmitter &emit);
mlir::Value decomposeIndexed(mlir::Operation *op, OpEmitter &emit);
mlir::Value decomposeScan(mlir::Operation *op, OpEmitter &emit);
mlir::Value decomposeInteger(mlir::Operation *op, OpEmitter &emit);

/// Values and positions.
std::pair<mlir::Value, mlir::Value> decomposeTopk(nn::TopkOp op, OpEmitter &emit);

/// Softmax of f32 or f64 `x` along `axis`, also used by attention.
mlir::Value emitSoftmax(mlir::Value x, int64_t axis, OpEmitter &emit);

} // namespace neuron::passes
