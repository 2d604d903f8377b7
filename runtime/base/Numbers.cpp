// One decoder and one encoder for every floating format, over a common unpacked form.
//
// A value is taken apart into sign, exponent and a 64-bit significand with its top bit set;
// encoding rounds that significand to the bits that the format has left at that exponent (one
// fewer for every step below the smallest normal number), which gives denormals, the carry
// into the exponent and gradual underflow without special cases.
#include "runtime/base/Numbers.h"

#include <limits>

namespace neuron {
namespace {

enum class Overflow : uint8_t {
  ToInfinity, ///< all-ones exponent: infinity and NaN
  Saturate,   ///< the same codes exist, but results are clipped to the largest finite value
  NanOnly,    ///< all-ones exponent is a normal binade, only all ones is NaN
  NoSpecials, ///< neither infinity nor NaN
};

struct Format {
  unsigned exponentBits, mantissaBits;
  int bias;
  Overflow overflow;

  constexpr uint64_t mantissaMask() const { return (uint64_t(1) << mantissaBits) - 1; }
  constexpr unsigned signBit() const { return exponentBits + mantissaBits; }
  constexpr uint64_t exponentMask() const { return (uint64_t(1) << exponentBits) - 1; }
  constexpr uint64_t infinity() const { return exponentMask() << mantissaBits; }
  constexpr uint64_t allOnes() const { return (uint64_t(1) << signBit()) - 1; }
  constexpr uint64_t largest() const {
    return overflow == Overflow::NoSpecials ? allOnes()
           : overflow == Overflow::NanOnly  ? allOnes() - 1
                                            : infinity() - 1;
  }
};

constexpr Format kF64{11, 52, 1023, Overflow::ToInfinity};
constexpr Format kF32{8, 23, 127, Overflow::ToInfinity};
constexpr Format kTf32{8, 10, 127, Overflow::ToInfinity};
constexpr Format kBf16{8, 7, 127, Overflow::ToInfinity};
constexpr Format kF16{5, 10, 15, Overflow::ToInfinity};
constexpr Format kE4M3{4, 3, 7, Overflow::Saturate};
constexpr Format kE4M3FN{4, 3, 7, Overflow::NanOnly};
constexpr Format kE5M2{5, 2, 15, Overflow::ToInfinity};
constexpr Format kE3M4{3, 4, 3, Overflow::Saturate};
constexpr Format kE2M1{2, 1, 1, Overflow::NoSpecials};

constexpr uint64_t kTop = uint64_t(1) << 63;

struct Unpacked {
  enum Kind : uint8_t { Zero, Finite, Infinity, NaN } kind = Zero;
  bool negative = false;
  int exponent = 0;         ///< of the top bit
  uint64_t significand = 0; ///< top bit set; for NaN the payload, left-aligned
};

Unpacked decode(Format format, uint64_t bits) {
  Unpacked value;
  value.negative = (bits >> format.signBit()) & 1;
  uint64_t mantissa = bits & format.mantissaMask();
  int field = static_cast<int>((bits >> format.mantissaBits) & format.exponentMask());
  bool topField = static_cast<uint64_t>(field) == format.exponentMask();
  if (topField && format.overflow <= Overflow::Saturate) {
    value.kind = mantissa ? Unpacked::NaN : Unpacked::Infinity;
    value.significand = mantissa << (64 - format.mantissaBits);
    return value;
  }
  if (topField && format.overflow == Overflow::NanOnly && mantissa == format.mantissaMask()) {
    value.kind = Unpacked::NaN;
    return value;
  }
  if (field == 0 && mantissa == 0)
    return value;
  value.kind = Unpacked::Finite;
  uint64_t whole = field ? mantissa | (format.mantissaMask() + 1) : mantissa;
  int leading = __builtin_clzll(whole);
  value.significand = whole << leading;
  // The last mantissa bit weighs 2^(max(field, 1) - bias - mantissaBits).
  value.exponent =
      (field ? field : 1) - format.bias - static_cast<int>(format.mantissaBits) + 63 - leading;
  return value;
}

/// significand >> shift (0 < shift), rounded to nearest even.
uint64_t shiftRounded(uint64_t significand, int shift) {
  if (shift > 64)
    return 0;
  uint64_t kept = shift == 64 ? 0 : significand >> shift;
  uint64_t lost = shift == 64 ? significand : significand << (64 - shift);
  return kept + (lost > kTop || (lost == kTop && (kept & 1)));
}

uint64_t encodeFinite(Format format, const Unpacked &value) {
  int smallest = 1 - format.bias;
  int keep = static_cast<int>(format.mantissaBits) + 1;
  if (value.exponent < smallest)
    keep -= smallest - value.exponent;
  uint64_t kept = shiftRounded(value.significand, 64 - keep);
  if (value.exponent < smallest)
    return kept;
  uint64_t field = static_cast<uint64_t>(value.exponent + format.bias);
  return (field << format.mantissaBits) + kept - (format.mantissaMask() + 1);
}

uint64_t encodeNaN(Format format, const Unpacked &value) {
  if (format.overflow == Overflow::NoSpecials)
    return format.largest();
  if (format.overflow == Overflow::NanOnly)
    return format.allOnes();
  uint64_t quiet = uint64_t(1) << (format.mantissaBits - 1);
  return format.infinity() | quiet | (value.significand >> (64 - format.mantissaBits));
}

uint64_t encode(Format format, const Unpacked &value) {
  uint64_t magnitude = 0;
  uint64_t ceiling = format.overflow == Overflow::ToInfinity ? format.infinity() : format.largest();
  switch (value.kind) {
  case Unpacked::Zero:
    break;
  case Unpacked::NaN:
    magnitude = encodeNaN(format, value);
    break;
  case Unpacked::Infinity:
    magnitude = ceiling;
    break;
  case Unpacked::Finite:
    // Far above every exponent field the shift below would overflow; the answer is known.
    magnitude = value.exponent > 1 + static_cast<int>(format.exponentMask()) - format.bias
                    ? ceiling
                    : encodeFinite(format, value);
    if (magnitude > ceiling)
      magnitude = ceiling;
    break;
  }
  return magnitude | (uint64_t(value.negative) << format.signBit());
}

Unpacked fromMagnitude(uint64_t magnitude, bool negative) {
  Unpacked value;
  value.negative = negative;
  if (magnitude == 0)
    return value;
  int leading = __builtin_clzll(magnitude);
  value.kind = Unpacked::Finite;
  value.significand = magnitude << leading;
  value.exponent = 63 - leading;
  return value;
}

Unpacked fromSigned(int64_t integer) {
  uint64_t bits = static_cast<uint64_t>(integer);
  return integer < 0 ? fromMagnitude(0 - bits, true) : fromMagnitude(bits, false);
}

/// e8m0: a bare exponent.
Unpacked decodeScale(uint8_t code) {
  Unpacked value;
  value.kind = code == 255 ? Unpacked::NaN : Unpacked::Finite;
  value.exponent = int(code) - 127;
  value.significand = code == 255 ? 0 : kTop;
  return value;
}

uint8_t encodeScale(const Unpacked &value) {
  if (value.kind == Unpacked::NaN || (value.negative && value.kind != Unpacked::Zero))
    return 255;
  if (value.kind == Unpacked::Zero || value.exponent < -127)
    return 0;
  if (value.kind == Unpacked::Infinity || value.exponent > 127)
    return 254;
  int code = value.exponent + 127;
  uint64_t fraction = value.significand << 1;
  code += fraction > kTop || (fraction == kTop && (code & 1));
  return static_cast<uint8_t>(code > 254 ? 254 : code);
}

/// |value| rounded to nearest even, at most `limit`.
uint64_t roundMagnitude(const Unpacked &value, uint64_t limit) {
  if (value.kind == Unpacked::Infinity)
    return limit;
  if (value.kind != Unpacked::Finite || value.exponent < -1)
    return 0;
  if (value.exponent > 63)
    return limit;
  int shift = 63 - value.exponent;
  uint64_t whole = shift == 0 ? value.significand : shiftRounded(value.significand, shift);
  return whole < limit ? whole : limit;
}

uint64_t signedLimit(DType type, bool negative) {
  return (uint64_t(1) << (byteSize(type) * 8 - 1)) - (negative ? 0 : 1);
}

uint64_t unsignedLimit(DType type) {
  return byteSize(type) == 8 ? ~uint64_t(0) : (uint64_t(1) << (byteSize(type) * 8)) - 1;
}

/// The low bytes of the integer nearest to `value` in an integer type.
uint64_t encodeInteger(DType type, const Unpacked &value) {
  if (type == DType::Bool)
    return value.kind != Unpacked::Zero;
  if (kindOf(type) == 'U')
    return value.negative ? 0 : roundMagnitude(value, unsignedLimit(type));
  uint64_t magnitude = roundMagnitude(value, signedLimit(type, value.negative));
  return value.negative ? 0 - magnitude : magnitude;
}

uint64_t loadBits(DType type, const void *element) {
  uint64_t bits = 0;
  std::memcpy(&bits, element, byteSize(type));
  return bits;
}

int64_t signExtend(DType type, uint64_t bits) {
  unsigned unused = 64 - byteSize(type) * 8;
  return static_cast<int64_t>(bits << unused) >> unused;
}

/// The format of a floating type other than e8m0; tf32 is read as the fp32 that it is.
Format formatOf(DType type) {
  switch (type) {
  case DType::F64:
    return kF64;
  case DType::Bf16:
    return kBf16;
  case DType::F16:
    return kF16;
  case DType::F8E4M3:
    return kE4M3;
  case DType::F8E4M3FN:
    return kE4M3FN;
  case DType::F8E5M2:
    return kE5M2;
  case DType::F8E3M4:
    return kE3M4;
  default:
    return kF32;
  }
}

Unpacked unpack(DType type, const void *element) {
  uint64_t bits = loadBits(type, element);
  switch (kindOf(type)) {
  case 'S':
    return fromSigned(signExtend(type, bits));
  case 'U':
    return fromMagnitude(bits, false);
  case 'F':
    return type == DType::E8M0 ? decodeScale(static_cast<uint8_t>(bits))
                               : decode(formatOf(type), bits);
  default:
    Unpacked nan;
    nan.kind = Unpacked::NaN;
    return nan;
  }
}

void pack(DType type, const Unpacked &value, void *element) {
  uint64_t bits = 0;
  if (type == DType::E8M0)
    bits = encodeScale(value);
  else if (type == DType::Tf32)
    bits = encode(kTf32, value) << (kF32.mantissaBits - kTf32.mantissaBits);
  else if (isFloat(type))
    bits = encode(formatOf(type), value);
  else if (isInteger(type))
    bits = encodeInteger(type, value);
  else
    return;
  std::memcpy(element, &bits, byteSize(type));
}

/// The lane format of a packed type.
Format laneFormat(DType type) {
  return type == DType::F8E4M3X4 ? kE4M3FN : type == DType::F8E5M2X4 ? kE5M2 : kE2M1;
}

} // namespace

float halfToFloat(uint16_t bits) {
  return floatOf(static_cast<uint32_t>(encode(kF32, decode(kF16, bits))));
}

uint16_t floatToHalf(float value) {
  return static_cast<uint16_t>(encode(kF16, decode(kF32, bitsOf(value))));
}

float roundToTf32(float value) {
  float rounded;
  pack(DType::Tf32, decode(kF32, bitsOf(value)), &rounded);
  return rounded;
}

double load(DType type, const void *element) {
  return doubleOf(encode(kF64, unpack(type, element)));
}

float loadFloat(DType type, const void *element) {
  if (type == DType::F32 || type == DType::Tf32)
    return floatOf(static_cast<uint32_t>(loadBits(type, element)));
  if (type == DType::Bf16)
    return bf16ToFloat(static_cast<uint16_t>(loadBits(type, element)));
  return floatOf(static_cast<uint32_t>(encode(kF32, unpack(type, element))));
}

void store(DType type, double value, void *element) {
  pack(type, decode(kF64, bitsOf(value)), element);
}

void storeFloat(DType type, float value, void *element) {
  if (type == DType::F32)
    std::memcpy(element, &value, sizeof(value));
  else
    pack(type, decode(kF32, bitsOf(value)), element);
}

int64_t loadInteger(DType type, const void *element) {
  uint64_t bits = loadBits(type, element);
  if (kindOf(type) == 'S')
    return signExtend(type, bits);
  constexpr uint64_t most = uint64_t(std::numeric_limits<int64_t>::max());
  if (kindOf(type) == 'U')
    return static_cast<int64_t>(bits < most ? bits : most);
  return static_cast<int64_t>(encodeInteger(DType::I64, unpack(type, element)));
}

void storeInteger(DType type, int64_t value, void *element) {
  pack(type, fromSigned(value), element);
}

void convert(DType from, const void *source, DType to, void *target) {
  pack(to, unpack(from, source), target);
}

void loadPacked(DType type, const void *element, float values[4]) {
  Format format = laneFormat(type);
  uint64_t bits = loadBits(type, element);
  unsigned width = byteSize(type) * 2;
  for (unsigned lane = 0; lane < 4; ++lane) {
    uint64_t code = (bits >> (lane * width)) & ((uint64_t(1) << width) - 1);
    values[lane] = floatOf(static_cast<uint32_t>(encode(kF32, decode(format, code))));
  }
}

void storePacked(DType type, const float values[4], void *element) {
  Format format = laneFormat(type);
  unsigned width = byteSize(type) * 2;
  uint64_t bits = 0;
  for (unsigned lane = 0; lane < 4; ++lane)
    bits |= encode(format, decode(kF32, bitsOf(values[lane]))) << (lane * width);
  std::memcpy(element, &bits, byteSize(type));
}

} // namespace neuron
