// Declared and touched bytes as sorted pieces, compared.
#include "runtime/sim/Audit.h"

#include <algorithm>

namespace neuron::sim {
namespace {

using isa::Opcode;

uint32_t laneOf(isa::Space space, unsigned partition) {
  return static_cast<uint32_t>(space) << 8 | partition;
}

/// Whether all declared bytes have to be touched.
bool readsAll(Opcode opcode) {
  return opcode != Opcode::StreamShuffle && opcode != Opcode::DmaGather;
}
bool writesAll(Opcode opcode) {
  return opcode != Opcode::StreamShuffle && opcode != Opcode::DmaScatter;
}

} // namespace

void Audit::merge(Pieces &pieces) {
  std::sort(pieces.begin(), pieces.end(), [](const Piece &a, const Piece &b) {
    return a.lane != b.lane ? a.lane < b.lane : a.offset < b.offset;
  });
  size_t kept = 0;
  for (const Piece &piece : pieces) {
    if (piece.offset == piece.end)
      continue;
    if (kept && pieces[kept - 1].lane == piece.lane && piece.offset <= pieces[kept - 1].end)
      pieces[kept - 1].end = std::max(pieces[kept - 1].end, piece.end);
    else
      pieces[kept++] = piece;
  }
  pieces.resize(kept);
}

bool Audit::covers(const Pieces &all, const Pieces &some) {
  size_t at = 0;
  for (const Piece &piece : some) {
    while (at < all.size() &&
           (all[at].lane < piece.lane || (all[at].lane == piece.lane && all[at].end < piece.end)))
      ++at;
    if (at == all.size() || all[at].lane != piece.lane || all[at].offset > piece.offset)
      return false;
  }
  return true;
}

bool Audit::equal(const Pieces &a, const Pieces &b) { return covers(a, b) && covers(b, a); }

void Audit::declare(const isa::Operand &operand, bool byteSteps, uint64_t rowBytes, uint64_t rows,
                    Pieces &out) const {
  int64_t bytes = byteSize(operand.dtype), unit = byteSteps ? 1 : bytes;
  unsigned lanes = operand.space == isa::Space::Hbm ? 1 : operand.partitions;
  uint64_t elements = operand.elements();
  for (uint64_t row = 0; row < rows; ++row)
    for (uint64_t i = 0; i < elements; ++i) {
      int64_t at = operand.base + static_cast<int64_t>(row * rowBytes);
      uint64_t rest = i;
      for (unsigned d = operand.numDims; d-- > 0; rest /= operand.dim[d].count)
        at += operand.dim[d].step * unit * static_cast<int64_t>(rest % operand.dim[d].count);
      for (unsigned lane = 0; lane < lanes; ++lane)
        out.push_back({laneOf(operand.space,
                              operand.space == isa::Space::Hbm ? 0 : operand.startPartition + lane),
                       at, at + bytes});
    }
}

void Audit::declareAll(Pieces &declaredReads, Pieces &declaredWrites) const {
  const isa::InstFacts &facts = *isa::findFacts(static_cast<uint8_t>(inst.opcode));
  for (unsigned k = 0; k < facts.numOperands; ++k) {
    const isa::Operand &operand = inst.operand[k];
    if (!operand.present())
      continue;
    bool byteSteps = facts.operand[k].dmaSide || operand.space == isa::Space::Hbm;
    uint64_t rows = 1, rowBytes = 0;
    if ((inst.opcode == Opcode::DmaGather && k == isa::DmaGather::kSrc) ||
        (inst.opcode == Opcode::DmaScatter && k == isa::DmaScatter::kDst)) {
      rowBytes = inst.imm[0];
      rows = inst.imm[1];
    }
    if (facts.operand[k].role != isa::Role::Write)
      declare(operand, byteSteps, rowBytes, rows, declaredReads);
    if (facts.operand[k].role != isa::Role::Read)
      declare(operand, byteSteps, rowBytes, rows, declaredWrites);
    // Accumulation reads what it writes; it is in order by construction.
    if (accumulates && k == isa::Matmul::kDst)
      declare(operand, byteSteps, rowBytes, rows, declaredReads);
  }
  merge(declaredReads);
  merge(declaredWrites);
}

void Audit::began(const Issue &issue, const isa::Inst &resolved) {
  inst = resolved;
  place = issue.place();
  accumulates = issue.accumulates && resolved.opcode == Opcode::Matmul;
  reads.clear();
  writes.clear();
}

void Audit::touched(isa::Space space, unsigned partition, int64_t offset, uint64_t bytes,
                    bool write) {
  (write ? writes : reads)
      .push_back({laneOf(space, partition), offset, offset + static_cast<int64_t>(bytes)});
}

void Audit::report(const char *what) {
  if (first.ok())
    first = Status::error(ErrorCode::Internal,
                          "%s at %u of stream %s %s other bytes than its row declares",
                          isa::findFacts(static_cast<uint8_t>(inst.opcode))->mnemonic, place.pc,
                          streamText(place.stream), what);
}

void Audit::ended(bool succeeded) {
  if (!succeeded)
    return;
  ++audited;
  Pieces declaredReads, declaredWrites;
  declareAll(declaredReads, declaredWrites);
  merge(reads);
  merge(writes);
  bool readsFit =
      readsAll(inst.opcode) ? equal(declaredReads, reads) : covers(declaredReads, reads);
  bool writesFit =
      writesAll(inst.opcode) ? equal(declaredWrites, writes) : covers(declaredWrites, writes);
  if (!readsFit)
    report("reads");
  if (!writesFit)
    report("writes");
}

} // namespace neuron::sim
