// Rows through convertRow, then integers once more to see that none was changed.
#include "runtime/core/HostTypes.h"
#include "runtime/base/Numbers.h"

namespace neuron::rt {

DType hostType(const Segment &segment) { return segment.modelType.value_or(segment.dtype); }

uint64_t hostBytes(const Segment &segment) {
  return segment.bytes / byteSize(segment.dtype) * byteSize(hostType(segment));
}

Status toMachine(const Segment &segment, const void *host, void *machine, uint64_t count) {
  DType from = hostType(segment), to = segment.dtype;
  convertRow(from, host, to, machine, count);
  if (!isInteger(from) || from == to)
    return Status::success();
  const uint8_t *before = static_cast<const uint8_t *>(host);
  const uint8_t *after = static_cast<const uint8_t *>(machine);
  for (uint64_t i = 0; i < count; ++i) {
    int64_t value = loadInteger(from, before + i * byteSize(from));
    if (value != loadInteger(to, after + i * byteSize(to)))
      return Status::error(
          ErrorCode::InvalidArgument, "%s '%s': element %llu is %lld, the machine holds it as %s",
          toText(segment.kind), segment.name.c_str(), static_cast<unsigned long long>(i),
          static_cast<long long>(value), neuron::toText(to));
  }
  return Status::success();
}

void toHost(const Segment &segment, const void *machine, void *host, uint64_t count) {
  convertRow(segment.dtype, machine, hostType(segment), host, count);
}

} // namespace neuron::rt
