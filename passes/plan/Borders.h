// Homes of the values that cross the border of a function, declared before any is lowered.
//
// Functions are lowered apart from each other, so the tensors that they share are fixed first:
// inputs and outputs of the program, states, and what a repeat hands to its block and takes back.
// A carried value has two homes in turn: iteration l reads it at l mod 2 and writes it at the
// other one, the first finds it at 0. Slices and collected values move by one slice an iteration.
// What has a home of the program already, an input or an output, keeps it.
#pragma once

#include "dialects/isa/Isa.h"
#include "dialects/nn/Nn.h"
#include "passes/templates/TileBuilder.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/BuiltinOps.h"
#include "llvm/ADT/MapVector.h"

namespace neuron::plan {

/// The machine's type of an nn element type: f64 is held as f32, i64 as i32, i1 as bool.
/// Errors: failure for a type that the machine cannot hold.
llvm::FailureOr<DType> deviceType(mlir::Type element);
/// The builtin type that a segment of the machine's type is declared with.
mlir::Type declaredType(mlir::MLIRContext *context, DType dtype);

/// A view that moves with the repeat around the function. Units: bytes.
struct MovingView {
  templates::HbmView view;
  int64_t iterationStep = 0;
  int64_t parityStep = 0;
};

/// Where a function finds its arguments and leaves its results.
struct FunctionBorder {
  llvm::SmallVector<MovingView> arguments, results;
  bool repeated = false; ///< it is the block of a repeat
};

/// Where a repeat's operands have to be before it, and its results are after it.
struct RepeatBorder {
  llvm::SmallVector<templates::HbmView> operands, results;
};

class Borders {
public:
  /// Declares the segments in front of the module's first function.
  /// Errors: located, for types that the machine cannot hold.
  mlir::LogicalResult declare(mlir::ModuleOp module);

  const FunctionBorder &of(mlir::func::FuncOp function) const {
    return functions.find(function.getSymNameAttr())->second;
  }
  /// The border of the repeat that runs `block`, or null.
  const RepeatBorder *ofRepeat(mlir::StringAttr block) const {
    auto found = repeats.find(block);
    return found == repeats.end() ? nullptr : &found->second;
  }
  /// The memory of a state; its segment is null for an unknown one.
  templates::HbmView ofState(mlir::StringAttr state) const { return states.lookup(state); }

private:
  mlir::LogicalResult declareInterface(mlir::func::FuncOp function);
  mlir::LogicalResult declareRepeat(mlir::func::FuncOp caller, nn::RepeatOp repeat,
                                    mlir::func::FuncOp block);
  mlir::LogicalResult declareStates(mlir::ModuleOp module);
  templates::HbmView operandHome(mlir::func::FuncOp caller, mlir::Value operand, DType dtype);
  templates::HbmView collectedHome(mlir::func::FuncOp caller, mlir::Value result, DType dtype);
  templates::HbmView declareSegment(mlir::Location loc, mlir::StringRef hint, mlir::StringRef kind,
                                    DType dtype, llvm::ArrayRef<int64_t> shape,
                                    mlir::Type interfaceType = {});

  mlir::OpBuilder *declarations = nullptr;
  int64_t nextIndex = 0;
  llvm::DenseMap<mlir::StringAttr, FunctionBorder> functions;
  llvm::DenseMap<mlir::StringAttr, RepeatBorder> repeats;
  llvm::DenseMap<mlir::StringAttr, templates::HbmView> states;
  llvm::DenseSet<mlir::StringAttr> taken; ///< names of the module's symbols
};

} // namespace neuron::plan
