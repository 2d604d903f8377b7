// A tensor of device memory laid out on chip: its rows on the partitions.
//
// Element e lies in partition (e / length) % 128, at column e / length / 128 * length + e % length.
// An access in device memory is a base, loop counters and dims; it has a place on chip if every
// one of them moves along a row, or from one block of 128 rows to the next, and at most the
// outermost dim runs over the rows of a block.
//
// Worked example: [1, 197, 768] in f32 has length 768, two blocks and 1536 columns. The rows 128
// to 196 of columns 64 to 127 are partitions 0 to 68, columns 832 to 895.
#pragma once

#include "passes/templates/TileBuilder.h"

#include <optional>

namespace neuron::memory {

inline constexpr int64_t kBlockRows = isa::kNumPartitions;

struct RowLayout {
  int64_t rows = 0;
  int64_t length = 0; ///< elements of a row

  int64_t blocks() const { return (rows + kBlockRows - 1) / kBlockRows; }
  int64_t columns() const { return blocks() * length; }
  unsigned partitions() const { return unsigned(std::min(rows, kBlockRows)); }

  /// Where the elements of `access`, of device memory, are on chip, the outermost `partitions`
  /// of them on as many partitions; none if no operand says it. Of the result, the partitions,
  /// the offset and the dims are set.
  std::optional<templates::Ref> place(const templates::Ref &access, unsigned partitions) const;
};

/// How the elements of a buffer lie in another one that is to take its place.
class Renaming {
public:
  /// `from` and `to` name the same elements in the same order. None if an operand within `from`
  /// cannot be told in `to`'s buffer.
  static std::optional<Renaming> between(const templates::Ref &from, const templates::Ref &to);

  /// An operand within `from` as one of `to`'s buffer and type; none if there is none.
  std::optional<templates::Ref> rename(const templates::Ref &operand) const;

private:
  struct Level {
    int64_t count, from, to;
  };
  std::optional<size_t> levelOf(int64_t step) const;
  std::optional<int64_t> move(templates::FreeDim dim, llvm::MutableArrayRef<int64_t> digits) const;
  bool moveDim(templates::FreeDim dim, llvm::MutableArrayRef<int64_t> digits,
               llvm::SmallVectorImpl<templates::FreeDim> &out) const;

  templates::Ref from, to;
  llvm::SmallVector<Level, 4> levels; ///< outermost first
};

/// Iterations of the loop that has this counter; none if it is no counter of a counted loop.
std::optional<int64_t> iterationsOf(mlir::Value counter);

} // namespace neuron::memory
