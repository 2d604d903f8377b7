// The elementwise part of a group as instructions on one tile.
#pragma once

#include "passes/templates/Template.h"

namespace neuron::templates {

/// What follows a producer (or stands alone): leaves are the values that come from outside.
class GroupBody {
public:
  /// `produced` is the value that the group's producer makes, or null when there is none.
  GroupBody(ArrayRef<mlir::Operation *> ops, mlir::Value produced);

  ArrayRef<mlir::Value> leaves() const { return leafValues; }
  /// f32 tiles that emit makes, at most.
  unsigned temporaries() const { return tileCount; }
  /// The value that the group leaves behind.
  mlir::Value result() const { return resultValue; }

  /// Writes the group's result into dst. The refs have dst's shape; `produced` is the tile of
  /// the produced value.
  void emit(TileBuilder &tiles, ArrayRef<Ref> leafTiles, const Ref *produced, const Ref &dst) const;

private:
  SmallVector<mlir::Operation *, 4> ops;
  mlir::Value produced, resultValue;
  SmallVector<mlir::Value, 4> leafValues;
  unsigned tileCount = 0;
};

/// A view over a larger shape of the same rank: dims of size 1 repeat.
HbmView repeated(HbmView view, ArrayRef<int64_t> shape);

/// The homes of a body's leaves, over the shape of its result.
/// Errors: located, when a leaf has no home.
mlir::FailureOr<SmallVector<HbmView>> leafViews(const GroupBody &body, Context &context);

} // namespace neuron::templates
