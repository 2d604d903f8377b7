// A home for every nn value: a strided view of a tensor in device memory.
//
// Reshapes, transpositions and slices of a value are views of its root where strides can say
// it, and a value is written straight to the place of its only reader where that is such a
// view; everything else gets a scratch tensor of its own, row-major. Weights and small constants
// have segments of their own kind; results of the function live in output segments.
#pragma once

#include "dialects/isa/Isa.h"
#include "dialects/nn/Nn.h"
#include "passes/plan/FormGroups.h"
#include "passes/templates/TileBuilder.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/StringSet.h"

namespace neuron::plan {

/// The machine's type of an nn element type: f64 is held as f32, i64 as i32, i1 as bool.
/// Errors: failure for a type that the machine cannot hold.
llvm::FailureOr<DType> deviceType(mlir::Type element);

class Homes {
public:
  /// Declares segments at the head of the function's module.
  Homes(mlir::func::FuncOp function, const Groups &groups);

  /// Gives arguments and results their input and output segments.
  /// Errors: located, for types that the machine cannot hold.
  mlir::LogicalResult placeInterface();

  /// Where a value is. The value has a home already, is a weight or a constant.
  mlir::FailureOr<templates::HbmView> of(mlir::Value value);

  /// Where the result of an op is to be written: its output segment, or a new scratch segment.
  mlir::FailureOr<templates::HbmView> forResult(mlir::Value value);

  /// The same for a template that writes any strides: where the result's only reader is to
  /// have it, if a view of that place can say it.
  mlir::FailureOr<templates::HbmView> forStridedResult(mlir::Value value);

  /// The memory of a state.
  mlir::FailureOr<templates::HbmView> stateHome(mlir::Operation *user,
                                                mlir::FlatSymbolRefAttr state);

  /// Makes a value a view of another's memory.
  void alias(mlir::Value value, templates::HbmView view);

  /// Whether the value must be written to an output segment of its own.
  bool isOutput(mlir::Value value) const { return outputs.count(value); }

  /// The output segments, in the order of the function's results.
  llvm::ArrayRef<templates::HbmView> results() const { return resultViews; }

  /// A row-major scratch tensor.
  templates::HbmView scratch(DType dtype, llvm::ArrayRef<int64_t> shape);

  /// A row-major tensor of one repeated or of listed f32 values.
  templates::HbmView constant(llvm::ArrayRef<float> values, llvm::ArrayRef<int64_t> shape);

  /// A weight's dims in another order: a lazy permutation for weights, a strided view otherwise.
  /// A weight is converted to `stored` while it is written, if that is given; other values stay
  /// as they are.
  mlir::FailureOr<templates::HbmView> permuted(mlir::Value value, llvm::ArrayRef<int64_t> order,
                                               std::optional<DType> stored = std::nullopt);

private:
  templates::HbmView declare(mlir::StringRef hint, mlir::StringRef kind, DType dtype,
                             llvm::ArrayRef<int64_t> shape, mlir::FlatSymbolRefAttr weight = {},
                             mlir::Attribute value = {}, mlir::Type interfaceType = {});
  mlir::FailureOr<templates::HbmView> weightHome(mlir::Value value, llvm::ArrayRef<int64_t> order,
                                                 std::optional<DType> stored);

  std::optional<templates::HbmView> givenPlace(mlir::Value value);
  void materialise(templates::HbmView &view);
  std::optional<templates::HbmView> partOf(nn::ConcatOp concat, mlir::Value operand);
  std::optional<templates::HbmView> destination(mlir::Value value);

  /// A symbol that nothing in the module has.
  std::string uniqueName(mlir::StringRef hint);

  mlir::func::FuncOp function;
  const Groups &groups;
  mlir::OpBuilder declarations;
  int64_t nextIndex = 0;
  int64_t nextName = 0;
  llvm::StringSet<> taken; ///< names of the module's symbols
  llvm::DenseMap<mlir::Value, templates::HbmView> homes;
  llvm::DenseMap<mlir::Value, templates::HbmView> outputs;
  llvm::DenseMap<mlir::Attribute, templates::HbmView> weights, states;
  llvm::SmallVector<templates::HbmView> resultViews;
};

} // namespace neuron::plan
