// What every part of a walk in time keeps, and what of it decides how the walk goes on.
//
// Numbers that only name things in the order of time (of a transfer in its queue, of an
// instruction on its engine) are compared by their distance to the newest, and stay as they are
// when a walk is moved on; numbers that are reported move.
#include "runtime/sim/TimeWalk.h"

namespace neuron::sim {

/// A register that rises and is compared with numbers: while it was between two of them every
/// comparison came out the same, and goes on doing so until it reaches the next.
void Sequencer::visitCompared(StateReader &reader, unsigned r) {
  const uint64_t change = reader.rise(regs[r], wraps[r]);
  if (!change || !reader.isComparing())
    return;
  for (const auto &[reg, number] : code.registerUse().thresholds) {
    const int64_t now = regs[r], before = now - static_cast<int64_t>(change);
    if (reg != r || number < before)
      continue;
    if (number <= now)
      return reader.refuse();
    reader.bound((number - 1 - static_cast<uint64_t>(now)) / change);
  }
}

void Sequencer::visit(StateReader &reader, uint64_t steps, bool pending) {
  reader.same(at);
  reader.same(static_cast<uint64_t>(barrier));
  reader.same(calls.size());
  reader.same(loops.size());
  if (!reader.isAlike())
    return;
  for (const Call &call : calls)
    reader.same(uint64_t(call.back) << 32 | call.callee);
  for (Loop &loop : loops) {
    reader.same(loop.begin);
    reader.left(loop.left);
  }
  const StreamCode::RegisterUse &use = code.registerUse();
  for (uint64_t rest = use.steering; rest; rest &= rest - 1)
    reader.same(static_cast<uint64_t>(regs[unsigned(__builtin_ctzll(rest))]));
  // An endloop updates a register up to four times, by less than 2^15 each.
  for (uint64_t rest = use.counted | use.compared; rest; rest &= rest - 1)
    reader.freeRegister(regs[unsigned(__builtin_ctzll(rest))], steps << 17);
  for (uint64_t rest = use.compared; rest; rest &= rest - 1)
    visitCompared(reader, unsigned(__builtin_ctzll(rest)));
  reader.count(count);
  reader.count(iteration);
  if (!pending)
    return;
  reader.same(out.pc);
  reader.same(out.executes | out.fires[0] << 1 | out.fires[1] << 2);
  reader.count(out.index);
  reader.count(out.iteration);
}

bool Lane::visit(StateReader &reader) {
  const uint64_t moved = reader.count(time.instructions) + reader.count(time.executed);
  reader.hold(moved == 0);
  reader.same(static_cast<uint64_t>(state) << 1 | pending);
  sequencer.visit(reader, moved, pending);
  if (!reader.isAlike())
    return moved;
  if (pending) {
    reader.time(request);
    for (uint64_t part : {row->interval, row->columns, row->latency, row->firstByte, row->flops,
                          reinterpret_cast<uint64_t>(row->load)})
      reader.same(part);
  }
  if (state == LaneState::Semaphore)
    reader.count(sequencer.blockedAt());
  reader.time(front);
  for (uint64_t *late :
       {&engineFree, &lastStart, &readDone, &done, &planeFree, &weightsReady, &activeEnd})
    reader.late(*late);
  reader.same(fetchLow << 1 | weightsFresh);
  const uint64_t next = sequencer.issuedToEngine();
  uint64_t none = 0;
  for (uint64_t i = 1; i <= depth; ++i)
    reader.late(next < i ? none = 0 : starts[(next - i) & (starts.size() - 1)]);
  for (uint64_t i = 1; i <= kAfterRing; ++i)
    reader.late(next < i ? none = 0 : dones[(next - i) % kAfterRing], afterTime);
  for (uint64_t *counter : {&time.busy, &time.active, &time.semaphoreWait, &time.portWait,
                            &time.queueWait, &time.fetchWait})
    reader.count(*counter);
  return moved;
}

void DmaModel::visitQueue(StateReader &reader, unsigned q) {
  Queue &queue = queues[q];
  reader.same(queue.transfers.end() - queue.transfers.begin());
  reader.same(queue.transfers.end() - queue.next);
  if (!reader.isAlike())
    return;
  for (uint64_t n = queue.transfers.begin(); n < queue.transfers.end(); ++n) {
    Transfer &transfer = queue.transfers.at(n);
    reader.same(reinterpret_cast<uint64_t>(transfer.load));
    reader.time(transfer.triggered);
    if (n >= queue.next)
      continue;
    reader.time(transfer.started);
    reader.time(transfer.done);
    if (transfer.done != kNever)
      reader.time(transfer.signal);
    reader.same(uint64_t(transfer.classesLeft) << 1 | transfer.released);
  }
  reader.same(queue.inFlight << 1 | queue.startedAny);
  reader.late(queue.lastSignal); // what signals next is not done yet
  reader.time(startAt[q]);
  reader.time(releaseAt[q]);
  if (queue.next < queue.transfers.end()) {
    reader.time(queue.lastStart);
    reader.time(queue.slotFree);
  } else {
    reader.late(queue.lastStart, issue);
    reader.late(queue.slotFree);
  }
}

void DmaModel::visitClass(StateReader &reader, unsigned c) {
  EngineClass &engines = classes[c];
  reader.same(engines.busy);
  reader.same(engines.sharers);
  reader.time(nextDone[c]);
  if (!engines.busy || !reader.isAlike())
    return;
  reader.time(engines.since);
  for (uint32_t left = engines.busy; left; left &= left - 1) {
    const unsigned q = unsigned(__builtin_ctz(left));
    const History<Job> &jobs = engines.jobs[q];
    reader.same(jobs.end() - jobs.begin());
    if (!reader.isAlike())
      return;
    for (uint64_t j = jobs.begin(); j < jobs.end(); ++j) {
      reader.same(jobs.at(j).left);
      reader.same(jobs.at(j).transfer - queues[q].transfers.begin());
    }
  }
}

void DmaModel::visit(StateReader &reader) {
  reader.same(uint64_t(pending) << 32 | busyClasses << 16 | numClasses);
  reader.same(nextEngine);
  if (!reader.isAlike())
    return;
  if (pending)
    reader.time(now);
  else
    reader.late(now);
  for (unsigned q = 0; q < isa::kNumQueues && reader.isAlike(); ++q)
    if (queues[q].transfers.end())
      visitQueue(reader, q);
  for (unsigned c = 0; c < numClasses && reader.isAlike(); ++c)
    visitClass(reader, c);
  if (numClasses > 1)
    for (uint8_t c : classOf)
      reader.same(c);
  reader.count(active);
  if (busyClasses)
    reader.settled(activeSince);
}

/// Increments that nobody takes meanwhile pile up: no step depends on them before somebody's
/// wait is reached, and there are as many more after every repetition.
void TimeWalk::visitPile(StateReader &reader, unsigned sem, uint64_t change) {
  History<uint64_t> &at = times[sem].at;
  if (reader.isComparing())
    for (const std::unique_ptr<Lane> &lane : lanes) {
      const Level &wanted = lane->sequencer.blocked();
      if (lane->state == LaneState::Semaphore && wanted.sem == sem && wanted.value > values[sem])
        reader.bound((wanted.value - 1 - values[sem]) / change);
    }
  if (reader.isMoving())
    for (uint64_t left = change * reader.mostRepeats(); left; --left)
      at.append(at.at(at.end() - change) + reader.shift() / reader.mostRepeats());
}

void TimeWalk::visitSemaphore(StateReader &reader, unsigned sem) {
  constexpr uint64_t kMostEntries = 64; ///< that are compared
  SemaphoreTimes &past = times[sem];
  const uint64_t earlier = values[sem], change = reader.count(values[sem]);
  bool isTaken = false, keepsPace = true;
  for (unsigned s = 0; s < isa::kNumEngines; ++s) {
    const uint64_t taken = reader.count(lanes[s]->sequencer.takenOf(sem));
    const uint64_t passed = reader.count(past.passed[s]);
    const uint64_t due = image.semaphores[sem].consumers >> s & 1 ? change : 0;
    isTaken |= taken || passed;
    keepsPace &= taken == due && passed == due;
  }
  const bool piles = change && !isTaken;
  const uint64_t entries = past.at.end() - past.at.begin();
  if (!reader.list(entries, kMostEntries, piles))
    return piles ? visitPile(reader, sem, change) : void();
  if (!keepsPace || (change && entries > kMostEntries))
    return reader.refuse();
  reader.hold(change == 0);
  for (uint64_t n = past.at.begin(); n < past.at.end() && entries <= kMostEntries; ++n)
    reader.late(past.at.at(n), semaphoreTime);
  reader.hold(false);
  if (reader.isMoving() && change)
    past.at.renumber(values[sem] - earlier);
}

void TimeWalk::visitQueue(StateReader &reader, unsigned queue) {
  History<Trigger> &waiting = triggers[queue];
  reader.same(waiting.end() - waiting.begin());
  if (!reader.isAlike())
    return;
  for (uint64_t n = waiting.begin(); n < waiting.end(); ++n) {
    const Trigger &trigger = waiting.at(n);
    reader.same(reinterpret_cast<uint64_t>(trigger.inst));
    reader.same(trigger.fires[0] | trigger.fires[1] << 1);
  }
  // Completions that a full queue may have to look up, from the newest trigger backwards.
  History<uint64_t> &done = doneTimes[queue];
  const uint64_t next = dma.submitted(queue);
  for (uint64_t i = 1; i <= machine.dmaQueueDepth; ++i) {
    uint64_t none = 0;
    const bool known = i <= next && next - i >= done.begin() && next - i < done.end();
    reader.late(known ? done.at(next - i) : none);
  }
}

void TimeWalk::visitCounts(StateReader &reader) {
  reader.same(loads);
  reader.same(barriers);
  DmaTime &moved = result.dma;
  const uint64_t transfers = reader.count(moved.transfers);
  for (uint64_t *counter : {&moved.bytes, &moved.pieces, &moved.descriptorBytes, &moved.hbmRead,
                            &moved.hbmWritten, &result.flops})
    reader.count(*counter);
  for (unsigned role = 0; role < kNumSegmentRoles; ++role) {
    reader.count(moved.readOf[role]);
    reader.count(moved.writtenOf[role]);
  }
  const uint64_t steps = reader.count(result.instructions);
  if (options.maxSteps && steps)
    reader.bound((options.maxSteps - result.instructions) / steps);
  // In a period that triggers transfers as many are completed: one of them is the latest.
  if (reader.settled(result.end) == 0 && transfers)
    reader.refuse();
  if (reader.isMoving())
    result.skipped += steps * reader.mostRepeats();
}

void TimeWalk::visit(StateReader &reader) {
  for (const std::unique_ptr<Lane> &lane : lanes) {
    const bool moved = lane->visit(reader);
    reader.hold(false);
    const unsigned wentOn = reader.loopsWentOn();
    if (reader.isComparing() && moved && wentOn != 1)
      reader.refuse();
    if (!reader.isAlike())
      return;
  }
  dma.visit(reader);
  for (uint64_t &free : portFree)
    reader.late(free);
  for (unsigned queue = 0; queue < isa::kNumQueues && reader.isAlike(); ++queue)
    if (dma.submitted(queue))
      visitQueue(reader, queue);
  for (uint8_t sem : usedSemaphores)
    if (reader.isAlike())
      visitSemaphore(reader, sem);
  if (reader.isAlike())
    visitCounts(reader);
}

} // namespace neuron::sim
