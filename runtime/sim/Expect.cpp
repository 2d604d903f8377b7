// Notes times and compares them with what was expected.
#include "runtime/sim/Expect.h"

#include "runtime/isa/Cost.h"
#include "runtime/sim/Dma.h"

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

} // namespace

ExpectationCheck::ExpectationCheck(std::vector<Expectation> list, const target::Machine &machine)
    : expectations(std::move(list)), machine(machine) {
  for (const Expectation &expectation : expectations)
    seen[{static_cast<unsigned>(expectation.stream), expectation.pc}] = {};
}

ExpectationCheck::Seen *ExpectationCheck::find(const Place &place) {
  auto it = seen.find({static_cast<unsigned>(place.stream), place.pc});
  return it == seen.end() ? nullptr : &it->second;
}

void ExpectationCheck::instruction(const Issue &issue, uint64_t start, uint64_t,
                                   uint64_t complete) {
  Seen *entry = find(issue.place());
  if (!entry || entry->started)
    return;
  entry->started = true;
  entry->start = start;
  if (!isTransfer(*issue.inst)) {
    entry->completed = true;
    entry->complete = complete;
  }
}

void ExpectationCheck::control(const Issue &issue, uint64_t complete) {
  Seen *entry = find(issue.place());
  if (entry && !entry->started)
    *entry = {true, true, complete, complete};
}

void ExpectationCheck::transfer(const Place &trigger, const DmaCompletion &completion) {
  Seen *entry = find(trigger);
  if (!entry || entry->completed)
    return;
  entry->completed = true;
  entry->complete = completion.time;
}

std::vector<std::string> ExpectationCheck::failures() const {
  std::vector<std::string> list;
  for (const Expectation &expected : expectations) {
    const Seen &entry = seen.at({static_cast<unsigned>(expected.stream), expected.pc});
    bool start = expected.what == Expectation::Start;
    const char *what = start ? "start" : "complete";
    if (!(start ? entry.started : entry.completed)) {
      list.push_back(formatText("line %u: %s @%s = %llu expected, but it never does", expected.line,
                                what, expected.label.c_str(),
                                static_cast<unsigned long long>(expected.cycles)));
      continue;
    }
    uint64_t cycles =
        cyclesOf(start ? entry.start : entry.complete, isa::clockMHz(machine, expected.stream));
    if (cycles != expected.cycles)
      list.push_back(formatText("line %u: %s @%s = %llu expected, found %llu", expected.line, what,
                                expected.label.c_str(),
                                static_cast<unsigned long long>(expected.cycles),
                                static_cast<unsigned long long>(cycles)));
  }
  return list;
}

} // namespace neuron::sim
