// Printing of assembly files.
//
// Declarations first, then function by function and section by section. Bounds and labels stand
// before their instruction; loops indent by two spaces.
#include "runtime/isa/AsmDirectives.h"

namespace neuron::isa {
namespace {

using Count = unsigned long long;

/// A name as directives read it.
std::string nameText(const std::string &name) {
  for (char c : name)
    if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_'))
      return "\"" + name + "\"";
  return name;
}

std::string semaphoreText(const AsmSemaphore &semaphore, unsigned number) {
  std::string name = semaphore.name.empty() ? formatText("unnamed_%u", number) : semaphore.name;
  std::string text = ".semaphore " + nameText(name);
  if (semaphore.initial != 0)
    text += formatText(" = %u", semaphore.initial);
  if (semaphore.producer == AsmSemaphore::Queue)
    text += formatText(" from queue %u", semaphore.source);
  else if (semaphore.producer != AsmSemaphore::None)
    text += std::string(" from ") + toText(static_cast<Engine>(semaphore.source)) + " " +
            toText(semaphore.producer);
  return text + "\n";
}

std::string tensorText(const AsmTensor &tensor) {
  std::string shape;
  for (uint64_t dim : tensor.shape)
    shape += (shape.empty() ? "" : ", ") + formatText("%llu", static_cast<Count>(dim));
  std::string text = ".tensor " + nameText(tensor.name) + " " + toText(tensor.role) + " " +
                     toText(tensor.dtype) + " [" + shape + "]";
  if (tensor.content.kind != Expression::None)
    text += " = " + toText(tensor.content);
  return text + "\n";
}

std::string declarationsText(const AsmFile &file) {
  std::string text = ".machine " + nameText(file.machine) + "\n";
  for (const auto &[name, value] : file.params)
    text += formatText(".param %s = %llu\n", name.c_str(), static_cast<Count>(value));
  for (const auto &[name, value] : file.constants)
    text += formatText(".let %s = %lld\n", name.c_str(), static_cast<long long>(value));
  for (unsigned s = 0; s < file.semaphores.size(); ++s)
    text += semaphoreText(file.semaphores[s], s);
  for (unsigned q = 0; q < kNumQueues; ++q)
    if (file.queueInFlight[q] != 0)
      text += formatText(".queue %u in_flight %u\n", q, file.queueInFlight[q]);
  if (file.cores)
    text += formatText(".cores %u\n", file.cores);
  for (unsigned q = 0; q < kNumQueues; ++q)
    if (file.queuesDescribed >> q & 1)
      text += formatText(".queue %u described\n", q);
  for (const AsmTensor &tensor : file.tensors)
    text += tensorText(tensor);
  if (file.maxCycles != 0)
    text += formatText(".max_cycles %llu\n", static_cast<Count>(file.maxCycles));
  return text;
}

std::string pointText(const AsmFile &file, const AsmTimePoint &point) {
  if (point.kind == AsmTimePoint::Total)
    return "total";
  std::string text = std::string(point.kind == AsmTimePoint::Start ? "start @" : "complete @") +
                     file.labels[point.label].name;
  return point.occurrence ? text + formatText("[%u]", point.occurrence) : text;
}

std::string expectationsText(const AsmFile &file) {
  std::string text;
  for (const AsmExpectTime &time : file.expectTimes) {
    text += ".expect " + pointText(file, time.point) + " = ";
    if (time.since)
      text += pointText(file, *time.since) + " + ";
    text += formatText("%llu\n", static_cast<Count>(time.cycles));
  }
  for (const AsmExpectValues &values : file.expectValues) {
    text += ".expect_values " + nameText(file.tensors[values.tensor].name) + " = " +
            toText(values.expected);
    text += values.tolerance != 0 ? formatText(" within %.9g\n", values.tolerance) : "\n";
  }
  for (const AsmExpectFault &fault : file.expectFaults)
    text += ".expect_fault " + fault.kind + (fault.text.empty() ? "" : " \"" + fault.text + "\"") +
            "\n";
  return text;
}

/// Where the section that begins at `entry` ends: at the next entry of the stream.
uint32_t sectionEnd(const AsmFile &file, unsigned stream, uint32_t entry) {
  uint32_t end = static_cast<uint32_t>(file.stream[stream].size());
  for (const AsmFunction &function : file.functions)
    if (function.entry[stream] != kNoEntry && function.entry[stream] > entry &&
        function.entry[stream] < end)
      end = function.entry[stream];
  return end;
}

std::string sectionText(const AsmFile &file, const Names &names, unsigned stream, uint32_t entry) {
  bool sequential = stream == kSequentialStream;
  std::optional<Engine> section;
  if (!sequential)
    section = static_cast<Engine>(stream);
  std::string text =
      std::string(".engine ") + (sequential ? "sequential" : toText(*section)) + "\n";
  size_t depth = 1;
  for (uint32_t i = entry, end = sectionEnd(file, stream, entry); i < end; ++i) {
    const Inst &inst = file.stream[stream][i];
    for (const AsmBound &bound : file.bounds)
      if (bound.stream == stream && bound.index == i)
        text += formatText(".bound %s %llu\n", toText(bound.kind), static_cast<Count>(bound.limit));
    for (const AsmLabel &label : file.labels)
      if (label.stream == stream && label.index == i)
        text += label.name + ":\n";
    if (inst.opcode == Opcode::EndLoop && depth > 1)
      --depth;
    text += std::string(2 * depth, ' ') + toText(inst, names, section) + "\n";
    depth += inst.opcode == Opcode::Loop;
  }
  return text;
}

} // namespace

Names namesOf(const AsmFile &file) {
  Names names;
  for (unsigned s = 0; s < file.semaphores.size(); ++s)
    names.semaphores.push_back(file.semaphores[s].name.empty() ? formatText("unnamed_%u", s)
                                                               : file.semaphores[s].name);
  for (const AsmTensor &tensor : file.tensors)
    names.segments.push_back(tensor.name);
  for (const AsmFunction &function : file.functions)
    names.functions.push_back(function.name);
  names.constants = file.constants;
  return names;
}

std::string toText(const AsmFile &file) {
  Names names = namesOf(file);
  std::string text = declarationsText(file) + expectationsText(file);
  for (const AsmFunction &function : file.functions) {
    text += "\n.func " + nameText(function.name) + "\n";
    for (unsigned s = 0; s < kNumStreams; ++s)
      if (function.entry[s] != kNoEntry)
        text += sectionText(file, names, s, function.entry[s]);
  }
  return text;
}

} // namespace neuron::isa
