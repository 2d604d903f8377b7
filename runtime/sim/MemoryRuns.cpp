// From an operand to runs: bounds, alignment, merging of dims, PSUM's banks.
//
// The dims are merged from the innermost outwards (a dim that continues where its inner one
// ends is part of it); the innermost that remains is a run, the others are enumerated. In PSUM
// a run is cut where it leaves a bank, because the storage is bank-major.
#include "runtime/sim/Memory.h"

#include <algorithm>
#include <array>

namespace neuron::sim {
namespace {

constexpr uint64_t kMaxOnChipElements = 65536;
constexpr uint64_t kMaxRuns = uint64_t(1) << 22;
constexpr uint64_t kMaxElements = uint64_t(1) << 40;

struct Axis {
  int64_t step; ///< bytes
  uint64_t count;
};

/// The operand's dims in bytes, innermost first, merged; an empty operand has a count of 0.
struct Axes {
  std::array<Axis, isa::kMaxDims> axis{};
  unsigned n = 0;
  uint64_t elements = 1;
  __int128 low = 0, high = 0; ///< of the first bytes of the elements, relative to the base
};

bool collect(const isa::Operand &operand, int64_t unit, int64_t bytes, Axes &axes) {
  for (unsigned d = operand.numDims; d-- > 0;) {
    uint64_t count = operand.dim[d].count;
    int64_t step = operand.dim[d].step * unit;
    if (__builtin_mul_overflow(axes.elements, count, &axes.elements) ||
        axes.elements > kMaxElements)
      return false;
    if (count <= 1)
      continue;
    __int128 reach = static_cast<__int128>(step) * static_cast<int64_t>(count - 1);
    (reach < 0 ? axes.low : axes.high) += reach;
    Axis *inner = axes.n ? &axes.axis[axes.n - 1] : nullptr;
    if (inner && step == static_cast<__int128>(inner->step) * static_cast<int64_t>(inner->count))
      inner->count *= count;
    else
      axes.axis[axes.n++] = {step, count};
  }
  if (axes.n == 0)
    axes.axis[axes.n++] = {bytes, 1};
  return true;
}

RunTrouble outOfBounds(const char *what) { return {FaultKind::OutOfBounds, what}; }

} // namespace

void Memory::appendPsum(const Run &run, uint32_t bytes, Runs &runs) const {
  int64_t bank = static_cast<int64_t>(sizes.psumBankBytes);
  int64_t stored = static_cast<int64_t>(psum.rowStride) * isa::kNumPartitions;
  uint64_t done = 0;
  while (done < run.count) {
    int64_t at = run.offset + static_cast<int64_t>(done) * run.step;
    int64_t in = at % bank;
    // Elements, this one included, until the run leaves the bank.
    uint64_t stay = run.step > 0   ? static_cast<uint64_t>((bank - 1 - in) / run.step) + 1
                    : run.step < 0 ? static_cast<uint64_t>(in / -run.step) + 1
                                   : run.count;
    uint64_t count = stay < run.count - done ? stay : run.count - done;
    runs.list.push_back({at / bank * stored + in, count == 1 ? bytes : run.step, count});
    done += count;
  }
}

RunTrouble Memory::makeRuns(const isa::Operand &operand, Steps steps, Runs &runs) const {
  const int64_t bytes = byteSize(operand.dtype);
  runs.list.clear();
  runs.space = operand.space;
  runs.dtype = operand.dtype;
  runs.bytes = static_cast<uint32_t>(bytes);
  runs.elements = 0;
  bool inHbm = operand.space == isa::Space::Hbm;
  runs.startPartition = inHbm ? 0 : operand.startPartition;
  runs.rows = inHbm ? 1 : operand.partitions;
  if (bytes == 0 || operand.space == isa::Space::None || operand.numDims > isa::kMaxDims)
    return {FaultKind::IllegalInstruction, "the operand has no type or no space"};
  if (!inHbm && (operand.partitions == 0 ||
                 operand.startPartition + operand.partitions > isa::kNumPartitions))
    return outOfBounds("partitions beyond 128");
  Axes axes;
  if (!collect(operand, steps == Steps::Bytes || inHbm ? 1 : bytes, bytes, axes))
    return outOfBounds("more elements than any memory holds");
  if (axes.elements == 0)
    return {};
  if (!inHbm && steps == Steps::Elements &&
      (axes.elements > kMaxOnChipElements || operand.base % bytes != 0))
    return operand.base % bytes != 0
               ? RunTrouble{FaultKind::UndefinedBehaviour, "the address is not aligned"}
               : outOfBounds("more than 65536 elements in a partition");

  int64_t base = operand.base;
  uint64_t size = operand.space == isa::Space::Sbuf ? sizes.sbufPartitionBytes
                                                    : sizes.psumBanks * sizes.psumBankBytes;
  if (inHbm) {
    uint64_t index = static_cast<uint64_t>(base) >> isa::kSegmentShift;
    if (index >= segments.size() || !segments[index].data)
      return outOfBounds("no segment has this address");
    runs.segment = static_cast<uint32_t>(index);
    base &= (int64_t(1) << isa::kSegmentShift) - 1;
    size = segments[index].size;
  }
  if (base + axes.low < 0 || base + axes.high + bytes > static_cast<__int128>(size))
    return outOfBounds(inHbm ? "the access leaves its segment" : "the access leaves the partition");
  if (operand.space == isa::Space::Psum && steps == Steps::Bytes)
    return {FaultKind::IllegalInstruction, "transfers do not reach psum"};

  uint64_t outer = 1;
  for (unsigned d = 1; d < axes.n; ++d)
    outer *= axes.axis[d].count;
  if (outer > kMaxRuns)
    return {FaultKind::Unsupported, "an access in more than 2^22 pieces"};
  runs.elements = axes.elements;
  std::array<uint64_t, isa::kMaxDims> at{};
  for (uint64_t i = 0; i < outer; ++i) {
    int64_t offset = base;
    for (unsigned d = 1; d < axes.n; ++d)
      offset += axes.axis[d].step * static_cast<int64_t>(at[d]);
    Run run{offset, axes.axis[0].step, axes.axis[0].count};
    if (operand.space == isa::Space::Psum)
      appendPsum(run, runs.bytes, runs);
    else
      runs.list.push_back(run);
    for (unsigned d = 1; d < axes.n && ++at[d] == axes.axis[d].count; ++d)
      at[d] = 0;
  }
  runs.low = runs.list[0].offset, runs.high = runs.low;
  for (const Run &run : runs.list) {
    int64_t last = run.offset + run.step * static_cast<int64_t>(run.count - 1);
    runs.low = std::min({runs.low, run.offset, last});
    runs.high = std::max({runs.high, run.offset + bytes, last + bytes});
  }
  return {};
}

} // namespace neuron::sim
