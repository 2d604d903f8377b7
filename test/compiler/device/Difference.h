// Whether tensors agree.
#pragma once

#include "passes/eval/Evaluator.h"

#include <string>

namespace neuron::test {

/// Where `got` differs from `want` by more than 2e-3 * |want| + 1e-5 * the largest |want|, as a
/// sentence; empty if nowhere. Integers are equal; 16-bit floats may differ by a few of their
/// last places. The expected values of frameworks are f32, some by other algorithms.
std::string difference(const eval::HostTensor &got, const eval::HostTensor &want);

/// The same for lists; names the output.
std::string difference(const eval::Tensors &got, const eval::Tensors &want);

} // namespace neuron::test
