// Loads operands of the TensorE: the contracted dim on the partitions.
//
// A view [k, columns] becomes [128, steps, columns] in SBUF, step s holding elements s * 128 ..
// of k. A view whose contracted dim is contiguous in memory would be loaded an element at a
// time; it is loaded by rows instead and turned over on the TensorE, block by block, against an
// identity.
#pragma once

#include "passes/templates/Template.h"

#include "llvm/Support/MathExtras.h"

namespace neuron::templates {

/// The TensorE's tile: contraction x stationary columns x moving columns.
inline constexpr int64_t kContractTile = 128;
inline constexpr int64_t kStationaryTile = 128;
inline constexpr int64_t kMovingTile = 512;

/// A chunk in SBUF: [128 of k, steps, columns], the last step maybe short.
struct Resident {
  Ref tile;
  int64_t columns = 0;

  Ref at(const Index &step, int64_t lanes, const Index &column, int64_t count) const {
    return tile.inPartitions(0, lanes).withDims({{1, count}}).at(step * columns + column);
  }
};

/// Where an operand of the TensorE lies, its dims in another order. A weight lies there in the
/// type that the TensorE reads, so that no byte more is moved. Errors: those of Homes.
mlir::FailureOr<HbmView> operandView(Context &context, mlir::Value value,
                                     llvm::ArrayRef<int64_t> order);

class OperandLoader {
public:
  /// `type` is what the TensorE reads.
  OperandLoader(TileBuilder &tiles, DType type, int64_t slots)
      : tiles(tiles), type(type), slots(slots) {}

  /// Whether a view [k, columns] is loaded by rows and turned over.
  static bool turnsOver(const HbmView &view) {
    return view.strides[0] == 1 && view.strides[1] != 1 && view.shape[1] > 1;
  }

  /// Makes the identity that turning over and `transpose` need; outside the loops.
  void makeIdentity(SharedTiles &shared);

  /// Loads [kStart, kStart + kCount) x [start, start + count) of a view of rank 2; `at` is
  /// added to every element's place.
  Resident load(const HbmView &view, const Index &at, const Index &kStart, int64_t kCount,
                const Index &start, int64_t count, int64_t chunkSlots);

  /// dst[j, i] = block[i, j]: through the TensorE and a PSUM bank.
  void transpose(const Ref &dst, const Ref &block);

  /// bank (+)= lhs[k, row ..]' * rhs[k, ...] over kCount; the first step overwrites.
  void multiply(const Ref &bank, const Resident &lhs, const Resident &rhs, int64_t kCount,
                const Index &row, const Index &column);

private:
  TileBuilder &tiles;
  DType type;
  int64_t slots;
  Ref identity;
};

} // namespace neuron::templates
