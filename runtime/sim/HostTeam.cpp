// Taking parts, spinning and sleeping.
#include "runtime/sim/HostTeam.h"

#include <sched.h>

namespace neuron::sim {
namespace {

thread_local unsigned own = 0;

/// Some tens of microseconds: the longest pause within a walk that is worth waiting out.
constexpr unsigned kSpins = 4000;
/// A part that takes longer has probably lost its processor.
constexpr unsigned kSpinsBeforeYield = 2000;

unsigned nextPart(uint64_t ticket) { return ticket & 0xffff; }
unsigned partsOf(uint64_t ticket) { return ticket >> 16 & 0xffff; }
bool hasPart(uint64_t ticket) { return nextPart(ticket) < partsOf(ticket); }

void relax() {
#if defined(__x86_64__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  asm volatile("yield");
#endif
}

} // namespace

unsigned HostTeam::self() { return own; }

/// Takes a part of the present job and does it; false when there is none.
bool HostTeam::takePart() {
  uint64_t now = ticket.load(std::memory_order_acquire);
  while (hasPart(now))
    if (ticket.compare_exchange_weak(now, now + 1, std::memory_order_acq_rel)) {
      // The job cannot end before this part: what it is made of stays.
      function(context, nextPart(now));
      left.fetch_sub(1, std::memory_order_release);
      return true;
    }
  return false;
}

void HostTeam::start(unsigned parts, Function body, void *argument) {
  if (parts == 0)
    return;
  if (parts == 1 || workers.empty()) {
    for (unsigned part = 0; part < parts; ++part)
      body(argument, part);
    return;
  }
  function = body;
  context = argument;
  left.store(parts, std::memory_order_relaxed);
  uint64_t job = (ticket.load(std::memory_order_relaxed) >> 32) + 1;
  ticket.store(job << 32 | uint64_t(parts) << 16, std::memory_order_seq_cst);
  if (sleepers.load(std::memory_order_seq_cst)) {
    std::lock_guard<std::mutex> lock(mutex);
    wake.notify_all();
  }
  while (takePart())
    ;
  for (unsigned spins = 0; left.load(std::memory_order_acquire); ++spins) {
    relax();
    if (spins > kSpinsBeforeYield)
      sched_yield();
  }
}

void HostTeam::sleep() {
  std::unique_lock<std::mutex> lock(mutex);
  sleepers.fetch_add(1, std::memory_order_seq_cst);
  wake.wait(lock, [&] {
    return leaving.load(std::memory_order_seq_cst) ||
           hasPart(ticket.load(std::memory_order_seq_cst));
  });
  sleepers.fetch_sub(1, std::memory_order_relaxed);
}

void HostTeam::work() {
  unsigned spins = 0;
  while (!leaving.load(std::memory_order_relaxed)) {
    if (takePart())
      spins = 0;
    else if (++spins < kSpins)
      relax();
    else
      sleep();
  }
}

void *HostTeam::enter(void *argument) {
  Worker &worker = *static_cast<Worker *>(argument);
  own = worker.number;
  worker.team->work();
  return nullptr;
}

void HostTeam::resize(unsigned threads) {
  threads = threads == 0 ? 1 : threads > kMostHostThreads ? kMostHostThreads : threads;
  if (threads == this->threads())
    return;
  dismiss();
  workers.resize(threads - 1);
  for (unsigned i = 0; i < workers.size(); ++i) {
    workers[i].team = this;
    workers[i].number = i + 1;
    if (pthread_create(&workers[i].thread, nullptr, enter, &workers[i]) != 0) {
      workers.resize(i);
      return;
    }
  }
}

void HostTeam::dismiss() {
  {
    std::lock_guard<std::mutex> lock(mutex);
    leaving.store(true, std::memory_order_seq_cst);
    wake.notify_all();
  }
  for (Worker &worker : workers)
    pthread_join(worker.thread, nullptr);
  workers.clear();
  leaving.store(false, std::memory_order_relaxed);
}

} // namespace neuron::sim
