// A home for every nn value: a strided view of a tensor in device memory.
//
// Reshapes, transpositions and slices of a value are views of its root where strides can say
// it, and a value is written straight to the place of its only reader where that is such a
// view; everything else gets a scratch tensor of its own, row-major. Weights and small constants
// have segments of their own kind; what crosses the border of the function is where Borders says.
#pragma once

#include "dialects/isa/Isa.h"
#include "dialects/nn/Nn.h"
#include "passes/plan/Borders.h"
#include "passes/plan/FormGroups.h"
#include "passes/templates/TileBuilder.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/StringSet.h"

namespace neuron::plan {

class Homes {
public:
  /// Declares segments at the head of the function's module. `iteration` and `parity` are the
  /// counters of the repeat around the function, null where there is none.
  Homes(mlir::func::FuncOp function, const Groups &groups, const Borders &borders,
        mlir::Value iteration, mlir::Value parity);

  /// Where the operands of a repeat have to be and its results are, or null.
  const RepeatBorder *borderOf(nn::RepeatOp repeat) const {
    return borders.ofRepeat(repeat.getBlockAttr().getAttr());
  }

  /// Where a value is. The value has a home already, is a weight or a constant.
  mlir::FailureOr<templates::HbmView> of(mlir::Value value);

  /// Where the result of an op is to be written: its place at the border, or a new scratch
  /// segment.
  mlir::FailureOr<templates::HbmView> forResult(mlir::Value value);

  /// The same for a template that writes any strides: where the result's only reader is to
  /// have it, if a view of that place can say it.
  mlir::FailureOr<templates::HbmView> forStridedResult(mlir::Value value);

  /// The memory of the state that an op reads or writes.
  mlir::FailureOr<templates::HbmView> stateHome(nn::StateReadOp read);
  mlir::FailureOr<templates::HbmView> stateHome(nn::StateWriteOp write);

  /// Makes a value a view of another's memory.
  void alias(mlir::Value value, templates::HbmView view);

  /// Whether the value must be written to a place of its own at a border.
  bool isOutput(mlir::Value value) const { return outputs.count(value); }

  /// Where the function's results have to be, in their order.
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
                             mlir::Attribute value = {});
  mlir::FailureOr<templates::HbmView> weightHome(mlir::Value value, llvm::ArrayRef<int64_t> order,
                                                 std::optional<DType> stored);
  mlir::FlatSymbolRefAttr derivedWeight(nn::WeightOp weight, llvm::ArrayRef<int64_t> order,
                                        mlir::RankedTensorType type);
  void placeBorder();
  templates::HbmView here(const MovingView &moving) const;
  templates::HbmView sliceNow(templates::HbmView stacked) const;

  std::optional<templates::HbmView> givenPlace(mlir::Value value);
  void materialise(templates::HbmView &view);
  std::optional<templates::HbmView> partOf(nn::ConcatOp concat, mlir::Value operand);
  std::optional<templates::HbmView> destination(mlir::Value value);

  /// A symbol that nothing in the module has.
  std::string uniqueName(mlir::StringRef hint);

  mlir::func::FuncOp function;
  const Groups &groups;
  const Borders &borders;
  mlir::Value iteration, parity;
  mlir::OpBuilder declarations;
  int64_t nextIndex = 0;
  int64_t nextName = 0;
  llvm::StringSet<> taken; ///< names of the module's symbols
  llvm::DenseMap<mlir::Value, templates::HbmView> homes;
  llvm::DenseMap<mlir::Value, templates::HbmView> outputs;
  llvm::DenseMap<mlir::Attribute, templates::HbmView> weights;
  llvm::SmallVector<templates::HbmView> resultViews;
};

} // namespace neuron::plan
