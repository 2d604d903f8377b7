// The arithmetic of Vector and GpSimd over rows: the bit contract of elementwise instructions.
//
// Everything is fp32 with separate rounding of every operation, whatever the operands' types;
// comparisons and logic give 1.0 and 0.0; a NaN that an operation makes or passes on is always
// 7fc00000. Maximum and minimum pass NaN on, and of two zeros take the first operand. `mod` is
// the exact remainder with the sign of the divisor. Sums and products of many elements are
// taken in 16 partials by index mod 16 and added up in a fixed tree; scans are serial.
// Bitwise operations and shifts work on integers only, exactly, in the width of the operands.
#pragma once

#include "runtime/isa/Isa.h"

#include <cstddef>
#include <cstdint>

namespace neuron::sim {

inline constexpr uint32_t kCanonicalNaN = 0x7fc00000;

/// One side of an operation: a row, or one value for the whole row.
struct Side {
  const float *row = nullptr; ///< null: `value`
  float value = 0;
  static Side of(const float *row) { return {row, 0}; }
  static Side of(float value) { return {nullptr, value}; }
};

/// out[i] = a[i] op b[i]; `out` may be one of the rows. Bypass gives a. Not for bitwise ops.
void applyAlu(isa::AluOp op, Side a, Side b, float *out, size_t count);
/// The operation on one pair, for loops that are serial.
using ScalarAlu = float (*)(float a, float b);
ScalarAlu scalarAlu(isa::AluOp op);

/// As applyAlu on integers: sums, differences and products wrap to `type`, quotients do not
/// exist; shifts by the width or more give 0 (or the sign). `power` of a negative exponent is 0
/// except for 1 and -1; `mod` by zero is 0.
int64_t applyInteger(isa::AluOp op, int64_t a, int64_t b, DType type);

/// The reduction of a row by a reducing operation (see canReduce). 0 elements give the
/// operation's neutral element.
float reduceRow(isa::AluOp op, const float *row, size_t count);

bool isBitwise(isa::AluOp op);
/// Add, multiply, max, min, abs_max, logical_*; and the bitwise and, or, xor on integers.
bool canReduce(isa::AluOp op);

/// Replaces every NaN by the canonical one.
void canonicaliseNaN(float *row, size_t count);

} // namespace neuron::sim
