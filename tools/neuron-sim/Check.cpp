// Orders against each other, and expectations of an assembly file.
#include "tools/neuron-sim/Check.h"

#include "runtime/sim/Audit.h"
#include "runtime/sim/Expect.h"

#include <algorithm>
#include <chrono>

namespace neuron::simtool {
namespace {

using isa::AsmExpectTime;

std::string joined(const std::vector<std::string> &lines) {
  std::string text;
  for (const std::string &line : lines)
    text += (text.empty() ? "" : "\n  ") + line;
  return text;
}

Status mismatch(const std::vector<std::string> &failures) {
  return failures.empty() ? Status::success() : Status(ErrorCode::Mismatch, joined(failures));
}

sim::TimePoint pointOf(const isa::AsmFile &file, const isa::AsmTimePoint &point) {
  const isa::AsmLabel &label = file.labels[point.label];
  sim::TimePoint result;
  result.what =
      point.kind == isa::AsmTimePoint::Start ? sim::TimePoint::Start : sim::TimePoint::Complete;
  result.stream = static_cast<isa::Engine>(label.stream);
  result.pc = label.index;
  result.occurrence = point.occurrence;
  result.label = label.name;
  return result;
}

std::vector<sim::Expectation> timesOf(const isa::AsmFile &file) {
  std::vector<sim::Expectation> all;
  for (const AsmExpectTime &one : file.expectTimes) {
    if (one.point.kind == isa::AsmTimePoint::Total)
      continue;
    sim::Expectation expectation;
    static_cast<sim::TimePoint &>(expectation) = pointOf(file, one.point);
    if (one.since)
      expectation.since = pointOf(file, *one.since);
    expectation.cycles = one.cycles;
    expectation.line = one.line;
    all.push_back(expectation);
  }
  return all;
}

/// The end of everything, in cycles of the base clock.
std::vector<std::string> totalFailures(const isa::AsmFile &file, const sim::Report &report,
                                       const target::Machine &machine) {
  std::vector<std::string> failures;
  for (const AsmExpectTime &one : file.expectTimes) {
    if (one.point.kind != isa::AsmTimePoint::Total)
      continue;
    unsigned __int128 product = static_cast<unsigned __int128>(report.time.end) * machine.baseMHz;
    uint64_t cycles = static_cast<uint64_t>((product + 500000000) / 1000000000);
    if (cycles != one.cycles)
      failures.push_back(formatText("line %u: the program takes %llu cycles, expected %llu",
                                    one.line, static_cast<unsigned long long>(cycles),
                                    static_cast<unsigned long long>(one.cycles)));
  }
  return failures;
}

/// A file that expects faults is right when its run ends with one of each.
Status judgeFault(const isa::AsmFile &file, const Status &status, const sim::Fault &fault) {
  for (const isa::AsmExpectFault &one : file.expectFaults) {
    bool kind = one.kind == sim::toText(fault.kind);
    bool text = status.message().find(one.text) != std::string::npos;
    if (!kind || !text)
      return Status::error(ErrorCode::Mismatch, "line %u: expected a fault %s \"%s\", found %s",
                           one.line, one.kind.c_str(), one.text.c_str(),
                           status.ok() ? "none" : status.message().c_str());
  }
  return Status::success();
}

} // namespace

Status runOnce(Subject &subject, const Options &options, sim::Report &report) {
  sim::Image image = subject.image();
  if (options.cores)
    image.cores = static_cast<unsigned>(std::min<uint64_t>(options.cores, 255));
  auto simulator = sim::Simulator::create(image);
  if (!simulator)
    return simulator.status();
  const isa::AsmFile *file = subject.asmImage() ? &subject.asmImage()->file() : nullptr;
  std::optional<sim::ExpectationCheck> times;
  sim::RunOptions run = options.run;
  bool timed = run.mode != sim::Mode::Values && !run.sequential;
  sim::Insight insight(image, timed ? options.insight : sim::InsightOptions());
  sim::ObserverList observers;
  if (insight.isNeeded())
    observers.add(insight.observer());
  if (file && timed && !file->expectTimes.empty())
    observers.add(&times.emplace(timesOf(*file), *subject.image().machine));
  run.observer = observers.empty() ? nullptr : &observers;
  subject.restore();
  auto begin = std::chrono::steady_clock::now();
  Status status = (*simulator)->run(run, subject.bindings(), timed ? &report : nullptr);
  report.hostSeconds =
      std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  if (file && !file->expectFaults.empty())
    return judgeFault(*file, status, (*simulator)->fault());
  if (status.ok() && timed)
    NEURON_TRY(insight.finish(report));
  if (!status.ok() || !file)
    return status;
  std::vector<std::string> failures;
  if (run.mode != sim::Mode::Time) {
    auto values = subject.asmImage()->valueFailures([&](uint32_t tensor) {
      const Buffer *buffer = subject.buffer(tensor);
      return buffer ? buffer->bytes.data() : nullptr;
    });
    if (!values)
      return values.status();
    failures = std::move(*values);
  }
  if (times) {
    for (std::string &failure : times->failures())
      failures.push_back(std::move(failure));
    for (std::string &failure : totalFailures(*file, report, *subject.image().machine))
      failures.push_back(std::move(failure));
  }
  return mismatch(failures);
}

namespace {

/// The results of the last run.
std::vector<Buffer> resultsOf(const Subject &subject) {
  std::vector<Buffer> results;
  for (const Buffer &one : subject.buffers())
    if (one.result)
      results.push_back(one);
  return results;
}

Status compare(const std::vector<Buffer> &first, const std::vector<Buffer> &second,
               const char *order) {
  for (size_t i = 0; i < first.size(); ++i)
    for (size_t at = 0; at < first[i].bytes.size(); ++at)
      if (first[i].bytes[at] != second[i].bytes[at])
        return Status::error(ErrorCode::Mismatch,
                             "byte %zu of %s is %02x with late transfers, %02x %s", at,
                             first[i].name.c_str(), first[i].bytes[at], second[i].bytes[at], order);
  return Status::success();
}

} // namespace

Status checkAll(Subject &subject, const Options &options, sim::Report &report) {
  sim::Audit audit;
  Options late = options;
  late.run.dma = sim::DmaMode::Late;
  late.run.sequential = false;
  late.run.recorder = &audit;
  NEURON_TRY(runOnce(subject, late, report).within("late transfers"));
  NEURON_TRY(audit.verdict());
  std::vector<Buffer> reference = resultsOf(subject);

  Options other = late;
  other.run.recorder = nullptr;
  other.run.mode = sim::Mode::Values;
  struct Order {
    sim::DmaMode dma;
    bool sequential;
    const char *name;
  };
  for (Order order : {Order{sim::DmaMode::EarlyRead, false, "with transfers that read early"},
                      Order{sim::DmaMode::Early, false, "with early transfers"},
                      Order{sim::DmaMode::Early, true, "in sequential form"}}) {
    if (order.sequential && !subject.image().sequential)
      continue;
    other.run.dma = order.dma;
    other.run.sequential = order.sequential;
    sim::Report unread;
    NEURON_TRY(runOnce(subject, other, unread).within(order.name));
    NEURON_TRY(compare(reference, resultsOf(subject), order.name));
  }
  return Status::success();
}

} // namespace neuron::simtool
