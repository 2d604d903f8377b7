// Number formats: every code of every 8- and 16-bit format, every rounding boundary.
//
// The expected values come from an independent description of each format (value = (1 + m/2^M)
// 2^(e - bias) in double) and from a search for the nearest code, not from the bit code under
// test.
#include "runtime/base/Numbers.h"

#include <catch2/catch.hpp>
#include <cmath>
#include <limits>
#include <vector>

using namespace neuron;

namespace {

struct Shape {
  DType type;
  int exponentBits, mantissaBits, bias;
  double largest;
  bool saturates, hasInfinity;
};

const Shape shapes[] = {
    {DType::Bf16, 8, 7, 127, 0x1.fep+127, false, true},
    {DType::F16, 5, 10, 15, 65504, false, true},
    {DType::F8E4M3, 4, 3, 7, 240, true, true},
    {DType::F8E4M3FN, 4, 3, 7, 448, true, false},
    {DType::F8E5M2, 5, 2, 15, 57344, false, true},
    {DType::F8E3M4, 3, 4, 3, 15.5, true, true},
};

/// The value of a code by the textbook.
double valueOf(const Shape &shape, unsigned code) {
  unsigned mantissaMask = (1u << shape.mantissaBits) - 1;
  unsigned exponentMask = (1u << shape.exponentBits) - 1;
  unsigned mantissa = code & mantissaMask;
  unsigned field = (code >> shape.mantissaBits) & exponentMask;
  double sign = (code >> (shape.mantissaBits + shape.exponentBits)) & 1 ? -1 : 1;
  if (field == exponentMask && shape.hasInfinity)
    return mantissa ? std::numeric_limits<double>::quiet_NaN()
                    : sign * std::numeric_limits<double>::infinity();
  if (field == exponentMask && mantissa == mantissaMask)
    return std::numeric_limits<double>::quiet_NaN();
  double fraction = double(mantissa) / (mantissaMask + 1);
  return sign * (field ? std::ldexp(1 + fraction, int(field) - shape.bias)
                       : std::ldexp(fraction, 1 - shape.bias));
}

unsigned codes(const Shape &shape) { return 1u << (byteSize(shape.type) * 8); }

unsigned storeCode(DType type, float value) {
  unsigned code = 0;
  storeFloat(type, value, &code);
  return code;
}

bool sameValue(double a, double b) {
  return a == b ? std::signbit(a) == std::signbit(b) : std::isnan(a) && std::isnan(b);
}

} // namespace

TEST_CASE("every code decodes to its textbook value and comes back") {
  for (const Shape &shape : shapes) {
    INFO(toText(shape.type));
    unsigned wrong = 0;
    for (unsigned code = 0; code < codes(shape); ++code) {
      double expected = valueOf(shape, code);
      wrong += !sameValue(load(shape.type, &code), expected);
      float single = loadFloat(shape.type, &code);
      wrong += !sameValue(single, expected);
      if (std::isfinite(expected)) {
        wrong += storeCode(shape.type, single) != code;
        unsigned again = 0;
        store(shape.type, expected, &again);
        wrong += again != code;
      }
    }
    CHECK(wrong == 0);
  }
}

TEST_CASE("between two neighbours the nearer one is stored, half way the even one") {
  for (const Shape &shape : shapes) {
    INFO(toText(shape.type));
    unsigned wrong = 0;
    for (unsigned code = 0; code + 1 < codes(shape) / 2; ++code) {
      double low = valueOf(shape, code), high = valueOf(shape, code + 1);
      if (!std::isfinite(high) || !std::isfinite(low))
        continue;
      // Half way is exact in double always and in float except for bf16's own denormals.
      double middle = low + (high - low) / 2;
      unsigned even = (code & 1) ? code + 1 : code;
      for (double sign : {1.0, -1.0}) {
        unsigned bit = sign < 0 ? codes(shape) / 2 : 0;
        unsigned at = 0, below = 0, above = 0;
        store(shape.type, sign * middle, &at);
        store(shape.type, sign * std::nextafter(middle, low), &below);
        store(shape.type, sign * std::nextafter(middle, high), &above);
        wrong += at != (even | bit) || below != (code | bit) || above != ((code + 1) | bit);
        float f = static_cast<float>(middle);
        if (double(f) != middle)
          continue;
        wrong += storeCode(shape.type, float(sign) * f) != (even | bit);
        float fb = std::nextafterf(f, float(low)), fa = std::nextafterf(f, float(high));
        if (double(fb) > low)
          wrong += storeCode(shape.type, float(sign) * fb) != (code | bit);
        if (double(fa) < high)
          wrong += storeCode(shape.type, float(sign) * fa) != ((code + 1) | bit);
      }
    }
    CHECK(wrong == 0);
  }
}

TEST_CASE("overflow gives infinity or the largest value, NaN stays NaN") {
  const float infinity = std::numeric_limits<float>::infinity();
  for (const Shape &shape : shapes) {
    INFO(toText(shape.type));
    for (float sign : {1.0f, -1.0f}) {
      double expected = sign * (shape.saturates ? shape.largest : double(infinity));
      unsigned code = storeCode(shape.type, sign * infinity);
      CHECK(load(shape.type, &code) == expected);
      if (shape.type != DType::Bf16) {
        code = storeCode(shape.type, sign * 1e30f);
        CHECK(load(shape.type, &code) == expected);
      }
      code = 0;
      store(shape.type, sign * 1e300, &code);
      CHECK(load(shape.type, &code) == expected);
      code = storeCode(shape.type, sign * float(shape.largest));
      CHECK(load(shape.type, &code) == sign * shape.largest);
      code = storeCode(shape.type, sign * std::numeric_limits<float>::quiet_NaN());
      CHECK(std::isnan(load(shape.type, &code)));
    }
  }
  // Half a step above the largest value is the boundary to infinity.
  CHECK(storeCode(DType::F16, 65519.0f) == 0x7bff);
  CHECK(storeCode(DType::F16, 65520.0f) == 0x7c00);
  CHECK(storeCode(DType::Bf16, 3.3961776e38f) == 0x7f80);
}

TEST_CASE("bf16 keeps denormals and rounds like the integer formula") {
  unsigned wrong = 0;
  for (uint32_t high = 0; high < 65536; ++high)
    for (uint32_t low : {0u, 1u, 0x7fffu, 0x8000u, 0x8001u, 0xffffu}) {
      uint32_t bits = (high << 16) | low;
      uint16_t stored;
      storeFloat(DType::Bf16, floatOf(bits), &stored);
      wrong += stored != floatToBf16(floatOf(bits));
      bool nan = (bits & 0x7fffffff) > 0x7f800000;
      bool up = low > 0x8000 || (low == 0x8000 && (high & 1));
      wrong += stored != (nan ? (high | 0x40) : high + up);
    }
  CHECK(wrong == 0);
}

TEST_CASE("tf32 keeps ten bits of mantissa") {
  CHECK(roundToTf32(1.0f + 0x1p-11f) == 1.0f);
  CHECK(roundToTf32(1.0f + 0x1.8p-10f) == 1.0f + 0x1p-9f);
  CHECK(roundToTf32(-3.14159274f) == -0x1.92p+1f);
  CHECK(roundToTf32(0x1p-149f) == 0.0f);
  CHECK(roundToTf32(0x1p-136f) == 0x1p-136f);
  CHECK(std::isinf(roundToTf32(std::numeric_limits<float>::max())));
  CHECK(std::isnan(roundToTf32(floatOf(0x7f800001))));
}

TEST_CASE("e8m0 is a power of two") {
  for (unsigned code = 0; code < 255; ++code) {
    CHECK(load(DType::E8M0, &code) == std::ldexp(1.0, int(code) - 127));
    CHECK(storeCode(DType::E8M0, loadFloat(DType::E8M0, &code)) == code);
  }
  unsigned nan = 255;
  CHECK(std::isnan(load(DType::E8M0, &nan)));
  CHECK(storeCode(DType::E8M0, -1.0f) == 255);
  CHECK(storeCode(DType::E8M0, 0.0f) == 0);
  CHECK(storeCode(DType::E8M0, 1.49f) == 127);
  CHECK(storeCode(DType::E8M0, 1.5f) == 128);
  CHECK(storeCode(DType::E8M0, 3.0f) == 128);
  CHECK(storeCode(DType::E8M0, std::numeric_limits<float>::infinity()) == 254);
}

TEST_CASE("integers round to nearest even and saturate") {
  auto as = [](DType type, double value) {
    uint64_t element = 0;
    store(type, value, &element);
    return loadInteger(type, &element);
  };
  CHECK(as(DType::I32, 2.5) == 2);
  CHECK(as(DType::I32, 3.5) == 4);
  CHECK(as(DType::I32, -2.5) == -2);
  CHECK(as(DType::I32, -2.50001) == -3);
  CHECK(as(DType::I32, 0.5) == 0);
  CHECK(as(DType::I8, 200) == 127);
  CHECK(as(DType::I8, -200) == -128);
  CHECK(as(DType::U8, -1) == 0);
  CHECK(as(DType::U8, 255.5) == 255);
  CHECK(as(DType::I64, 1e30) == std::numeric_limits<int64_t>::max());
  CHECK(as(DType::I64, -1e30) == std::numeric_limits<int64_t>::min());
  CHECK(as(DType::I16, std::numeric_limits<double>::quiet_NaN()) == 0);
  CHECK(as(DType::I16, -std::numeric_limits<double>::infinity()) == -32768);
  CHECK(as(DType::Bool, 1e-300) == 1);
  CHECK(as(DType::Bool, -0.0) == 0);
  uint64_t unsignedMost = ~uint64_t(0);
  CHECK(load(DType::U64, &unsignedMost) == 0x1p64);
  CHECK(loadInteger(DType::U64, &unsignedMost) == std::numeric_limits<int64_t>::max());
  int64_t exact = (int64_t(1) << 53) + 1, copy = 0;
  convert(DType::I64, &exact, DType::I64, &copy);
  CHECK(copy == exact);
  int16_t narrow;
  convert(DType::I64, &exact, DType::I16, &narrow);
  CHECK(narrow == 32767);
  for (int value = -32768; value < 32768; ++value) {
    int16_t element = static_cast<int16_t>(value);
    REQUIRE(loadFloat(DType::I16, &element) == float(value));
  }
}

TEST_CASE("i64 and f64 become float with one rounding") {
  for (int64_t value : {(int64_t(1) << 24) + 1, (int64_t(1) << 62) + 12345, int64_t(-987654321012),
                        std::numeric_limits<int64_t>::min()})
    CHECK(loadFloat(DType::I64, &value) == static_cast<float>(value));
  for (double value : {0.1, 1e-40, -3.5e-45, 1e40, 1.0 + 0x1p-24, 1.0 + 0x1.8p-23}) {
    CHECK(loadFloat(DType::F64, &value) == static_cast<float>(value));
  }
  // Through float first this would be rounded twice and give 1 + 2^-7.
  double twice = 1.0 + 0x1p-8 + 0x1p-40;
  uint16_t bits;
  store(DType::Bf16, twice, &bits);
  CHECK(bf16ToFloat(bits) == 1.0f + 0x1p-7f);
  store(DType::Bf16, 1.0 + 0x1p-8, &bits);
  CHECK(bf16ToFloat(bits) == 1.0f);
}

TEST_CASE("packed elements have four lanes") {
  float four[] = {0.5f, -6.0f, 100.0f, 1.25f}, back[4];
  uint16_t element;
  storePacked(DType::F4E2M1X4, four, &element);
  loadPacked(DType::F4E2M1X4, &element, back);
  CHECK(back[0] == 0.5f);
  CHECK(back[1] == -6.0f);
  CHECK(back[2] == 6.0f);
  CHECK(back[3] == 1.0f);
  uint32_t wide;
  storePacked(DType::F8E5M2X4, four, &wide);
  loadPacked(DType::F8E5M2X4, &wide, back);
  CHECK(back[2] == 96.0f);
  CHECK(std::isnan(load(DType::F8E5M2X4, &wide)));
}

TEST_CASE("rows have the bits of elements") {
  std::vector<float> values;
  for (uint32_t step = 0; step < 70001; ++step)
    values.push_back(floatOf(step * 61357u));
  for (unsigned code = 0; code < kNumDTypes; ++code) {
    DType type = static_cast<DType>(code);
    if (kindOf(type) == 'P')
      continue;
    INFO(toText(type));
    unsigned size = byteSize(type), wrong = 0;
    std::vector<uint8_t> row(values.size() * size), element(8);
    storeRow(type, values.data(), row.data(), values.size());
    for (size_t i = 0; i < values.size(); ++i) {
      storeFloat(type, values[i], element.data());
      wrong += std::memcmp(element.data(), &row[i * size], size) != 0;
    }
    std::vector<float> back(values.size());
    loadRow(type, row.data(), back.data(), values.size());
    for (size_t i = 0; i < values.size(); ++i)
      wrong += bitsOf(back[i]) != bitsOf(loadFloat(type, &row[i * size]));
    CHECK(wrong == 0);
  }
  std::vector<uint16_t> halves(65536);
  for (unsigned code = 0; code < 65536; ++code)
    halves[code] = static_cast<uint16_t>(code);
  std::vector<float> wide(65536);
  loadRow(DType::F16, halves.data(), wide.data(), wide.size());
  unsigned wrong = 0;
  for (unsigned code = 0; code < 65536; ++code)
    wrong += bitsOf(wide[code]) != bitsOf(halfToFloat(halves[code]));
  CHECK(wrong == 0);
}
