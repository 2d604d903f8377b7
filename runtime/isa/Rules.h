// The vocabulary of the rules in dialects/isa: each function says of a few operands whether
// they fit each other or the machine. An absent operand fits everything.
#pragma once

#include "runtime/isa/Check.h"

namespace neuron::isa::rule {

// --- Shapes ----------------------------------------------------------------------------------

inline bool sameElements(const Operand &a, const Operand &b) {
  return a.elements() == b.elements() && a.countRegister == b.countRegister;
}

inline bool sameLanes(const Operand &a, const Operand &b) { return a.partitions == b.partitions; }

inline bool sameShape(const Operand &a, const Operand &b) {
  return sameLanes(a, b) && sameElements(a, b);
}

/// One value per partition of `operand`, or absent.
inline bool isColumn(const Operand &column, const Operand &operand) {
  return !column.present() || sameLanes(column, operand);
}

/// dst has the elements of src's dims before the last `axes`.
inline bool isReducedBy(const Operand &dst, const Operand &src, unsigned axes) {
  uint64_t kept = 1;
  for (unsigned d = 0; d + axes < src.numDims; ++d)
    kept *= src.dim[d].count;
  bool outermostKept = axes < src.numDims;
  return dst.elements() == kept &&
         dst.countRegister == (outermostKept ? src.countRegister : kNoRegister);
}

/// What the instructions over the 8 largest values can search.
inline bool isSearchable(const Operand &src) {
  return src.elements() >= 8 && src.elements() <= 16384;
}

/// A block of at most 32 x 32 and its transpose, or whole blocks of 32 x 32 in equal shapes.
inline bool areBlocks(const Operand &dst, const Operand &src) {
  bool one = src.partitions <= 32 && src.elements() <= 32 && dst.partitions == src.elements() &&
             dst.elements() == src.partitions;
  bool whole = sameShape(dst, src) && src.partitions % 32 == 0 && src.elements() % 32 == 0;
  return one || whole;
}

// --- Operations ------------------------------------------------------------------------------

inline bool isComparison(AluOp op) { return op >= AluOp::IsEqual && op <= AluOp::IsLessEqual; }

inline bool isBitwise(AluOp op) { return op >= AluOp::BitwiseAnd && op <= AluOp::ShiftRight; }

inline bool isArithmeticReduction(AluOp op) {
  return op == AluOp::Add || op == AluOp::Multiply || op == AluOp::Max || op == AluOp::Min;
}

inline bool isReduction(AluOp op) {
  return isArithmeticReduction(op) || op == AluOp::AbsMax || op == AluOp::BitwiseAnd ||
         op == AluOp::BitwiseOr || op == AluOp::BitwiseXor;
}

inline bool aluTypes(const Inst &inst, AluOp op, const Operand &a, const Operand &b) {
  if (isBitwise(op))
    return isInteger(a.dtype) && isInteger(b.dtype) && byteSize(a.dtype) == byteSize(b.dtype);
  return op != AluOp::Power || inst.engine == Engine::GpSimd;
}

// --- TensorE ---------------------------------------------------------------------------------

/// The smallest tile of the array that holds the partitions begins where they begin.
inline bool isRowTile(const target::Machine &m, const Operand &operand) {
  uint64_t tile = m.rowTileMin;
  while (tile < operand.partitions)
    tile *= 2;
  return operand.startPartition % tile == 0;
}

inline bool isTensorType(const target::Machine &m, DType type) {
  switch (type) {
  case DType::F32:
  case DType::Tf32:
  case DType::Bf16:
  case DType::F16:
  case DType::F8E4M3:
  case DType::F8E5M2:
    return true;
  case DType::F8E3M4:
    return m.generation <= 3;
  case DType::F8E4M3FN:
    return m.generation >= 4;
  default:
    return false;
  }
}

inline bool isResultType(const target::Machine &m, DType dst, DType moving, bool passThrough) {
  if (passThrough)
    return byteSize(dst) == (byteSize(moving) == 1 ? 2 : byteSize(moving));
  return dst == DType::F32 || (dst == DType::Bf16 && m.generation >= 4);
}

// --- Addresses -------------------------------------------------------------------------------

/// Bytes that an operand's dims reach from its address, [first, end).
struct Extent {
  int64_t first = 0, end = 0;
};

/// Fits 64 bits: at most four dims of 2^32 elements and 2^31 bytes, and checkForm bounds both.
inline Extent extentOf(const Operand &operand, bool stepsInBytes) {
  int64_t size = byteSize(operand.dtype), unit = stepsInBytes ? 1 : size;
  Extent extent{0, size};
  for (unsigned d = 0; d < operand.numDims; ++d) {
    int64_t reach = int64_t(operand.dim[d].step) * int64_t(operand.dim[d].count - 1) * unit;
    (reach < 0 ? extent.first : extent.end) += reach;
  }
  return extent;
}

inline bool hasTerms(const Operand &operand) { return operand.term[0].reg != kNoRegister; }

/// The extent lies in as many banks as a result may span. With terms only its length is known.
inline bool fitsBanks(const target::Machine &m, const Operand &dst) {
  int64_t bank = static_cast<int64_t>(m.psumBankBytes);
  int64_t span = bank * static_cast<int64_t>(m.psumTileBanks);
  Extent extent = extentOf(dst, false);
  if (hasTerms(dst))
    return extent.end - extent.first <= span;
  int64_t first = dst.base + extent.first, end = dst.base + extent.end;
  return first >= 0 && (end - 1) / bank - first / bank < static_cast<int64_t>(m.psumTileBanks);
}

// --- DMA -------------------------------------------------------------------------------------

inline bool ownsQueue(Engine engine, unsigned queue) {
  QueueRange range = queuesOf(engine);
  return queue >= range.first && queue < range.first + range.count;
}

/// Elements over all partitions.
inline uint64_t totalElements(const Operand &operand) {
  return operand.elements() * (operand.space == Space::Hbm ? 1 : operand.partitions);
}

/// The outermost dim of a side in HBM counts the partitions of the side on chip.
inline bool countsPartitions(const Operand &hbm, const Operand &onChip) {
  if (hbm.space != Space::Hbm || onChip.space == Space::Hbm)
    return true;
  return hbm.numDims >= 1 && hbm.dim[0].count == onChip.partitions;
}

inline bool sameTransfer(const Operand &a, const Operand &b) {
  return totalElements(a) == totalElements(b) && countsPartitions(a, b) && countsPartitions(b, a);
}

inline bool canCast(DType a, DType b) {
  auto isPlain = [](DType type) { return kindOf(type) != 'P' && type != DType::E8M0; };
  return a == b || (isPlain(a) && isPlain(b));
}

inline bool isIndex(const Operand &index) {
  return index.dtype == DType::U32 || index.dtype == DType::I32;
}

/// `rows` has one row for every index, and `row` describes one of them in HBM.
inline bool isRow(const Operand &row, const Operand &rows, const Operand &index) {
  if (rows.space != Space::Hbm)
    return rows.partitions == index.partitions && rows.elements() == row.elements();
  return rows.numDims >= 1 && rows.dim[0].count == index.partitions &&
         rows.elements() == row.elements() * index.partitions;
}

/// One integer of 32 bits, for a register.
inline bool isWord(const Operand &memory) {
  return isIndex(memory) && memory.elements() == 1 && memory.countRegister == kNoRegister &&
         (memory.space == Space::Hbm || memory.partitions == 1);
}

/// Both sides are matrices, one the other's transpose: partitions by elements on chip, two dims
/// in HBM.
inline bool isTransposed(const Operand &dst, const Operand &src) {
  auto isMatrix = [](const Operand &o) { return o.space != Space::Hbm || o.numDims == 2; };
  auto rows = [](const Operand &o) {
    return o.space == Space::Hbm ? uint64_t(o.dim[0].count) : o.partitions;
  };
  auto columns = [](const Operand &o) {
    return o.space == Space::Hbm ? uint64_t(o.dim[1].count) : o.elements();
  };
  return isMatrix(dst) && isMatrix(src) && rows(dst) == columns(src) && columns(dst) == rows(src);
}

} // namespace neuron::isa::rule
