// Looking for repetitions, and leaving them out.
#include "runtime/sim/TimeWalk.h"

#include <algorithm>

namespace neuron::sim {
namespace {

/// Turns of the walk without an iteration of the anchor before another lane is looked at.
constexpr unsigned kPatience = 256;

} // namespace

WalkMark TimeWalk::here() const {
  WalkMark mark;
  for (unsigned s = 0; s < lanes.size(); ++s) {
    mark.front[s] = lanes[s]->front;
    mark.steps[s] = lanes[s]->steps();
  }
  mark.nextEvent = dma.nextEvent();
  return mark;
}

/// The next lane that has not ended and has been in a loop.
void TimeWalk::chooseAnchor() {
  unsigned next = search.anchor;
  for (unsigned i = 1; i <= lanes.size(); ++i) {
    unsigned s = (search.anchor + i) % unsigned(lanes.size());
    if (lanes[s]->state != LaneState::Ended && lanes[s]->sequencer.iterationsBegun()) {
      next = s;
      break;
    }
  }
  search.turnsWithout = 0;
  if (next == search.anchor)
    return;
  search.anchor = next;
  search.seen = lanes[next]->sequencer.iterationsAt();
  search.seenInAll = lanes[next]->sequencer.iterationsBegun();
  for (RepeatSearch::Place &place : search.places)
    place.forget();
}

void TimeWalk::lookForRepeats() {
  const Sequencer &anchor = lanes[search.anchor]->sequencer;
  if (anchor.iterationsBegun() == search.seenInAll) {
    if (++search.turnsWithout > kPatience)
      chooseAnchor();
    return;
  }
  search.turnsWithout = 0;
  search.seenInAll = anchor.iterationsBegun();
  const auto &begun = anchor.iterationsAt();
  if (2 * search.spent > result.instructions - result.skipped) {
    search.seen = begun;
    return;
  }
  for (unsigned depth = 0; depth < RepeatSearch::kDepths; ++depth) {
    RepeatSearch::Place &place = search.places[depth];
    if (begun[depth] == search.seen[depth])
      continue;
    search.seen[depth] = begun[depth];
    if (place.isNoted && !place.isResting() && skipRepeats(place)) {
      for (unsigned inner = depth; inner < RepeatSearch::kDepths; ++inner)
        search.places[inner].forget();
      search.seen = begun;
      return;
    }
    if (place.isDue()) {
      WalkMark mark = here();
      mark.words.swap(place.mark.words);
      place.mark = std::move(mark);
      StateReader reader = StateReader::noting(place.mark.words);
      visit(reader);
      search.spent += place.mark.words.size();
    }
  }
}

/// Leaves out as many repetitions of what happened since the mark as there certainly are.
bool TimeWalk::skipRepeats(RepeatSearch::Place &place) {
  const WalkMark &then = place.mark;
  uint64_t distance = 0, floorThen = then.nextEvent, latest = 0;
  for (unsigned s = 0; s < lanes.size(); ++s) {
    if (lanes[s]->steps() == then.steps[s])
      continue;
    const uint64_t later = lanes[s]->front - then.front[s];
    if (later == 0 || (distance && later != distance))
      return false;
    distance = later;
    floorThen = std::min(floorThen, then.front[s]);
    latest = std::max({latest, lanes[s]->front, lanes[s]->lastStart});
  }
  if (distance == 0)
    return false;
  for (unsigned s = 0; s < lanes.size(); ++s) { // what stands must not be what others wait for
    const Lane &lane = *lanes[s];
    if (lane.steps() != then.steps[s] || lane.state == LaneState::Ended)
      continue;
    if (lane.pending || lane.state != LaneState::Semaphore ||
        std::max(lane.front, lane.engineFree) >= floorThen)
      return false;
  }
  StateReader compared =
      StateReader::comparing(then.words, distance, floorThen, floorThen + distance);
  visit(compared);
  search.spent += then.words.size();
  if (limit != kNever)
    compared.bound(latest < limit ? (limit - latest) / distance : 0);
  compared.bound((kNever / 2 - std::min(latest, kNever / 2)) / distance);
  if (!compared.isAlike() || compared.mostRepeats() == 0) {
    place.lookedInVain();
    return false;
  }
  StateReader moved = StateReader::moving(then.words, distance, compared.mostRepeats());
  visit(moved);
  return true;
}

} // namespace neuron::sim
