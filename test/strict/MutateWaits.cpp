// Every wait of compiled programs, taken away or lowered by one: the simulator must fault.
//
//   mutate_waits [--max=N] PROGRAM...
//
// A program is first held to be right as it is. Then each of its mutants (WaitMutants.h) goes
// through the walk that finds races, deadlocks and unfinished transfers; what that walk accepts
// survives, and is printed. --max takes at most N mutants of a program, spread over its code.
// The exit status is 0 when nothing survived.
#include "runtime/base/File.h"
#include "runtime/core/ProgramImage.h"
#include "runtime/sim/Races.h"
#include "test/strict/WaitMutants.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>

using namespace neuron;
using namespace neuron::testing;

namespace {

constexpr uint64_t kMaxSteps = uint64_t(1) << 32;

struct Counts {
  uint64_t mutants = 0, races = 0, deadlocks = 0, others = 0, survivors = 0;

  void add(const Counts &o) {
    mutants += o.mutants;
    races += o.races;
    deadlocks += o.deadlocks;
    others += o.others;
    survivors += o.survivors;
  }
  void count(const sim::Fault &fault) {
    ++mutants;
    if (!fault.raised())
      ++survivors;
    else if (fault.kind == sim::FaultKind::Race)
      ++races;
    else if (fault.kind == sim::FaultKind::Deadlock)
      ++deadlocks;
    else
      ++others;
  }
  void print(const char *name) const {
    std::printf(
        "%-36s %6llu mutants: %6llu race, %4llu deadlock, %4llu other fault, %llu survive\n", name,
        (unsigned long long)mutants, (unsigned long long)races, (unsigned long long)deadlocks,
        (unsigned long long)others, (unsigned long long)survivors);
    std::fflush(stdout);
  }
};

Result<rt::Program> parseAgain(ByteSpan file, const std::string &path) {
  rt::LoadOptions options;
  options.verifyContents = false;
  return rt::parse(file, path, options);
}

Status judge(rt::Program program, sim::Fault &fault) {
  auto image = rt::ProgramImage::create(std::move(program));
  if (!image)
    return image.status();
  NEURON_TRY(sim::check((*image)->image()));
  sim::RaceOptions options;
  options.maxSteps = kMaxSteps;
  sim::RaceResult result;
  NEURON_TRY(sim::checkRaces((*image)->image(), options, result));
  fault = result.fault;
  return Status::success();
}

Status mutate(const std::string &path, uint64_t most, Counts &counts) {
  auto mapped = MappedFile::open(path);
  if (!mapped)
    return mapped.status();
  auto whole = parseAgain(mapped->bytes(), path);
  if (!whole)
    return whole.status();
  std::vector<WaitMutant> mutants = waitMutants(*whole);
  auto unchanged = parseAgain(mapped->bytes(), path);
  sim::Fault fault;
  NEURON_TRY(judge(*std::move(unchanged), fault));
  NEURON_TRY(sim::toStatus(fault));
  uint64_t wanted = std::min<uint64_t>(most, mutants.size());
  for (uint64_t i = 0; i < wanted; ++i) {
    const WaitMutant &mutant = mutants[i * mutants.size() / wanted];
    auto changed = parseAgain(mapped->bytes(), path);
    if (!changed)
      return changed.status();
    weaken(*changed, mutant);
    fault = {};
    if (Status status = judge(*std::move(changed), fault); !status.ok())
      return status.within(toText(*whole, mutant));
    counts.count(fault);
    if (!fault.raised())
      std::printf("  survives: %s\n", toText(*whole, mutant).c_str());
  }
  return Status::success();
}

} // namespace

int main(int argc, char **argv) {
  uint64_t most = UINT64_MAX;
  Counts total;
  unsigned programs = 0;
  for (int i = 1; i < argc; ++i) {
    if (std::strncmp(argv[i], "--max=", 6) == 0) {
      most = std::strtoull(argv[i] + 6, nullptr, 10);
      continue;
    }
    Counts counts;
    if (Status status = mutate(argv[i], most, counts); !status.ok()) {
      std::fprintf(stderr, "%s: %s\n", argv[i], status.message().c_str());
      return 1;
    }
    const char *slash = std::strrchr(argv[i], '/');
    counts.print(slash ? slash + 1 : argv[i]);
    total.add(counts);
    ++programs;
  }
  if (programs == 0) {
    std::fprintf(stderr, "usage: mutate_waits [--max=N] PROGRAM...\n");
    return 2;
  }
  total.print("all");
  return total.survivors ? 1 : 0;
}
