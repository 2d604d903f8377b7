// How tensors are written in messages, and how many bytes they have.
#include "runtime/base/HostTensor.h"

namespace neuron {
namespace {

std::string listText(const std::vector<uint64_t> &numbers) {
  std::string text = "[";
  for (size_t i = 0; i < numbers.size(); ++i)
    text += (i ? ", " : "") + std::to_string(numbers[i]);
  return text + "]";
}

} // namespace

std::string typeText(DType dtype, const std::vector<uint64_t> &shape) {
  return std::string(toText(dtype)) + " " + listText(shape);
}

std::string positionText(uint64_t index, const std::vector<uint64_t> &shape) {
  std::vector<uint64_t> position(shape.size());
  for (size_t d = shape.size(); d-- > 0;) {
    position[d] = index % shape[d];
    index /= shape[d];
  }
  return listText(position);
}

Result<uint64_t> bytesOf(DType dtype, const std::vector<uint64_t> &shape) {
  // A zero anywhere makes the tensor empty, whatever the other dims are.
  for (uint64_t size : shape)
    if (size == 0)
      return uint64_t(0);
  uint64_t bytes = byteSize(dtype);
  for (uint64_t size : shape)
    if (!multiplyChecked(bytes, size, bytes) || bytes > kMaxTensorBytes)
      return Status(ErrorCode::ResourceLimit, typeText(dtype, shape) + " exceeds 2^40 bytes");
  return bytes;
}

} // namespace neuron
