// Host threads that share the work of one instruction.
//
// Instructions take microseconds, so that a thread which is done spins for the next job before
// it sleeps. A job is cut into parts; whoever is free takes the next one, the caller too, and
// the caller goes on when all are done. One word, the ticket, holds the job's number, its parts
// and the next of them: a part is taken by one compare-and-exchange, which fails for a thread
// that slept through a job. What a part writes must not depend on who runs it.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <pthread.h>
#include <vector>

namespace neuron::sim {

/// More are not used.
inline constexpr unsigned kMostHostThreads = 16;

class HostTeam {
public:
  HostTeam() = default;
  HostTeam(const HostTeam &) = delete;
  ~HostTeam() { dismiss(); }

  /// From now on `threads` threads work, the caller among them; fewer where the system refuses.
  void resize(unsigned threads);
  unsigned threads() const { return static_cast<unsigned>(workers.size()) + 1; }
  /// Which of them the calling thread is, 0 for the caller of `run`.
  static unsigned self();

  /// Calls body(part) for every part below `parts`, in any order, and returns when all have.
  template <typename Body> void run(unsigned parts, Body &body) {
    start(
        parts, [](void *context, unsigned part) { (*static_cast<Body *>(context))(part); }, &body);
  }

private:
  using Function = void (*)(void *context, unsigned part);
  struct Worker {
    HostTeam *team = nullptr;
    unsigned number = 0;
    pthread_t thread{};
  };
  void start(unsigned parts, Function function, void *context);
  bool takePart();
  void work();
  void sleep();
  void dismiss();
  static void *enter(void *worker);

  std::vector<Worker> workers;
  Function function = nullptr;
  void *context = nullptr;
  alignas(64) std::atomic<uint64_t> ticket{0}; ///< job << 32 | parts << 16 | next part
  alignas(64) std::atomic<unsigned> left{0};   ///< parts of the job that are not done
  alignas(64) std::atomic<unsigned> sleepers{0};
  std::atomic<bool> leaving{false};
  std::mutex mutex;
  std::condition_variable wake;
};

} // namespace neuron::sim
