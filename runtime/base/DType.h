// Element types of the machine: the 5-bit code that operands, tensors and weights carry.
//
// The list is one table: name, code, bits per element and kind. Codes are part of the
// program format and never change their meaning.
#pragma once

#include <cstdint>

namespace neuron {

// X(enumerator, text, code, bits, kind): kind F float, S signed, U unsigned, P packed by four.
#define NEURON_DTYPES(X)                                                                           \
  X(F32, "f32", 0, 32, F)                                                                          \
  X(Tf32, "tf32", 1, 32, F)                                                                        \
  X(Bf16, "bf16", 2, 16, F)                                                                        \
  X(F16, "f16", 3, 16, F)                                                                          \
  X(F8E4M3, "f8e4m3", 4, 8, F)                                                                     \
  X(F8E4M3FN, "f8e4m3fn", 5, 8, F)                                                                 \
  X(F8E5M2, "f8e5m2", 6, 8, F)                                                                     \
  X(F8E3M4, "f8e3m4", 7, 8, F)                                                                     \
  X(E8M0, "e8m0", 8, 8, F)                                                                         \
  X(F64, "f64", 9, 64, F)                                                                          \
  X(I8, "i8", 10, 8, S)                                                                            \
  X(I16, "i16", 11, 16, S)                                                                         \
  X(I32, "i32", 12, 32, S)                                                                         \
  X(I64, "i64", 13, 64, S)                                                                         \
  X(U8, "u8", 14, 8, U)                                                                            \
  X(U16, "u16", 15, 16, U)                                                                         \
  X(U32, "u32", 16, 32, U)                                                                         \
  X(U64, "u64", 17, 64, U)                                                                         \
  X(Bool, "bool", 18, 8, U)                                                                        \
  X(F8E4M3X4, "f8e4m3x4", 19, 32, P)                                                               \
  X(F8E5M2X4, "f8e5m2x4", 20, 32, P)                                                               \
  X(F4E2M1X4, "f4e2m1x4", 21, 16, P)

enum class DType : uint8_t {
#define NEURON_DTYPE_ENUM(name, text, code, bits, kind) name = code,
  NEURON_DTYPES(NEURON_DTYPE_ENUM)
#undef NEURON_DTYPE_ENUM
};

inline constexpr unsigned kNumDTypes = 22;

/// Bytes of one element; 0 for a code outside the table.
constexpr unsigned byteSize(DType type) {
  switch (type) {
#define NEURON_DTYPE_SIZE(name, text, code, bits, kind)                                            \
  case DType::name:                                                                                \
    return (bits) / 8;
    NEURON_DTYPES(NEURON_DTYPE_SIZE)
#undef NEURON_DTYPE_SIZE
  }
  return 0;
}

/// The text spelling, or null for a code outside the table.
constexpr const char *toText(DType type) {
  switch (type) {
#define NEURON_DTYPE_TEXT(name, text, code, bits, kind)                                            \
  case DType::name:                                                                                \
    return text;
    NEURON_DTYPES(NEURON_DTYPE_TEXT)
#undef NEURON_DTYPE_TEXT
  }
  return nullptr;
}

constexpr char kindOf(DType type) {
  switch (type) {
#define NEURON_DTYPE_KIND(name, text, code, bits, kind)                                            \
  case DType::name:                                                                                \
    return #kind[0];
    NEURON_DTYPES(NEURON_DTYPE_KIND)
#undef NEURON_DTYPE_KIND
  }
  return 0;
}

constexpr bool isFloat(DType type) { return kindOf(type) == 'F'; }
constexpr bool isInteger(DType type) { return kindOf(type) == 'S' || kindOf(type) == 'U'; }

/// Finds a type by its spelling; returns false and leaves `type` alone when there is none.
bool parseDType(const char *text, unsigned length, DType &type);

} // namespace neuron
