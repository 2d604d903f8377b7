// The view of counts: static instructions, as they are encoded once.
#include "tools/neuron-objdump/Views.h"

#include "runtime/isa/Encode.h"

#include <cinttypes>

namespace neuron::objdump {

StreamCounts countStream(const rt::Program &program, unsigned stream) {
  StreamCounts counts;
  for (const isa::Inst &inst : program.stream[stream]) {
    const isa::InstFacts &facts = isa::factsOf(inst.opcode);
    ++counts.instructions;
    counts.control += facts.isControl;
    counts.dma += facts.isDma;
    counts.bytes += isa::encodedBytes(inst);
    ++counts.byMnemonic[facts.mnemonic];
  }
  return counts;
}

std::string countsText(const Subject &subject) {
  std::string text = "stream      instructions    control        dma      bytes\n";
  StreamCounts sum;
  for (unsigned s = 0; s < rt::kNumStreams; ++s) {
    StreamCounts counts = countStream(subject.program, s);
    if (s == rt::kSequentialStream) {
      text += formatText("%-12s%12" PRIu64 "%11" PRIu64 "%11" PRIu64 "%11" PRIu64 "\n", "total",
                         sum.instructions, sum.control, sum.dma, sum.bytes);
      if (counts.instructions == 0)
        break;
    }
    sum.instructions += counts.instructions;
    sum.control += counts.control;
    sum.dma += counts.dma;
    sum.bytes += counts.bytes;
    text += formatText("%-12s%12" PRIu64 "%11" PRIu64 "%11" PRIu64 "%11" PRIu64 "\n", streamName(s),
                       counts.instructions, counts.control, counts.dma, counts.bytes);
  }
  for (unsigned s = 0; s < isa::kNumEngines; ++s) {
    StreamCounts counts = countStream(subject.program, s);
    if (counts.instructions == 0)
      continue;
    text += formatText("%s:", streamName(s));
    for (const auto &[mnemonic, count] : counts.byMnemonic)
      text += formatText(" %s %" PRIu64, mnemonic.c_str(), count);
    text += "\n";
  }
  return text;
}

void countsJson(const Subject &subject, JsonWriter &json) {
  uint64_t total = 0, bytes = 0;
  json.key("instructions");
  json.beginObject();
  for (unsigned s = 0; s < isa::kNumEngines; ++s) {
    StreamCounts counts = countStream(subject.program, s);
    json.member(streamName(s), counts.instructions);
    total += counts.instructions;
    bytes += counts.bytes;
  }
  json.member("total", total);
  json.member("sequential", uint64_t(subject.program.stream[rt::kSequentialStream].size()));
  json.endObject();
  json.member("code_bytes", bytes);
  json.key("mnemonics");
  json.beginObject();
  for (unsigned s = 0; s < isa::kNumEngines; ++s) {
    json.key(streamName(s));
    json.beginObject();
    for (const auto &[mnemonic, count] : countStream(subject.program, s).byMnemonic)
      json.member(mnemonic, count);
    json.endObject();
  }
  json.endObject();
}

} // namespace neuron::objdump
