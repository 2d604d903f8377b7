// Follows waits to their producers and says so.
#include "runtime/sim/Deadlock.h"

#include <vector>

namespace neuron::sim {
namespace {

constexpr unsigned kNobody = isa::kNumEngines;

/// The stream whose progress the wait of `s` needs.
unsigned producerOf(const Image &image, const Standings &streams, unsigned s) {
  if (streams[s].step == StepKind::AtBarrier) {
    for (unsigned o = 0; o < isa::kNumEngines; ++o)
      if (streams[o].step != StepKind::AtBarrier)
        return o;
    return kNobody;
  }
  const SemaphorePlan &plan = image.semaphores[streams[s].wants.sem];
  switch (plan.producer) {
  case Producer::Read:
  case Producer::Complete:
    return plan.source;
  case Producer::Queue:
    return queueOwner(image, plan.source);
  case Producer::None:
    break;
  }
  return kNobody;
}

std::string placeText(const Image &image, unsigned s, const Standing &standing) {
  std::string layer = image.layerOf(standing.at.opId, standing.at.iteration);
  return formatText("%s at %u%s%s%s", streamText(static_cast<isa::Engine>(s)), standing.at.pc,
                    layer.empty() ? "" : " (", layer.c_str(), layer.empty() ? "" : ")");
}

std::string producerText(const Image &image, const Standings &streams, unsigned s,
                         unsigned producer) {
  if (producer >= kNobody)
    return "which nothing increments";
  std::string who = streamText(static_cast<isa::Engine>(producer));
  if (streams[s].step == StepKind::Blocked) {
    const SemaphorePlan &plan = image.semaphores[streams[s].wants.sem];
    if (plan.producer == Producer::Queue)
      who = formatText("queue %u of %s", unsigned(plan.source), who.c_str());
  }
  if (streams[producer].step == StepKind::Ended)
    return "from " + who + ", which has ended";
  return "from " + who;
}

std::string waitText(const Image &image, const Standings &streams, unsigned s, unsigned producer,
                     const std::array<uint64_t, isa::kNumSemaphores> &values) {
  const Standing &standing = streams[s];
  std::string from = producerText(image, streams, s, producer);
  if (standing.step == StepKind::AtBarrier)
    return placeText(image, s, standing) + " waits at a barrier, " + from;
  return placeText(image, s, standing) +
         formatText(" waits for semaphore %u to reach %llu, now %llu, ",
                    unsigned(standing.wants.sem),
                    static_cast<unsigned long long>(standing.wants.value),
                    static_cast<unsigned long long>(values[standing.wants.sem])) +
         from;
}

} // namespace

unsigned queueOwner(const Image &image, unsigned queue) {
  for (unsigned s = 0; s < isa::kNumEngines; ++s)
    for (uint32_t pc = 0; pc < image.stream[s].size(); ++pc) {
      const isa::Inst &inst = image.stream[s].at(pc);
      const isa::InstFacts *facts = isa::findFacts(static_cast<uint8_t>(inst.opcode));
      if (facts && facts->isDma && isa::Dma(inst).queue() == queue)
        return s;
    }
  return isa::kNumEngines;
}

Fault describeDeadlock(const Image &image, const Standings &streams,
                       const std::array<uint64_t, isa::kNumSemaphores> &values) {
  std::vector<unsigned> chain;
  std::array<int, isa::kNumEngines> position;
  position.fill(-1);
  unsigned s = 0;
  while (s < isa::kNumEngines && streams[s].step == StepKind::Ended)
    ++s;
  size_t circle = 0;
  while (s < isa::kNumEngines && streams[s].step != StepKind::Ended) {
    if (position[s] >= 0) {
      circle = static_cast<size_t>(position[s]);
      break;
    }
    position[s] = static_cast<int>(chain.size());
    chain.push_back(s);
    s = producerOf(image, streams, s);
  }

  Fault fault;
  fault.kind = FaultKind::Deadlock;
  if (chain.empty()) {
    fault.message = "no stream can go on";
    return fault;
  }
  fault.at = streams[chain[circle]].at;
  for (size_t i = circle; i < chain.size(); ++i) {
    if (i > circle)
      fault.message += "; ";
    fault.message +=
        waitText(image, streams, chain[i], producerOf(image, streams, chain[i]), values);
  }
  return fault;
}

} // namespace neuron::sim
