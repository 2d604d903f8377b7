// What looks on while a run's time is taken, as far as somebody asked for it: layers, critical
// path, memory, trace.
//
//   Insight insight(image, wanted);
//   options.observer = insight.observer();    // of a walk in time
//   ... insight.finish(report);               // after it
#pragma once

#include "runtime/sim/CriticalPath.h"
#include "runtime/sim/LayerTimes.h"
#include "runtime/sim/Report.h"
#include "runtime/sim/Trace.h"

#include <optional>
#include <vector>

namespace neuron::sim {

/// Hands on what it sees, in the order in which observers were added.
class ObserverList : public TimeObserver {
public:
  void add(TimeObserver *observer) { all.push_back(observer); }
  bool empty() const { return all.empty(); }

  bool needsAddresses() const override;
  void instruction(const Issue &issue, uint64_t start, uint64_t intervalEnd,
                   uint64_t complete) override;
  void control(const Issue &issue, uint64_t complete) override;
  void transfer(const Place &trigger, const DmaCompletion &completion) override;
  void wait(const Issue &issue, uint64_t begin, uint64_t end) override;

private:
  std::vector<TimeObserver *> all;
};

struct InsightOptions {
  bool layers = false;
  bool criticalPath = false;
  bool memory = false;
  bool trace = false;
  TraceOptions traceOptions;
  std::optional<ReportFigures> compareWith;

  /// Another report to compare with: what it has, this one will have too.
  void compare(ReportFigures other);
  /// Anything that only a walk in time can tell.
  bool needsTime() const { return layers || criticalPath || memory || trace || compareWith; }
};

class Insight {
public:
  /// Refers to the image.
  Insight(const Image &image, const InsightOptions &options);

  bool isNeeded() const { return !all.empty(); }
  /// What has to look on; null where nobody asked for anything.
  TimeObserver *observer() { return isNeeded() ? &all : nullptr; }
  /// Puts what was seen into the report of the walk, which is whole otherwise, and compares it.
  /// Errors: those of CriticalPath.
  Status finish(Report &report);
  /// The trace that was asked for, finished; else null.
  const Trace *finishedTrace() const { return trace ? &*trace : nullptr; }

private:
  LayerIndex index;
  ObserverList all;
  std::optional<LayerTimes> layers;
  std::optional<CriticalPath> path;
  std::optional<MemoryMap> memory;
  std::optional<Trace> trace;
  const bool tellsMemory;
  const std::optional<ReportFigures> compareWith;
};

} // namespace neuron::sim
