// The two functions that need more than single precision inside: angles beyond 256, powers.
//
// Both use 64- and 128-bit integers as fixed-point numbers, so that they too have the same
// bits everywhere.
#include "runtime/base/Math.h"

namespace neuron::math {
namespace {

__extension__ typedef __int128 Int128;
__extension__ typedef unsigned __int128 UInt128;

/// Zero, then the bits of 2/pi after the binary point.
constexpr uint32_t kTwoOverPi[] = {0x00000000, 0xa2f9836e, 0x4e441529, 0xfc2757d1, 0xf534ddc0,
                                   0xdb629599, 0x3c439041, 0xfe5163ab, 0xdebbc561};

/// 96 bits of kTwoOverPi from a bit offset.
UInt128 twoOverPiBits(unsigned offset) {
  unsigned word = offset / 32, shift = offset % 32;
  UInt128 bits = 0;
  for (unsigned i = 0; i < 3; ++i) {
    uint64_t pair = (uint64_t(kTwoOverPi[word + i]) << 32) | kTwoOverPi[word + i + 1];
    bits = (bits << 32) | ((pair >> (32 - shift)) & 0xffffffff);
  }
  return bits;
}

/// 256 / m rounded and -log2 of (that / 256), in 2^-62, for m in [1 + i/16, 1 + (i+1)/16). The
/// first and the last row are exact, which keeps the relative precision of logarithms near 1.
struct LogRow {
  uint32_t reciprocal;
  int64_t log2;
};
constexpr LogRow kLogRows[16] = {
    {256, 0x0000000000000000}, {234, 0x084bf1c673032496}, {221, 0x0d930124bea9a2c6},
    {210, 0x1249cd2b13cd6c4d}, {200, 0x16cb0f6865c8ea03}, {191, 0x1b0b67f4f4680ff5},
    {182, 0x1f804ae8d0cd0199}, {174, 0x23a6d052d6a4a982}, {167, 0x2771638d1f4dda5b},
    {161, 0x2ad24203b3694c82}, {155, 0x2e53fa4d6e0f8fad}, {149, 0x31f92499135908e0},
    {144, 0x351ff2e30214bc30}, {139, 0x386344fba0169379}, {134, 0x3bc531d817581953},
    {128, 0x4000000000000000}};
constexpr int64_t kInverseLn2 = 0x5c551d94ae0bf85e; // in 2^-62

int64_t multiplyQ62(int64_t a, int64_t b) { return static_cast<int64_t>((Int128(a) * b) >> 62); }

/// A positive finite float as mantissa * 2^exponent, mantissa in [2^23, 2^24).
uint32_t takeApart(float x, int &exponent) {
  uint32_t bits = bitsOf(x) & 0x7fffffff;
  uint32_t mantissa = bits & 0x007fffff;
  int field = static_cast<int>(bits >> 23);
  if (field == 0) {
    int shift = __builtin_clz(mantissa) - 8;
    exponent = -149 - shift;
    return mantissa << shift;
  }
  exponent = field - 150;
  return mantissa | 0x00800000;
}

/// log2(x) in 2^-62 for positive finite x.
Int128 log2Fixed(float x) {
  int exponent;
  uint32_t mantissa = takeApart(x, exponent);
  const LogRow &row = kLogRows[(mantissa >> 19) & 15];
  // 1 + z = mantissa * reciprocal / 2^31, |z| <= 1/16.
  int64_t z = (int64_t(mantissa) * row.reciprocal - (int64_t(1) << 31)) * (int64_t(1) << 31);
  int64_t series = kInverseLn2 / 9;
  for (int k = 8; k >= 1; --k)
    series = ((k & 1) ? kInverseLn2 / k : -kInverseLn2 / k) + multiplyQ62(series, z);
  return Int128(exponent + 23) * (Int128(1) << 62) + row.log2 + multiplyQ62(series, z);
}

/// 2^(fixed * 2^scale) for fixed != 0.
float exp2Fixed(Int128 fixed, int scale) {
  bool negative = fixed < 0;
  UInt128 magnitude = negative ? -UInt128(fixed) : UInt128(fixed);
  uint64_t high = static_cast<uint64_t>(magnitude >> 64);
  int length =
      high ? 128 - __builtin_clzll(high) : 64 - __builtin_clzll(static_cast<uint64_t>(magnitude));
  if (length + scale > 8)
    return negative ? 0.0f : floatOf(0x7f800000);
  int shift = scale + 40;
  if (length + shift <= 0)
    return 1.0f;
  int64_t t = static_cast<int64_t>(shift >= 0 ? magnitude << shift : magnitude >> -shift);
  t = negative ? -t : t;
  int whole = static_cast<int>((t + (int64_t(1) << 39)) >> 40);
  float fraction = static_cast<float>(t - int64_t(whole) * (int64_t(1) << 40)) * 0x1p-40f;
  if (whole > 128)
    return floatOf(0x7f800000);
  if (whole < -151)
    return 0.0f;
  int half = whole >> 1;
  return detail::expReduced(fraction * 0x1.62e43p-1f) * detail::powerOfTwo(half) *
         detail::powerOfTwo(whole - half);
}

enum class Parity : uint8_t { NotInteger, Even, Odd };

Parity parityOf(float y) {
  float magnitude = abs(y);
  if (magnitude >= 0x1p+24f)
    return Parity::Even;
  if (truncate(magnitude) != magnitude)
    return Parity::NotInteger;
  return (static_cast<uint32_t>(magnitude) & 1) ? Parity::Odd : Parity::Even;
}

} // namespace

float detail::reduceLargeAngle(float x, int &quadrant) {
  quadrant = 0;
  float t = abs(x);
  if (!(t < floatOf(0x7f800000)))
    return floatOf(0x7fc00000);
  int exponent;
  uint32_t mantissa = takeApart(t, exponent);
  // Bits of 2/pi that only give multiples of 4 are skipped; the product modulo 4 then has two
  // integer bits and 94 of fraction.
  UInt128 product = twoOverPiBits(static_cast<unsigned>(exponent - 2 + 32)) * mantissa;
  const UInt128 one = UInt128(1) << 94;
  int whole = static_cast<int>((product >> 94) & 3);
  UInt128 fraction = product & (one - 1);
  bool roundsUp = fraction >= one / 2;
  if (roundsUp) {
    fraction = one - fraction;
    ++whole;
  }
  float r = static_cast<float>(static_cast<uint64_t>(fraction >> 30)) * 0x1.921fb6p-64f;
  bool negative = roundsUp != (x < 0.0f);
  quadrant = (x < 0.0f ? -whole : whole) & 3;
  return negative ? -r : r;
}

float pow(float x, float y) {
  const float infinity = floatOf(0x7f800000);
  if (y == 0.0f || x == 1.0f)
    return 1.0f;
  if (x != x || y != y)
    return floatOf(0x7fc00000);
  float base = abs(x);
  Parity parity = parityOf(y);
  bool negative = (bitsOf(x) >> 31) && parity == Parity::Odd;
  float magnitude;
  if (abs(y) == infinity)
    magnitude = base == 1.0f ? 1.0f : (base > 1.0f) == (y > 0.0f) ? infinity : 0.0f;
  else if (base == 0.0f || base == infinity)
    magnitude = (base == 0.0f) == (y > 0.0f) ? 0.0f : infinity;
  else if (x < 0.0f && parity == Parity::NotInteger)
    return floatOf(0x7fc00000);
  else if (base == 1.0f)
    magnitude = 1.0f;
  else {
    int exponent;
    Int128 factor = takeApart(abs(y), exponent);
    Int128 power = log2Fixed(base) * (y < 0.0f ? -factor : factor);
    magnitude = exp2Fixed(power, exponent - 62);
  }
  return negative ? -magnitude : magnitude;
}

} // namespace neuron::math
