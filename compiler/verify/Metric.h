// How far results are from the reference, as one number.
#pragma once

#include "passes/eval/HostTensor.h"

#include "llvm/ADT/ArrayRef.h"

namespace neuron::verify {

/// ||actual - expected|| / ||expected - mean of expected over the runs||, over all runs of one
/// tensor. What every run has in common is taken out because it hides everything: a constant
/// answer must not look right. Where the runs do not differ, the norm of the expected values is
/// the measure. Infinite where only one side is finite; equal infinities and NaNs count as right.
double relativeError(llvm::ArrayRef<eval::HostTensor> actual,
                     llvm::ArrayRef<eval::HostTensor> expected);

/// What rounded operands excuse: twice relativeError of the reference with them. Nothing where they
/// leave the range of their type: an infinite allowance would pass every program.
double roundingAllowance(llvm::ArrayRef<eval::HostTensor> rounded,
                         llvm::ArrayRef<eval::HostTensor> expected);

} // namespace neuron::verify
