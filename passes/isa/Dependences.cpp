// The meeting test of two accesses and the distance at which they meet; see Dependences.h.
//
// The difference of the two addresses is a base plus a sum of step * x, 0 <= x <= most, and the
// accesses meet if it lies within the widths of their elements. Steps no wider than that window
// only widen it; what is left is searched from the largest step down, pruned by the reach of
// the smaller ones. A search that grows too long counts as a meeting.
#include "passes/isa/Dependences.h"

#include <algorithm>
#include <numeric>

using namespace neuron;
using namespace neuron::isa;

namespace {

constexpr int64_t kReachLimit = int64_t(1) << 44;
constexpr unsigned kSearchNodes = 4096;
constexpr size_t kMaxSteps = 24;

int64_t ceilDiv(int64_t a, int64_t b) { return a / b + (a % b > 0); }
int64_t floorDiv(int64_t a, int64_t b) { return a / b - (a % b < 0); }

/// base + sum of step * x with 0 <= x <= most.
class Sum {
public:
  int64_t base = 0;
  bool tooLarge = false;

  void shift(int64_t factor, int64_t times) {
    __int128 by = static_cast<__int128>(factor) * times;
    if (by > kReachLimit || by < -kReachLimit) {
      tooLarge = true;
      return;
    }
    base += static_cast<int64_t>(by);
    tooLarge |= base > kReachLimit || base < -kReachLimit;
  }

  void add(int64_t step, int64_t most) {
    if (step == 0 || most <= 0)
      return;
    if (step < 0) { // count down from the other end
      shift(step, most);
      step = -step;
    }
    if (static_cast<__int128>(step) * most > kReachLimit || count == kMaxSteps) {
      tooLarge = true;
      return;
    }
    for (size_t i = 0; i < count; ++i)
      if (steps[i].step == step) {
        steps[i].most += most;
        return;
      }
    steps[count++] = {step, most};
  }

  /// Can the sum lie in [low, high]?
  bool within(int64_t low, int64_t high) const {
    if (tooLarge)
      return true;
    Search search{steps, count};
    return search.run(low - base, high - base);
  }

private:
  struct Step {
    int64_t step, most;
  };

  struct Search {
    std::array<Step, kMaxSteps> steps;
    size_t count;
    std::array<int64_t, kMaxSteps + 1> reach{}, divisor{};
    unsigned nodes = 0;

    bool run(int64_t low, int64_t high) {
      std::sort(steps.begin(), steps.begin() + count,
                [](const Step &a, const Step &b) { return a.step > b.step; });
      while (count > 0 && steps[count - 1].step <= high - low + 1) {
        low -= steps[count - 1].step * steps[count - 1].most;
        --count;
      }
      for (size_t i = count; i-- > 0;) {
        reach[i] = reach[i + 1] + steps[i].step * steps[i].most;
        divisor[i] = std::gcd(divisor[i + 1], steps[i].step);
      }
      return search(0, low, high);
    }

    bool search(size_t i, int64_t low, int64_t high) {
      if (high < 0 || low > reach[i])
        return false;
      if (low <= 0 || high >= reach[i] || ++nodes > kSearchNodes)
        return true;
      if (ceilDiv(low, divisor[i]) > floorDiv(high, divisor[i]))
        return false;
      int64_t first = std::max<int64_t>(0, ceilDiv(low - reach[i + 1], steps[i].step));
      int64_t last = std::min(steps[i].most, floorDiv(high, steps[i].step));
      for (int64_t x = first; x <= last; ++x)
        if (search(i + 1, low - x * steps[i].step, high - x * steps[i].step))
          return true;
      return false;
    }
  };

  std::array<Step, kMaxSteps> steps{};
  size_t count = 0;
};

} // namespace

/// How the second access stands to the first in time.
struct Dependences::Relation {
  uint32_t region;               ///< their innermost common region
  int64_t g = 0;                 ///< executions of its body between them
  bool orMore = false;           ///< g or any larger distance
  uint32_t crossing = kNoRegion; ///< the loop around `region` that moved on; none: one entry
};

/// address(b) - address(a) under a relation.
class Dependences::Difference {
public:
  Difference(const Sequence &sequence, const Dependences &dependences, const Relation &relation)
      : sequence(sequence), dependences(dependences), relation(relation) {}

  bool meets(const Footprint &a, const Footprint &b) {
    sum.shift(b.base - a.base, 1);
    for (const Stride &dim : b.dims)
      sum.add(dim.step, static_cast<int64_t>(dim.count - 1));
    for (const Stride &dim : a.dims)
      sum.add(-dim.step, static_cast<int64_t>(dim.count - 1));
    size_t i = 0, j = 0;
    while (i < a.terms.size() || j < b.terms.size()) {
      uint32_t next = std::min(i < a.terms.size() ? a.terms[i].variable : UINT32_MAX,
                               j < b.terms.size() ? b.terms[j].variable : UINT32_MAX);
      int64_t ca = i < a.terms.size() && a.terms[i].variable == next ? a.terms[i++].factor : 0;
      int64_t cb = j < b.terms.size() && b.terms[j].variable == next ? b.terms[j++].factor : 0;
      if (!term(dependences.accesses.variables[next], ca, cb))
        return anywhere;
    }
    return within(a.elementBytes, b.elementBytes, 0);
  }

private:
  /// False when the answer is known: `anywhere`.
  bool term(const Variable &variable, int64_t ca, int64_t cb) {
    if (dependences.same(variable, relation)) {
      if (ca != cb && variable.opaque())
        return known(true);
      if (ca != cb)
        sum.add(cb - ca, last(variable));
      return true;
    }
    if (variable.opaque())
      return known(true);
    if (variable.region == relation.region && relation.g > 0)
      return own(variable, ca, cb);
    if (variable.region == relation.crossing && ca == cb) {
      if (!variable.counter) {
        anyShift(variable, ca);
        return true;
      }
      if (variable.period < 2)
        return known(false);
      sum.shift(ca, 1);
      sum.add(ca, last(variable) - 1);
      return true;
    }
    free(variable, ca, cb);
    return true;
  }

  /// A position of the common loop itself, g executions later.
  bool own(const Variable &variable, int64_t ca, int64_t cb) {
    bool crossing = relation.crossing != kNoRegion;
    int64_t period = static_cast<int64_t>(variable.period);
    if (variable.counter && !crossing) {
      if (relation.g > last(variable))
        return known(false);
      sum.shift(cb, relation.g);
      if (!relation.orMore)
        sum.add(cb - ca, last(variable) - relation.g);
      else if (ca == cb)
        sum.add(ca, last(variable) - relation.g);
      else
        free(variable, ca, cb);
      return true;
    }
    bool continuous = variable.counter || !crossing ||
                      sequence.contains(variable.scope, sequence.regions[relation.crossing].parent);
    if (ca != cb || !continuous) {
      free(variable, ca, cb);
      return true;
    }
    int64_t moved = relation.g % period;
    if (relation.orMore || alternatives.size() == 4)
      anyShift(variable, ca);
    else if (moved != 0 && variable.counter && relation.g < period)
      sum.shift(ca, moved - period); // it began again in between
    else if (moved != 0)
      alternatives.push_back({ca, moved, moved - period});
    return true;
  }

  void free(const Variable &variable, int64_t ca, int64_t cb) {
    sum.add(cb, last(variable));
    sum.add(-ca, last(variable));
  }
  void anyShift(const Variable &variable, int64_t factor) {
    sum.shift(factor, -last(variable));
    sum.add(factor, 2 * last(variable));
  }
  bool known(bool answer) {
    anywhere = answer;
    return false;
  }
  static int64_t last(const Variable &variable) {
    return static_cast<int64_t>(std::min<uint64_t>(variable.period, uint64_t(1) << 40)) - 1;
  }

  bool within(int64_t widthA, int64_t widthB, size_t i) {
    if (i == alternatives.size())
      return sum.within(1 - widthB, widthA - 1);
    for (int64_t by : {alternatives[i].one, alternatives[i].other}) {
      Sum kept = sum;
      sum.shift(alternatives[i].factor, by);
      bool found = within(widthA, widthB, i + 1);
      sum = kept;
      if (found)
        return true;
    }
    return false;
  }

  struct Alternative {
    int64_t factor, one, other;
  };

  const Sequence &sequence;
  const Dependences &dependences;
  const Relation &relation;
  Sum sum;
  std::vector<Alternative> alternatives;
  bool anywhere = false;
};

Dependences::Dependences(const Sequence &sequence, const FunctionAccesses &accesses)
    : sequence(sequence), accesses(accesses), renews(sequence.regions.size(), false) {
  for (const Variable &variable : accesses.variables)
    if (!variable.opaque() && !variable.counter)
      renews[variable.scope] = true;
}

/// True if the variable has one value for both accesses.
bool Dependences::same(const Variable &variable, const Relation &relation) const {
  uint32_t moved = relation.crossing != kNoRegion ? relation.crossing : relation.region;
  if (!sequence.contains(variable.region, relation.region))
    return false; // of a loop inside, or of another one
  if (relation.g == 0)
    return true;
  return variable.region != moved && sequence.contains(variable.region, moved);
}

bool Dependences::meetAt(const Footprint &a, const Footprint &b, const Relation &relation) const {
  if (!near(a, b))
    return false;
  if (a.anywhere || b.anywhere)
    return true;
  return Difference(sequence, *this, relation).meets(a, b);
}

bool Dependences::meet(uint32_t a, uint32_t b, uint32_t region) const {
  return meetAt(at(a), at(b), Relation{region});
}

bool Dependences::meetAtDistance(const Footprint &a, const Footprint &b, uint32_t region, int64_t g,
                                 bool orMore) const {
  const RegionNode &loop = sequence.regions[region];
  if (static_cast<uint64_t>(g) < loop.count && meetAt(a, b, {region, g, orMore, kNoRegion}))
    return true;
  for (uint32_t around = loop.parent; around != kNoRegion && !renews[around];
       around = sequence.regions[around].parent)
    if (sequence.regions[around].count > 1 && meetAt(a, b, {region, g, orMore, around}))
      return true;
  return false;
}

std::optional<int64_t> Dependences::distance(uint32_t a, uint32_t b, uint32_t region) const {
  const Footprint &first = at(a), &second = at(b);
  if (!near(first, second) || !sequence.repeats(region))
    return std::nullopt;
  auto moves = [&](const Footprint &f) {
    return std::any_of(f.terms.begin(), f.terms.end(), [&](const FormTerm &term) {
      return accesses.variables[term.variable].region == region;
    });
  };
  bool moving = moves(first) || moves(second);
  for (int64_t g = 1; g <= (moving ? kMaxDistance : 1); ++g)
    if (meetAtDistance(first, second, region, g, false))
      return g;
  if (moving && meetAtDistance(first, second, region, kMaxDistance + 1, true))
    return kMaxDistance + 1;
  return std::nullopt;
}

bool Dependences::covers(uint32_t coverNumber, uint32_t number, uint32_t region) const {
  const Footprint &cover = at(coverNumber), &f = at(number);
  if (!cover.bounded || !f.bounded || cover.space != f.space || cover.segment != f.segment ||
      cover.firstPartition > f.firstPartition || cover.endPartition < f.endPartition)
    return false;
  std::vector<std::pair<int64_t, int64_t>> steps;
  int64_t low = cover.base, fLow = f.base, fHigh = f.base + f.elementBytes;
  auto reach = [](int64_t step, uint64_t count, int64_t &lowEnd, int64_t *highEnd) {
    int64_t by = step * static_cast<int64_t>(count - 1);
    if (by < 0)
      lowEnd += by;
    else if (highEnd)
      *highEnd += by;
  };
  // All positions of inner loops are visited by the cover; those of outer loops must be shared.
  std::vector<FormTerm> outerCover, outerF;
  for (const FormTerm &term : cover.terms) {
    const Variable &variable = accesses.variables[term.variable];
    if (sequence.contains(variable.region, region)) {
      outerCover.push_back(term);
      continue;
    }
    if (variable.opaque() || !sequence.contains(region, variable.region) ||
        sequence.regions[variable.region].count < variable.period)
      return false;
    reach(term.factor, variable.period, low, nullptr);
    steps.push_back({std::abs(term.factor), static_cast<int64_t>(variable.period - 1)});
  }
  for (const FormTerm &term : f.terms) {
    const Variable &variable = accesses.variables[term.variable];
    if (sequence.contains(variable.region, region)) {
      outerF.push_back(term);
      continue;
    }
    if (variable.opaque())
      return false;
    reach(term.factor, variable.period, fLow, &fHigh);
  }
  if (outerCover != outerF)
    return false;
  if (coverNumber == number)
    return true;
  for (const Stride &dim : cover.dims) {
    reach(dim.step, dim.count, low, nullptr);
    steps.push_back({std::abs(dim.step), static_cast<int64_t>(dim.count - 1)});
  }
  for (const Stride &dim : f.dims)
    reach(dim.step, dim.count, fLow, &fHigh);
  std::sort(steps.begin(), steps.end());
  int64_t chunk = cover.elementBytes;
  for (auto [step, most] : steps) {
    if (step > chunk)
      return false;
    chunk += step * most;
  }
  return low <= fLow && fHigh <= low + chunk;
}
