// Carried edges of a loop's body: what an iteration needs from earlier ones.
//
// Touches are grouped by what they touch and who touches, since the distance depends on nothing
// else: of a group the last touch has to be waited for, and the first one has to wait. Needs are
// then taken while walking a second iteration whose knowledge starts with what the first one
// left; what is known from cheaper edges is not taken. A few more iterations let knowledge
// settle, and edges that others imply by then are dropped one at a time.
#include "passes/isa/RegionPlanner.h"

#include <map>
#include <tuple>
#include <unordered_map>

using namespace neuron;
using namespace neuron::isa;

namespace {
constexpr size_t kNoSkip = SIZE_MAX;
constexpr unsigned kSettleIterations = 3;
constexpr size_t kPruneWork = 1 << 18; ///< children walked in search of implied edges
} // namespace

/// A loop orders what is inside it over all its entries, if slots keep rotating from entry to
/// entry.
bool RegionPlanner::ordersItself(uint32_t child) const {
  return body.children[child].kind == Child::Loop && !context.dependences.renewsSlots(region);
}

std::vector<RegionPlanner::Need> RegionPlanner::carriedNeeds() {
  AccessIndex index;
  for (uint32_t i = 0; i < classes.size(); ++i)
    index.insert(i, context.dependences.at(classes[i].last.footprint));
  std::unordered_map<uint64_t, int64_t> distances; // 0: never
  std::map<std::tuple<Agent, Engine, uint32_t>, Need> best;
  for (const TouchClass &second : classes) {
    uint32_t to = second.firstChild;
    index.near(context.dependences.at(second.last.footprint), [&](uint32_t item) {
      const Touch &first = classes[item].last;
      if ((first.child == to && ordersItself(to)) || machineOrders(first, second.last))
        return;
      uint64_t pair = uint64_t(first.footprint) << 32 | second.last.footprint;
      auto [place, isNew] = distances.try_emplace(pair, 0);
      if (isNew)
        place->second = context.dependences.distance(first.footprint, second.last.footprint, region)
                            .value_or(0);
      if (place->second == 0)
        return;
      Need found = need(first, second.last, to, place->second);
      auto [known, isFirst] = best.try_emplace({found.agent, found.consumer, to}, found);
      if (isFirst)
        return;
      Need &other = known->second;
      other.heard = found.heard = other.heard & found.heard;
      if (std::make_tuple(position(found), -int64_t(found.after)) >
          std::make_tuple(position(other), -int64_t(other.after)))
        other = found;
    });
  }
  // A later child of the same stream knows what an earlier one has waited for.
  std::vector<Need> needs;
  for (auto &[key, found] : best)
    if (needs.empty() || needs.back().agent != found.agent ||
        needs.back().consumer != found.consumer || position(needs.back()) < position(found))
      needs.push_back(found);
  std::sort(needs.begin(), needs.end(), [&](const Need &a, const Need &b) {
    return std::make_tuple(a.to, -int64_t(position(a)), a.agent, a.consumer) <
           std::make_tuple(b.to, -int64_t(position(b)), b.agent, b.consumer);
  });
  return needs;
}

/// Walks one more iteration. Takes what is open and not known; without edge `skip`, says instead
/// whether all is known in time.
void RegionPlanner::iterate(const std::vector<Need> &open, size_t skip) {
  clocks.nextIteration();
  allWasKnown = true;
  size_t nextKept = 0, nextOpen = 0, numKept = kept.size();
  for (uint32_t c = 0; c < body.children.size(); ++c) {
    for (; nextKept < numKept && kept[nextKept].to == c; ++nextKept) {
      const Need &edge = kept[nextKept];
      if (nextKept != skip)
        clocks.join(edge.consumer, edge.agent, edge.from, edge.distance);
    }
    wanted.clear();
    for (; nextOpen < open.size() && open[nextOpen].to == c; ++nextOpen)
      wanted.push_back(open[nextOpen]);
    if (skip == kNoSkip)
      resolve();
    else
      for (const Need &need : wanted)
        allWasKnown &= isKnownInTime(need);
    const Child &child = body.children[c];
    if (child.kind == Child::Loop)
      clocks.leaveLoop(c, context.loops[child.index]);
    clocks.record(c);
  }
  std::sort(kept.begin(), kept.end(), [](const Need &a, const Need &b) {
    return std::make_tuple(a.to, a.agent, a.consumer, a.distance, a.from) <
           std::make_tuple(b.to, b.agent, b.consumer, b.distance, b.from);
  });
}

/// True if without the edge all needs of earlier iterations are known in time. That its own is
/// would not do: knowing of a stream's last results is less than having waited for them, which
/// brings what the stream read and knew by then.
bool RegionPlanner::isImplied(const std::vector<Need> &needs, size_t edge) {
  clocks.restart();
  for (unsigned i = 0; i < kSettleIterations; ++i)
    iterate(needs, edge);
  return allWasKnown;
}

/// Of one agent and consumer, drops what the last edge of the previous iteration implies, so
/// that positions span less than an iteration and one semaphore can serve them.
void RegionPlanner::dropCrossing() {
  std::map<std::pair<Agent, Engine>, int32_t> latest;
  for (const Need &edge : kept) {
    auto [place, isNew] = latest.try_emplace({edge.agent, edge.consumer}, position(edge));
    place->second = std::max(place->second, position(edge));
  }
  int32_t n = static_cast<int32_t>(body.children.size());
  kept.erase(std::remove_if(kept.begin(), kept.end(),
                            [&](const Need &edge) {
                              return position(edge) <= latest[{edge.agent, edge.consumer}] - n;
                            }),
             kept.end());
}

void RegionPlanner::prune(const std::vector<Need> &needs) {
  for (size_t edge = kept.size(); edge-- > 0;)
    if (kept[edge].distance > 0 && isImplied(needs, edge))
      kept.erase(kept.begin() + static_cast<std::ptrdiff_t>(edge));
}

void RegionPlanner::planCarried() {
  std::vector<Need> open = carriedNeeds(), none;
  if (open.empty())
    return;
  iterate(open, kNoSkip);
  dropCrossing();
  if (kept.size() * body.children.size() * kSettleIterations < kPruneWork)
    prune(open);
  clocks.restart();
  for (unsigned i = 0; i < kSettleIterations; ++i)
    iterate(none, kNoSkip);
}
