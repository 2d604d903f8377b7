// On-chip tiles that several groups of a function read: loaded and turned over once.
#pragma once

#include "passes/templates/TileBuilder.h"

#include "llvm/ADT/DenseMap.h"

namespace neuron::templates {

/// Tiles that were made outside all loops and that nobody writes again. They live up to their
/// last reader; a repeat, whose body may use every byte, ends them.
class SharedTiles {
public:
  explicit SharedTiles(bool enabled) : enabled(enabled) {}

  /// The tile for a value as the TensorE reads it in `type`, made by `make` where it has not been
  /// made before or the builder stands in a loop. A null value is the identity matrix.
  template <typename Make> Ref of(TileBuilder &tiles, mlir::Value value, DType type, Make make) {
    if (!enabled || tiles.inLoop())
      return make();
    auto [known, isNew] = made.try_emplace({value, unsigned(type)});
    if (isNew)
      known->second = make();
    return known->second;
  }

  void end() { made.clear(); }

private:
  bool enabled;
  llvm::DenseMap<std::pair<mlir::Value, unsigned>, Ref> made;
};

} // namespace neuron::templates
