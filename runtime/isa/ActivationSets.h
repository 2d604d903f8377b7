// Which functions share an activation table set of the ScalarE.
//
// A table holds one set at a time and is changed by `load_table`. Functions that need no table
// are in every set. Which functions the real tables combine is not published: the sets are
// assumed, grouped by what models use together.
#pragma once

#include "runtime/isa/Isa.h"

namespace neuron::isa {

inline constexpr int kNoTableSet = -1; ///< nothing loaded
inline constexpr int kEveryTableSet = -2;

/// The set that holds the function; kEveryTableSet for those that need no table.
constexpr int tableSetOf(Activation function) {
  switch (function) {
  case Activation::Copy:
  case Activation::Square:
  case Activation::Relu:
  case Activation::Sign:
  case Activation::Abs:
    return kEveryTableSet;
  case Activation::Exp:
  case Activation::Sigmoid:
  case Activation::Silu:
  case Activation::Tanh:
  case Activation::GeluTanh:
  case Activation::Softplus:
  case Activation::Mish:
    return 0;
  case Activation::Gelu:
  case Activation::Erf:
    return 1;
  case Activation::Sqrt:
  case Activation::Rsqrt:
  case Activation::Reciprocal:
    return 2;
  case Activation::Log:
    return 3;
  case Activation::Sin:
  case Activation::Arctan:
    return 4;
  }
  return kNoTableSet;
}

/// True if the function can be used while `loaded` (a set, or kNoTableSet) is in the table.
constexpr bool inTableSet(Activation function, int loaded) {
  int set = tableSetOf(function);
  return set == kEveryTableSet || (set == loaded && set != kNoTableSet);
}

} // namespace neuron::isa
