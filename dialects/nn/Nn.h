// The nn dialect: the operations of a model with their whole meaning.
//
// Ops come from the tables Nn<Kind>.td. Every value is a builtin tensor of static shape.
// Attributes are properties; ops whose types follow from their operands infer them and
// report broken constraints (C1).. at the location given, so `createByName` and `tryCreate`
// never build an op that its verifier would refuse for a type.
#pragma once

#include "mlir/Bytecode/BytecodeOpInterface.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/BuiltinAttributes.h"
#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/Dialect.h"
#include "mlir/IR/OpDefinition.h"
#include "mlir/IR/OpImplementation.h"
#include "mlir/IR/SymbolTable.h"
#include "mlir/Interfaces/InferTypeOpInterface.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"

#include "dialects/nn/NnDialect.h.inc"

#define GET_ATTRDEF_CLASSES
#include "dialects/nn/NnAttributes.h.inc"

#define GET_OP_CLASSES
#include "dialects/nn/NnElementwise.h.inc"
#define GET_OP_CLASSES
#include "dialects/nn/NnLinear.h.inc"
#define GET_OP_CLASSES
#include "dialects/nn/NnNorm.h.inc"
#define GET_OP_CLASSES
#include "dialects/nn/NnReduce.h.inc"
#define GET_OP_CLASSES
#include "dialects/nn/NnShape.h.inc"
#define GET_OP_CLASSES
#include "dialects/nn/NnIndex.h.inc"
#define GET_OP_CLASSES
#include "dialects/nn/NnState.h.inc"
#define GET_OP_CLASSES
#include "dialects/nn/NnControl.h.inc"

namespace neuron::nn {

/// Largest number of elements that a value may have; larger shapes are refused as input.
inline constexpr int64_t kMaxElements = int64_t{1} << 40;

/// Largest nn.constant, in bytes.
inline constexpr int64_t kMaxConstantBytes = 65536;

/// Bytes of one element in host memory: booleans take one.
unsigned elementBytes(mlir::Type element);

/// Bytes of a tensor in host memory.
int64_t tensorBytes(mlir::RankedTensorType type);

/// Builds the op `name` ("nn.add") with inferred result types.
/// Errors: reported at `location`: unknown op, wrong operand count, unknown or ill-typed
/// attribute, broken constraint of the type rule.
mlir::FailureOr<mlir::Operation *> createByName(mlir::OpBuilder &builder, mlir::Location location,
                                                llvm::StringRef name, mlir::ValueRange operands,
                                                llvm::ArrayRef<mlir::NamedAttribute> attributes);

/// As `createByName`, for a known op whose properties are given as its Properties struct.
template <class OpTy>
mlir::FailureOr<OpTy> tryCreate(mlir::OpBuilder &builder, mlir::Location location,
                                mlir::ValueRange operands,
                                llvm::ArrayRef<mlir::NamedAttribute> attributes = {}) {
  auto op = createByName(builder, location, OpTy::getOperationName(), operands, attributes);
  if (mlir::failed(op))
    return mlir::failure();
  return mlir::cast<OpTy>(*op);
}

/// The type of a weight's elements after one transform, or failure with a reason.
mlir::FailureOr<mlir::RankedTensorType>
applyTransform(mlir::Attribute transform, mlir::RankedTensorType type,
               llvm::function_ref<mlir::InFlightDiagnostic()> emitError);

/// `type` with a new dim 0 of `count`.
mlir::RankedTensorType stackedType(mlir::RankedTensorType type, int64_t count);

/// The nn.repeat whose block `op` stands in, or null.
/// Cost: linear in the ops of the module.
RepeatOp repeatAround(mlir::Operation *op);

/// The type rule of elementwise ops: "same" (element type of the operands), "bool" (i1) or
/// "select" (first operand boolean, element type of the others).
mlir::LogicalResult inferElementwise(std::optional<mlir::Location> location, llvm::StringRef op,
                                     mlir::ValueRange operands, llvm::StringRef rule,
                                     llvm::SmallVectorImpl<mlir::Type> &inferred);

} // namespace neuron::nn
