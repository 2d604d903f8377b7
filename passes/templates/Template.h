// The contract of tile templates.
//
// A template lowers one nn op to tile-level code: it reads the homes of the operands, gives the
// result a home and writes it. Every op lowers alone, with operands and results in device
// memory, splitting every dimension so that it stays within the budget; that is the fallback.
// What a template cannot do it refuses with a sentence, before it has written anything.
#pragma once

#include "passes/plan/PlaceValues.h"
#include "passes/templates/Shared.h"
#include "passes/templates/TileBuilder.h"
#include "runtime/target/Machine.h"

namespace neuron::templates {

/// What a template may use. Units: bytes per partition.
struct Budget {
  int64_t sbufBytes = 64 * 1024;
  int64_t slots = 2; ///< iterations in flight
};

/// An op whose values go through device memory for want of anything better.
struct Fallback {
  mlir::Operation *op;
  std::string reason;
};

struct Context {
  TileBuilder &tiles;
  plan::Homes &homes;
  const target::Machine &machine;
  Budget budget;
  /// Elementwise ops to apply to the op's result before it is stored; see plan::Groups.
  ArrayRef<mlir::Operation *> epilogue = {};
  DType matmulType = DType::F32; ///< what f32 operands of the TensorE are rounded to
  SharedTiles &shared;
  std::vector<Fallback> fallbacks = {};

  /// Counts `op` as lowered by a generic template, once.
  void fellBack(mlir::Operation *op, const llvm::Twine &reason) {
    if (fallbacks.empty() || fallbacks.back().op != op)
      fallbacks.push_back({op, reason.str()});
  }
};

/// The type in which the TensorE reads an operand of `stored` type.
inline DType tensorEngineType(const Context &context, DType stored) {
  return stored == DType::F32 ? context.matmulType : stored;
}

using Template = mlir::LogicalResult (*)(mlir::Operation *, Context &);

/// The template of an op, or null when the op has none.
Template findTemplate(mlir::Operation *op);
/// Whether that template is the generic one: map-reduce, or a copy in device memory.
bool isGeneric(mlir::Operation *op);

// One function a file; all of the type Template.
mlir::LogicalResult lowerElementwise(mlir::Operation *op, Context &context);
mlir::LogicalResult lowerReduce(mlir::Operation *op, Context &context);
mlir::LogicalResult lowerPool(mlir::Operation *op, Context &context);
mlir::LogicalResult lowerMatmul(mlir::Operation *op, Context &context);
mlir::LogicalResult lowerConv(mlir::Operation *op, Context &context);
mlir::LogicalResult lowerSoftmax(mlir::Operation *op, Context &context);
mlir::LogicalResult lowerLayerNorm(mlir::Operation *op, Context &context);
mlir::LogicalResult lowerRmsNorm(mlir::Operation *op, Context &context);
mlir::LogicalResult lowerAttention(mlir::Operation *op, Context &context);
mlir::LogicalResult lowerCumsum(mlir::Operation *op, Context &context);
mlir::LogicalResult lowerRope(mlir::Operation *op, Context &context);
mlir::LogicalResult lowerReshape(mlir::Operation *op, Context &context);
mlir::LogicalResult lowerTranspose(mlir::Operation *op, Context &context);
mlir::LogicalResult lowerBroadcast(mlir::Operation *op, Context &context);
mlir::LogicalResult lowerSlice(mlir::Operation *op, Context &context);
mlir::LogicalResult lowerConcat(mlir::Operation *op, Context &context);
mlir::LogicalResult lowerPad(mlir::Operation *op, Context &context);
mlir::LogicalResult lowerGather(mlir::Operation *op, Context &context);
mlir::LogicalResult lowerStateWrite(mlir::Operation *op, Context &context);
mlir::LogicalResult lowerRepeat(mlir::Operation *op, Context &context);
mlir::LogicalResult lowerCacheUpdate(mlir::Operation *op, Context &context);
mlir::LogicalResult lowerScatterNd(mlir::Operation *op, Context &context);

/// Whether an op that replaces rows of its first operand may write into it: that is a state
/// which nobody else reads, and the op's result is the state's next value.
bool updatesStateInPlace(mlir::Operation *update);

/// dst = src, element by element; equal shapes, any strides. Cost: one or more transfers.
void move(TileBuilder &tiles, HbmView dst, HbmView src);
/// dst = value everywhere; of integers the nearest one, exactly.
void fill(TileBuilder &tiles, HbmView dst, double value);
/// A view of [low, low + size) of every dim.
HbmView window(const HbmView &view, llvm::ArrayRef<int64_t> low, llvm::ArrayRef<int64_t> size);

} // namespace neuron::templates
