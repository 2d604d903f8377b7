// Files and generators behind the tensors of the command line.
#include "tools/neuron-run/TensorSource.h"

#include "runtime/base/Npy.h"
#include "tools/neuron-run/TensorProto.h"

namespace neuron::run {
namespace {

constexpr char kRunMark[] = "{run}";

bool endsWith(const std::string &text, const std::string &ending) {
  return text.size() >= ending.size() &&
         text.compare(text.size() - ending.size(), ending.size(), ending) == 0;
}

} // namespace

std::optional<std::vector<uint64_t>> stackedShape(const std::vector<uint64_t> &shape,
                                                  uint32_t runs) {
  std::vector<uint64_t> stacked = shape;
  if (shape.empty() || !multiplyChecked(stacked[0], runs, stacked[0]))
    return std::nullopt;
  return stacked;
}

Result<TensorSource> TensorSource::parse(const std::string &name, const std::string &text) {
  TensorSource source;
  source.tensorName = name;
  if (text.rfind("random:", 0) == 0) {
    Result<RandomSpec> spec = parseRandom(text.substr(7));
    if (!spec)
      return spec.status();
    source.random = *spec;
    return source;
  }
  if (!endsWith(text, ".npy") && !endsWith(text, ".pb"))
    return Status(ErrorCode::InvalidArgument,
                  "'" + name + "=" + text + "': expected FILE.npy, FILE.pb or random:SEED");
  source.path = text;
  return source;
}

Result<HostTensor> TensorSource::read(uint32_t run) const {
  std::string file = path;
  for (size_t at; (at = file.find(kRunMark)) != std::string::npos;)
    file.replace(at, sizeof(kRunMark) - 1, std::to_string(run));
  return endsWith(file, ".pb") ? readTensorProto(file) : readNpy(file);
}

Result<HostTensor> TensorSource::get(uint32_t run, uint32_t runs, DType dtype,
                                     const std::vector<uint64_t> &shape) {
  if (random)
    return randomTensor(*random, tensorName, dtype, shape);
  if (!kept || path.find(kRunMark) != std::string::npos) {
    Result<HostTensor> tensor = read(run);
    if (!tensor)
      return tensor;
    kept = *std::move(tensor);
    split = runs > 1 && kept->shape != shape && kept->shape == stackedShape(shape, runs);
  }
  if (!split) {
    Result<HostTensor> converted = convertTo(*kept, dtype, shape);
    return converted ? std::move(converted) : converted.status().within("'" + tensorName + "'");
  }
  HostTensor part{kept->dtype, shape, {}};
  uint64_t size = kept->bytes.size() / runs;
  part.bytes.assign(kept->bytes.begin() + static_cast<int64_t>(run * size),
                    kept->bytes.begin() + static_cast<int64_t>((run + 1) * size));
  Result<HostTensor> converted = convertTo(part, dtype, shape);
  return converted ? std::move(converted)
                   : converted.status().within("'" + tensorName + formatText("', run %u", run));
}

} // namespace neuron::run
