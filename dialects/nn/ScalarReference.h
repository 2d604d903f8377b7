// Functions that `reference` and `integerReference` of NnElementwise*.td may call: exact
// meanings where C++ has none. Integer overflow wraps.
#pragma once

#include <cmath>
#include <cstdint>
#include <limits>

namespace neuron::nn {

inline int64_t wrapAdd(int64_t x, int64_t y) { return int64_t(uint64_t(x) + uint64_t(y)); }
inline int64_t wrapSubtract(int64_t x, int64_t y) { return int64_t(uint64_t(x) - uint64_t(y)); }
inline int64_t wrapMultiply(int64_t x, int64_t y) { return int64_t(uint64_t(x) * uint64_t(y)); }

/// 0 where y is 0.
inline int64_t truncatedDivide(int64_t x, int64_t y) {
  return y == 0 ? 0 : y == -1 ? wrapSubtract(0, x) : x / y;
}

/// 0 where y is 0.
inline int64_t truncatedRemainder(int64_t x, int64_t y) { return y == 0 || y == -1 ? 0 : x % y; }

inline int64_t flooredRemainder(int64_t x, int64_t y) {
  int64_t rest = truncatedRemainder(x, y);
  return rest != 0 && (rest < 0) != (y < 0) ? rest + y : rest;
}

inline double flooredRemainder(double x, double y) {
  double rest = std::fmod(x, y);
  return rest != 0 && (rest < 0) != (y < 0) ? rest + y : rest;
}

/// x to the power y; of negative y, what is left of 1 / x^-y in integers.
inline int64_t integerPower(int64_t x, int64_t y) {
  if (y < 0)
    return x == 1 ? 1 : x == -1 ? (y % 2 == 0 ? 1 : -1) : 0;
  int64_t result = 1;
  for (; y != 0; y >>= 1, x = wrapMultiply(x, x))
    if (y & 1)
      result = wrapMultiply(result, x);
  return result;
}

inline int64_t shiftLeft(int64_t x, int64_t y) {
  return y < 0 || y >= 64 ? 0 : int64_t(uint64_t(x) << y);
}
inline int64_t shiftRight(int64_t x, int64_t y) { return x >> (y < 0 || y >= 64 ? 63 : y); }

/// NaN if one of them is.
inline double nanMaximum(double x, double y) { return y > x || y != y ? y : x; }
inline double nanMinimum(double x, double y) { return y < x || y != y ? y : x; }

/// x within [low, high], the bounds being numbers that may exceed the integers.
inline int64_t clampInteger(int64_t x, double low, double high) {
  auto bound = [](double v) {
    constexpr double edge = 9223372036854775808.0; // 2^63
    return v >= edge    ? std::numeric_limits<int64_t>::max()
           : v <= -edge ? std::numeric_limits<int64_t>::min()
                        : int64_t(v);
  };
  int64_t raised = x < bound(std::ceil(low)) ? bound(std::ceil(low)) : x;
  return raised > bound(std::floor(high)) ? bound(std::floor(high)) : raised;
}

} // namespace neuron::nn
