// A tensor in host memory, as files and the command line give and take it.
#pragma once

#include "runtime/base/Bytes.h"
#include "runtime/base/DType.h"
#include "runtime/base/Status.h"

#include <string>
#include <vector>

namespace neuron {

/// The largest tensor that a file may declare; keeps products of shapes far from overflow.
inline constexpr uint64_t kMaxTensorBytes = uint64_t(1) << 40;

/// Elements in C order.
struct HostTensor {
  DType dtype = DType::F32;
  std::vector<uint64_t> shape;
  std::vector<uint8_t> bytes;

  uint64_t elements() const { return bytes.size() / byteSize(dtype); }
};

/// "f32 [1, 1, 8, 8]".
std::string typeText(DType dtype, const std::vector<uint64_t> &shape);

/// "[0, 2, 7]": the position of element `index` in C order.
std::string positionText(uint64_t index, const std::vector<uint64_t> &shape);

/// The bytes of a tensor. Errors: ResourceLimit above kMaxTensorBytes.
Result<uint64_t> bytesOf(DType dtype, const std::vector<uint64_t> &shape);

} // namespace neuron
