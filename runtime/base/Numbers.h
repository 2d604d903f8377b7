// Number formats of the machine: exact decoding, encoding with round to nearest even.
//
// Every conversion works on the bits with integers, so that it gives the same result on every
// host and under every denormal mode of the processor. Denormals are kept in every format. On
// overflow bf16, f16, tf32, f32 and f8e5m2 give infinity; f8e4m3 (largest 240), f8e4m3fn (448),
// f8e3m4 (15.5), f4e2m1 (6) and e8m0 saturate, infinities too. NaN stays a quiet NaN with its sign
// (f4e2m1 has none: the largest value). e8m0 is a power of two, 2^(code - 127), code 255 is NaN;
// what is not positive becomes code 0, negative numbers become NaN.
//
// Floats become integers by rounding to nearest even and saturating, NaN becomes 0; `bool` is
// "not zero".
#pragma once

#include "runtime/base/DType.h"

#include <cstddef>
#include <cstdint>
#include <cstring>

namespace neuron {

inline uint32_t bitsOf(float value) {
  uint32_t bits;
  std::memcpy(&bits, &value, sizeof(bits));
  return bits;
}

inline float floatOf(uint32_t bits) {
  float value;
  std::memcpy(&value, &bits, sizeof(value));
  return value;
}

inline uint64_t bitsOf(double value) {
  uint64_t bits;
  std::memcpy(&bits, &value, sizeof(bits));
  return bits;
}

inline double doubleOf(uint64_t bits) {
  double value;
  std::memcpy(&value, &bits, sizeof(value));
  return value;
}

inline float bf16ToFloat(uint16_t bits) { return floatOf(uint32_t(bits) << 16); }

inline uint16_t floatToBf16(float value) {
  uint32_t bits = bitsOf(value);
  uint32_t quiet = (bits >> 16) | 0x40;
  uint32_t rounded = (bits + 0x7fff + ((bits >> 16) & 1)) >> 16;
  return static_cast<uint16_t>((bits & 0x7fffffff) > 0x7f800000 ? quiet : rounded);
}

float halfToFloat(uint16_t bits);
uint16_t floatToHalf(float value);

/// The value rounded to ten bits of mantissa, still in 32 bits.
float roundToTf32(float value);

/// The value of one element, exact except for 64-bit integers beyond 2^53 (rounded to nearest
/// even). Packed types have no single value and give NaN.
double load(DType type, const void *element);

/// As `load`, rounded once to float.
float loadFloat(DType type, const void *element);

/// Rounds `value` once to `type` and writes byteSize(type) bytes. Packed types: nothing is
/// written.
void store(DType type, double value, void *element);
void storeFloat(DType type, float value, void *element);

/// The element as a signed 64-bit integer: integers exactly (u64 above 2^63 - 1 saturates),
/// floats rounded to nearest even and saturated.
int64_t loadInteger(DType type, const void *element);
/// Writes an integer, saturated to the range of an integer type, rounded to a float type.
void storeInteger(DType type, int64_t value, void *element);

/// Four values of a packed element (byteSize(type) bytes), lowest bits first.
void loadPacked(DType type, const void *element, float values[4]);
void storePacked(DType type, const float values[4], void *element);

/// `count` elements that lie one behind the other. Bit for bit what loadFloat and storeFloat
/// give element by element.
void loadRow(DType type, const void *source, float *target, size_t count);
void storeRow(DType type, const float *source, void *target, size_t count);

/// One element of one type as another, rounded (and saturated) once; packed types give NaN.
void convert(DType from, const void *source, DType to, void *target);

/// Converts a row as `convert` does; source and target must not overlap. Rows of f32 are aligned
/// to 4 bytes.
void convertRow(DType from, const void *source, DType to, void *target, size_t count);

} // namespace neuron
