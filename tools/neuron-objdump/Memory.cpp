// The view of memory: segments of HBM, buffers of SBUF and PSUM.
#include "tools/neuron-objdump/Views.h"

#include "runtime/isa/Text.h"

#include <algorithm>
#include <cinttypes>
#include <tuple>

namespace neuron::objdump {
namespace {

using rt::PlannedBuffer;
using rt::Segment;

std::string placeOf(const Segment &segment) {
  if (!segment.external.path.empty())
    return formatText(", %s at %" PRIu64, segment.external.path.c_str(), segment.external.offset);
  return segment.content.empty() ? "" : ", in the file";
}

/// By space, then address: as they lie on the chip.
std::vector<PlannedBuffer> sortedBuffers(const rt::Program &program) {
  std::vector<PlannedBuffer> buffers = program.buffers;
  std::sort(buffers.begin(), buffers.end(), [](const PlannedBuffer &a, const PlannedBuffer &b) {
    return std::tie(a.space, a.offset, a.startPartition, a.name) <
           std::tie(b.space, b.offset, b.startPartition, b.name);
  });
  return buffers;
}

} // namespace

std::string memoryText(const Subject &subject) {
  const rt::Program &program = subject.program;
  std::string text = "hbm   segment          address  kind              bytes  name\n";
  for (size_t i = 0; i < program.segments.size(); ++i) {
    const Segment &segment = program.segments[i];
    text += formatText("%13zu %#16" PRIx64 "  %-8s %14" PRIu64 "  %s%s\n", i,
                       rt::segmentAddress(static_cast<uint32_t>(i)), rt::toText(segment.kind),
                       segment.bytes, segment.name.c_str(), placeOf(segment).c_str());
  }
  text += "chip  partitions        offset      bytes  slots  name\n";
  for (const PlannedBuffer &buffer : sortedBuffers(program))
    text += formatText("%-4s  %3u..%-3u     %12u %10u %6u  %s\n", isa::toText(buffer.space),
                       buffer.startPartition, buffer.startPartition + buffer.partitions,
                       buffer.offset, buffer.bytes, buffer.slots, buffer.name.c_str());
  return text;
}

void memoryJson(const Subject &subject, JsonWriter &json) {
  const rt::Program &program = subject.program;
  json.key("segments");
  json.beginArray();
  for (size_t i = 0; i < program.segments.size(); ++i) {
    const Segment &segment = program.segments[i];
    json.beginObject();
    json.member("address", rt::segmentAddress(static_cast<uint32_t>(i)));
    json.member("kind", rt::toText(segment.kind));
    json.member("bytes", segment.bytes);
    json.member("name", segment.name);
    if (!segment.external.path.empty()) {
      json.member("external_path", segment.external.path);
      json.member("external_offset", segment.external.offset);
    }
    json.endObject();
  }
  json.endArray();
  json.key("buffers");
  json.beginArray();
  for (const PlannedBuffer &buffer : sortedBuffers(program)) {
    json.beginObject();
    json.member("space", isa::toText(buffer.space));
    json.member("start_partition", buffer.startPartition);
    json.member("partitions", buffer.partitions);
    json.member("offset", buffer.offset);
    json.member("bytes", buffer.bytes);
    json.member("slots", buffer.slots);
    json.member("name", buffer.name);
    json.endObject();
  }
  json.endArray();
}

} // namespace neuron::objdump
