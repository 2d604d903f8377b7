// Building nn ops in a row.
#include "passes/normalise/OpEmitter.h"

#include "mlir/IR/BuiltinAttributes.h"

#include <cmath>
#include <limits>

using namespace mlir;

namespace neuron::passes {

static Attribute elementAttribute(double value, Type element) {
  if (auto type = dyn_cast<FloatType>(element)) {
    // Rounded to the type here: FloatAttr wants the semantics of its type.
    APFloat number(value);
    bool inexact;
    number.convert(type.getFloatSemantics(), APFloat::rmNearestTiesToEven, &inexact);
    return FloatAttr::get(type, number);
  }
  return IntegerAttr::get(element, APInt(element.getIntOrFloatBitWidth(), uint64_t(int64_t(value)),
                                         /*isSigned=*/true, /*implicitTrunc=*/true));
}

double leastOf(Type element) {
  auto integer = dyn_cast<IntegerType>(element);
  if (!integer)
    return -std::numeric_limits<double>::infinity();
  return integer.isUnsigned() || integer.getWidth() == 1
             ? 0
             : -std::ldexp(1.0, std::min(integer.getWidth(), 32u) - 1);
}

double largestOf(Type element) {
  auto integer = dyn_cast<IntegerType>(element);
  if (!integer)
    return std::numeric_limits<double>::infinity();
  unsigned sign = integer.isUnsigned() || integer.getWidth() == 1 ? 0 : 1;
  return std::ldexp(1.0, std::min(integer.getWidth(), 32u) - sign) - 1;
}

Value OpEmitter::number(double value, Value like) {
  auto type = RankedTensorType::get(Dims(typeOf(like).getRank(), 1), elementOf(like));
  return nn::ConstantOp::create(
      builder, location, DenseElementsAttr::get(type, elementAttribute(value, elementOf(like))));
}

Value OpEmitter::integers(ArrayRef<int64_t> values) {
  auto type = RankedTensorType::get(int64_t(values.size()), builder.getI64Type());
  return nn::ConstantOp::create(builder, location, DenseElementsAttr::get(type, values));
}

Value OpEmitter::numbers(ArrayRef<double> values, Type element) {
  auto type = RankedTensorType::get(int64_t(values.size()), element);
  SmallVector<Attribute> attributes;
  for (double value : values)
    attributes.push_back(elementAttribute(value, element));
  return nn::ConstantOp::create(builder, location, DenseElementsAttr::get(type, attributes));
}

Value OpEmitter::reshape(Value x, ArrayRef<int64_t> shape) {
  if (shapeOf(x) == shape)
    return x;
  return nn::ReshapeOp::create(builder, location, RankedTensorType::get(shape, elementOf(x)), x);
}

Value OpEmitter::broadcast(Value x, ArrayRef<int64_t> shape) {
  if (shapeOf(x) == shape)
    return x;
  return nn::BroadcastOp::create(builder, location, RankedTensorType::get(shape, elementOf(x)), x);
}

Value OpEmitter::cast(Value x, Type element) {
  if (elementOf(x) == element)
    return x;
  return nn::CastOp::create(builder, location, RankedTensorType::get(shapeOf(x), element), x);
}

Value OpEmitter::transpose(Value x, ArrayRef<int64_t> perm) {
  return make<nn::TransposeOp>(x, {named("perm", perm)});
}

Value OpEmitter::swapLast(Value x) {
  Dims perm = llvm::to_vector<6>(llvm::seq<int64_t>(typeOf(x).getRank()));
  std::swap(perm[perm.size() - 1], perm[perm.size() - 2]);
  return transpose(x, perm);
}

Value OpEmitter::slice(Value x, ArrayRef<int64_t> starts, ArrayRef<int64_t> sizes,
                       ArrayRef<int64_t> steps) {
  return make<nn::SliceOp>(x,
                           {named("starts", starts), named("sizes", sizes), named("steps", steps)});
}

Value OpEmitter::gather(Value x, Value indices, int64_t axis) {
  return make<nn::GatherOp>({x, indices}, {named("axis", axis)});
}

Value OpEmitter::iota(ArrayRef<int64_t> shape, int64_t axis, Type element) {
  return nn::IotaOp::create(builder, location, RankedTensorType::get(shape, element), axis);
}

Value OpEmitter::along(Value x, int64_t axis, int64_t rank) {
  Dims shape(rank, 1);
  shape[axis] = shapeOf(x)[0];
  return reshape(x, shape);
}

} // namespace neuron::passes
