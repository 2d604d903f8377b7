// Building nn ops in a row: the vocabulary in which decompositions are written.
//
// Every function builds one op at the emitter's place and returns its result. Shapes are those
// of our own rules, so that inference cannot fail.
#pragma once

#include "dialects/nn/Nn.h"

#include "llvm/ADT/Sequence.h"

namespace neuron::passes {

using Dims = llvm::SmallVector<int64_t, 6>;

inline mlir::RankedTensorType typeOf(mlir::Value value) {
  return mlir::cast<mlir::RankedTensorType>(value.getType());
}
inline llvm::ArrayRef<int64_t> shapeOf(mlir::Value value) { return typeOf(value).getShape(); }
inline mlir::Type elementOf(mlir::Value value) { return typeOf(value).getElementType(); }

/// The least and the largest number of a type, infinities for floats; 64-bit integers are those
/// that the device holds, 32 bits.
double leastOf(mlir::Type element);
double largestOf(mlir::Type element);

class OpEmitter {
public:
  OpEmitter(mlir::OpBuilder &builder, mlir::Location location)
      : builder(builder), location(location) {}

  /// An op whose attributes are none or have defaults.
  template <class OpTy> mlir::Value make(mlir::ValueRange operands) {
    return make<OpTy>(operands, {});
  }
  template <class OpTy>
  mlir::Value make(mlir::ValueRange operands, llvm::ArrayRef<mlir::NamedAttribute> attributes) {
    return (*nn::tryCreate<OpTy>(builder, location, operands, attributes))->getResult(0);
  }

  mlir::Value add(mlir::Value x, mlir::Value y) { return make<nn::AddOp>({x, y}); }
  mlir::Value subtract(mlir::Value x, mlir::Value y) { return make<nn::SubtractOp>({x, y}); }
  mlir::Value multiply(mlir::Value x, mlir::Value y) { return make<nn::MultiplyOp>({x, y}); }
  mlir::Value divide(mlir::Value x, mlir::Value y) { return make<nn::DivideOp>({x, y}); }
  mlir::Value select(mlir::Value p, mlir::Value x, mlir::Value y) {
    return make<nn::SelectOp>({p, x, y});
  }

  /// One number of the element type and rank of `like`, all dims 1.
  mlir::Value number(double value, mlir::Value like);
  /// A constant of 64-bit integers or of numbers of type `element`.
  mlir::Value integers(llvm::ArrayRef<int64_t> values);
  mlir::Value numbers(llvm::ArrayRef<double> values, mlir::Type element);

  /// A reduction that keeps its dims as ones.
  template <class OpTy> mlir::Value reduce(mlir::Value x, llvm::ArrayRef<int64_t> axes) {
    return make<OpTy>(x, {named("axes", axes), {name("keep_dims"), builder.getBoolAttr(true)}});
  }

  mlir::Value reshape(mlir::Value x, llvm::ArrayRef<int64_t> shape);
  mlir::Value broadcast(mlir::Value x, llvm::ArrayRef<int64_t> shape);
  mlir::Value cast(mlir::Value x, mlir::Type element);
  mlir::Value transpose(mlir::Value x, llvm::ArrayRef<int64_t> perm);
  /// As nn.transpose of the last two dims.
  mlir::Value swapLast(mlir::Value x);
  mlir::Value slice(mlir::Value x, llvm::ArrayRef<int64_t> starts, llvm::ArrayRef<int64_t> sizes,
                    llvm::ArrayRef<int64_t> steps);
  mlir::Value matmul(mlir::Value x, mlir::Value y) { return make<nn::MatmulOp>({x, y}); }
  mlir::Value gather(mlir::Value x, mlir::Value indices, int64_t axis);
  mlir::Value iota(llvm::ArrayRef<int64_t> shape, int64_t axis, mlir::Type element);

  /// The vector `x` as a tensor of `rank` dims, its own at `axis`, the others 1.
  mlir::Value along(mlir::Value x, int64_t axis, int64_t rank);

  mlir::StringAttr name(llvm::StringRef text) { return builder.getStringAttr(text); }
  mlir::NamedAttribute named(llvm::StringRef text, llvm::ArrayRef<int64_t> values) {
    return {name(text), builder.getDenseI64ArrayAttr(values)};
  }
  mlir::NamedAttribute named(llvm::StringRef text, int64_t value) {
    return {name(text), builder.getI64IntegerAttr(value)};
  }

  mlir::OpBuilder &builder;
  mlir::Location location;
};

} // namespace neuron::passes
