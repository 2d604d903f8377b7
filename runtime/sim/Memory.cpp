// Storage, shadow and rows.
#include "runtime/sim/Memory.h"

#include "runtime/base/Bytes.h"
#include "runtime/base/Numbers.h"

#include <algorithm>
#include <cstdlib>
#include <cstring>
#if defined(__linux__)
#include <sys/mman.h>
#endif

namespace neuron::sim {
namespace {

constexpr uint64_t kPad = 64;
constexpr int kNaNByte = 0xff;
constexpr uint64_t kMaxPartitionBytes = uint64_t(16) << 20;

template <typename T> void packAs(uint8_t *to, const uint8_t *from, int64_t step, uint64_t count) {
  for (uint64_t i = 0; i < count; ++i)
    std::memcpy(to + i * sizeof(T), from + static_cast<int64_t>(i) * step, sizeof(T));
}

/// `count` elements `step` apart to packed ones.
void pack(uint8_t *to, const uint8_t *from, int64_t step, uint64_t count, uint32_t bytes) {
  if (step == bytes)
    std::memcpy(to, from, count * bytes);
  else if (bytes == 4)
    packAs<uint32_t>(to, from, step, count);
  else if (bytes == 2)
    packAs<uint16_t>(to, from, step, count);
  else if (bytes == 1)
    packAs<uint8_t>(to, from, step, count);
  else
    packAs<uint64_t>(to, from, step, count);
}

template <typename T>
void unpackAs(uint8_t *to, int64_t step, const uint8_t *from, uint64_t count) {
  for (uint64_t i = 0; i < count; ++i)
    std::memcpy(to + static_cast<int64_t>(i) * step, from + i * sizeof(T), sizeof(T));
}

void unpack(uint8_t *to, int64_t step, const uint8_t *from, uint64_t count, uint32_t bytes) {
  if (step == bytes)
    std::memcpy(to, from, count * bytes);
  else if (bytes == 4)
    unpackAs<uint32_t>(to, step, from, count);
  else if (bytes == 2)
    unpackAs<uint16_t>(to, step, from, count);
  else if (bytes == 1)
    unpackAs<uint8_t>(to, step, from, count);
  else
    unpackAs<uint64_t>(to, step, from, count);
}

} // namespace

void Memory::Release::operator()(uint8_t *bytes) const { std::free(bytes); }

/// Every partition lies in another page: with large pages the rows of a tile need few of them.
Status Memory::allocate(Plane &plane) {
  constexpr uint64_t kLargePage = uint64_t(2) << 20;
  uint64_t whole = alignUp(plane.size + kSlack, kLargePage);
  plane.bytes.reset(static_cast<uint8_t *>(std::aligned_alloc(kLargePage, whole)));
  if (!plane.bytes)
    return Status::error(ErrorCode::ResourceLimit, "the host has no %llu bytes for a core's memory",
                         static_cast<unsigned long long>(whole));
#ifdef MADV_HUGEPAGE
  madvise(plane.bytes.get(), whole, MADV_HUGEPAGE);
#endif
  std::memset(plane.bytes.get(), kNaNByte, plane.size);
  plane.written.resize(plane.size);
  return Status::success();
}

Status Memory::configure(const MemoryShape &shape) {
  if (!shape.sbufPartitionBytes || !shape.psumBankBytes || !shape.psumBanks ||
      shape.psumBankBytes % 64)
    return Status(ErrorCode::InvalidArgument,
                  "memories need a size, and psum banks whole cells of 64 bytes");
  if (shape.sbufPartitionBytes > kMaxPartitionBytes || shape.psumBanks > 1024 ||
      shape.psumBankBytes > kMaxPartitionBytes / 1024)
    return Status::error(ErrorCode::InvalidArgument, "a partition larger than 16 MiB");
  sizes = shape;
  sbuf.rowStride = alignUp(shape.sbufPartitionBytes, 64) + kPad;
  sbuf.size = sbuf.rowStride * isa::kNumPartitions;
  psum.rowStride = shape.psumBankBytes + kPad;
  psum.size = psum.rowStride * isa::kNumPartitions * shape.psumBanks;
  for (Plane *plane : {&sbuf, &psum})
    NEURON_TRY(allocate(*plane));
  reset();
  return Status::success();
}

void Memory::reset() {
  sbuf.written.clear();
  psum.written.clear();
  valid.assign(sizes.psumBanks * 4 * (sizes.psumBankBytes / 64), false);
}

void Memory::bind(uint32_t index, uint8_t *data, uint64_t size, bool writable, Content content) {
  if (index >= segments.size())
    segments.resize(index + 1);
  Segment &segment = segments[index];
  segment.data = data;
  segment.size = size;
  segment.writable = writable;
  segment.written = {};
  if (content == Content::Unwritten && size)
    segment.written.resize(size);
}

Memory::Base Memory::base(const Runs &runs, unsigned row) {
  if (runs.space == isa::Space::Hbm) {
    Segment &segment = segments[runs.segment];
    return {segment.data, segment.written.empty() ? nullptr : &segment.written, 0};
  }
  Plane &plane = runs.space == isa::Space::Sbuf ? sbuf : psum;
  return {plane.bytes.get(), &plane.written, (runs.startPartition + row) * plane.rowStride};
}

int64_t Memory::addressOf(const Runs &runs, int64_t offset) const {
  if (runs.space == isa::Space::Hbm)
    return (static_cast<int64_t>(runs.segment) << isa::kSegmentShift) | offset;
  if (runs.space == isa::Space::Sbuf)
    return offset;
  int64_t stored = static_cast<int64_t>(psum.rowStride) * isa::kNumPartitions;
  return offset / stored * static_cast<int64_t>(sizes.psumBankBytes) + offset % stored;
}

void Memory::record(const Runs &runs, unsigned row, const Run &run, bool write) {
  unsigned partition = runs.space == isa::Space::Hbm ? 0 : runs.startPartition + row;
  if (run.step == runs.bytes) {
    recorder->touched(runs.space, partition, addressOf(runs, run.offset), run.count * runs.bytes,
                      write);
    return;
  }
  for (uint64_t i = 0; i < run.count; ++i)
    recorder->touched(runs.space, partition,
                      addressOf(runs, run.offset + static_cast<int64_t>(i) * run.step), runs.bytes,
                      write);
}

bool Memory::check(const Runs &runs, unsigned row, const Base &from, const Run &run) {
  if (recorder)
    record(runs, row, run, false);
  if (!from.shadow)
    return true;
  int64_t first = static_cast<int64_t>(from.offset) + run.offset;
  if (run.step == runs.bytes) {
    uint64_t bytes = run.count * runs.bytes;
    if (from.shadow->written(static_cast<uint64_t>(first), bytes))
      return true;
    int64_t at = static_cast<int64_t>(
        from.shadow->firstUnwritten(static_cast<uint64_t>(first), bytes) - from.offset);
    at = addressOf(runs, at);
    unwritten[HostTeam::self()] = {runs.space, static_cast<uint8_t>(runs.startPartition + row), 1,
                                   at, at + 1};
    return false;
  }
  uint64_t count = run.step == 0 ? 1 : run.count;
  // Most often the bytes in between are written too, which is quicker to see.
  int64_t reach = run.step * static_cast<int64_t>(count - 1);
  uint64_t lowest = static_cast<uint64_t>(reach < 0 ? first + reach : first);
  uint64_t span = static_cast<uint64_t>(reach < 0 ? -reach : reach) + runs.bytes;
  if (span < count * 64 && from.shadow->written(lowest, span))
    return true;
  for (uint64_t i = 0; i < count; ++i, first += run.step)
    if (!from.shadow->written(static_cast<uint64_t>(first), runs.bytes)) {
      int64_t at = addressOf(runs, first - static_cast<int64_t>(from.offset));
      unwritten[HostTeam::self()] = {runs.space, static_cast<uint8_t>(runs.startPartition + row), 1,
                                     at, at + runs.bytes};
      return false;
    }
  return true;
}

void Memory::mark(const Runs &runs, unsigned row, const Base &to, const Run &run) {
  if (recorder)
    record(runs, row, run, true);
  if (!to.shadow)
    return;
  int64_t first = static_cast<int64_t>(to.offset) + run.offset;
  if (run.step == runs.bytes) {
    to.shadow->mark(static_cast<uint64_t>(first), run.count * runs.bytes);
    return;
  }
  for (uint64_t i = 0; i < run.count; ++i, first += run.step)
    to.shadow->mark(static_cast<uint64_t>(first), runs.bytes);
}

const uint8_t *Memory::readRow(const Runs &runs, unsigned row, uint8_t *buffer) {
  Base from = base(runs, row);
  const uint8_t *bytes = from.bytes + from.offset;
  uint8_t *to = buffer;
  for (const Run &run : runs.list) {
    if (!check(runs, row, from, run))
      return nullptr;
    if (runs.list.size() == 1 && run.step == runs.bytes)
      return bytes + run.offset;
    pack(to, bytes + run.offset, run.step, run.count, runs.bytes);
    to += run.count * runs.bytes;
  }
  return buffer;
}

/// Whether even what lies between the elements is written; false when that is too much to look at.
bool Memory::hullWritten(const Runs &runs, const Base &from) const {
  uint64_t span = static_cast<uint64_t>(runs.high - runs.low);
  return !recorder && span / 4 <= runs.rowBytes() &&
         (!from.shadow ||
          from.shadow->written(from.offset + static_cast<uint64_t>(runs.low), span));
}

const uint8_t *Memory::readRowInto(const Runs &runs, unsigned row, uint8_t *buffer) {
  Base from = base(runs, row);
  if (runs.list.size() < 2 || runs.list[0].step != runs.bytes || !hullWritten(runs, from))
    return readRow(runs, row, buffer);
  const uint8_t *bytes = from.bytes + from.offset;
  uint8_t *to = buffer;
  // In pieces of a fixed size: what is too much, the next run or the slack takes up.
  for (const Run &run : runs.list) {
    const uint8_t *at = bytes + run.offset;
    uint8_t *end = to + run.count * runs.bytes;
    for (; to < end; to += kSlack, at += kSlack)
      std::memcpy(to, at, kSlack);
    to = end;
  }
  return buffer;
}

uint8_t *Memory::writeRow(const Runs &runs, unsigned row, uint8_t *buffer) {
  if (!runs.isContiguous())
    return buffer;
  Base to = base(runs, row);
  return to.bytes + to.offset + runs.list[0].offset;
}

void Memory::commitRow(const Runs &runs, unsigned row, const uint8_t *packed) {
  Base to = base(runs, row);
  uint8_t *bytes = to.bytes + to.offset;
  for (const Run &run : runs.list) {
    mark(runs, row, to, run);
    if (packed != bytes + run.offset)
      unpack(bytes + run.offset, run.step, packed, run.count, runs.bytes);
    packed += run.count * runs.bytes;
  }
}

const uint8_t *Memory::readRows(const Runs &runs, uint64_t &stride) {
  for (unsigned row = 0; row < runs.rows; ++row)
    if (!check(runs, row, base(runs, row), runs.list[0]))
      return nullptr;
  return writeRows(runs, stride);
}

uint8_t *Memory::writeRows(const Runs &runs, uint64_t &stride) {
  stride = (runs.space == isa::Space::Sbuf ? sbuf : psum).rowStride;
  Base first = base(runs, 0);
  return first.bytes + first.offset + runs.list[0].offset;
}

void Memory::commitRows(const Runs &runs) {
  for (unsigned row = 0; row < runs.rows; ++row)
    mark(runs, row, base(runs, row), runs.list[0]);
}

// --- Moving ----------------------------------------------------------------------------------

/// Walks the elements of all rows in order, in pieces of one run.
struct Memory::Cursor {
  Cursor(Memory &memory, const Runs &runs, uint64_t element = 0) : memory(memory), runs(runs) {
    if (runs.list.empty())
      return;
    row = static_cast<unsigned>(element / runs.elements);
    for (done = element % runs.elements; done >= runs.list[at].count && done; ++at)
      done -= runs.list[at].count;
    enterRow();
  }

  Memory &memory;
  const Runs &runs;
  unsigned row = 0;
  size_t at = 0;
  uint64_t done = 0; ///< elements of the present run
  Base where{};      ///< of the present row

  bool ended() const { return row == runs.rows || runs.list.empty(); }
  uint64_t left() const { return runs.list[at].count - done; }
  Run piece(uint64_t count) const {
    const Run &run = runs.list[at];
    return {run.offset + static_cast<int64_t>(done) * run.step, run.step, count};
  }
  void enterRow() {
    if (row < runs.rows)
      where = memory.base(runs, row);
  }
  void advance(uint64_t count) {
    done += count;
    if (done < runs.list[at].count)
      return;
    done = 0;
    if (++at == runs.list.size()) {
      at = 0;
      ++row;
      enterRow();
    }
  }
  /// Asks for a later run of HBM: short runs end before the processor has seen where they lead.
  void fetchAhead() const {
    constexpr size_t kAhead = 2;
    if (runs.space != isa::Space::Hbm || at + kAhead >= runs.list.size())
      return;
    const Run &later = runs.list[at + kAhead];
    if (later.step != runs.bytes)
      return;
    const uint8_t *bytes = where.bytes + later.offset;
    uint64_t size = std::min<uint64_t>(later.count * runs.bytes, 4096);
    for (uint64_t i = 0; i < size; i += 64)
      __builtin_prefetch(bytes + i);
  }
  uint8_t *address(const Run &run) const { return where.bytes + where.offset + run.offset; }
  bool read(const Run &run) { return memory.check(runs, row, where, run); }
  void wrote(const Run &run) { memory.mark(runs, row, where, run); }
};

void Memory::copyPiece(uint8_t *to, int64_t toStep, const uint8_t *from, int64_t fromStep,
                       uint64_t count, uint32_t bytes) {
  if (fromStep == bytes)
    return unpack(to, toStep, from, count, bytes);
  if (toStep == bytes)
    return pack(to, from, fromStep, count, bytes);
  for (uint64_t i = 0; i < count; ++i, to += toStep, from += fromStep)
    std::memcpy(to, from, bytes);
}

/// Moves elements [begin, end) of the order.
bool Memory::movePart(const Runs &target, const Runs &source, uint64_t begin, uint64_t end,
                      Care care) {
  Cursor to(*this, target, begin), from(*this, source, begin);
  for (uint64_t left = end - begin; left;) {
    uint64_t count = std::min({to.left(), from.left(), left});
    Run out = to.piece(count), in = from.piece(count);
    if (care != Care::None && !from.read(in))
      return false;
    if (from.done == 0)
      from.fetchAhead();
    copyPiece(to.address(out), out.step, from.address(in), in.step, count, target.bytes);
    if (care == Care::CheckAndMark)
      to.wrote(out);
    to.advance(count);
    from.advance(count);
    left -= count;
  }
  return true;
}

bool Memory::move(const Runs &target, const Runs &source, HostTeam &team) {
  constexpr uint64_t kSharedBytes = 64 << 10;
  const uint64_t total = target.total();
  if (target.dtype != source.dtype) {
    Cursor to(*this, target), from(*this, source);
    return moveConverted(to, from);
  }
  if (total == 0)
    return true;
  if (recorder)
    return movePart(target, source, 0, total, Care::CheckAndMark);
  Care care = Care::None;
  for (unsigned row = 0; row < source.rows && care == Care::None; ++row)
    if (!hullWritten(source, base(source, row)))
      care = Care::Check;
  // Parts may meet within a word of the shadow: it is marked when all have been moved.
  const unsigned parts = total * target.bytes < kSharedBytes ? 1 : 2 * team.threads();
  std::atomic<bool> complete{true};
  auto part = [&](unsigned number) {
    if (!movePart(target, source, total * number / parts, total * (number + 1) / parts, care))
      complete.store(false, std::memory_order_relaxed);
  };
  team.run(parts, part);
  if (!complete.load(std::memory_order_relaxed)) // again, to stop at the first byte
    return movePart(target, source, 0, total, Care::CheckAndMark);
  for (unsigned row = 0; row < target.rows; ++row)
    for (const Run &run : target.list)
      mark(target, row, base(target, row), run);
  return true;
}

bool Memory::moveConverted(Cursor &to, Cursor &from) {
  constexpr uint64_t kPiece = 512;
  alignas(8) uint8_t packed[kPiece * 8];
  float values[kPiece];
  while (!to.ended() && !from.ended()) {
    uint64_t count = std::min({to.left(), from.left(), kPiece});
    Run out = to.piece(count), in = from.piece(count);
    if (!from.read(in))
      return false;
    pack(packed, from.address(in), in.step, count, from.runs.bytes);
    loadRow(from.runs.dtype, packed, values, count);
    storeRow(to.runs.dtype, values, packed, count);
    unpack(to.address(out), out.step, packed, count, to.runs.bytes);
    to.wrote(out);
    to.advance(count);
    from.advance(count);
  }
  return true;
}

// --- PSUM cells ------------------------------------------------------------------------------

bool Memory::cellsValid(unsigned bank, unsigned firstPartition, unsigned partitions,
                        uint64_t firstByte, uint64_t bytes) const {
  uint64_t perBank = sizes.psumBankBytes / 64;
  for (unsigned q = firstPartition / 32; q <= (firstPartition + partitions - 1) / 32; ++q)
    for (uint64_t cell = firstByte / 64; cell <= (firstByte + bytes - 1) / 64; ++cell)
      if (!valid[(bank * 4 + q) * perBank + cell])
        return false;
  return true;
}

void Memory::setCells(unsigned bank, unsigned firstPartition, unsigned partitions,
                      uint64_t firstByte, uint64_t bytes, bool value) {
  uint64_t perBank = sizes.psumBankBytes / 64;
  for (unsigned q = firstPartition / 32; q <= (firstPartition + partitions - 1) / 32; ++q)
    for (uint64_t cell = firstByte / 64; cell <= (firstByte + bytes - 1) / 64; ++cell)
      valid[(bank * 4 + q) * perBank + cell] = value;
}

} // namespace neuron::sim
