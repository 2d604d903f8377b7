// Normal form of strided byte patterns, and the exact meeting test.
//
// Two patterns meet if lowA - lowB + sum z_i s_i lies in a window as wide as their chunks, with
// 0 <= z_i <= m_i: the dims of b are reflected so that all coefficients are positive, equal
// steps become one variable. Steps that are no wider than the window only widen it. What is
// left is searched from the largest step down, pruned by the reach of the smaller steps and by
// their greatest common divisor; nested patterns need a handful of nodes. A search that grows
// too long is replaced by a bit set of all reachable sums.
#include "runtime/sim/Access.h"

#include <algorithm>
#include <numeric>
#include <vector>

namespace neuron::sim {
namespace {

constexpr uint64_t kMaxExtent = uint64_t(1) << 62;
constexpr unsigned kMaxVariables = 2 * kMaxPatternDims;
constexpr unsigned kSearchNodes = 1u << 16;
constexpr int64_t kMaxSums = int64_t(1) << 28;

int64_t floorDiv(int64_t a, int64_t b) { return a / b - (a % b < 0); }
int64_t ceilDiv(int64_t a, int64_t b) { return a / b + (a % b > 0); }

/// Are there 0 <= z_i <= most_i with lo <= sum z_i * step_i <= hi?
class BoundedSum {
public:
  void add(int64_t step, int64_t most) {
    if (step == 0 || most == 0)
      return;
    for (unsigned i = 0; i < count; ++i)
      if (var[i].step == step) {
        var[i].most += most;
        return;
      }
    var[count++] = {step, most};
  }

  bool reaches(int64_t lo, int64_t hi) {
    std::sort(var.begin(), var.begin() + count,
              [](const Variable &a, const Variable &b) { return a.step > b.step; });
    absorb(lo, hi);
    reach[count] = 0;
    divisor[count] = 0;
    for (unsigned i = count; i-- > 0;) {
      reach[i] = reach[i + 1] + var[i].step * var[i].most;
      divisor[i] = std::gcd(divisor[i + 1], var[i].step);
    }
    nodes = 0;
    bool found = search(0, lo, hi);
    if (found || nodes <= kSearchNodes)
      return found;
    return reach[0] > kMaxSums || enumerate(lo, hi);
  }

private:
  struct Variable {
    int64_t step, most;
  };

  /// Steps no wider than the window leave no gaps: they widen it.
  void absorb(int64_t &lo, int64_t hi) {
    while (count > 0 && var[count - 1].step <= hi - lo + 1) {
      lo -= var[count - 1].step * var[count - 1].most;
      --count;
    }
  }

  bool search(unsigned i, int64_t lo, int64_t hi) {
    if (hi < 0 || lo > reach[i] || ++nodes > kSearchNodes)
      return false;
    lo = std::max<int64_t>(lo, 0);
    hi = std::min(hi, reach[i]);
    if (lo == 0 || hi == reach[i])
      return true;
    if (ceilDiv(lo, divisor[i]) > floorDiv(hi, divisor[i]))
      return false;
    int64_t first = std::max<int64_t>(0, ceilDiv(lo - reach[i + 1], var[i].step));
    int64_t last = std::min(var[i].most, floorDiv(hi, var[i].step));
    if (i + 1 == count)
      return first <= last;
    for (int64_t z = first; z <= last && nodes <= kSearchNodes; ++z)
      if (search(i + 1, lo - z * var[i].step, hi - z * var[i].step))
        return true;
    return false;
  }

  /// All sums as bits; a variable of up to m steps is shifted in by doubling.
  bool enumerate(int64_t lo, int64_t hi) {
    std::vector<uint64_t> sums(static_cast<size_t>(reach[0] / 64 + 1));
    sums[0] = 1;
    for (unsigned i = 0; i < count; ++i)
      for (int64_t left = var[i].most, stride = 1; left > 0; left -= stride, stride *= 2) {
        stride = std::min(stride, left);
        shiftIn(sums, static_cast<uint64_t>(stride * var[i].step));
      }
    lo = std::max<int64_t>(lo, 0);
    hi = std::min(hi, reach[0]);
    for (int64_t s = lo; s <= hi; ++s)
      if (sums[static_cast<size_t>(s) / 64] >> (s % 64) & 1)
        return true;
    return false;
  }

  static void shiftIn(std::vector<uint64_t> &sums, uint64_t by) {
    size_t words = by / 64;
    unsigned bits = by % 64;
    for (size_t w = sums.size(); w-- > words;) {
      uint64_t moved = sums[w - words] << bits;
      if (bits && w > words)
        moved |= sums[w - words - 1] >> (64 - bits);
      sums[w] |= moved;
    }
  }

  std::array<Variable, kMaxVariables> var{};
  unsigned count = 0;
  std::array<int64_t, kMaxVariables + 1> reach{}, divisor{};
  unsigned nodes = 0;
};

/// Folds dims that continue the chunk, or the next smaller dim, without a gap.
void mergeDims(Pattern &p) {
  while (p.numDims > 0 && p.dim[p.numDims - 1].step <= static_cast<int64_t>(p.chunk)) {
    const Pattern::Dim &d = p.dim[p.numDims - 1];
    p.chunk += static_cast<uint64_t>(d.step) * (d.count - 1);
    --p.numDims;
  }
  for (unsigned i = 0; i + 1 < p.numDims;) {
    Pattern::Dim &outer = p.dim[i], &inner = p.dim[i + 1];
    if (outer.step % inner.step != 0 ||
        static_cast<uint64_t>(outer.step / inner.step) > inner.count) {
      ++i;
      continue;
    }
    // outer walks in whole inner steps and never skips one: one dim with the inner step
    inner.count += static_cast<uint64_t>(outer.step / inner.step) * (outer.count - 1);
    std::copy(p.dim.begin() + i + 1, p.dim.begin() + p.numDims, p.dim.begin() + i);
    --p.numDims;
    i = 0;
  }
}

} // namespace

bool Pattern::operator==(const Pattern &o) const {
  if (numDims != o.numDims || chunk != o.chunk)
    return false;
  for (unsigned d = 0; d < numDims; ++d)
    if (dim[d].step != o.dim[d].step || dim[d].count != o.dim[d].count)
      return false;
  return true;
}

Pattern makePattern(const Pattern::Dim *dims, unsigned count, uint64_t elementBytes, int64_t unit) {
  Pattern p;
  p.chunk = elementBytes;
  unsigned __int128 extent = elementBytes;
  for (unsigned d = 0; d < count; ++d) {
    if (dims[d].count == 0)
      return Pattern{};
    int64_t step = dims[d].step * unit;
    if (dims[d].count == 1 || step == 0)
      continue;
    __int128 span = static_cast<__int128>(step) * static_cast<int64_t>(dims[d].count - 1);
    if (span < 0)
      p.low = static_cast<int64_t>(
          std::max<__int128>(p.low + span, -static_cast<__int128>(kMaxExtent)));
    extent += static_cast<unsigned __int128>(span < 0 ? -span : span);
    p.dim[p.numDims++] = {step < 0 ? -step : step, dims[d].count};
  }
  p.extent = static_cast<uint64_t>(std::min<unsigned __int128>(extent, kMaxExtent));
  if (p.extent == kMaxExtent) { // beyond every memory: everything from the lowest byte on
    p.chunk = kMaxExtent;
    p.numDims = 0;
    return p;
  }
  std::sort(p.dim.begin(), p.dim.begin() + p.numDims,
            [](const Pattern::Dim &a, const Pattern::Dim &b) { return a.step > b.step; });
  mergeDims(p);
  return p;
}

Pattern makePattern(const isa::Operand &operand, bool byteSteps) {
  Pattern::Dim dims[isa::kMaxDims];
  for (unsigned d = 0; d < operand.numDims; ++d)
    dims[d] = {operand.dim[d].step, operand.dim[d].count};
  uint64_t bytes = byteSize(operand.dtype);
  return makePattern(dims, operand.numDims, bytes, byteSteps ? 1 : static_cast<int64_t>(bytes));
}

Pattern makeRowsPattern(const isa::Operand &row, uint64_t rowBytes, uint64_t rows) {
  Pattern::Dim dims[kMaxPatternDims];
  dims[0] = {static_cast<int64_t>(rowBytes), rows};
  for (unsigned d = 0; d < row.numDims; ++d)
    dims[d + 1] = {row.dim[d].step, row.dim[d].count};
  return makePattern(dims, row.numDims + 1u, byteSize(row.dtype), 1);
}

bool overlap(const Pattern &a, int64_t lowA, const Pattern &b, int64_t lowB) {
  if (a.empty() || b.empty())
    return false;
  // by difference: lowA + extent may not fit, and beyond 2^62 nothing is exact anyway
  int64_t apart = lowB - lowA;
  if (apart >= 0 ? static_cast<uint64_t>(apart) >= a.extent
                 : static_cast<uint64_t>(-apart) >= b.extent)
    return false;
  if ((a.isContiguous() && b.isContiguous()) || a.extent >= kMaxExtent || b.extent >= kMaxExtent)
    return true;
  BoundedSum sum;
  int64_t offset = lowA - lowB;
  for (unsigned d = 0; d < a.numDims; ++d)
    sum.add(a.dim[d].step, static_cast<int64_t>(a.dim[d].count - 1));
  for (unsigned d = 0; d < b.numDims; ++d) {
    sum.add(b.dim[d].step, static_cast<int64_t>(b.dim[d].count - 1));
    offset -= b.dim[d].step * static_cast<int64_t>(b.dim[d].count - 1);
  }
  return sum.reaches(1 - static_cast<int64_t>(a.chunk) - offset,
                     static_cast<int64_t>(b.chunk) - 1 - offset);
}

bool overlapsItself(const isa::Operand &operand, bool byteSteps) {
  if (makePattern(operand, byteSteps).extent >= kMaxExtent / 4)
    return true;
  int64_t bytes = byteSize(operand.dtype);
  struct Walk {
    int64_t step, most;
  };
  std::array<Walk, isa::kMaxDims> walk{};
  unsigned count = 0;
  for (unsigned d = 0; d < operand.numDims; ++d) {
    int64_t step = std::abs(int64_t(operand.dim[d].step)) * (byteSteps ? 1 : bytes);
    if (operand.dim[d].count == 0)
      return false;
    if (operand.dim[d].count == 1)
      continue;
    if (step == 0)
      return true;
    walk[count++] = {step, int64_t(operand.dim[d].count) - 1};
  }
  // two points differ first in dim i, by z_i >= 1, then by anything in the later dims
  for (unsigned i = 0; i < count; ++i) {
    BoundedSum sum;
    int64_t offset = walk[i].step;
    sum.add(walk[i].step, walk[i].most - 1);
    for (unsigned j = i + 1; j < count; ++j) {
      sum.add(walk[j].step, 2 * walk[j].most);
      offset -= walk[j].step * walk[j].most;
    }
    if (sum.reaches(1 - bytes - offset, bytes - 1 - offset))
      return true;
  }
  return false;
}

bool covers(const Pattern &a, int64_t lowA, const Pattern &b, int64_t lowB) {
  if (b.empty())
    return true;
  if (a.isContiguous())
    return lowA <= lowB && static_cast<uint64_t>(lowB - lowA) + b.extent <= a.extent;
  return lowA == lowB && a == b;
}

} // namespace neuron::sim
