// The VectorE's instructions that move elements between partitions of a quadrant, bit for bit.
//
// All rows are read before the first is written, so that a shuffle in place is well defined.
#include "runtime/sim/Exec.h"

#include <cstring>

namespace neuron::sim {
namespace {

constexpr unsigned kQuadrant = 32;
constexpr uint8_t kLeave = 255;

/// All rows of an operand, packed one behind the other in core.scratch().packed.
Status readAll(Core &core, Source &src) {
  uint64_t bytes = src.where().rowBytes();
  core.scratch().packed.resize(bytes * src.rows());
  for (unsigned row = 0; row < src.rows(); ++row) {
    const uint8_t *in;
    NEURON_TRY(src.bytes(row, in));
    std::memcpy(core.scratch().packed.data() + bytes * row, in, bytes);
  }
  return Status::success();
}

Status sameType(Core &core, const Destination &dst, const Source &src) {
  return dst.dtype() == src.dtype()
             ? Status::success()
             : core.illegal("moves %s into %s", toText(src.dtype()), toText(dst.dtype()));
}

} // namespace

Status execute(Core &core, const isa::StreamShuffle &inst) {
  using View = isa::StreamShuffle;
  Destination dst(core, View::kDst, "dst");
  Source src(core, View::kSrc, "src"), mask(core, View::kMask, "mask");
  NEURON_TRY(dst.open(inst.dst()));
  NEURON_TRY(src.open(inst.src()));
  NEURON_TRY(mask.open(inst.mask()));
  NEURON_TRY(dst.apart(src));
  NEURON_TRY(dst.apart(mask));
  NEURON_TRY(sameType(core, dst, src));
  if (dst.elements() != src.elements())
    return core.illegal("dst has %llu elements, src %llu",
                        static_cast<unsigned long long>(dst.elements()),
                        static_cast<unsigned long long>(src.elements()));
  if (mask.elements() != kQuadrant || mask.dtype() != DType::U8)
    return core.illegal("the mask is not 32 values of u8");
  const uint8_t *entry;
  NEURON_TRY(mask.bytes(0, entry));
  uint8_t from[kQuadrant];
  std::memcpy(from, entry, kQuadrant);
  NEURON_TRY(readAll(core, src));
  uint64_t bytes = src.where().rowBytes();
  for (unsigned row = 0; row < dst.rows(); ++row) {
    uint8_t choice = from[row % kQuadrant];
    if (choice == kLeave)
      continue;
    unsigned source = row / kQuadrant * kQuadrant + choice;
    if (choice >= kQuadrant || source >= src.rows())
      return core.refuse(FaultKind::OutOfBounds, {}, "mask entry %u of partition %u, src has %u",
                         choice, row, src.rows());
    std::memcpy(dst.bytes(row), core.scratch().packed.data() + bytes * source, bytes);
    dst.putBytes(row);
  }
  return Status::success();
}

Status execute(Core &core, const isa::Transpose32 &inst) {
  Destination dst(core, isa::Transpose32::kDst, "dst");
  Source src(core, isa::Transpose32::kSrc, "src");
  NEURON_TRY(dst.open(inst.dst()));
  NEURON_TRY(src.open(inst.src()));
  NEURON_TRY(dst.apart(src));
  NEURON_TRY(sameType(core, dst, src));
  uint64_t rows = src.rows(), columns = src.elements();
  bool oneBlock =
      rows <= kQuadrant && columns <= kQuadrant && dst.rows() == columns && dst.elements() == rows;
  bool manyBlocks = rows % kQuadrant == 0 && columns % kQuadrant == 0 && dst.rows() == rows &&
                    dst.elements() == columns;
  if (!oneBlock && !manyBlocks)
    return core.illegal(
        "transposes [%llu, %llu] into [%u, %llu]: one block, or whole ones in place",
        static_cast<unsigned long long>(rows), static_cast<unsigned long long>(columns), dst.rows(),
        static_cast<unsigned long long>(dst.elements()));
  NEURON_TRY(readAll(core, src));
  uint32_t bytes = byteSize(src.dtype());
  for (unsigned row = 0; row < dst.rows(); ++row) {
    uint8_t *out = dst.bytes(row);
    for (uint64_t column = 0; column < dst.elements(); ++column) {
      // Element (row, column) of dst is (column, row) of src within its block.
      uint64_t p = row / kQuadrant * kQuadrant + column % kQuadrant;
      uint64_t i = column / kQuadrant * kQuadrant + row % kQuadrant;
      std::memcpy(out + column * bytes, core.scratch().packed.data() + (p * columns + i) * bytes,
                  bytes);
    }
    dst.putBytes(row);
  }
  return Status::success();
}

} // namespace neuron::sim
