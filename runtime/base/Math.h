// Scalar functions of the machine in single precision: the same bits on every host.
//
// No libm, no double, no fused multiply-add: polynomials by Horner's rule with separate
// multiply and add (everything is compiled with -ffp-contract=off), argument reduction with
// constants in parts whose products are exact, division and square root by the processor
// (both correctly rounded by IEEE 754). The code is without branches where it is used in
// loops, so that compilers vectorise it; vector and scalar forms have the same bits. NaN goes
// through; denormal results are kept if the processor's mode keeps them.
//
// Errors: relative, over the whole range, unless said otherwise at the function. Coefficients
// are our own minimax fits (Remez exchange, weighted for relative error).
#pragma once

#include "runtime/base/Numbers.h"

namespace neuron::math {

inline float abs(float x) { return floatOf(bitsOf(x) & 0x7fffffff); }
inline float copySign(float magnitude, float sign) {
  return floatOf((bitsOf(magnitude) & 0x7fffffff) | (bitsOf(sign) & 0x80000000));
}
inline float square(float x) { return x * x; }
inline float sqrt(float x) { return __builtin_sqrtf(x); }
inline float rsqrt(float x) { return 1.0f / sqrt(x); }
inline float reciprocal(float x) { return 1.0f / x; }
/// NaN stays NaN, -0 becomes +0.
inline float relu(float x) { return x <= 0.0f ? 0.0f : x; }
/// -1, 0 or 1; NaN stays NaN.
inline float sign(float x) { return x > 0.0f ? 1.0f : x < 0.0f ? -1.0f : x == 0.0f ? 0.0f : x; }

/// Nearest integer, ties to even.
inline float roundEven(float x) {
  const float big = 8388608.0f; // 2^23: adding it leaves no fraction bits
  float magnitude = abs(x);
  float rounded = (magnitude + big) - big;
  return magnitude < big ? copySign(rounded, x) : x;
}
inline float floor(float x) {
  float rounded = roundEven(x);
  return rounded > x ? rounded - 1.0f : rounded;
}
inline float ceil(float x) { return -floor(-x); }
inline float truncate(float x) { return copySign(floor(abs(x)), x); }

namespace detail {

/// 2^n for n in [-126, 127].
inline float powerOfTwo(int n) { return floatOf(static_cast<uint32_t>(n + 127) << 23); }

/// e^r for |r| <= ln(2) / 2.
inline float expReduced(float r) {
  float p = 0x1.6a2402p-10f;
  p = p * r + 0x1.1239ffp-7f;
  p = p * r + 0x1.5558f2p-5f;
  p = p * r + 0x1.555491p-3f;
  p = p * r + 0x1.fffffcp-2f;
  return p * (r * r) + r + 1.0f;
}

/// log(1 + f) - f for 1 + f in [sqrt(1/2), sqrt(2)].
inline float logTail(float f) {
  float p = -0x1.38c276p-4f;
  p = p * f + 0x1.0564d3p-3f;
  p = p * f - 0x1.0d874cp-3f;
  p = p * f + 0x1.22d901p-3f;
  p = p * f - 0x1.5471f6p-3f;
  p = p * f + 0x1.99a011p-3f;
  p = p * f - 0x1.000228p-2f;
  p = p * f + 0x1.555554p-2f;
  float z = f * f;
  return p * f * z - 0.5f * z;
}

/// The reduction of arguments too large for constants in parts: x = k pi/2 + the
/// result, |result| <= pi/4, for finite |x| >= 1. Integers only.
float reduceLargeAngle(float x, int &quadrant);

/// x = quadrant * pi/2 + the result.
inline float reduceAngle(float x, int &quadrant) {
  if (!(abs(x) <= 256.0f))
    return reduceLargeAngle(x, quadrant);
  float n = roundEven(x * 0x1.45f306p-1f);
  quadrant = static_cast<int>(n);
  float r = (x - n * 0x1.921cp+0f) - n * 0x1.daap-15f;
  return (r - n * 0x1.10b4p-30f) - n * 0x1.84698ap-48f;
}

/// sin and cos for |r| <= pi/4.
inline float sinReduced(float r) {
  float z = r * r;
  float p = 0x1.6ccea9p-19f;
  p = p * z - 0x1.a00f72p-13f;
  p = p * z + 0x1.111108p-7f;
  p = p * z - 0x1.555556p-3f;
  return p * z * r + r;
}
inline float cosReduced(float r) {
  float z = r * r;
  float p = 0x1.99e78ap-16f;
  p = p * z - 0x1.6c0c26p-10f;
  p = p * z + 0x1.55554ap-5f;
  return p * z * z - 0.5f * z + 1.0f;
}

/// exp(t^2) erfc(t) for t >= 0, within 2e-7.
inline float erfcScaled(float t) {
  float s = (t - 2.0f) / (t + 2.0f);
  float p = 0x1.bc6ed2p-16f;
  p = p * s - 0x1.7e564dp-12f;
  p = p * s - 0x1.489120p-10f;
  p = p * s + 0x1.4dcfa1p-10f;
  p = p * s + 0x1.1b106cp-7f;
  p = p * s - 0x1.079b09p-7f;
  p = p * s - 0x1.bc0c6ap-5f;
  p = p * s + 0x1.4ffb1ap-3f;
  p = p * s - 0x1.540840p-3f;
  p = p * s - 0x1.7bf5ffp-4f;
  p = p * s + 0x1.46e80ep+0f;
  return p / (1.0f + 2.0f * t);
}

} // namespace detail

/// Error: 1.5e-7; denormal results are rounded once more.
inline float exp(float x) {
  float clamped = x < -104.0f ? -104.0f : x > 89.0f ? 89.0f : x;
  float n = roundEven(clamped * 0x1.715476p+0f);
  float r = (clamped - n * 0x1.62e4p-1f) - n * 0x1.7f7d1cp-20f;
  // NaN has no integer: convert 0 instead, the NaN is in r. 2^n in two factors, so that
  // neither overflows where the result does not.
  int whole = static_cast<int>(n == n ? n : 0.0f);
  int half = whole >> 1;
  return detail::expReduced(r) * detail::powerOfTwo(half) * detail::powerOfTwo(whole - half);
}

/// Natural logarithm; -inf at 0, NaN below. Error: 1.5e-7.
inline float log(float x) {
  bool small = x < 0x1p-126f;
  uint32_t bits = bitsOf(small ? x * 0x1p+23f : x);
  // Take the exponent such that the mantissa lies in [sqrt(1/2), sqrt(2)).
  uint32_t offset = bits - 0x3f3504f3;
  int exponent = static_cast<int32_t>(offset) >> 23;
  float f = floatOf((offset & 0x007fffff) + 0x3f3504f3) - 1.0f;
  float k = static_cast<float>(exponent - (small ? 23 : 0));
  float result = (detail::logTail(f) + k * 0x1.7f7d1cp-20f) + f + k * 0x1.62e4p-1f;
  if (x == 0.0f)
    return -floatOf(0x7f800000);
  if (x < 0.0f)
    return floatOf(0x7fc00000);
  return x < floatOf(0x7f800000) ? result : x;
}

/// log(1 + u) for u >= 0. Error: 3e-7.
inline float log1pPositive(float u) {
  float w = 1.0f + u;
  float carried = w - 1.0f;
  // The rounding of 1 + u scales the result by u / ((1 + u) - 1), nearly exactly.
  return carried == 0.0f || !(u < 1e30f) ? (u < 1e30f ? u : log(u)) : log(w) * (u / carried);
}

/// Error: 3e-7.
inline float tanh(float x) {
  float t = abs(x);
  float z = x * x;
  float p = -0x1.75623ep-8f;
  p = p * z + 0x1.520b2cp-6f;
  p = p * z - 0x1.b83855p-5f;
  p = p * z + 0x1.110709p-3f;
  p = p * z - 0x1.555532p-2f;
  float nearZero = p * z * x + x;
  float far = 1.0f - 2.0f / (exp(2.0f * t) + 1.0f);
  return t < 0.625f ? nearZero : copySign(far, x);
}

/// 1 - erf(x). Error: 5e-7 where the result is normal.
inline float erfc(float x) {
  float t = abs(x);
  t = t > 10.5f ? 10.5f : t;
  // exp(-t^2) with t^2 in two parts: a rounded square would cost t^2 times the precision.
  float high = floatOf(bitsOf(t) & 0xfffff000);
  float tail = detail::erfcScaled(t) * exp(-(t - high) * (t + high)) * exp(-high * high);
  return x < 0.0f ? 2.0f - tail : tail;
}

/// Error: 2e-7.
inline float erf(float x) {
  float z = x * x;
  float p = -0x1.453aaep-11f;
  p = p * z + 0x1.49c9fep-8f;
  p = p * z - 0x1.b6f38ap-6f;
  p = p * z + 0x1.ce211ep-4f;
  p = p * z - 0x1.81270cp-2f;
  p = p * z + 0x1.20dd74p+0f;
  float nearZero = p * x;
  float far = copySign(1.0f - erfc(abs(x)), x);
  return abs(x) < 0.875f ? nearZero : far;
}

/// Error: 3e-7.
inline float sigmoid(float x) {
  float e = exp(-abs(x));
  return (x < 0.0f ? e : 1.0f) / (1.0f + e);
}

/// x * sigmoid(x). Error: 4e-7.
inline float silu(float x) { return x * sigmoid(x); }

/// x / 2 * (1 + erf(x / sqrt(2))). Error: 5e-7 for x > -1; below x^2 * 5e-8, as the rounding of
/// x / sqrt(2) is amplified by the steep tail.
inline float gelu(float x) { return x < -14.5f ? -0.0f : 0.5f * x * erfc(x * -0x1.6a09e6p-1f); }

/// x / 2 * (1 + tanh(sqrt(2 / pi) (x + 0.044715 x^3))). Error: 1e-6 for x > -3.
inline float geluTanh(float x) {
  float inner = x * (0x1.988454p+0f + 0x1.2444f2p-4f * (x * x));
  return x < -60.0f ? -0.0f : x * sigmoid(inner);
}

/// log(1 + e^x). Error: 3e-7.
inline float softplus(float x) { return (x > 0.0f ? x : 0.0f) + log1pPositive(exp(-abs(x))); }

/// x * tanh(softplus(x)). Error: 5e-7.
inline float mish(float x) {
  float e = exp(x > 20.0f ? 20.0f : x);
  float grown = e * (e + 2.0f);
  return x > 20.0f ? x : x * (grown / (grown + 2.0f));
}

/// Any finite argument; NaN for infinities. Error: 2e-7.
inline float sin(float x) {
  int quadrant = 0;
  float r = detail::reduceAngle(x, quadrant);
  float value = (quadrant & 1) ? detail::cosReduced(r) : detail::sinReduced(r);
  return (quadrant & 2) ? -value : value;
}

/// Any finite argument; NaN for infinities. Error: 2e-7.
inline float cos(float x) {
  int quadrant = 0;
  float r = detail::reduceAngle(x, quadrant);
  float value = (quadrant & 1) ? -detail::sinReduced(r) : detail::cosReduced(r);
  return (quadrant & 2) ? -value : value;
}

/// Error: 2e-7.
inline float arctan(float x) {
  float t = abs(x);
  bool large = t > 0x1.3504f4p+1f;  // tan(3 pi / 8)
  bool middle = t > 0x1.a8279ap-2f; // tan(pi / 8)
  float reduced = large ? -1.0f / t : middle ? (t - 1.0f) / (t + 1.0f) : t;
  float base = large ? 0x1.921fb6p+0f : middle ? 0x1.921fb6p-1f : 0.0f;
  float z = reduced * reduced;
  float p = 0x1.4965bdp-4f;
  p = p * z - 0x1.1c2527p-3f;
  p = p * z + 0x1.992337p-3f;
  p = p * z - 0x1.55544fp-2f;
  return copySign(base + (p * z * reduced + reduced), x);
}

/// x^y with the special cases of IEEE 754. Error: 3e-7. The logarithm is taken in 64-bit
/// integers, because a float one would lose y log(x) / 2^24.
float pow(float x, float y);

} // namespace neuron::math
