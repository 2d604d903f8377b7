// Forward edges of one region, and what it tells the region around it.
#include "passes/isa/RegionPlanner.h"

#include <tuple>

using namespace neuron;
using namespace neuron::isa;

RegionPlanner::RegionPlanner(FunctionContext &context, uint32_t region)
    : context(context), sequence(context.sequence), region(region), body(sequence.regions[region]),
      clocks(static_cast<uint32_t>(body.children.size()), context.owners) {}

void RegionPlanner::plan(bool program) {
  touches = collectTouches(sequence, context.accesses, region, context.touches);
  classify();
  LoopSummary &summary = context.loops[region];
  for (const Child &child : body.children)
    summary.barrier |= child.kind == Child::Call ||
                       (child.kind == Child::Loop && context.loops[child.index].barrier);
  planForward();
  context.plan.regions[region].barrierAtEnd = summary.barrier && region != 0;
  if (region != 0 && !summary.barrier && sequence.repeats(region))
    planCarried();
  if (program)
    waitForTransfers();
  emit();
  summarise();
}

void RegionPlanner::classify() {
  std::map<std::pair<uint64_t, uint32_t>, uint32_t> classOf; // by likeness and loop
  for (const Touch &touch : touches.all) {
    bool inLoop = body.children[touch.child].kind == Child::Loop;
    auto [place, isNew] =
        classOf.try_emplace({touch.likeness(), inLoop ? touch.child : UINT32_MAX}, classes.size());
    if (isNew)
      classes.push_back({touch, touch.child});
    else
      classes[place->second].last = touch;
  }
}

void RegionPlanner::planForward() {
  for (uint32_t c = 0; c < body.children.size(); ++c) {
    if (body.children[c].kind != Child::Call)
      planChild(c);
    finishChild(c);
  }
}

RegionPlanner::Need RegionPlanner::need(const Touch &first, const Touch &second, uint32_t to,
                                        int64_t distance) const {
  Need need{first.agent, second.stream, first.child, to, distance, 0, second.heard};
  if (ofOneStream(first, second) && !second.sequencer &&
      body.children[to].kind == Child::Instruction)
    need.after = context.work.between(first.child, to, region, distance, second.stream);
  return need;
}

void RegionPlanner::require(const Touch &first, const Touch &second) {
  if (machineOrders(first, second) ||
      clocks.knows(second.stream, second.heard, first.agent, int32_t(first.child)))
    return;
  Need found = need(first, second, second.child, 0);
  auto same = std::find_if(wanted.begin(), wanted.end(), [&](const Need &other) {
    return other.agent == found.agent && other.consumer == found.consumer;
  });
  bool isLatest = same == wanted.end() || std::make_tuple(same->from, -int64_t(same->after)) <
                                              std::make_tuple(found.from, -int64_t(found.after));
  if (!isLatest && (found.heard & same->heard) == same->heard)
    return;
  if (!context.dependences.meet(first.footprint, second.footprint, region))
    return;
  if (same == wanted.end()) {
    wanted.push_back(found);
    return;
  }
  found.heard &= same->heard;
  if (isLatest)
    *same = found;
  else
    same->heard = found.heard;
}

void RegionPlanner::planChild(uint32_t child) {
  wanted.clear();
  covered.clear();
  for (uint32_t t = touches.first[child]; t < touches.first[child + 1]; ++t) {
    const Touch &second = touches.all[t];
    const Footprint &f = context.dependences.at(second.footprint);
    live.near(f, [&](uint32_t item) {
      const Touch &first = touches.all[item];
      const Footprint &other = context.dependences.at(first.footprint);
      if (!context.dependences.near(other, f))
        return;
      require(first, second);
      // Whoever meets the first later meets the second too, which is ordered after the first.
      bool replaces = second.write || (!first.write && first.agent == second.agent);
      if (replaces && f.low <= other.low && f.high >= other.high &&
          context.dependences.covers(second.footprint, first.footprint, region))
        covered.push_back(item);
    });
  }
  resolve();
  for (uint32_t item : covered)
    live.remove(item);
  for (uint32_t t = touches.first[child]; t < touches.first[child + 1]; ++t) {
    Touch &touch = touches.all[t];
    touch.heardHere = clocks.heardBy(touch.stream, touch.heard);
  }
}

/// Keeps what is not known, latest first: it may bring the others with it. Own completions come
/// last, because another stream may have passed them on.
void RegionPlanner::resolve() {
  auto rank = [&](const Need &need) {
    bool own = !isQueue(need.agent) && engineOf(need.agent) == need.consumer;
    return std::make_tuple(own, -int64_t(position(need)), need.agent, need.consumer);
  };
  std::sort(wanted.begin(), wanted.end(),
            [&](const Need &a, const Need &b) { return rank(a) < rank(b); });
  size_t first = kept.size();
  const Clocks before = clocks.all();
  for (const Need &need : wanted)
    if (!isKnownInTime(need))
      keep(need);
  dropKept(first, before);
}

/// Of the needs kept from `first` on, at one child, leaves out what the others bring with them.
void RegionPlanner::dropKept(size_t first, const Clocks &before) {
  for (size_t i = first; kept.size() - first > 1 && i < kept.size();) {
    clocks.takeBack(before);
    for (size_t other = first; other < kept.size(); ++other)
      if (other != i)
        clocks.join(kept[other].consumer, kept[other].agent, kept[other].from,
                    kept[other].distance);
    if (std::all_of(wanted.begin(), wanted.end(),
                    [&](const Need &need) { return isKnownInTime(need); }))
      kept.erase(kept.begin() + static_cast<std::ptrdiff_t>(i));
    else
      ++i;
  }
  clocks.takeBack(before);
  for (size_t i = first; i < kept.size(); ++i)
    clocks.join(kept[i].consumer, kept[i].agent, kept[i].from, kept[i].distance);
}

void RegionPlanner::keep(const Need &need) {
  kept.push_back(need);
  clocks.join(need.consumer, need.agent, need.from, need.distance);
}

void RegionPlanner::finishChild(uint32_t c) {
  const Child &child = body.children[c];
  if (child.kind == Child::Call)
    clocks.barrier(c);
  else if (child.kind == Child::Loop)
    clocks.leaveLoop(c, context.loops[child.index]);
  if (child.kind == Child::Call ||
      (child.kind == Child::Loop && context.loops[child.index].barrier))
    live.clear();
  else
    for (uint32_t t = touches.first[c]; t < touches.first[c + 1]; ++t)
      live.insert(t, context.dependences.at(touches.all[t].footprint));
  clocks.record(c);
}

void RegionPlanner::waitForTransfers() {
  wanted.clear();
  uint32_t end = static_cast<uint32_t>(body.children.size());
  for (unsigned queue = 0; queue < kNumQueues; ++queue)
    if (int32_t last = touches.lastWork[queueAgent(queue)]; last >= 0)
      wanted.push_back(
          {queueAgent(queue), Engine::Sync, static_cast<uint32_t>(last), end, 0, 0, 0});
  resolve();
}

void RegionPlanner::emit() {
  for (const Need &need : kept) {
    if (!need.after) {
      context.plan.regions[region].edges.push_back(
          {need.agent, need.consumer, need.from, need.to, need.distance});
      continue;
    }
    uint8_t &after = context.plan.after[body.children[need.to].index];
    uint8_t back = static_cast<uint8_t>(std::min<uint64_t>(need.after, 15));
    after = after ? std::min(after, back) : back;
  }
}

void RegionPlanner::summarise() {
  clocks.summarise(touches.lastWork, context.loops[region]);
  context.touches[region] = touches.kinds();
  for (const Child &child : body.children)
    if (child.kind == Child::Loop)
      context.touches[child.index] = {};
}

SyncPlan isa::planSync(const Sequence &sequence, const FunctionAccesses &accesses, bool program) {
  FunctionContext context(sequence, accesses);
  context.loops.resize(sequence.regions.size());
  context.touches.resize(sequence.regions.size());
  context.plan.regions.resize(sequence.regions.size());
  context.plan.after.resize(sequence.insts.size());
  for (const Inst &inst : sequence.insts)
    if (factsOf(inst).isDma)
      context.owners[queueOf(inst)] = inst.engine;
  for (size_t region = sequence.regions.size(); region-- > 0;)
    RegionPlanner(context, static_cast<uint32_t>(region)).plan(program && region == 0);
  return std::move(context.plan);
}
