// What the type rules of all kinds share: located reports and checks of shapes and windows.
#pragma once

#include "dialects/nn/Nn.h"

namespace neuron::nn {

/// "2x3xf32"-like text of a type; "scalar f32" for rank 0.
std::string typeText(mlir::RankedTensorType type);
std::string shapeText(llvm::ArrayRef<int64_t> shape);

/// Reports broken constraints of one op at one place.
struct Report {
  std::optional<mlir::Location> location;
  llvm::StringRef op;

  /// Emits "nn.op: text" if there is a location; always failure.
  mlir::LogicalResult fail(const llvm::Twine &text) const;

  /// The static tensor type of `value`, or a report that it is none.
  mlir::FailureOr<mlir::RankedTensorType> tensor(mlir::Value value, llvm::StringRef role) const;

  /// (C1) axis is in [0, rank).
  mlir::LogicalResult axis(int64_t axis, int64_t rank) const;

  /// Element types of `types` are equal; `label` is the constraint's.
  mlir::LogicalResult sameElements(llvm::StringRef label,
                                   llvm::ArrayRef<mlir::RankedTensorType> types) const;

  /// Appends tensor<shape x element> to `inferred`, or reports a shape that is negative or
  /// larger than kMaxElements.
  mlir::LogicalResult result(llvm::ArrayRef<int64_t> shape, mlir::Type element,
                             llvm::SmallVectorImpl<mlir::Type> &inferred) const;
};

/// One spatial window with all lists filled in.
struct Window {
  llvm::SmallVector<int64_t> kernel, strides, dilations, padsLow, padsHigh;

  /// Input positions that the window spans along spatial dim `i`.
  int64_t span(unsigned i) const { return (kernel[i] - 1) * dilations[i] + 1; }
};

/// Fills empty lists and checks (C2): one entry a spatial dim, positive strides and dilations,
/// no negative pads, nothing above 2^31.
mlir::FailureOr<Window> makeWindow(const Report &report, llvm::ArrayRef<int64_t> kernel,
                                   llvm::ArrayRef<int64_t> strides,
                                   llvm::ArrayRef<int64_t> dilations,
                                   llvm::ArrayRef<int64_t> padsLow,
                                   llvm::ArrayRef<int64_t> padsHigh);

/// Appends the spatial result dims to `shape`, checking (C4): the window fits.
mlir::LogicalResult appendWindowDims(const Report &report, llvm::ArrayRef<int64_t> spatial,
                                     const Window &window, bool ceilMode,
                                     llvm::SmallVectorImpl<int64_t> &shape);

/// The shape that `shapes` of one rank broadcast to, dims being equal or 1.
mlir::FailureOr<llvm::SmallVector<int64_t>>
broadcastShapes(const Report &report, llvm::StringRef label,
                llvm::ArrayRef<llvm::ArrayRef<int64_t>> shapes);

/// Registers `Ops` with the dialect.
template <class... Ops> void insertOps(mlir::Dialect &dialect) {
  (mlir::RegisteredOperationName::insert<Ops>(dialect), ...);
}

void insertElementwiseOps(mlir::Dialect &dialect);
void insertLinearOps(mlir::Dialect &dialect);
void insertNormOps(mlir::Dialect &dialect);
void insertReduceOps(mlir::Dialect &dialect);
void insertShapeOps(mlir::Dialect &dialect);
void insertIndexOps(mlir::Dialect &dialect);
void insertStateOps(mlir::Dialect &dialect);
void insertControlOps(mlir::Dialect &dialect);

} // namespace neuron::nn
