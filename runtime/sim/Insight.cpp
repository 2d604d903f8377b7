// One observer that hands on to those that were asked for.
#include "runtime/sim/Insight.h"

#include <algorithm>

namespace neuron::sim {

bool ObserverList::needsAddresses() const {
  return std::any_of(all.begin(), all.end(),
                     [](const TimeObserver *one) { return one->needsAddresses(); });
}

void ObserverList::instruction(const Issue &issue, uint64_t start, uint64_t intervalEnd,
                               uint64_t complete) {
  for (TimeObserver *one : all)
    one->instruction(issue, start, intervalEnd, complete);
}

void ObserverList::control(const Issue &issue, uint64_t complete) {
  for (TimeObserver *one : all)
    one->control(issue, complete);
}

void ObserverList::transfer(const Place &trigger, const DmaCompletion &completion) {
  for (TimeObserver *one : all)
    one->transfer(trigger, completion);
}

void ObserverList::wait(const Issue &issue, uint64_t begin, uint64_t end) {
  for (TimeObserver *one : all)
    one->wait(issue, begin, end);
}

void InsightOptions::compare(ReportFigures other) {
  layers |= other.has("layers");
  criticalPath |= other.has("critical_path");
  compareWith = std::move(other);
}

Insight::Insight(const Image &image, const InsightOptions &options)
    : index(image), tellsMemory(options.memory), compareWith(options.compareWith) {
  if (options.layers)
    all.add(&layers.emplace(*image.machine, index, image.layerFlops));
  if (options.criticalPath)
    all.add(&path.emplace(image, index));
  if (options.memory || options.trace) // the trace has counters of it
    all.add(&memory.emplace(image, index));
  if (options.trace)
    all.add(&trace.emplace(*image.machine, index, options.traceOptions));
}

Status Insight::finish(Report &report) {
  if (layers)
    report.layers = layers->finish();
  if (path)
    NEURON_TRY(path->finish(report.time.end, report.path));
  if (memory) {
    MemoryUse use = memory->finish(report.time.end);
    if (trace) {
      trace->counter("SBUF bytes in use", use.stepUs, use.sbuf.bytes);
      trace->counter("PSUM bytes in use", use.stepUs, use.psum.bytes);
    }
    if (tellsMemory)
      report.memory = std::move(use);
  }
  if (trace)
    trace->finish();
  if (compareWith) {
    Result<ReportFigures> figures = readReport(toJson(report), "this run");
    if (!figures)
      return figures.status();
    report.comparison = compare(*figures, *compareWith);
  }
  return Status::success();
}

} // namespace neuron::sim
