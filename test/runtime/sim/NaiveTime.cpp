// Candidates, the earliest of them, and what it changes.
#include "test/runtime/sim/NaiveTime.h"

#include "runtime/sim/Costs.h"

#include <algorithm>
#include <deque>

namespace neuron::sim::testing {
namespace {

using isa::Engine;

/// All DMA engines and queues, without any economy.
class Transfers {
public:
  struct Transfer {
    const DmaLoad *load;
    uint64_t triggered, started = 0, done = kNever, signal = 0;
    unsigned enginesLeft = 0;
    bool begun = false, released = false, signalled = false;
  };
  struct Job {
    uint64_t left;
    size_t transfer;
  };
  struct Unit {
    std::array<std::deque<Job>, isa::kNumQueues> jobs;
    uint64_t since = 0;
    unsigned sharers() const {
      return static_cast<unsigned>(
          std::count_if(jobs.begin(), jobs.end(), [](auto &list) { return !list.empty(); }));
    }
  };

  explicit Transfers(const target::Machine &m) : m(m), units(m.dmaEngines) {}

  uint64_t next() const {
    uint64_t time = kNever;
    for (unsigned q = 0; q < isa::kNumQueues; ++q)
      time = std::min({time, startOf(q), releaseOf(q)});
    for (const Unit &unit : units)
      time = std::min(time, doneOf(unit));
    return time;
  }

  /// Everything at `now`; `signal(queue, time)` for every transfer that signals.
  template <typename F> void process(uint64_t time, F signal) {
    now = time;
    for (Unit &unit : units)
      if (doneOf(unit) == now)
        finish(unit);
    for (unsigned q = 0; q < isa::kNumQueues; ++q)
      if (releaseOf(q) == now)
        release(q, signal);
    for (unsigned q = 0; q < isa::kNumQueues; ++q)
      while (startOf(q) == now)
        start(q);
  }

  std::array<std::vector<Transfer>, isa::kNumQueues> queues;

private:
  uint64_t startOf(unsigned q) const {
    unsigned inFlight = 0;
    uint64_t slotFree = 0, lastStart = 0;
    for (const Transfer &t : queues[q]) {
      if (!t.begun) {
        if (t.load->empty)
          return std::max(t.triggered, now);
        if (inFlight >= m.dmaInFlight)
          return kNever;
        uint64_t spaced = lastStart ? lastStart - 1 + m.dmaIssuePs * 1000 : 0;
        return std::max({t.triggered, slotFree, spaced});
      }
      if (t.load->empty)
        continue;
      lastStart = t.started + 1;
      inFlight += !t.released;
      if (t.released)
        slotFree = std::max(slotFree, t.done);
    }
    return kNever;
  }
  uint64_t releaseOf(unsigned q) const {
    uint64_t time = kNever;
    for (const Transfer &t : queues[q])
      if (t.begun && !t.released)
        time = std::min(time, t.done);
    return time;
  }
  static uint64_t doneOf(const Unit &unit) {
    uint64_t least = kNever;
    for (const auto &list : unit.jobs)
      if (!list.empty())
        least = std::min(least, list.front().left);
    return least == kNever ? kNever : unit.since + (least * unit.sharers() + 63) / 64;
  }
  void serve(Unit &unit) {
    unsigned sharers = unit.sharers();
    for (auto &list : unit.jobs)
      if (!list.empty())
        list.front().left -= std::min(list.front().left, (now - unit.since) * 64 / sharers);
    unit.since = now;
  }
  void finish(Unit &unit) {
    serve(unit);
    for (unsigned q = 0; q < isa::kNumQueues; ++q)
      while (!unit.jobs[q].empty() && unit.jobs[q].front().left == 0) {
        Transfer &t = queues[q][unit.jobs[q].front().transfer];
        if (--t.enginesLeft == 0)
          t.done = std::max(now, t.started + m.dmaLatencyPs * 1000),
          t.signal = std::max(t.done, now + m.dmaSignalPs * 1000);
        unit.jobs[q].pop_front();
      }
  }
  template <typename F> void release(unsigned q, F signal) {
    for (Transfer &t : queues[q])
      t.released |= t.begun && t.done <= now;
    for (Transfer &t : queues[q]) {
      if (t.signalled)
        continue;
      if (!t.released)
        break;
      t.signalled = true;
      signal(q, t.signal);
    }
  }
  void start(unsigned q) {
    size_t number = 0;
    while (queues[q][number].begun)
      ++number;
    Transfer &t = queues[q][number];
    t.begun = true;
    t.started = now;
    if (t.load->empty) {
      t.done = t.signal = now;
      return;
    }
    size_t first = t.load->rotates ? nextUnit : 0;
    for (size_t e = 0; e < units.size(); ++e)
      if (t.load->work[e]) {
        Unit &unit = units[(e + first) % units.size()];
        serve(unit);
        unit.jobs[q].push_back({t.load->work[e] * 64, number});
        ++t.enginesLeft;
      }
    if (t.load->rotates)
      nextUnit = (nextUnit + t.load->packets) % units.size();
  }

  const target::Machine &m;
  std::vector<Unit> units;
  size_t nextUnit = 0;
  uint64_t now = 0;
};

struct Step {
  Issue issue;
  CostRow cost;
};

struct Lane {
  std::deque<Step> ahead;  ///< not yet handled by the sequencer
  std::deque<Step> queued; ///< not yet started by the engine
  std::deque<uint64_t> entered;
  Costs costs;
  uint64_t front = 0, free = 0, read = 0, done = 0, lastStart = 0;
  uint64_t plane = 0, weights = 0;
  bool fresh = false;
  std::vector<uint64_t> dones;
};

class Loop {
public:
  explicit Loop(const Image &image)
      : image(image), m(*image.machine), dma(m), lanes(isa::kNumEngines) {
    std::vector<uint64_t> plenty(isa::kNumSemaphores, uint64_t(1) << 62);
    for (unsigned s = 0; s < isa::kNumEngines; ++s) {
      lanes[s].costs.build(image.stream[s], m, image.queuesDescribed);
      Sequencer sequencer(image.stream[s]);
      while (sequencer.next(plenty.data()) == StepKind::Issued)
        lanes[s].ahead.push_back({sequencer.issue(), lanes[s].costs.row(sequencer.issue().pc)});
    }
  }

  NaiveTimes run() {
    for (;;) {
      // At the same time: transfers, then sequencers, then requests by engine.
      uint64_t best = dma.next();
      int who = best == kNever ? -1 : 0;
      for (unsigned s = 0; s < lanes.size(); ++s)
        if (uint64_t time = frontOf(s); time < best)
          best = time, who = static_cast<int>(10 + s);
      for (unsigned s = 0; s < lanes.size(); ++s)
        if (uint64_t time = requestOf(lanes[s]); time < best)
          best = time, who = static_cast<int>(1 + s);
      if (who < 0)
        break;
      if (who == 0)
        dma.process(best, [&](unsigned q, uint64_t at) { signalTransfer(q, at); });
      else if (who < 10)
        start(static_cast<unsigned>(who - 1), best);
      else
        sequence(lanes[static_cast<unsigned>(who - 10)], best);
    }
    for (const Lane &lane : lanes) {
      result.stuck |= !lane.ahead.empty() || !lane.queued.empty();
      result.end = std::max({result.end, lane.front, lane.done});
    }
    return std::move(result);
  }

private:
  /// When the sequencer is through with its next instruction.
  uint64_t frontOf(unsigned s) const {
    const Lane &lane = lanes[s];
    if (lane.ahead.empty())
      return kNever;
    const Step &next = lane.ahead.front();
    if (!next.issue.control && lane.queued.size() >= m.engineQueueDepth)
      return kNever;
    uint64_t time =
        lane.front + next.cost.sequencer + next.issue.numWaits * m.sequencerWaitNs * 1000000;
    for (unsigned w = 0; w < next.issue.numWaits; ++w) {
      const Level &level = next.issue.waits[w];
      uint64_t initial = image.semaphores[level.sem].initial;
      if (level.value <= initial)
        continue;
      const std::vector<uint64_t> &list = increments[level.sem];
      if (level.value - initial > list.size())
        return kNever;
      time = std::max(time, list[level.value - initial - 1] + m.semaphoreNs * 1000000);
    }
    // A place in the queue: the instruction so many before has left it.
    uint64_t number = result.starts[s].size() + lane.queued.size();
    if (!next.issue.control && number >= m.engineQueueDepth)
      time = std::max(time, result.starts[s][number - m.engineQueueDepth]);
    return time;
  }

  void sequence(Lane &lane, uint64_t time) {
    Step step = lane.ahead.front();
    lane.ahead.pop_front();
    lane.front = time;
    if (step.issue.control)
      return;
    lane.entered.push_back(time);
    lane.queued.push_back(std::move(step));
  }

  uint64_t requestOf(const Lane &lane) const {
    if (lane.queued.empty())
      return kNever;
    const Step &head = lane.queued.front();
    uint64_t time = std::max(lane.entered.front(), lane.lastStart);
    if (unsigned after = head.issue.inst->after; after && after <= lane.dones.size())
      time = std::max(time, lane.dones[lane.dones.size() - after] + m.semaphoreNs * 1000000);
    if (head.cost.kind == CostKind::LoadWeights)
      return std::max(time, lane.plane);
    time = std::max(time, lane.free);
    if (head.cost.kind == CostKind::Matmul && lane.fresh)
      time = std::max(time, lane.weights);
    if (head.cost.kind != CostKind::Transfer)
      return time;
    const auto &queue = dma.queues[head.cost.queue];
    if (queue.size() < m.dmaQueueDepth)
      return time;
    if (!queue[queue.size() - m.dmaQueueDepth].signalled)
      return kNever;
    return std::max(time, result.transfers[head.cost.queue][queue.size() - m.dmaQueueDepth]);
  }

  void start(unsigned s, uint64_t time) {
    Lane &lane = lanes[s];
    Step step = std::move(lane.queued.front());
    lane.queued.pop_front();
    lane.entered.pop_front();
    for (unsigned port = 0; port < kNumPorts; ++port)
      if (step.cost.ports >> port & 1)
        time = std::max(time, portFree[port]);
    for (unsigned port = 0; port < kNumPorts; ++port)
      if (step.cost.ports >> port & 1)
        portFree[port] = time + step.cost.columns;
    result.starts[s].push_back(time);
    lane.lastStart = time;
    if (step.cost.kind == CostKind::LoadWeights) {
      lane.weights = lane.plane = time + step.cost.columns;
      lane.fresh = true;
      lane.free = std::max(lane.free, time) + step.cost.interval;
    } else {
      if (step.cost.kind == CostKind::Matmul && lane.fresh)
        lane.plane = time, lane.fresh = false;
      lane.free = time + step.cost.interval;
    }
    lane.read = std::max(lane.read, time + step.cost.columns);
    lane.done = std::max(lane.done, time + step.cost.latency);
    lane.dones.push_back(lane.done);
    if (step.cost.kind == CostKind::Transfer) {
      dma.queues[step.cost.queue].push_back(
          {step.cost.load, time + step.cost.latency + step.cost.firstByte});
      triggers[step.cost.queue].push_back(step.issue);
      return;
    }
    for (unsigned k = 0; k < 2; ++k)
      if (step.issue.fires[k])
        increments[step.issue.inst->signal[k].sem].push_back(
            step.issue.inst->signal[k].at == isa::When::Read ? lane.read : lane.done);
  }

  void signalTransfer(unsigned q, uint64_t time) {
    const Issue &issue = triggers[q][result.transfers[q].size()];
    if (!result.transfers[q].empty())
      time = std::max(time, result.transfers[q].back());
    result.transfers[q].push_back(time);
    result.end = std::max(result.end, time);
    for (unsigned k = 0; k < 2; ++k)
      if (issue.fires[k])
        increments[issue.inst->signal[k].sem].push_back(time);
  }

  const Image &image;
  const target::Machine &m;
  Transfers dma;
  std::vector<Lane> lanes;
  std::array<std::vector<uint64_t>, isa::kNumSemaphores> increments;
  std::array<std::vector<Issue>, isa::kNumQueues> triggers;
  std::array<uint64_t, kNumPorts> portFree{};
  NaiveTimes result;
};

} // namespace

NaiveTimes timeNaively(const Image &image) { return Loop(image).run(); }

} // namespace neuron::sim::testing
