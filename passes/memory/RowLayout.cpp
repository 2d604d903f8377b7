// Accesses of device memory as places on chip; see RowLayout.h.
#include "passes/memory/RowLayout.h"

#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/IR/Matchers.h"
#include "llvm/ADT/STLExtras.h"

using namespace mlir;
using namespace neuron;
using namespace neuron::memory;
using templates::FreeDim;
using templates::Index;
using templates::Ref;

namespace {

/// The offset of an operand in elements; none where it is no whole number of them.
std::optional<Index> inElements(const Ref &ref) {
  int64_t bytes = byteSize(ref.dtype);
  Index index = ref.offset;
  if (index.constant % bytes)
    return std::nullopt;
  index.constant /= bytes;
  for (auto &term : index.terms) {
    if (term.second % bytes)
      return std::nullopt;
    term.second /= bytes;
  }
  return index;
}

Index inBytes(Index elements, DType dtype) { return elements * int64_t(byteSize(dtype)); }

/// Splits or joins the dims of two walks over the same elements until their counts agree,
/// innermost first; false if they cannot.
template <typename Emit>
bool walkTogether(SmallVector<FreeDim, 4> a, SmallVector<FreeDim, 4> b, Emit emit) {
  while (!a.empty() && !b.empty()) {
    FreeDim &x = a.back(), &y = b.back();
    int64_t count = std::min(x.count, y.count);
    if (x.count % count || y.count % count)
      return false;
    emit(count, x.step, y.step);
    for (SmallVector<FreeDim, 4> *walk : {&a, &b}) {
      FreeDim &dim = walk->back();
      dim = {dim.step * count, dim.count / count};
      if (dim.count == 1)
        walk->pop_back();
    }
  }
  return a.empty() && b.empty();
}

} // namespace

std::optional<int64_t> memory::iterationsOf(Value counter) {
  auto argument = dyn_cast<BlockArgument>(counter);
  auto loop = argument ? dyn_cast<scf::ForOp>(argument.getOwner()->getParentOp()) : scf::ForOp();
  APInt bound;
  if (!loop || !matchPattern(loop.getUpperBound(), m_ConstantInt(&bound)))
    return std::nullopt;
  return bound.getSExtValue();
}

std::optional<Ref> RowLayout::place(const Ref &access, unsigned lanes) const {
  std::optional<Index> base = inElements(access);
  if (!base || base->constant < 0)
    return std::nullopt;
  SmallVector<FreeDim, 4> dims(access.dims);
  if (lanes > 1) {
    if (dims.empty() || dims.front().count % lanes ||
        dims.front().step * (dims.front().count / lanes) != length)
      return std::nullopt;
    dims.front().count /= lanes;
    if (dims.front().count == 1)
      dims.erase(dims.begin());
  }
  int64_t row = base->constant / length;
  int64_t column = base->constant % length, block = row / kBlockRows;
  Ref placed;
  placed.startPartition = unsigned(row % kBlockRows);
  placed.partitions = lanes;
  Index offset = block * length + column;
  // What a move of `step` elements is on chip; it must not carry from columns to rows.
  auto move = [&](int64_t step, int64_t count) -> std::optional<int64_t> {
    if (step < 0)
      return std::nullopt;
    if (step < length) {
      column += step * (count - 1);
      return step;
    }
    if (step % (kBlockRows * length))
      return std::nullopt;
    block += step / (kBlockRows * length) * (count - 1);
    return step / kBlockRows;
  };
  for (auto [counter, step] : base->terms) {
    std::optional<int64_t> count = iterationsOf(counter);
    std::optional<int64_t> onChip = count ? move(step, *count) : std::nullopt;
    if (!onChip)
      return std::nullopt;
    offset += Index::of(counter, *onChip);
  }
  for (FreeDim dim : dims) {
    std::optional<int64_t> onChip = move(dim.step, dim.count);
    if (!onChip)
      return std::nullopt;
    placed.dims.push_back({*onChip, dim.count});
  }
  if (column >= length || placed.startPartition + lanes > kBlockRows ||
      block * kBlockRows + placed.startPartition + lanes > rows)
    return std::nullopt;
  placed.offset = inBytes(offset, access.dtype);
  return placed;
}

std::optional<Renaming> Renaming::between(const Ref &from, const Ref &to) {
  if (from.startPartition != to.startPartition || from.partitions != to.partitions)
    return std::nullopt;
  Renaming renaming;
  renaming.from = from;
  renaming.to = to;
  SmallVector<Level> inner;
  bool together = walkTogether(from.dims, to.dims, [&](int64_t count, int64_t a, int64_t b) {
    if (!inner.empty() && a == inner.back().from * inner.back().count &&
        b == inner.back().to * inner.back().count)
      inner.back().count *= count;
    else
      inner.push_back({count, a, b});
  });
  if (!together || !from.offset.terms.empty() || !inElements(from) || !inElements(to))
    return std::nullopt;
  renaming.levels.assign(inner.rbegin(), inner.rend());
  // An offset has to say which element it is: the levels are the digits of a number.
  int64_t expected = 1;
  for (const Level &level : inner) {
    if (level.from != expected)
      return std::nullopt;
    expected = level.from * level.count;
  }
  return renaming;
}

std::optional<Ref> Renaming::rename(const Ref &operand) const {
  std::optional<Index> offset = inElements(operand), start = inElements(from);
  if (operand.dtype != from.dtype || !offset || operand.startPartition < from.startPartition ||
      operand.startPartition + operand.partitions > from.startPartition + from.partitions)
    return std::nullopt;
  SmallVector<int64_t> digits(levels.size(), 0);
  int64_t rest = offset->constant - start->constant;
  if (rest < 0)
    return std::nullopt;
  Index moved = 0;
  for (auto [i, level] : llvm::enumerate(levels)) {
    digits[i] = rest / level.from;
    moved += digits[i] * level.to;
    rest %= level.from;
  }
  for (auto [counter, step] : offset->terms) {
    std::optional<int64_t> count = iterationsOf(counter);
    std::optional<int64_t> to = count ? move({step, *count}, digits) : std::nullopt;
    if (!to)
      return std::nullopt;
    moved += Index::of(counter, *to);
  }
  Ref renamed = operand;
  renamed.dims.clear();
  for (FreeDim dim : operand.dims)
    if (!moveDim(dim, digits, renamed.dims))
      return std::nullopt;
  for (auto [digit, level] : llvm::zip_equal(digits, levels))
    if (digit >= level.count)
      return std::nullopt;
  if (rest != 0)
    return std::nullopt;
  renamed.dtype = to.dtype;
  renamed.offset = to.offset;
  renamed.offset += inBytes(moved, to.dtype);
  renamed.buffer = to.buffer;
  renamed.space = to.space;
  return renamed;
}

/// The level whose digit a step counts up; none if no digit does.
std::optional<size_t> Renaming::levelOf(int64_t step) const {
  const auto *level =
      llvm::find_if(levels, [&](const Level &level) { return step % level.from == 0; });
  return step < 0 || level == levels.end() ? std::nullopt
                                           : std::optional<size_t>(level - levels.begin());
}

std::optional<int64_t> Renaming::move(FreeDim dim, MutableArrayRef<int64_t> digits) const {
  std::optional<size_t> i = levelOf(dim.step);
  if (!i)
    return std::nullopt;
  int64_t by = dim.step / levels[*i].from;
  digits[*i] += by * (dim.count - 1);
  return by * levels[*i].to;
}

/// A dim that runs through several levels is one dim in each.
bool Renaming::moveDim(FreeDim dim, MutableArrayRef<int64_t> digits,
                       SmallVectorImpl<FreeDim> &out) const {
  SmallVector<FreeDim> parts;
  while (true) {
    std::optional<size_t> i = levelOf(dim.step);
    if (!i)
      return false;
    const Level &level = levels[*i];
    int64_t by = dim.step / level.from;
    int64_t room = by ? level.count / by : dim.count;
    if (dim.count <= room || *i == 0) {
      std::optional<int64_t> to = move(dim, digits);
      parts.push_back({*to, dim.count});
      out.append(parts.rbegin(), parts.rend());
      return true;
    }
    if (room == 0 || level.count % by || dim.count % room)
      return false;
    parts.push_back({*move({dim.step, room}, digits), room});
    dim = {dim.step * room, dim.count / room};
  }
}
