// Queues and engines, event by event.
#include "runtime/sim/Dma.h"

#include <algorithm>

namespace neuron::sim {
namespace {

/// `left` counts in this fraction of a femtosecond, so that equal shares round away nothing
/// that adds up.
constexpr uint64_t kFraction = 64;

uint64_t divideUp(uint64_t a, uint64_t b) { return (a + b - 1) / b; }

/// value / sharers; most often there are one or two.
uint64_t shareOf(uint64_t value, unsigned sharers) {
  return sharers == 1 ? value : sharers == 2 ? value / 2 : value / sharers;
}

unsigned lowest(uint32_t set) { return static_cast<unsigned>(__builtin_ctz(set)); }

} // namespace

void DmaModel::configure(const target::Machine &machine,
                         const std::array<uint8_t, isa::kNumQueues> &inFlight) {
  *this = DmaModel();
  classOf.resize(machine.dmaEngines);
  classes.resize(1);
  latency = machine.dmaLatencyPs * 1000;
  issue = machine.dmaIssuePs * 1000;
  acknowledge = machine.dmaSignalPs * 1000;
  startAt.fill(kNever);
  releaseAt.fill(kNever);
  nextDone.fill(kNever);
  for (unsigned q = 0; q < isa::kNumQueues; ++q) {
    uint64_t most = inFlight[q] ? inFlight[q] : machine.dmaInFlight;
    queues[q].most = static_cast<unsigned>(std::max<uint64_t>(most, 1));
  }
}

// --- Queues ----------------------------------------------------------------------------------

/// When the queue's next transfer can start.
void DmaModel::planStart(unsigned q) {
  Queue &queue = queues[q];
  startAt[q] = kNever;
  if (queue.next == queue.transfers.end())
    return;
  const Transfer &transfer = queue.transfers.at(queue.next);
  if (transfer.load->empty) {
    startAt[q] = std::max(transfer.triggered, now);
    return;
  }
  if (queue.inFlight >= queue.most)
    return;
  startAt[q] = std::max(transfer.triggered, queue.slotFree);
  if (queue.startedAny)
    startAt[q] = std::max(startAt[q], queue.lastStart + issue);
}

/// When the next place in flight becomes free.
void DmaModel::planRelease(unsigned q) {
  Queue &queue = queues[q];
  releaseAt[q] = kNever;
  for (uint64_t n = queue.transfers.begin(); n < queue.next; ++n) {
    const Transfer &transfer = queue.transfers.at(n);
    if (!transfer.released)
      releaseAt[q] = std::min(releaseAt[q], transfer.done);
  }
}

uint64_t DmaModel::submit(unsigned q, uint64_t time, const DmaLoad &load) {
  Queue &queue = queues[q];
  Transfer transfer;
  transfer.load = &load;
  transfer.triggered = time;
  queue.transfers.append(transfer);
  pending |= 1u << q;
  if (queue.next + 1 == queue.transfers.end())
    planStart(q);
  return queue.transfers.end() - 1;
}

void DmaModel::start(unsigned q) {
  Queue &queue = queues[q];
  uint64_t number = queue.next++;
  Transfer &transfer = queue.transfers.at(number);
  transfer.started = now;
  const DmaLoad &load = *transfer.load;
  if (load.empty) {
    transfer.done = transfer.signal = now;
    releaseAt[q] = std::min(releaseAt[q], now);
    return planStart(q);
  }
  ++queue.inFlight;
  queue.lastStart = now;
  queue.startedAny = true;
  if (load.uniform) {
    transfer.classesLeft = numClasses;
    for (unsigned c = 0; c < numClasses; ++c)
      addWork(c, q, number, load.work[0]);
  } else {
    transfer.classesLeft = addWorkByEngine(q, number, load);
  }
  if (load.rotates)
    nextEngine = static_cast<unsigned>((nextEngine + load.packets) % classOf.size());
  planStart(q);
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
    queue.lastSignal = std::max(queue.lastSignal, transfer.signal);
    completions.push_back({static_cast<uint8_t>(q), number, queue.lastSignal, transfer.triggered,
                           transfer.started, transfer.load->bytes, transfer.done, transfer.signal});
    queue.transfers.forget(number + 1);
  }
  if (queue.transfers.begin() == queue.transfers.end())
    pending &= ~(1u << q);
  planRelease(q);
  planStart(q);
}

// --- Engines ---------------------------------------------------------------------------------

/// Gives every sharing queue its part of the time up to `time`.
void DmaModel::serveUntil(EngineClass &engines, uint64_t time) {
  if (engines.sharers && time > engines.since) {
    uint64_t part = shareOf((time - engines.since) * kFraction, engines.sharers);
    for (uint32_t left = engines.busy; left; left &= left - 1) {
      History<Job> &jobs = engines.jobs[lowest(left)];
      Job &head = jobs.at(jobs.begin());
      head.left -= std::min(head.left, part);
    }
  }
  engines.since = time;
}

void DmaModel::plan(unsigned c) {
  const EngineClass &engines = classes[c];
  nextDone[c] = kNever;
  uint64_t least = kNever;
  for (uint32_t left = engines.busy; left; left &= left - 1) {
    const History<Job> &jobs = engines.jobs[lowest(left)];
    least = std::min(least, jobs.at(jobs.begin()).left);
  }
  if (least != kNever)
    nextDone[c] = engines.since + divideUp(least * engines.sharers, kFraction);
}

void DmaModel::addWork(unsigned c, unsigned queue, uint64_t transfer, uint64_t work) {
  EngineClass &engines = classes[c];
  serveUntil(engines, now);
  if (!engines.busy && busyClasses++ == 0)
    activeSince = now;
  engines.jobs[queue].append({work * kFraction, transfer});
  if (!(engines.busy >> queue & 1)) {
    engines.busy |= 1u << queue;
    ++engines.sharers;
  }
  plan(c);
}

/// A copy of a class for engines that differ from now on. What its engines had to do together
/// is now to be done by two.
unsigned DmaModel::split(unsigned from) {
  unsigned fresh = numClasses++;
  if (fresh == classes.size())
    classes.emplace_back();
  EngineClass &copy = classes[fresh];
  const EngineClass &original = classes[from];
  copy.busy = original.busy;
  copy.sharers = original.sharers;
  copy.since = original.since;
  nextDone[fresh] = nextDone[from];
  busyClasses += original.busy != 0;
  for (uint32_t left = original.busy; left; left &= left - 1) {
    unsigned q = lowest(left);
    const History<Job> &jobs = original.jobs[q];
    copy.jobs[q] = jobs;
    for (uint64_t j = jobs.begin(); j < jobs.end(); ++j)
      ++queues[q].transfers.at(jobs.at(j).transfer).classesLeft;
  }
  return fresh;
}

/// Work that differs by engine: classes are split until each has one amount. Returns how many
/// classes have any.
unsigned DmaModel::addWorkByEngine(unsigned q, uint64_t transfer, const DmaLoad &load) {
  unsigned engines = static_cast<unsigned>(classOf.size());
  unsigned first = load.rotates ? nextEngine : 0, given = 0;
  struct Part {
    unsigned origin, number;
    uint64_t work;
  };
  std::array<Part, kMaxDmaEngines> parts;
  unsigned count = 0;
  for (unsigned e = 0; e < engines; ++e) {
    uint64_t work = load.work[(e + engines - first) % engines];
    unsigned origin = classOf[e];
    bool seen = false, found = false;
    for (unsigned p = 0; p < count && !found; ++p) {
      seen |= parts[p].origin == origin;
      found = parts[p].origin == origin && parts[p].work == work;
      if (found)
        classOf[e] = static_cast<uint8_t>(parts[p].number);
    }
    if (found)
      continue;
    unsigned number = seen ? split(origin) : origin;
    parts[count++] = {origin, number, work};
    classOf[e] = static_cast<uint8_t>(number);
  }
  for (unsigned p = 0; p < count; ++p)
    if (parts[p].work) {
      ++given;
      addWork(parts[p].number, q, transfer, parts[p].work);
    }
  return given;
}

/// Jobs that are through leave; the queue's next takes over, or the share goes to the others.
void DmaModel::finishWork(unsigned c) {
  EngineClass &engines = classes[c];
  serveUntil(engines, now);
  for (uint32_t left = engines.busy; left; left &= left - 1) {
    unsigned q = lowest(left);
    History<Job> &jobs = engines.jobs[q];
    while (jobs.begin() < jobs.end() && jobs.at(jobs.begin()).left == 0) {
      Transfer &transfer = queues[q].transfers.at(jobs.at(jobs.begin()).transfer);
      if (--transfer.classesLeft == 0) {
        transfer.done = std::max(now, transfer.started + latency);
        transfer.signal = std::max(transfer.done, now + acknowledge);
        releaseAt[q] = std::min(releaseAt[q], transfer.done);
      }
      jobs.forget(jobs.begin() + 1);
    }
    if (jobs.begin() == jobs.end()) {
      engines.busy &= ~(1u << q);
      --engines.sharers;
    }
  }
  if (!engines.busy && --busyClasses == 0)
    active += now - activeSince;
  plan(c);
}

// --- Events ----------------------------------------------------------------------------------

uint64_t DmaModel::nextEvent() const {
  uint64_t next = kNever;
  for (uint32_t left = pending; left; left &= left - 1) {
    unsigned q = lowest(left);
    next = std::min({next, startAt[q], releaseAt[q]});
  }
  for (unsigned c = 0; c < numClasses; ++c)
    next = std::min(next, nextDone[c]);
  return next;
}

void DmaModel::process(uint64_t time, std::vector<DmaCompletion> &completions) {
  if (time == kNever)
    return;
  now = time;
  // Work ends before places are freed, places are freed before transfers start.
  for (unsigned c = 0; c < numClasses; ++c)
    if (nextDone[c] == now)
      finishWork(c);
  if (busyClasses == 0 && numClasses > 1) { // all idle: all alike again
    numClasses = 1;
    std::fill(classOf.begin(), classOf.end(), uint8_t(0));
  }
  for (uint32_t left = pending; left; left &= left - 1)
    if (releaseAt[lowest(left)] == now)
      release(lowest(left), completions);
  for (uint32_t left = pending; left; left &= left - 1)
    while (startAt[lowest(left)] == now)
      start(lowest(left));
}

} // namespace neuron::sim
