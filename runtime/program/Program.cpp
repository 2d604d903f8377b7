// The rules that every program keeps, whoever made it.
#include "runtime/program/Program.h"

#include <algorithm>

namespace neuron::rt {
namespace {

constexpr size_t kMaxNameBytes = 4096;

Status malformed(const char *section, size_t row, const std::string &what) {
  return Status::error(ErrorCode::Malformed, "%s %zu: %s", section, row, what.c_str());
}

bool isPrintable(const std::string &text) {
  return text.size() <= kMaxNameBytes && std::none_of(text.begin(), text.end(), [](char c) {
           return static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
         });
}

Status checkStreams(const Program &program) {
  for (unsigned s = 0; s < kNumStreams; ++s) {
    const std::vector<isa::Inst> &code = program.stream[s];
    if (code.size() > kMaxInstructions)
      return malformed("stream", s,
                       formatText("%zu instructions, at most %u", code.size(), kMaxInstructions));
    if (s == kSequentialStream)
      break;
    for (size_t i = 0; i < code.size(); ++i)
      if (static_cast<unsigned>(code[i].engine) != s)
        return malformed("stream", s,
                         formatText("instruction %zu belongs to engine %u", i,
                                    static_cast<unsigned>(code[i].engine)));
  }
  return Status::success();
}

Status checkFunctions(const Program &program) {
  size_t count = program.functions.size();
  if (count == 0 || count > kMaxFunctions)
    return Status::error(ErrorCode::Malformed, "functions: %zu, expected 1 to %u", count,
                         kMaxFunctions);
  if (program.mainFunction >= count)
    return Status::error(ErrorCode::Malformed, "functions: main is %u of %zu", program.mainFunction,
                         count);
  for (size_t f = 0; f < count; ++f) {
    const Function &function = program.functions[f];
    if (!isPrintable(function.name))
      return malformed("function", f, "name is too long or has control characters");
    for (unsigned s = 0; s < kNumStreams; ++s)
      if (function.entry[s] != kNoEntry && function.entry[s] >= program.stream[s].size())
        return malformed("function", f,
                         formatText("begins at instruction %u of stream %u, which has %zu",
                                    function.entry[s], s, program.stream[s].size()));
  }
  return Status::success();
}

Status checkSemaphores(const Program &program) {
  for (unsigned id = 0; id < isa::kNumSemaphores; ++id) {
    const Semaphore &semaphore = program.semaphores[id];
    if (semaphore.producer > Producer::Queue)
      return malformed("semaphore", id, "unknown producer");
    unsigned sources = semaphore.producer == Producer::None    ? 1
                       : semaphore.producer == Producer::Queue ? isa::kNumQueues
                                                               : isa::kNumEngines;
    if (semaphore.source >= sources)
      return malformed("semaphore", id, formatText("source %u of %u", semaphore.source, sources));
    if (semaphore.consumers >> isa::kNumEngines)
      return malformed("semaphore", id, formatText("consumer mask %#x", semaphore.consumers));
  }
  return Status::success();
}

/// Relative, forward and inside: no component is empty, "." or "..".
bool staysInside(const std::string &path) {
  for (size_t begin = 0; begin <= path.size();) {
    size_t end = std::min(path.find('/', begin), path.size());
    std::string part = path.substr(begin, end - begin);
    if (part.empty() || part == "." || part == "..")
      return false;
    begin = end + 1;
  }
  return true;
}

Status checkContent(const Segment &segment, size_t index) {
  if (!segment.external.path.empty()) {
    if (!segment.hasContent())
      return malformed("segment", index, "only weights and constants have external contents");
    if (!isPrintable(segment.external.path) || !staysInside(segment.external.path))
      return malformed("segment", index, "external path leaves the folder of the program");
  }
  if (segment.content.empty())
    return Status::success();
  if (!segment.hasContent() && segment.kind != SegmentKind::State)
    return malformed("segment", index, formatText("%s with a content", toText(segment.kind)));
  if (segment.content.size != segment.bytes)
    return malformed("segment", index,
                     formatText("content of %llu bytes, expected %llu",
                                static_cast<unsigned long long>(segment.content.size),
                                static_cast<unsigned long long>(segment.bytes)));
  return Status::success();
}

Status checkAlias(const Program &program, size_t index) {
  const Segment &segment = program.segments[index];
  if (segment.alias == kNoSegment)
    return Status::success();
  if (segment.kind != SegmentKind::Output)
    return malformed("segment", index, "only outputs are aliases");
  if (segment.alias >= program.segments.size() ||
      program.segments[segment.alias].kind != SegmentKind::State)
    return malformed("segment", index, formatText("alias of %u, no state", segment.alias));
  const Segment &state = program.segments[segment.alias];
  if (state.bytes != segment.bytes || state.dtype != segment.dtype)
    return malformed("segment", index, "alias of a state of another type or size");
  return Status::success();
}

Status checkSegment(const Program &program, size_t index) {
  const Segment &segment = program.segments[index];
  if (segment.kind > SegmentKind::Scratch)
    return malformed("segment", index, "unknown kind");
  if (!toText(segment.dtype))
    return malformed("segment", index, "unknown dtype");
  if (segment.modelType && (!segment.isInterface() || !toText(*segment.modelType)))
    return malformed("segment", index, "unknown model dtype, or one of no interface segment");
  if (!isPrintable(segment.name))
    return malformed("segment", index, "name is too long or has control characters");
  if (segment.shape.size() > kMaxRank)
    return malformed("segment", index,
                     formatText("rank %zu, at most %u", segment.shape.size(), kMaxRank));
  if (segment.bytes == 0 || segment.bytes > kMaxSegmentBytes)
    return malformed("segment", index,
                     formatText("%llu bytes, expected 1 to 2^%u",
                                static_cast<unsigned long long>(segment.bytes),
                                isa::kSegmentShift));
  if (segment.isInterface()) {
    uint64_t expected;
    if (segment.name.empty())
      return malformed("segment", index, "an input, output or state without a name");
    if (!shapeBytes(segment.dtype, segment.shape, expected) || expected != segment.bytes)
      return malformed("segment", index, "shape and dtype do not give its bytes");
  }
  NEURON_TRY(checkContent(segment, index));
  return checkAlias(program, index);
}

Status checkSegments(const Program &program) {
  if (program.segments.size() > kMaxSegments)
    return Status::error(ErrorCode::Malformed, "segments: %zu, at most %u", program.segments.size(),
                         kMaxSegments);
  std::vector<const std::string *> names;
  for (size_t i = 0; i < program.segments.size(); ++i) {
    NEURON_TRY(checkSegment(program, i));
    if (program.segments[i].isInterface())
      names.push_back(&program.segments[i].name);
  }
  std::sort(names.begin(), names.end(),
            [](const std::string *a, const std::string *b) { return *a < *b; });
  auto twice =
      std::adjacent_find(names.begin(), names.end(),
                         [](const std::string *a, const std::string *b) { return *a == *b; });
  if (twice != names.end())
    return Status::error(ErrorCode::Malformed, "segments: two inputs, outputs or states named '%s'",
                         (*twice)->c_str());
  return Status::success();
}

Status checkRest(const Program &program) {
  if (program.machine.empty() || !isPrintable(program.machine))
    return Status::error(ErrorCode::Malformed, "machine: no printable name");
  if (program.ops.size() > kMaxOps)
    return Status::error(ErrorCode::Malformed, "ops: %u, at most %u", program.ops.size(), kMaxOps);
  if (program.buffers.size() > kMaxBuffers)
    return Status::error(ErrorCode::Malformed, "buffers: %zu, at most %u", program.buffers.size(),
                         kMaxBuffers);
  for (size_t i = 0; i < program.bounds.size(); ++i) {
    const Bound &bound = program.bounds[i];
    if (bound.kind > Bound::Value || bound.stream >= kNumStreams ||
        bound.instruction >= program.stream[bound.stream].size())
      return malformed("bound", i, "no such instruction");
  }
  for (size_t i = 0; i < program.buffers.size(); ++i) {
    const PlannedBuffer &buffer = program.buffers[i];
    if ((buffer.space != isa::Space::Sbuf && buffer.space != isa::Space::Psum) ||
        buffer.startPartition + buffer.partitions > int(isa::kNumPartitions))
      return malformed("buffer", i, "no such place on the chip");
  }
  return Status::success();
}

} // namespace

uint64_t Program::contentBytes() const {
  uint64_t sum = 0;
  for (const Segment &segment : segments)
    if (segment.hasContent())
      sum += segment.bytes;
  return sum;
}

const char *toText(SegmentKind kind) {
  static const char *const names[] = {"input", "output", "state", "weight", "constant", "scratch"};
  return kind <= SegmentKind::Scratch ? names[static_cast<unsigned>(kind)] : "unknown";
}

const char *toText(Producer producer) {
  static const char *const names[] = {"none", "read", "complete", "queue"};
  return producer <= Producer::Queue ? names[static_cast<unsigned>(producer)] : "unknown";
}

bool shapeBytes(DType dtype, const std::vector<uint64_t> &shape, uint64_t &bytes) {
  bytes = byteSize(dtype);
  for (uint64_t extent : shape)
    if (!multiplyChecked(bytes, extent, bytes) || bytes > kMaxSegmentBytes)
      return false;
  return true;
}

Status check(const Program &program) {
  NEURON_TRY(checkStreams(program));
  NEURON_TRY(checkFunctions(program));
  NEURON_TRY(checkSemaphores(program));
  NEURON_TRY(checkSegments(program));
  return checkRest(program);
}

} // namespace neuron::rt
