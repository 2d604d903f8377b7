// Lives of pieces of memory; see MemoryMap.h.
#include "runtime/sim/MemoryMap.h"

#include <algorithm>

namespace neuron::sim {
namespace {

constexpr double kFsPerUs = 1e9;
constexpr unsigned kQuarterPartitions = 32;
constexpr uint64_t kMostPoints = 4096; ///< of a pattern; beyond, all between its ends is touched

} // namespace

MemoryMap::MemoryMap(const Image &image, LayerIndex &index) : index(index) {
  for (unsigned s = 0; s < isa::kNumEngines; ++s)
    footprints[s].build(image.stream[s]);
  memories[0].bytes = image.machine->sbufPartitionBytes;
  memories[1].bytes = image.machine->psumBanks * image.machine->psumBankBytes;
  for (Memory &memory : memories) {
    memory.pieces.resize((memory.bytes + kPieceBytes - 1) / kPieceBytes * kQuarters);
    memory.steps.resize(kSteps);
  }
}

// --- What is touched -------------------------------------------------------------------------

MemoryMap::Accesses MemoryMap::accessesOf(const Issue &issue) {
  Accesses found;
  found.layer = index.rowOf(issue.inst->opId, issue.iteration);
  if (!issue.executes)
    return found;
  Footprint &footprint = footprints[static_cast<unsigned>(issue.stream)];
  const InstructionRow &row = footprint.row(issue.pc);
  for (unsigned i = 0; i < row.count && found.count < kMostAccesses; ++i) {
    const AccessRow &access = footprint.access(row, i);
    if (access.space != isa::Space::Sbuf && access.space != isa::Space::Psum)
      continue;
    Touch touch;
    if (!footprint.locate(access, issue, touch) || touch.pattern->empty())
      continue;
    // A matmul that accumulates goes on with the value that is there.
    bool isNew = access.write && !(issue.accumulates && access.space == isa::Space::Psum);
    found.one[found.count++] = {touch.pattern,
                                touch.low,
                                static_cast<uint8_t>(access.space == isa::Space::Psum),
                                touch.firstPartition,
                                touch.endPartition,
                                isNew};
  }
  return found;
}

void MemoryMap::instruction(const Issue &issue, uint64_t start, uint64_t intervalEnd,
                            uint64_t complete) {
  Accesses accesses = accessesOf(issue);
  uint8_t queue = footprints[static_cast<unsigned>(issue.stream)].row(issue.pc).queue;
  if (queue < isa::kNumQueues)
    inFlight[queue].append(accesses);
  else
    apply(accesses, start, intervalEnd, complete);
}

void MemoryMap::transfer(const Place &, const DmaCompletion &completion) {
  History<Accesses> &waiting = inFlight[completion.queue];
  apply(waiting.at(completion.number), completion.started, completion.done, completion.done);
  waiting.forget(completion.number + 1);
}

/// Reads come before writes: what is read belongs to the old value.
void MemoryMap::apply(const Accesses &accesses, uint64_t begin, uint64_t readEnd,
                      uint64_t writeEnd) {
  for (bool write : {false, true})
    for (unsigned i = 0; i < accesses.count; ++i)
      if (accesses.one[i].write == write)
        touch(accesses.one[i], {begin, write ? writeEnd : readEnd, accesses.layer});
}

/// Runs of a pattern that leave less than a piece between them are one.
void MemoryMap::touch(const Access &access, const Span &span) {
  const Pattern &pattern = *access.pattern;
  Memory &memory = memories[access.memory];
  int64_t run = static_cast<int64_t>(pattern.chunk);
  unsigned dims = pattern.numDims;
  for (; dims && pattern.dim[dims - 1].step <= run + kPieceBytes; --dims)
    run += pattern.dim[dims - 1].step * static_cast<int64_t>(pattern.dim[dims - 1].count - 1);
  uint64_t points = 1;
  for (unsigned d = 0; d < dims && points <= kMostPoints; ++d)
    points *= pattern.dim[d].count;
  if (points > kMostPoints)
    return touchBytes(memory, access, access.low, access.low + static_cast<int64_t>(pattern.extent),
                      span);
  for (uint64_t point = 0; point < points; ++point) {
    int64_t at = access.low;
    uint64_t left = point;
    for (unsigned d = dims; d-- > 0; left /= pattern.dim[d].count)
      at += pattern.dim[d].step * static_cast<int64_t>(left % pattern.dim[d].count);
    touchBytes(memory, access, at, at + run, span);
  }
}

void MemoryMap::touchBytes(Memory &memory, const Access &access, int64_t first, int64_t end,
                           const Span &span) {
  size_t perQuarter = memory.pieces.size() / kQuarters;
  if (first < 0 || end <= first || access.endPartition <= access.firstPartition)
    return;
  size_t from = static_cast<size_t>(first) / kPieceBytes;
  size_t to = std::min((static_cast<size_t>(end) + kPieceBytes - 1) / kPieceBytes, perQuarter);
  if (from >= to)
    return;
  unsigned last = std::min((access.endPartition - 1u) / kQuarterPartitions, kQuarters - 1);
  for (unsigned quarter = access.firstPartition / kQuarterPartitions; quarter <= last; ++quarter)
    use(memory, quarter * perQuarter + from, quarter * perQuarter + to, access.write, span);
}

void MemoryMap::use(Memory &memory, size_t first, size_t end, bool write, const Span &span) {
  Piece old;
  uint64_t equal = 0; // pieces of the same life, which go together
  for (size_t p = first; p < end; ++p) {
    Piece &piece = memory.pieces[p];
    if (!write && !piece.isAlive)
      continue;
    if (!write || (piece.isAlive && !piece.wasRead)) { // a read, or a further part of a value
      piece.lastUse = std::max(piece.lastUse, span.end);
      piece.wasRead |= !write;
      continue;
    }
    if (piece.isAlive) {
      if (equal && !(piece == old)) {
        keep(memory, old, equal);
        equal = 0;
      }
      old = piece;
      ++equal;
    }
    piece = {span.begin, span.end, span.layer, true, false};
  }
  if (equal)
    keep(memory, old, equal);
}

// --- What is told ----------------------------------------------------------------------------

/// Adds a life that is over to its steps.
void MemoryMap::keep(Memory &memory, const Piece &piece, uint64_t count) {
  while (piece.lastUse >= width * kSteps)
    widen();
  for (uint64_t at = piece.born; at < piece.lastUse;) {
    uint64_t step = at / width, end = std::min(piece.lastUse, (step + 1) * width);
    memory.steps[step][piece.layer] += (end - at) * count;
    at = end;
  }
}

void MemoryMap::widen() {
  width *= 2;
  for (Memory &memory : memories) {
    for (unsigned step = 0; step < kSteps; ++step) {
      Step sum;
      if (2 * step < kSteps) {
        sum.swap(memory.steps[2 * step]);
        for (const auto &[layer, time] : memory.steps[2 * step + 1])
          sum[layer] += time;
      }
      memory.steps[step].swap(sum);
    }
  }
}

MemoryUse::Space MemoryMap::tell(const Memory &memory, uint64_t end) const {
  MemoryUse::Space space;
  space.capacityBytes = static_cast<double>(memory.bytes);
  size_t peak = 0;
  auto bytesOf = [&](uint64_t time, size_t step) {
    uint64_t length = std::min(end - step * width, width);
    return static_cast<double>(time) * kPieceBytes / kQuarters / static_cast<double>(length);
  };
  for (size_t step = 0; step * width < end && step < memory.steps.size(); ++step) {
    uint64_t sum = 0;
    for (const auto &[layer, time] : memory.steps[step])
      sum += time;
    space.bytes.push_back(bytesOf(sum, step));
    if (space.bytes[step] > space.bytes[peak])
      peak = step;
  }
  if (space.bytes.empty())
    return space;
  space.peakBytes = space.bytes[peak];
  space.peakUs = static_cast<double>(peak * width) / kFsPerUs;
  for (const auto &[layer, time] : memory.steps[peak])
    space.atPeak.emplace_back(index.nameOf(layer), bytesOf(time, peak));
  std::sort(space.atPeak.begin(), space.atPeak.end(), [](const auto &a, const auto &b) {
    return a.second != b.second ? a.second > b.second : a.first < b.first;
  });
  return space;
}

MemoryUse MemoryMap::finish(uint64_t end) {
  for (Memory &memory : memories)
    for (Piece &piece : memory.pieces)
      if (piece.isAlive) {
        piece.lastUse = std::min(piece.lastUse, end);
        keep(memory, piece, 1);
        piece.isAlive = false;
      }
  MemoryUse result;
  result.stepUs = static_cast<double>(width) / kFsPerUs;
  result.sbuf = tell(memories[0], end);
  result.psum = tell(memories[1], end);
  return result;
}

} // namespace neuron::sim
