// The view of code: one line per instruction, in the assembler's spelling.
#include "tools/neuron-objdump/Views.h"

#include "runtime/isa/Text.h"

#include <algorithm>

namespace neuron::objdump {
namespace {

/// Only names that cannot be taken for anything else.
bool isPlainName(const std::string &name) {
  auto isLetter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); };
  return !name.empty() && (isLetter(name[0]) || name[0] == '_') &&
         std::all_of(name.begin(), name.end(),
                     [&](char c) { return isLetter(c) || (c >= '0' && c <= '9') || c == '_'; });
}

isa::Names namesOf(const rt::Program &program) {
  isa::Names names;
  for (const rt::Segment &segment : program.segments)
    names.segments.push_back(isPlainName(segment.name) ? segment.name : std::string());
  for (const rt::Function &function : program.functions)
    names.functions.push_back(isPlainName(function.name) ? function.name : std::string());
  return names;
}

/// Walks one stream and gives every line to `line(index, depth, text)`.
template <typename Line>
void walkStream(const rt::Program &program, unsigned stream, const isa::Names &names, Line &&line) {
  std::optional<isa::Engine> section;
  if (stream < isa::kNumEngines)
    section = static_cast<isa::Engine>(stream);
  const std::vector<isa::Inst> &code = program.stream[stream];
  unsigned depth = 0;
  for (uint32_t i = 0; i < code.size(); ++i) {
    bool isEnd = code[i].opcode == isa::Opcode::EndLoop;
    if (isEnd && depth > 0)
      --depth;
    line(i, depth, isa::toText(code[i], names, section));
    if (code[i].opcode == isa::Opcode::Loop)
      ++depth;
  }
}

void streamText(const rt::Program &program, unsigned stream, const isa::Names &names,
                std::string &text) {
  uint32_t op = ~uint32_t(0);
  text += formatText("stream %s, %zu instructions\n", streamName(stream),
                     program.stream[stream].size());
  walkStream(program, stream, names, [&](uint32_t index, unsigned depth, const std::string &inst) {
    for (const rt::Function &function : program.functions)
      if (function.entry[stream] == index) {
        text += function.name + ":\n";
        op = ~uint32_t(0);
      }
    uint32_t id = program.stream[stream][index].opId;
    std::string indent(2 * (depth > 32 ? 32 : depth), ' ');
    if (id != op && program.ops.contains(id) && !program.ops.layer(id).empty())
      text += formatText("         %s// %s\n", indent.c_str(), program.ops.layer(id).c_str());
    op = id;
    text += formatText("%7u  %s", index, indent.c_str()) + inst + "\n";
  });
}

} // namespace

std::string codeText(const Subject &subject) {
  isa::Names names = namesOf(subject.program);
  std::string text;
  for (unsigned s = 0; s < rt::kNumStreams; ++s)
    if (!subject.program.stream[s].empty())
      streamText(subject.program, s, names, text);
  return text;
}

void codeJson(const Subject &subject, JsonWriter &json) {
  const rt::Program &program = subject.program;
  isa::Names names = namesOf(program);
  json.key("code");
  json.beginObject();
  for (unsigned s = 0; s < rt::kNumStreams; ++s) {
    json.key(streamName(s));
    json.beginArray();
    walkStream(program, s, names, [&](uint32_t index, unsigned, const std::string &inst) {
      json.beginObject();
      json.member("text", inst);
      json.member("op", program.stream[s][index].opId);
      json.member("layer", program.ops.layer(program.stream[s][index].opId));
      json.endObject();
    });
    json.endArray();
  }
  json.endObject();
}

} // namespace neuron::objdump
