// Notes times and compares them with what was expected.
#include "runtime/sim/Expect.h"

#include "runtime/isa/Cost.h"
#include "runtime/sim/Dma.h"

#include <algorithm>

namespace neuron::sim {
namespace {

/// Nearest cycles.
uint64_t cyclesOf(uint64_t femtoseconds, uint64_t megahertz) {
  unsigned __int128 scaled = static_cast<unsigned __int128>(femtoseconds) * megahertz;
  return static_cast<uint64_t>((scaled + 500000000) / 1000000000);
}

bool isTransfer(const isa::Inst &inst) {
  const isa::InstFacts *facts = isa::findFacts(static_cast<uint8_t>(inst.opcode));
  return facts && facts->isDma;
}

std::string textOf(const TimePoint &point) {
  return formatText("%s @%s[%u]", point.what == TimePoint::Start ? "start" : "complete",
                    point.label.c_str(), point.occurrence);
}

} // namespace

ExpectationCheck::ExpectationCheck(std::vector<Expectation> list, const target::Machine &machine)
    : expectations(std::move(list)), machine(machine) {
  for (const Expectation &one : expectations) {
    ask(one);
    if (one.since)
      ask(*one.since);
  }
}

void ExpectationCheck::ask(const TimePoint &point) {
  Seen &entry = seen[{static_cast<unsigned>(point.stream), point.pc}];
  entry.wanted = std::max<uint64_t>(entry.wanted, uint64_t(point.occurrence) + 1);
}

ExpectationCheck::Seen *ExpectationCheck::find(const Place &place) {
  auto it = seen.find({static_cast<unsigned>(place.stream), place.pc});
  return it == seen.end() ? nullptr : &it->second;
}

void ExpectationCheck::instruction(const Issue &issue, uint64_t start, uint64_t,
                                   uint64_t complete) {
  Seen *entry = find(issue.place());
  if (!entry || entry->start.size() == entry->wanted)
    return;
  entry->start.push_back(start);
  if (!isTransfer(*issue.inst))
    entry->complete.push_back(complete);
}

void ExpectationCheck::control(const Issue &issue, uint64_t complete) {
  Seen *entry = find(issue.place());
  if (!entry || entry->start.size() == entry->wanted)
    return;
  entry->start.push_back(complete);
  entry->complete.push_back(complete);
}

/// Transfers of one instruction complete in order: they are of one queue.
void ExpectationCheck::transfer(const Place &trigger, const DmaCompletion &completion) {
  Seen *entry = find(trigger);
  if (entry && entry->complete.size() < entry->wanted)
    entry->complete.push_back(completion.time);
}

std::optional<uint64_t> ExpectationCheck::timeOf(const TimePoint &point) const {
  const Seen &entry = seen.at({static_cast<unsigned>(point.stream), point.pc});
  const std::vector<uint64_t> &times =
      point.what == TimePoint::Start ? entry.start : entry.complete;
  if (times.size() <= point.occurrence)
    return std::nullopt;
  return times[point.occurrence];
}

std::vector<std::string> ExpectationCheck::failures() const {
  std::vector<std::string> list;
  for (const Expectation &expected : expectations) {
    std::optional<uint64_t> time = timeOf(expected);
    std::optional<uint64_t> since = expected.since ? timeOf(*expected.since) : uint64_t(0);
    std::string what = formatText("line %u: %s = ", expected.line, textOf(expected).c_str());
    if (expected.since)
      what += textOf(*expected.since) + " + ";
    what += formatText("%llu expected, ", static_cast<unsigned long long>(expected.cycles));
    if (!time || !since) {
      list.push_back(what + "but it never does");
      continue;
    }
    if (*time < *since) {
      list.push_back(what + "but it comes before");
      continue;
    }
    uint64_t cycles = cyclesOf(*time - *since, isa::clockMHz(machine, expected.stream));
    if (cycles != expected.cycles)
      list.push_back(what + formatText("found %llu", static_cast<unsigned long long>(cycles)));
  }
  return list;
}

} // namespace neuron::sim
