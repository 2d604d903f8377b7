// The rules of machine.md for one engine, as additions and maxima.
#include "runtime/sim/Lane.h"

#include <algorithm>

namespace neuron::sim {

Lane::Lane(const StreamCode &code, const target::Machine &machine, uint16_t described,
           Addresses addresses)
    : sequencer(code, addresses), depth(std::max<uint64_t>(machine.engineQueueDepth, 1)),
      fetchBytes(machine.fetchBufferBytes), fetchTime(machine.dmaLatencyPs * 1000),
      afterTime(machine.semaphoreNs * 1000000) {
  uint64_t size = 1;
  while (size < depth)
    size *= 2;
  starts.resize(size);
  costs.build(code, machine, described);
}

void Lane::fetch(const Issue &issue, const CostRow &from) {
  if (issue.nextPc == issue.pc + 1 || issue.nextPc == kNoPc)
    return;
  uint64_t end = from.address + from.bytes;
  uint64_t target = costs.row(issue.nextPc).address;
  uint64_t low = std::max(fetchLow, end > fetchBytes ? end - fetchBytes : 0);
  if (target >= low && target < end)
    return;
  fetchLow = target;
  front += fetchTime;
  time.fetchWait += fetchTime;
}

uint64_t Lane::readyTime(const Issue &issue, const CostRow &row) const {
  uint64_t ready = front;
  // A place in the queue: the instruction so many before has left it.
  if (issue.engineIndex >= depth)
    ready = std::max(ready, starts[(issue.engineIndex - depth) & (starts.size() - 1)]);
  if (issue.inst->after && issue.inst->after <= issue.engineIndex)
    ready =
        std::max(ready, dones[(issue.engineIndex - issue.inst->after) % kAfterRing] + afterTime);
  if (row.kind == CostKind::LoadWeights)
    return std::max({ready, lastStart, planeFree});
  ready = std::max(ready, engineFree);
  if (row.kind == CostKind::Matmul && weightsFresh)
    ready = std::max(ready, weightsReady);
  return ready;
}

void Lane::start(const Issue &issue, const CostRow &row, uint64_t at) {
  lastStart = at;
  if (row.kind == CostKind::LoadWeights) {
    weightsReady = planeFree = at + row.columns;
    weightsFresh = true;
    engineFree = std::max(engineFree, at) + row.interval;
  } else {
    if (row.kind == CostKind::Matmul)
      weightsFresh = false; // the array has taken them over: the spare plane is free from here
    engineFree = at + row.interval;
  }
  readDone = std::max(readDone, at + row.columns);
  done = std::max(done, at + row.latency);
  if (issue.engineIndex >= depth) // the sequencer stood until there was a place
    front = std::max(front, starts[(issue.engineIndex - depth) & (starts.size() - 1)]);
  starts[issue.engineIndex & (starts.size() - 1)] = at;
  dones[issue.engineIndex % kAfterRing] = done;
  ++time.executed;
  time.busy += row.interval;
  time.active += done - std::max(at, std::min(activeEnd, done));
  activeEnd = done;
}

} // namespace neuron::sim
