// One value of device memory as a buffer on chip.
#pragma once

#include "passes/memory/Lifetimes.h"
#include "passes/memory/RowLayout.h"
#include "runtime/target/Machine.h"

namespace neuron::memory {

/// What is shared by the values of a function.
struct Residents {
  const target::Machine &machine;
  llvm::DenseSet<mlir::Operation *> buffers = {}; ///< of values that stay
};

/// A scratch tensor, its accesses, and where they would be on chip.
class Residence {
public:
  Residence(mlir::func::FuncOp function, isa::SegmentOp segment)
      : function(function), segment(segment) {}

  /// Takes down that operand `k` of `op` is of the tensor; false when that keeps it in device
  /// memory.
  bool add(tile::InstOp op, unsigned k);

  /// Chooses the layout in which most loads become reads on chip; false when there is none, or
  /// nothing is saved.
  bool choose(const Positions &positions);

  int64_t bytes() const; ///< of a partition
  int64_t start() const { return first; }
  int64_t end() const { return last; }
  int64_t saved() const { return savedBytes; } ///< of device memory's traffic

  /// Makes the buffer and rewrites the accesses.
  void moveIn(Residents &residents);

private:
  /// An operand in device memory, what it is moved from or to, and its place on chip.
  struct Use {
    tile::InstOp op;
    unsigned operand;
    mlir::Operation *top; ///< of the function's body
    templates::Ref access;
    std::optional<templates::Ref> partner = std::nullopt; ///< of a transfer
    templates::Ref place = {};
    bool onChip = false; ///< the place is used

    int64_t traffic() const;
  };

  int64_t elements() const;
  llvm::SmallVector<int64_t, 4> lengths() const;
  std::optional<int64_t> lay(const RowLayout &layout);
  bool layStore(Use &use) const;
  bool layLoad(Use &use) const;
  bool isBehindRepeat(const Use &load) const;
  bool isKept() const; ///< somebody still reads device memory
  DType commonType() const;
  void liveAt(const Positions &positions, const Use &use);

  void storeOnChip(Use &use, Residents &residents);
  void loadOnChip(Use &use, Residents &residents);
  bool replace(Use &use, bool isLoad, Residents &residents);
  templates::Ref at(const Use &use) const;

  mlir::func::FuncOp function;
  isa::SegmentOp segment;
  llvm::SmallVector<Use, 2> stores, loads;
  RowLayout layout;
  DType stored = DType::F32; ///< the type of the buffer
  mlir::Value buffer;
  int64_t first = 0, last = 0, savedBytes = 0;
};

} // namespace neuron::memory
