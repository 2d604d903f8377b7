// Conversions of whole rows: tables for 8-bit types, vector code for 16-bit ones.
//
// Every path gives the bits of the element functions in Numbers.cpp; a test compares them.
#include "runtime/base/Numbers.h"

#include <array>
#if defined(__F16C__)
#include <immintrin.h>
#endif

namespace neuron {
namespace {

using ByteTable = std::array<float, 256>;

ByteTable tableOf(DType type) {
  ByteTable table;
  for (unsigned code = 0; code < 256; ++code) {
    uint8_t byte = static_cast<uint8_t>(code);
    table[code] = loadFloat(type, &byte);
  }
  return table;
}

const ByteTable &byteTable(DType type) {
  static const std::array<ByteTable, kNumDTypes> tables = [] {
    std::array<ByteTable, kNumDTypes> all{};
    for (unsigned code = 0; code < kNumDTypes; ++code)
      if (byteSize(static_cast<DType>(code)) == 1)
        all[code] = tableOf(static_cast<DType>(code));
    return all;
  }();
  return tables[static_cast<unsigned>(type)];
}

void loadHalves(const uint8_t *source, float *target, size_t count) {
  size_t done = 0;
#if defined(__F16C__)
  for (; done + 8 <= count; done += 8) {
    __m128i halves = _mm_loadu_si128(reinterpret_cast<const __m128i *>(source + done * 2));
    _mm256_storeu_ps(target + done, _mm256_cvtph_ps(halves));
  }
#endif
  for (; done < count; ++done)
    target[done] = loadFloat(DType::F16, source + done * 2);
}

void storeHalves(const float *source, uint8_t *target, size_t count) {
  size_t done = 0;
#if defined(__F16C__)
  for (; done + 8 <= count; done += 8) {
    __m128i halves = _mm256_cvtps_ph(_mm256_loadu_ps(source + done),
                                     _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC);
    _mm_storeu_si128(reinterpret_cast<__m128i *>(target + done * 2), halves);
  }
#endif
  for (; done < count; ++done)
    storeFloat(DType::F16, source[done], target + done * 2);
}

} // namespace

void loadRow(DType type, const void *source, float *target, size_t count) {
  const uint8_t *bytes = static_cast<const uint8_t *>(source);
  unsigned size = byteSize(type);
  if (type == DType::F32 || type == DType::Tf32) {
    if (count)
      std::memcpy(target, source, count * size);
  } else if (type == DType::Bf16) {
    for (size_t i = 0; i < count; ++i) {
      uint16_t element;
      std::memcpy(&element, bytes + i * 2, 2);
      target[i] = bf16ToFloat(element);
    }
  } else if (type == DType::F16) {
    loadHalves(bytes, target, count);
  } else if (size == 1) {
    const ByteTable &table = byteTable(type);
    for (size_t i = 0; i < count; ++i)
      target[i] = table[bytes[i]];
  } else {
    for (size_t i = 0; i < count; ++i)
      target[i] = loadFloat(type, bytes + i * size);
  }
}

void storeRow(DType type, const float *source, void *target, size_t count) {
  uint8_t *bytes = static_cast<uint8_t *>(target);
  unsigned size = byteSize(type);
  if (type == DType::F32) {
    if (count)
      std::memcpy(target, source, count * size);
  } else if (type == DType::Bf16) {
    for (size_t i = 0; i < count; ++i) {
      uint16_t element = floatToBf16(source[i]);
      std::memcpy(bytes + i * 2, &element, 2);
    }
  } else if (type == DType::F16) {
    storeHalves(source, bytes, count);
  } else {
    for (size_t i = 0; i < count; ++i)
      storeFloat(type, source[i], bytes + i * size);
  }
}

void convertRow(DType from, const void *source, DType to, void *target, size_t count) {
  const uint8_t *in = static_cast<const uint8_t *>(source);
  uint8_t *out = static_cast<uint8_t *>(target);
  unsigned inSize = byteSize(from), outSize = byteSize(to);
  if (from == to) {
    if (count)
      std::memcpy(out, in, count * inSize);
  } else if (to == DType::F32) {
    loadRow(from, source, static_cast<float *>(target), count);
  } else if (from == DType::F32) {
    storeRow(to, static_cast<const float *>(source), target, count);
  } else {
    for (size_t i = 0; i < count; ++i)
      convert(from, in + i * inSize, to, out + i * outSize);
  }
}

} // namespace neuron
