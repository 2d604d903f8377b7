// Queues and engines, event by event.
#include "runtime/sim/Dma.h"

#include <algorithm>

namespace neuron::sim {
namespace {

/// `left` counts in this fraction of a femtosecond, so that equal shares round away nothing
/// that adds up.
constexpr uint64_t kFraction = 64;

uint64_t divideUp(uint64_t a, uint64_t b) { return (a + b - 1) / b; }

} // namespace

void DmaModel::configure(const target::Machine &machine,
                         const std::array<uint8_t, isa::kNumQueues> &inFlight) {
  *this = DmaModel();
  engines.resize(machine.dmaEngines);
  latency = machine.dmaLatencyPs * 1000;
  issue = machine.dmaIssuePs * 1000;
  for (unsigned q = 0; q < isa::kNumQueues; ++q) {
    uint64_t most = inFlight[q] ? inFlight[q] : machine.dmaInFlight;
    queues[q].most = static_cast<unsigned>(std::max<uint64_t>(most, 1));
  }
}

// --- Queues ----------------------------------------------------------------------------------

/// When the queue's next transfer can start.
void DmaModel::planStart(Queue &queue) {
  queue.startAt = kNever;
  if (queue.next == queue.transfers.end())
    return;
  const Transfer &transfer = queue.transfers.at(queue.next);
  if (transfer.load->empty) {
    queue.startAt = std::max(transfer.triggered, now);
    return;
  }
  if (queue.inFlight >= queue.most)
    return;
  queue.startAt = std::max(transfer.triggered, queue.slotFree);
  if (queue.startedAny)
    queue.startAt = std::max(queue.startAt, queue.lastStart + issue);
}

/// When the next place in flight becomes free.
void DmaModel::planRelease(Queue &queue) {
  queue.releaseAt = kNever;
  for (uint64_t n = queue.transfers.begin(); n < queue.next; ++n) {
    const Transfer &transfer = queue.transfers.at(n);
    if (!transfer.released)
      queue.releaseAt = std::min(queue.releaseAt, transfer.done);
  }
}

uint64_t DmaModel::submit(unsigned q, uint64_t time, const DmaLoad &load) {
  Queue &queue = queues[q];
  Transfer transfer;
  transfer.load = &load;
  transfer.triggered = time;
  queue.transfers.append(transfer);
  if (queue.next + 1 == queue.transfers.end())
    planStart(queue);
  return queue.transfers.end() - 1;
}

void DmaModel::start(unsigned q) {
  Queue &queue = queues[q];
  uint64_t number = queue.next++;
  Transfer &transfer = queue.transfers.at(number);
  transfer.started = now;
  const DmaLoad &load = *transfer.load;
  if (load.empty) {
    transfer.done = now;
    queue.releaseAt = std::min(queue.releaseAt, now);
    return planStart(queue);
  }
  ++queue.inFlight;
  queue.lastStart = now;
  queue.startedAny = true;
  if (!load.uniform)
    separate();
  if (together) {
    transfer.enginesLeft = 1;
    addWork(engines[0], q, number, load.work[0]);
  } else {
    unsigned first = load.rotates ? nextEngine : 0;
    transfer.enginesLeft = 0;
    for (uint64_t work : load.work)
      transfer.enginesLeft += work != 0;
    for (unsigned e = 0; e < engines.size(); ++e)
      if (load.work[e])
        addWork(engines[(e + first) % engines.size()], q, number, load.work[e]);
  }
  if (load.rotates)
    nextEngine = static_cast<unsigned>((nextEngine + load.packets) % engines.size());
  planStart(queue);
}

/// A transfer's time has come: its place is free, and what is done in order signals.
void DmaModel::release(unsigned q, std::vector<DmaCompletion> &completions) {
  Queue &queue = queues[q];
  for (uint64_t n = queue.transfers.begin(); n < queue.next; ++n) {
    Transfer &transfer = queue.transfers.at(n);
    if (transfer.released || transfer.done > now)
      continue;
    transfer.released = true;
    if (!transfer.load->empty) {
      --queue.inFlight;
      queue.slotFree = now;
    }
  }
  while (queue.transfers.begin() < queue.next) {
    uint64_t number = queue.transfers.begin();
    const Transfer &transfer = queue.transfers.at(number);
    if (!transfer.released)
      break;
    completions.push_back({static_cast<uint8_t>(q), number, now, transfer.triggered,
                           transfer.started, transfer.load->bytes});
    queue.transfers.forget(number + 1);
  }
  planRelease(queue);
  planStart(queue);
}

// --- Engines ---------------------------------------------------------------------------------

/// Gives every sharing queue its part of the time up to `time`.
void DmaModel::serveUntil(Engine &engine, uint64_t time) {
  if (engine.sharers && time > engine.since) {
    uint64_t part = (time - engine.since) * kFraction / engine.sharers;
    for (uint32_t left = engine.busy; left; left &= left - 1) {
      History<Job> &jobs = engine.jobs[static_cast<unsigned>(__builtin_ctz(left))];
      Job &head = jobs.at(jobs.begin());
      head.left -= std::min(head.left, part);
    }
  }
  engine.since = time;
}

void DmaModel::plan(Engine &engine) {
  engine.nextDone = kNever;
  uint64_t least = kNever;
  for (uint32_t left = engine.busy; left; left &= left - 1) {
    const History<Job> &jobs = engine.jobs[static_cast<unsigned>(__builtin_ctz(left))];
    least = std::min(least, jobs.at(jobs.begin()).left);
  }
  if (least != kNever)
    engine.nextDone = engine.since + divideUp(least * engine.sharers, kFraction);
}

void DmaModel::addWork(Engine &engine, unsigned queue, uint64_t transfer, uint64_t work) {
  serveUntil(engine, now);
  if (!engine.busy && busyEngines++ == 0)
    activeSince = now;
  engine.jobs[queue].append({work * kFraction, transfer});
  if (!(engine.busy >> queue & 1)) {
    engine.busy |= 1u << queue;
    ++engine.sharers;
  }
  plan(engine);
}

/// Jobs that are through leave; the queue's next takes over, or the share goes to the others.
void DmaModel::finishWork(Engine &engine) {
  serveUntil(engine, now);
  for (uint32_t left = engine.busy; left; left &= left - 1) {
    unsigned q = static_cast<unsigned>(__builtin_ctz(left));
    History<Job> &jobs = engine.jobs[q];
    while (jobs.begin() < jobs.end() && jobs.at(jobs.begin()).left == 0) {
      Transfer &transfer = queues[q].transfers.at(jobs.at(jobs.begin()).transfer);
      if (--transfer.enginesLeft == 0) {
        transfer.done = std::max(now, transfer.started + latency);
        queues[q].releaseAt = std::min(queues[q].releaseAt, transfer.done);
      }
      jobs.forget(jobs.begin() + 1);
    }
    if (jobs.begin() == jobs.end()) {
      engine.busy &= ~(1u << q);
      --engine.sharers;
    }
  }
  if (!engine.busy && --busyEngines == 0) {
    active += now - activeSince;
    together = true; // all idle: whatever comes next decides again
  }
  plan(engine);
}

/// From here on the engines differ: each gets its own copy of what they did together.
void DmaModel::separate() {
  if (!together)
    return;
  together = false;
  const Engine &one = engines[0];
  for (unsigned e = 1; e < engines.size(); ++e) {
    Engine &other = engines[e];
    other.busy = one.busy;
    other.sharers = one.sharers;
    other.since = one.since;
    other.nextDone = one.nextDone;
    for (uint32_t left = one.busy; left; left &= left - 1) {
      unsigned q = static_cast<unsigned>(__builtin_ctz(left));
      other.jobs[q] = one.jobs[q];
    }
  }
  if (!one.busy)
    return;
  busyEngines = static_cast<unsigned>(engines.size());
  for (unsigned q = 0; q < isa::kNumQueues; ++q) {
    const History<Job> &jobs = one.jobs[q];
    for (uint64_t j = jobs.begin(); j < jobs.end(); ++j)
      queues[q].transfers.at(jobs.at(j).transfer).enginesLeft =
          static_cast<uint32_t>(engines.size());
  }
}

// --- Events ----------------------------------------------------------------------------------

uint64_t DmaModel::nextEvent() const {
  uint64_t next = kNever;
  for (const Queue &queue : queues)
    next = std::min({next, queue.startAt, queue.releaseAt});
  for (unsigned e = 0; e < simulated(); ++e)
    next = std::min(next, engines[e].nextDone);
  return next;
}

void DmaModel::process(std::vector<DmaCompletion> &completions) {
  uint64_t time = nextEvent();
  if (time == kNever)
    return;
  now = time;
  // Work ends before places are freed, places are freed before transfers start.
  for (unsigned e = 0; e < simulated(); ++e)
    if (engines[e].nextDone == now)
      finishWork(engines[e]);
  for (unsigned q = 0; q < isa::kNumQueues; ++q)
    if (queues[q].releaseAt == now)
      release(q, completions);
  for (unsigned q = 0; q < isa::kNumQueues; ++q)
    while (queues[q].startAt == now)
      start(q);
}

} // namespace neuron::sim
