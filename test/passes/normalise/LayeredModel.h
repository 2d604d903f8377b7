// Random models of equal layers, as text, in any order of ops that is valid.
#pragma once

#include <cstdint>
#include <string>

namespace neuron::test {

struct LayeredModel {
  std::string text;   ///< a module with @main
  unsigned layers;    ///< equal ones
  unsigned inputs;    ///< of @main, each tensor<2x4xf32>
  bool hasPrologue;   ///< ops before the first layer
  bool hasExtraFirst; ///< a first layer of its own
};

/// The model of `seed`. Its weights are floats of the file "numbers", of which it reads at most
/// the first 4096.
LayeredModel makeLayeredModel(uint32_t seed);

} // namespace neuron::test
