// The view of facts: origin, sizes, tensors, functions.
#include "tools/neuron-objdump/Views.h"

#include <cinttypes>

namespace neuron::objdump {
namespace {

using rt::Program;
using rt::Segment;
using rt::SegmentKind;

std::string hex(uint64_t digest) { return formatText("%016" PRIx64, digest); }

std::string shapeText(const std::vector<uint64_t> &shape) {
  std::string text = "[";
  for (size_t d = 0; d < shape.size(); ++d)
    text += (d ? ", " : "") + std::to_string(shape[d]);
  return text + "]";
}

struct KindTotal {
  uint64_t segments = 0, bytes = 0;
};

KindTotal totalOf(const Program &program, SegmentKind kind) {
  KindTotal total;
  for (const Segment &segment : program.segments)
    if (segment.kind == kind) {
      ++total.segments;
      total.bytes += segment.bytes;
    }
  return total;
}

std::string tensorLine(const Program &program, const Segment &segment) {
  std::string line = formatText("  %-7s %-24s %s %s, %" PRIu64 " bytes", rt::toText(segment.kind),
                                segment.name.c_str(), toText(segment.dtype),
                                shapeText(segment.shape).c_str(), segment.bytes);
  if (segment.modelType)
    line += formatText(", %s to the caller", toText(*segment.modelType));
  if (segment.alias != rt::kNoSegment)
    line += ", is state " + program.segments[segment.alias].name;
  return line + "\n";
}

std::string functionLine(const rt::Function &function) {
  std::string line = formatText("  %-24s", function.name.c_str());
  for (unsigned s = 0; s < rt::kNumStreams; ++s)
    if (function.entry[s] != rt::kNoEntry)
      line += formatText(" %s %u", streamName(s), function.entry[s]);
  return line + "\n";
}

void tensorJson(const Program &program, const Segment &segment, JsonWriter &json) {
  json.beginObject();
  json.member("kind", rt::toText(segment.kind));
  json.member("name", segment.name);
  json.member("dtype", toText(segment.dtype));
  if (segment.modelType)
    json.member("model_dtype", toText(*segment.modelType));
  json.key("shape");
  json.beginArray();
  for (uint64_t extent : segment.shape)
    json.value(extent);
  json.endArray();
  json.member("bytes", segment.bytes);
  if (segment.alias != rt::kNoSegment)
    json.member("state", program.segments[segment.alias].name);
  json.endObject();
}

} // namespace

const char *streamName(unsigned stream) {
  static const char *const names[] = {"tensor", "vector", "scalar", "gpsimd", "sync", "sequential"};
  return stream < rt::kNumStreams ? names[stream] : "unknown";
}

uint64_t embeddedBytes(const Program &program) {
  uint64_t sum = 0;
  for (const Segment &segment : program.segments)
    if (segment.external.path.empty())
      sum += segment.content.size;
  return sum;
}

std::string infoText(const Subject &subject) {
  const Program &program = subject.program;
  uint64_t embedded = embeddedBytes(program);
  std::string text = formatText("program    %s\n", subject.path.c_str());
  text += formatText("bytes      %" PRIu64 ", of which weights %" PRIu64 ", rest %" PRIu64 "\n",
                     subject.fileBytes, embedded, subject.fileBytes - embedded);
  text += formatText("machine    %s%s, table %s\n", program.machine.c_str(),
                     program.machineText.empty() ? "" : " (described in the program)",
                     hex(program.machineDigest).c_str());
  text +=
      formatText("isa        %s, format %u\n", hex(isa::kIsaDigest).c_str(), rt::kFormatVersion);
  text += formatText("compiler   %s\n", program.origin.compilerVersion.c_str());
  text += formatText("command    %s\n", program.origin.commandLine.c_str());
  text += formatText("model      %s, digest %s\n", program.origin.model.c_str(),
                     hex(program.origin.modelDigest).c_str());
  text += formatText("flops      %" PRIu64 " of the model\n", program.summary.modelFlops);
  text += formatText("least      %" PRIu64 " bytes across HBM, %" PRIu64 " TensorE cycles\n",
                     program.summary.leastHbmBytes, program.summary.leastTensorCycles);
  text += formatText("on chip    sbuf peak %" PRIu64 " bytes per partition, psum peak %u banks, "
                     "spilled %" PRIu64 " bytes\n",
                     program.summary.sbufPeakBytes, program.summary.psumPeakBanks,
                     program.summary.spillBytes);
  for (SegmentKind kind : {SegmentKind::Weight, SegmentKind::Constant, SegmentKind::Scratch}) {
    KindTotal total = totalOf(program, kind);
    text += formatText("%-10s %" PRIu64 " segments, %" PRIu64 " bytes\n", rt::toText(kind),
                       total.segments, total.bytes);
  }
  text += "tensors\n";
  for (const Segment &segment : program.segments)
    if (segment.isInterface())
      text += tensorLine(program, segment);
  text += "functions (first instruction per stream)\n";
  for (const rt::Function &function : program.functions)
    text += functionLine(function);
  return text;
}

void infoJson(const Subject &subject, JsonWriter &json) {
  const Program &program = subject.program;
  uint64_t embedded = embeddedBytes(program);
  json.member("program", subject.path);
  json.member("file_bytes", subject.fileBytes);
  json.member("weight_bytes", program.contentBytes());
  json.member("embedded_weight_bytes", embedded);
  json.member("program_bytes", subject.fileBytes - embedded);
  json.member("target", program.machine);
  json.member("machine_digest", hex(program.machineDigest));
  json.member("isa_digest", hex(isa::kIsaDigest));
  json.member("format_version", rt::kFormatVersion);
  json.member("compiler", program.origin.compilerVersion);
  json.member("command_line", program.origin.commandLine);
  json.member("model", program.origin.model);
  json.member("model_digest", hex(program.origin.modelDigest));
  json.member("flops_model", program.summary.modelFlops);
  json.member("least_hbm_bytes", program.summary.leastHbmBytes);
  json.member("least_tensor_cycles", program.summary.leastTensorCycles);
  json.member("sbuf_peak_bytes", program.summary.sbufPeakBytes);
  json.member("psum_peak_banks", program.summary.psumPeakBanks);
  json.member("spill_bytes", program.summary.spillBytes);
  json.member("max_cycles", program.maxCycles);
  json.key("tensors");
  json.beginArray();
  for (const Segment &segment : program.segments)
    if (segment.isInterface())
      tensorJson(program, segment, json);
  json.endArray();
  json.key("functions");
  json.beginArray();
  for (const rt::Function &function : program.functions)
    json.value(function.name);
  json.endArray();
}

} // namespace neuron::objdump
