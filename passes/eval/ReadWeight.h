// From an nn.weight op to the elements behind it.
#pragma once

#include "dialects/nn/Nn.h"
#include "passes/eval/HostTensor.h"
#include "passes/weights/WeightExpr.h"

namespace neuron {
class WeightStore;
}

namespace neuron::eval {

/// The op's expression over the files of `store`, which are mapped where they are new.
/// Errors: reported at the op: a file that is not there, a type without a host form.
mlir::FailureOr<WeightExpr> makeWeightExpr(nn::WeightOp weight, WeightStore &store);

/// Elements of the weight from `first` on, row-major, as many as `type` has, as a tensor of it.
/// Errors: as makeWeightExpr, no store, or a range that its file does not have.
mlir::FailureOr<HostTensor> readElements(nn::WeightOp weight, int64_t first,
                                         mlir::RankedTensorType type, WeightStore *store);

/// All elements of the weight.
/// Errors: as readElements.
mlir::FailureOr<HostTensor> readWeight(nn::WeightOp weight, WeightStore *store);

} // namespace neuron::eval
