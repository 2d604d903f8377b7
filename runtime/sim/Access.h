// Which bytes an operand touches: strided patterns, and whether two of them meet.
//
// In every partition an operand touches base + sum of z_i * step_i + [0, chunk). `Pattern` is
// that set in a normal form that does not know the base: steps positive and descending, runs
// that touch each other merged into the chunk, dims of one element gone. Most operands are one
// chunk. Whether two patterns share a byte is a bounded subset-sum question; `overlap` answers
// it exactly.
//
// Worked example: columns 0 and 1 of a [4, 8] fp32 matrix: dims (step 32, count 4), chunk 8.
// Columns 2 and 3 are the same pattern 8 bytes further on: the difference of two points is
// 32 z - 8 with |z| <= 3, never within (-8, 8), so they do not meet although their byte ranges
// do.
#pragma once

#include "runtime/isa/Isa.h"

#include <array>
#include <cstdint>

namespace neuron::sim {

/// One more than an operand has: an indirect transfer adds the rows.
inline constexpr unsigned kMaxPatternDims = isa::kMaxDims + 1;

/// A set of bytes relative to an operand's base.
struct Pattern {
  struct Dim {
    int64_t step = 0;
    uint64_t count = 1;
  };
  std::array<Dim, kMaxPatternDims> dim{}; ///< steps positive and descending, counts above 1
  uint8_t numDims = 0;
  uint64_t chunk = 0;  ///< contiguous bytes at every point; 0: no bytes at all
  int64_t low = 0;     ///< the lowest byte, relative to the base
  uint64_t extent = 0; ///< from the lowest byte to one past the highest

  bool isContiguous() const { return numDims == 0; }
  bool empty() const { return chunk == 0; }
  /// The same set of bytes when both lie at the same lowest byte.
  bool operator==(const Pattern &o) const;
};

/// The pattern of dims in elements of `elementBytes`, each step counting `unit` bytes.
/// Errors: none; an empty pattern when a count is 0, a saturated extent when it exceeds 2^62.
Pattern makePattern(const Pattern::Dim *dims, unsigned count, uint64_t elementBytes, int64_t unit);

/// The pattern of an operand in each of its partitions. `byteSteps`: of a DMA instruction.
Pattern makePattern(const isa::Operand &operand, bool byteSteps);

/// The pattern of one row repeated `rows` times, `rowBytes` apart.
Pattern makeRowsPattern(const isa::Operand &row, uint64_t rowBytes, uint64_t rows);

/// True if `a` at `lowA` (its lowest byte) and `b` at `lowB` share a byte.
/// Cost: constant for nested patterns; bounded by the extents for the rest. Patterns beyond 2^28
/// bytes that neither pruning nor enumeration decides count as meeting.
bool overlap(const Pattern &a, int64_t lowA, const Pattern &b, int64_t lowB);

/// True if two different points of the pattern share a byte: as a destination, the order of
/// its elements would matter.
bool overlapsItself(const isa::Operand &operand, bool byteSteps);

/// True if every byte of `b` certainly is one of `a`'s; false negatives are allowed.
bool covers(const Pattern &a, int64_t lowA, const Pattern &b, int64_t lowB);

} // namespace neuron::sim
