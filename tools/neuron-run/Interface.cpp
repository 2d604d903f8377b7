// Conversions and generated values at the border of a program.
#include "tools/neuron-run/Interface.h"

#include "runtime/base/Numbers.h"

#include <cmath>
#include <cstdlib>

namespace neuron::run {
namespace {

/// SplitMix64's step: every counter gives an independent value.
/// Source: Steele, Lea, Flood, "Fast splittable pseudorandom number generators" (2014).
uint64_t mix(uint64_t value) {
  value += 0x9e3779b97f4a7c15;
  value = (value ^ (value >> 30)) * 0xbf58476d1ce4e5b9;
  value = (value ^ (value >> 27)) * 0x94d049bb133111eb;
  return value ^ (value >> 31);
}

bool isWhole(DType type) { return isInteger(type); }

Status refuseElement(const HostTensor &tensor, uint64_t index, const std::string &value,
                     DType dtype) {
  return {ErrorCode::InvalidArgument, "element " + positionText(index, tensor.shape) + " is " +
                                          value + ", which " + toText(dtype) + " does not hold"};
}

Status convertIntegers(const HostTensor &from, HostTensor &into) {
  unsigned step = byteSize(from.dtype), target = byteSize(into.dtype);
  bool wraps = from.dtype == DType::U64;
  for (uint64_t i = 0, count = from.elements(); i < count; ++i) {
    const uint8_t *element = from.bytes.data() + i * step;
    if (wraps && readUnaligned<uint64_t>(element) >> 63)
      return refuseElement(from, i, std::to_string(readUnaligned<uint64_t>(element)), into.dtype);
    int64_t value = loadInteger(from.dtype, element);
    storeInteger(into.dtype, value, into.bytes.data() + i * target);
    // A boolean holds 0 and 1, whatever byte stands for true in the file.
    bool fits = into.dtype == DType::Bool
                    ? from.dtype == DType::Bool || value == 0 || value == 1
                    : loadInteger(into.dtype, into.bytes.data() + i * target) == value;
    if (!fits)
      return refuseElement(from, i, std::to_string(value), into.dtype);
  }
  return Status::success();
}

Status convertFloats(const HostTensor &from, HostTensor &into) {
  unsigned step = byteSize(from.dtype), target = byteSize(into.dtype);
  for (uint64_t i = 0, count = from.elements(); i < count; ++i) {
    double value = load(from.dtype, from.bytes.data() + i * step);
    store(into.dtype, value, into.bytes.data() + i * target);
    double stored = load(into.dtype, into.bytes.data() + i * target);
    if (std::isfinite(value) && !std::isfinite(stored))
      return refuseElement(from, i, formatText("%.17g", value), into.dtype);
  }
  return Status::success();
}

} // namespace

bool parseNumber(const std::string &text, double &value) {
  char *end = nullptr;
  value = std::strtod(text.c_str(), &end);
  return !text.empty() && *end == '\0' && std::isfinite(value);
}

Result<HostTensor> convertTo(const HostTensor &tensor, DType dtype,
                             const std::vector<uint64_t> &shape) {
  if (tensor.shape != shape || isWhole(tensor.dtype) != isWhole(dtype))
    return Status(ErrorCode::InvalidArgument, "it is " + typeText(tensor.dtype, tensor.shape) +
                                                  ", the program takes " + typeText(dtype, shape));
  if (tensor.dtype == dtype && dtype != DType::Bool)
    return tensor;
  HostTensor result{dtype, shape, {}};
  result.bytes.resize(tensor.elements() * byteSize(dtype));
  NEURON_TRY(isWhole(dtype) ? convertIntegers(tensor, result) : convertFloats(tensor, result));
  return result;
}

Result<RandomSpec> parseRandom(const std::string &text) {
  Status refused(ErrorCode::InvalidArgument,
                 "'random:" + text + "': expected random:SEED or random:SEED:LOW:HIGH");
  RandomSpec spec;
  size_t colon = text.find(':');
  std::string seed = text.substr(0, colon);
  if (seed.empty() || seed.size() > 18 || seed.find_first_not_of("0123456789") != std::string::npos)
    return refused;
  spec.seed = std::strtoull(seed.c_str(), nullptr, 10);
  if (colon == std::string::npos)
    return spec;
  size_t second = text.find(':', colon + 1);
  if (second == std::string::npos ||
      !parseNumber(text.substr(colon + 1, second - colon - 1), spec.low) ||
      !parseNumber(text.substr(second + 1), spec.high) || spec.low > spec.high)
    return refused;
  spec.hasRange = true;
  return spec;
}

Result<HostTensor> randomTensor(const RandomSpec &spec, const std::string &name, DType dtype,
                                const std::vector<uint64_t> &shape) {
  Result<uint64_t> bytes = bytesOf(dtype, shape);
  if (!bytes)
    return bytes.status();
  double low = spec.hasRange ? spec.low : isWhole(dtype) ? 0 : -1;
  double high = spec.hasRange ? spec.high : 1;
  if (isWhole(dtype)) {
    uint8_t ends[16];
    store(dtype, low, ends);
    store(dtype, high, ends + 8);
    bool isExact = std::abs(low) <= 9007199254740992.0 && std::abs(high) <= 9007199254740992.0;
    if (!isExact || load(dtype, ends) != low || load(dtype, ends + 8) != high)
      return Status(ErrorCode::InvalidArgument,
                    formatText("the range %g to %g is not one of %s", low, high, toText(dtype)));
  }
  uint64_t key = mix(spec.seed);
  for (char letter : name)
    key = mix(key ^ static_cast<uint8_t>(letter));
  HostTensor tensor{dtype, shape, std::vector<uint8_t>(*bytes)};
  unsigned step = byteSize(dtype);
  for (uint64_t i = 0, count = tensor.elements(); i < count; ++i) {
    double unit = static_cast<double>(mix(key + i) >> 11) * 0x1p-53; // [0, 1)
    uint8_t *element = tensor.bytes.data() + i * step;
    if (isWhole(dtype))
      storeInteger(dtype, static_cast<int64_t>(low + std::floor(unit * (high - low + 1))), element);
    else
      store(dtype, low + unit * (high - low), element);
  }
  return tensor;
}

} // namespace neuron::run
