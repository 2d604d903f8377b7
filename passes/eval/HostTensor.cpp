// Tensors in host memory, and their way to and from constants of the IR.
#include "passes/eval/HostTensor.h"

#include "runtime/base/Numbers.h"
#include "llvm/ADT/STLExtras.h"

using namespace mlir;

namespace neuron::eval {

HostTensor::HostTensor(DType type, ArrayRef<int64_t> shape) : type(type), shape(shape) {
  bytes.resize(elements() * byteSize(type));
}

int64_t HostTensor::elements() const {
  int64_t count = 1;
  for (int64_t dim : shape)
    count *= dim;
  return count;
}

std::optional<DType> hostType(Type element) {
  if (element.isF32())
    return DType::F32;
  if (element.isF16())
    return DType::F16;
  if (element.isBF16())
    return DType::Bf16;
  if (element.isF64())
    return DType::F64;
  auto integer = dyn_cast<IntegerType>(element);
  if (!integer)
    return std::nullopt;
  bool isUnsigned = integer.isUnsigned();
  switch (integer.getWidth()) {
  case 1:
    return DType::Bool;
  case 8:
    return isUnsigned ? DType::U8 : DType::I8;
  case 16:
    return isUnsigned ? DType::U16 : DType::I16;
  case 32:
    return isUnsigned ? DType::U32 : DType::I32;
  case 64:
    return isUnsigned ? DType::U64 : DType::I64;
  default:
    return std::nullopt;
  }
}

RankedTensorType irType(const HostTensor &tensor, MLIRContext *context) {
  auto element = [&]() -> Type {
    switch (tensor.type) {
    case DType::F16:
      return Float16Type::get(context);
    case DType::Bf16:
      return BFloat16Type::get(context);
    case DType::F64:
      return Float64Type::get(context);
    case DType::Bool:
      return IntegerType::get(context, 1);
    default:
      break;
    }
    if (!isInteger(tensor.type))
      return Float32Type::get(context);
    auto sign = kindOf(tensor.type) == 'U' ? IntegerType::Unsigned : IntegerType::Signless;
    return IntegerType::get(context, tensor.elementBytes() * 8, sign);
  };
  return RankedTensorType::get(tensor.shape, element());
}

HostTensor makeTensor(RankedTensorType type) {
  return HostTensor(*hostType(type.getElementType()), type.getShape());
}

//===-- constants -------------------------------------------------------------------------===//

/// Whether the raw data of a constant is a bit an element.
static bool packsBits(ShapedType type) { return type.getElementType().isInteger(1); }

HostTensor fromAttribute(ElementsAttr value) {
  auto type = cast<RankedTensorType>(value.getShapedType());
  HostTensor tensor = makeTensor(type);
  if (packsBits(type)) {
    for (auto [byte, bit] : llvm::zip(tensor.bytes, value.getValues<bool>()))
      byte = bit;
    return tensor;
  }
  unsigned size = tensor.elementBytes();
  if (auto dense = dyn_cast<DenseElementsAttr>(value)) {
    ArrayRef<char> raw = dense.getRawData();
    for (size_t at = 0; at < tensor.bytes.size(); at += dense.isSplat() ? size : raw.size())
      std::copy(raw.begin(), raw.end(), tensor.bytes.begin() + at);
    return tensor;
  }
  char *out = tensor.bytes.data();
  auto copyBits = [&](const APInt &bits) {
    uint64_t word = bits.getZExtValue();
    std::memcpy(out, &word, size);
    out += size;
  };
  if (isa<FloatType>(type.getElementType()))
    for (const APFloat &number : value.getValues<APFloat>())
      copyBits(number.bitcastToAPInt());
  else
    for (const APInt &number : value.getValues<APInt>())
      copyBits(number);
  return tensor;
}

DenseElementsAttr toAttribute(const HostTensor &tensor, MLIRContext *context) {
  RankedTensorType type = irType(tensor, context);
  if (packsBits(type)) {
    SmallVector<bool> bits(llvm::map_range(tensor.bytes, [](char byte) { return byte != 0; }));
    return DenseElementsAttr::get(type, bits);
  }
  size_t size = tensor.elementBytes();
  ArrayRef<char> raw(tensor.bytes);
  bool splat = raw.size() > size;
  for (size_t at = size; splat && at < raw.size(); at += size)
    splat = raw.slice(at, size) == raw.take_front(size);
  return DenseElementsAttr::getFromRawBuffer(type, splat ? raw.take_front(size) : raw);
}

//===-- numbers ---------------------------------------------------------------------------===//

template <> std::vector<float> load(const HostTensor &tensor) {
  std::vector<float> values(tensor.elements());
  loadRow(tensor.type, tensor.bytes.data(), values.data(), values.size());
  return values;
}

template <> std::vector<double> load(const HostTensor &tensor) {
  std::vector<double> values(tensor.elements());
  if (tensor.type == DType::F32) {
    auto *from = reinterpret_cast<const float *>(tensor.bytes.data());
    std::copy(from, from + values.size(), values.begin());
    return values;
  }
  for (size_t i = 0; i < values.size(); ++i)
    values[i] = neuron::load(tensor.type, tensor.bytes.data() + i * tensor.elementBytes());
  return values;
}

template <> std::vector<int64_t> load(const HostTensor &tensor) {
  std::vector<int64_t> values(tensor.elements());
  unsigned size = tensor.elementBytes();
  bool extends = kindOf(tensor.type) == 'S' && size < 8;
  for (size_t i = 0; i < values.size(); ++i) {
    uint64_t word = 0;
    std::memcpy(&word, tensor.bytes.data() + i * size, size);
    values[i] = extends ? int64_t(word << (64 - 8 * size)) >> (64 - 8 * size) : int64_t(word);
  }
  return values;
}

template <> void store(const std::vector<float> &values, HostTensor &tensor) {
  storeRow(tensor.type, values.data(), tensor.bytes.data(), values.size());
}

template <> void store(const std::vector<double> &values, HostTensor &tensor) {
  if (tensor.type == DType::F32) {
    std::copy(values.begin(), values.end(), reinterpret_cast<float *>(tensor.bytes.data()));
    return;
  }
  for (size_t i = 0; i < values.size(); ++i)
    neuron::store(tensor.type, values[i], tensor.bytes.data() + i * tensor.elementBytes());
}

template <> void store(const std::vector<int64_t> &values, HostTensor &tensor) {
  if (tensor.type == DType::Bool) {
    for (auto [byte, value] : llvm::zip(tensor.bytes, values))
      byte = value != 0;
    return;
  }
  unsigned size = tensor.elementBytes();
  for (size_t i = 0; i < values.size(); ++i)
    std::memcpy(tensor.bytes.data() + i * size, &values[i], size);
}

} // namespace neuron::eval
