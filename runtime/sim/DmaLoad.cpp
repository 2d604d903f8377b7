// How much work a transfer is, engine by engine.
#include "runtime/sim/Dma.h"

#include <algorithm>

namespace neuron::sim {
namespace {

/// No engine works longer than 144 seconds on one transfer: what is slower counts as that, so that
/// 64 bits hold it in 1/64 femtoseconds.
constexpr uint64_t kMostWork = uint64_t(1) << 57;

using isa::Opcode;
using isa::Operand;
using isa::Space;

/// Bytes that lie side by side at an operand's innermost dims (byte steps), at least one element.
uint64_t contiguousRun(const Operand &operand) {
  uint64_t run = byteSize(operand.dtype);
  for (unsigned d = operand.numDims; d-- > 0;) {
    if (operand.dim[d].count <= 1)
      continue;
    if (operand.dim[d].step != static_cast<int64_t>(run))
      break;
    run *= operand.dim[d].count;
  }
  return run;
}

class LoadMaker {
public:
  LoadMaker(const isa::Inst &inst, const target::Machine &machine, Describe describe)
      : inst(inst), machine(machine), dst(inst.operand[0]), src(inst.operand[1]),
        descriptor(describe == Describe::Before ? machine.dmaDescriptorBytes : 0) {}

  DmaLoad make() {
    setRate();
    uint64_t size = std::max(byteSize(dst.dtype), byteSize(src.dtype));
    const Operand &chip = measure();
    bool onChip = chip.space != Space::Hbm;
    uint64_t rows = onChip ? chip.partitions : 1;
    uint64_t rowBytes = chip.elements() * size;
    load.bytes = rows * rowBytes;
    load.work.assign(machine.dmaEngines, 0);
    load.empty = load.bytes == 0;
    if (load.empty)
      return load;
    run = std::min({contiguousRun(dst), contiguousRun(src), rowBytes});
    if (onChip)
      spread(chip, rowBytes);
    else
      deal();
    countHbm();
    load.descriptorBytes = load.pieces * descriptor;
    load.uniform = std::all_of(load.work.begin(), load.work.end(),
                               [&](uint64_t work) { return work == load.work[0]; });
    return load;
  }

private:
  /// The side that tells how much is moved and which engines serve it: the one on chip, of an
  /// indirect transfer the one that is not a single row.
  const Operand &measure() const {
    if (inst.opcode == Opcode::DmaGather)
      return dst;
    if (inst.opcode == Opcode::DmaScatter)
      return src;
    return dst.space == Space::Hbm ? src : dst;
  }

  /// Bytes per microsecond of one engine for this transfer.
  void setRate() {
    hbmRate = std::max<uint64_t>(machine.hbmBytesPerUs / machine.dmaEngines, 1);
    sides = (dst.space == Space::Hbm) + (src.space == Space::Hbm);
    rate = machine.dmaEngineBytesPerUs;
    if (sides)
      rate = std::min(rate, machine.hbmBytesPerUs / (sides * machine.dmaEngines));
    if (inst.opcode == Opcode::DmaAccumulate)
      rate = rate * machine.dmaAccumulateRatePercent / 100;
    if (inst.opcode == Opcode::DmaTranspose)
      rate = rate * machine.dmaTransposeRatePercent / 100;
    rate = std::max<uint64_t>(rate, 1);
  }

  /// Femtoseconds for `bytes` in pieces of `run`.
  uint64_t timeOf(uint64_t bytes) {
    uint64_t whole = bytes / run, rest = bytes % run;
    load.pieces += whole + (rest != 0);
    return times(whole, pieceTime(run)) + (rest ? pieceTime(rest) : 0);
  }
  uint64_t pieceTime(uint64_t bytes) const {
    Wide moving = (Wide(bytes) * 1000000000 + rate / 2) / rate;
    Wide memory = ((Wide(bytes) * sides + descriptor) * 1000000000 + hbmRate / 2) / hbmRate;
    return bounded(std::max({Wide(machine.dmaElementPs) * 1000, moving, memory}));
  }
  using Wide = unsigned __int128;
  static uint64_t bounded(Wide work) {
    return static_cast<uint64_t>(std::min<Wide>(work, kMostWork));
  }
  static uint64_t times(uint64_t count, uint64_t work) { return bounded(Wide(count) * work); }

  void spread(const Operand &chip, uint64_t rowBytes) {
    uint64_t served = std::max<uint64_t>(1, isa::kNumPartitions / machine.dmaEngines);
    for (unsigned p = chip.startPartition; p < unsigned(chip.startPartition) + chip.partitions; ++p)
      add(std::min<uint64_t>(p / served, machine.dmaEngines - 1), timeOf(rowBytes));
  }

  void add(uint64_t engine, uint64_t work) {
    load.work[engine] = bounded(Wide(load.work[engine]) + work);
  }

  /// Packets in turn, beginning with engine 0; the model rotates.
  void deal() {
    load.rotates = true;
    uint64_t packet = std::max<uint64_t>(machine.dmaPacketBytes, 1);
    run = std::min(run, packet);
    uint64_t whole = load.bytes / packet, rest = load.bytes % packet;
    uint64_t engines = machine.dmaEngines;
    uint64_t pieces = load.pieces;
    uint64_t time = timeOf(packet);
    load.pieces = pieces + whole * (load.pieces - pieces);
    for (uint64_t e = 0; e < engines; ++e)
      load.work[e] = times(whole / engines + (e < whole % engines), time);
    if (rest)
      add(whole % engines, timeOf(rest));
    load.packets = static_cast<uint32_t>((whole + (rest != 0)) % engines);
  }

  void countHbm() {
    if (src.space == Space::Hbm) {
      load.hbmRead += load.bytes;
      load.readSegment = static_cast<uint32_t>(src.base >> isa::kSegmentShift);
    }
    if (dst.space == Space::Hbm) {
      load.hbmWritten += load.bytes;
      load.writtenSegment = static_cast<uint32_t>(dst.base >> isa::kSegmentShift);
    }
    if (dst.space == Space::Hbm && inst.opcode == Opcode::DmaAccumulate)
      load.hbmRead += load.bytes;
  }

  const isa::Inst &inst;
  const target::Machine &machine;
  const Operand &dst, &src;
  const uint64_t descriptor; ///< bytes that HBM gives for a piece beside its own
  DmaLoad load;
  uint64_t rate = 1, run = 1, hbmRate = 1, sides = 0;
};

} // namespace

DmaLoad makeDmaLoad(const isa::Inst &inst, const target::Machine &machine, Describe describe) {
  if (inst.opcode == Opcode::QueueSignal)
    return {};
  return LoadMaker(inst, machine, describe).make();
}

} // namespace neuron::sim
