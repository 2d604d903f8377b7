// Touches of instructions and loops; see Touches.h.
#include "passes/isa/Touches.h"

#include <unordered_map>

using namespace neuron;
using namespace neuron::isa;

bool isa::machineOrders(const Touch &first, const Touch &second) {
  if (!first.write && !second.write)
    return true;
  if (!ofOneStream(first, second))
    return false;
  // The sequencer waits for its own loads and stores, and runs ahead of its engine.
  if (first.sequencer || second.sequencer)
    return first.sequencer;
  // An engine reads its inputs before a later instruction of it begins to write.
  return !first.write || (first.product && second.product && second.accumulates);
}

std::vector<Touch> RegionTouches::kinds() const {
  std::unordered_map<uint64_t, size_t> places;
  std::vector<Touch> kinds;
  for (const Touch &touch : all) {
    auto [place, isNew] = places.try_emplace(touch.likeness(), kinds.size());
    if (!isNew)
      continue;
    kinds.push_back(touch);
    kinds.back().heard = touch.heardHere;
    kinds.back().heardHere = 0;
  }
  return kinds;
}

RegionTouches isa::collectTouches(const Sequence &sequence, const FunctionAccesses &accesses,
                                  uint32_t region, const std::vector<std::vector<Touch>> &inner) {
  RegionTouches out;
  out.lastWork.assign(kNumAgents, -1);
  auto add = [&](Touch touch, uint32_t child) {
    touch.child = child;
    out.all.push_back(touch);
    out.lastWork[touch.agent] = static_cast<int32_t>(child);
  };
  const RegionNode &body = sequence.regions[region];
  for (uint32_t c = 0; c < body.children.size(); ++c) {
    out.first.push_back(static_cast<uint32_t>(out.all.size()));
    const Child &child = body.children[c];
    if (child.kind == Child::Loop)
      for (const Touch &touch : inner[child.index])
        add(touch, c);
    if (child.kind != Child::Instruction)
      continue;
    const Inst &inst = sequence.insts[child.index];
    for (const Access &access : accesses.insts[child.index].accesses) {
      Touch touch;
      touch.footprint = access.footprint;
      touch.stream = inst.engine;
      touch.agent = factsOf(inst).isDma ? queueAgent(queueOf(inst))
                    : access.write      ? completeAgent(inst.engine)
                                        : readAgent(inst.engine);
      touch.write = access.write;
      touch.product = access.psumProduct;
      touch.accumulates = access.accumulates;
      touch.sequencer = factsOf(inst).isControl;
      add(touch, c);
    }
  }
  out.first.push_back(static_cast<uint32_t>(out.all.size()));
  return out;
}
