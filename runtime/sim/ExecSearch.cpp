// The VectorE's instructions that look for values: the eight largest, where they are, replacing
// them; selection by position.
#include "runtime/sim/Alu.h"
#include "runtime/sim/Exec.h"

#include <array>

namespace neuron::sim {
namespace {

constexpr uint64_t kEight = 8;
constexpr uint64_t kMaxSearched = 16384;

Status checkSearch(Core &core, const Source &src, uint64_t found) {
  if (found != kEight || src.elements() < kEight || src.elements() > kMaxSearched)
    return core.illegal("search for %llu values in %llu elements: 8 in 8 to 16384",
                        static_cast<unsigned long long>(found),
                        static_cast<unsigned long long>(src.elements()));
  return Status::success();
}

/// The eight largest, descending; NaN is below everything.
void eightLargest(const float *row, uint64_t count, float *out) {
  std::array<float, kEight> best;
  uint64_t held = 0;
  auto above = [](float a, float b) { return a > b || (a == a && b != b); };
  for (uint64_t i = 0; i < count; ++i) {
    if (held == kEight && !above(row[i], best[kEight - 1]))
      continue;
    uint64_t at = held < kEight ? held++ : kEight - 1;
    for (; at > 0 && above(row[i], best[at - 1]); --at)
      best[at] = best[at - 1];
    best[at] = row[i];
  }
  for (uint64_t i = 0; i < kEight; ++i)
    out[i] = best[i];
}

constexpr uint64_t kAbsent = ~uint64_t(0);

/// For each of the values in turn its first position that no earlier equal value has got.
std::array<uint64_t, kEight> positionsOf(const float *values, const float *row, uint64_t count) {
  std::array<uint64_t, kEight> found;
  for (uint64_t j = 0; j < kEight; ++j) {
    uint64_t from = 0;
    for (uint64_t before = 0; before < j; ++before)
      if (values[before] == values[j] && found[before] != kAbsent)
        from = found[before] + 1;
      else if (values[before] == values[j])
        from = count;
    found[j] = kAbsent;
    for (uint64_t i = from; i < count && found[j] == kAbsent; ++i)
      if (row[i] == values[j])
        found[j] = i;
  }
  return found;
}

} // namespace

Status execute(Core &core, const isa::Max8 &inst) {
  Destination dst(core, isa::Max8::kDst, "dst");
  Source src(core, isa::Max8::kSrc, "src");
  NEURON_TRY(dst.open(inst.dst()));
  NEURON_TRY(src.open(inst.src()));
  NEURON_TRY(dst.apart(src));
  NEURON_TRY(checkSearch(core, src, dst.elements()));
  if (dst.rows() != src.rows())
    return core.illegal("dst has %u partitions, src %u", dst.rows(), src.rows());
  for (unsigned row = 0; row < dst.rows(); ++row) {
    const float *in;
    NEURON_TRY(src.floats(row, in));
    eightLargest(in, src.elements(), dst.floats(row));
    dst.put(row);
  }
  return Status::success();
}

Status execute(Core &core, const isa::FindIndex8 &inst) {
  using View = isa::FindIndex8;
  Destination dst(core, View::kDst, "dst");
  Source src(core, View::kSrc, "src"), values(core, View::kValues, "values");
  NEURON_TRY(dst.open(inst.dst()));
  NEURON_TRY(openLike(core, dst, values, inst.values()));
  NEURON_TRY(src.open(inst.src()));
  NEURON_TRY(dst.apart(src));
  NEURON_TRY(checkSearch(core, src, dst.elements()));
  if (dst.rows() != src.rows() || (dst.dtype() != DType::U32 && dst.dtype() != DType::U16))
    return core.illegal("positions of %u partitions as %s", src.rows(), toText(dst.dtype()));
  const uint32_t bytes = byteSize(dst.dtype());
  for (unsigned row = 0; row < dst.rows(); ++row) {
    const float *in, *wanted;
    NEURON_TRY(src.floats(row, in));
    NEURON_TRY(values.floats(row, wanted));
    auto found = positionsOf(wanted, in, src.elements());
    uint8_t *out = dst.bytes(row);
    for (uint64_t j = 0; j < kEight; ++j)
      storeInteger(dst.dtype(), found[j] == kAbsent ? INT64_MAX : static_cast<int64_t>(found[j]),
                   out + j * bytes);
    dst.putBytes(row);
  }
  return Status::success();
}

Status execute(Core &core, const isa::MatchReplace8 &inst) {
  using View = isa::MatchReplace8;
  Destination dst(core, View::kDst, "dst");
  Source src(core, View::kSrc, "src"), values(core, View::kValues, "values");
  NEURON_TRY(dst.open(inst.dst()));
  NEURON_TRY(openLike(core, dst, src, inst.src()));
  NEURON_TRY(values.open(inst.values()));
  NEURON_TRY(dst.apart(values));
  NEURON_TRY(checkSearch(core, src, values.elements()));
  if (values.rows() != src.rows())
    return core.illegal("values have %u partitions, src %u", values.rows(), src.rows());
  for (unsigned row = 0; row < dst.rows(); ++row) {
    const float *in, *wanted;
    NEURON_TRY(src.floats(row, in));
    NEURON_TRY(values.floats(row, wanted));
    auto found = positionsOf(wanted, in, src.elements());
    float *out = dst.floats(row);
    if (out != in)
      std::copy(in, in + src.elements(), out);
    for (uint64_t position : found)
      if (position != kAbsent)
        out[position] = inst.value();
    dst.put(row);
  }
  return Status::success();
}

Status execute(Core &core, const isa::RangeSelect &inst) {
  using View = isa::RangeSelect;
  Destination dst(core, View::kDst, "dst");
  Source src(core, View::kSrc, "src");
  ColumnSource low(core, View::kLow, "low"), high(core, View::kHigh, "high");
  NEURON_TRY(dst.open(inst.dst()));
  NEURON_TRY(openLike(core, dst, src, inst.src()));
  NEURON_TRY(openColumn(core, dst, low, inst.low(), 0));
  NEURON_TRY(openColumn(core, dst, high, inst.high(), 0));
  if (isBitwise(inst.op0()) || isBitwise(inst.op1()))
    return core.illegal("a comparison by %s and %s", isa::toText(inst.op0()),
                        isa::toText(inst.op1()));
  ScalarAlu op0 = scalarAlu(inst.op0()), op1 = scalarAlu(inst.op1());
  for (unsigned row = 0; row < dst.rows(); ++row) {
    const float *in;
    float from, to;
    NEURON_TRY(src.floats(row, in));
    NEURON_TRY(low.value(row, from));
    NEURON_TRY(high.value(row, to));
    float *out = dst.floats(row);
    for (uint64_t i = 0; i < dst.elements(); ++i) {
      float at = inst.start() + static_cast<float>(i);
      out[i] = op0(at, from) != 0 && op1(at, to) != 0 ? in[i] : inst.fill();
    }
    dst.put(row);
  }
  return Status::success();
}

} // namespace neuron::sim
