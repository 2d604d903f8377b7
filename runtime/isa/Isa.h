// The instruction of the machine as a value: header, operands, loop updates.
//
// One struct serves everybody: it is what the assembler reads, what the encoder packs, what
// the simulator executes, and what the compiler's `isa.inst` op carries as its property. What
// differs between instructions (which operands and fields exist, on which engines, at what
// cost) comes from the table in dialects/isa, generated into IsaTables.inc: an `Opcode`, a
// row of facts, and for every instruction a typed view (`Matmul`, `Activate`, ...) with named
// accessors over an `Inst`.
//
// Encoding: n x 32 bytes. A 32-byte header, then one 32-byte record per on-chip operand, two
// records per DMA side (64-bit base, 48-bit strides) and one record of loop updates.
#pragma once

#include "runtime/base/DType.h"

#include <array>
#include <cstdint>
#include <cstring>

namespace neuron::isa {

/// The five in-order instruction streams of a core. The values are stream ids and tie-breakers.
enum class Engine : uint8_t { Tensor, Vector, Scalar, GpSimd, Sync };
inline constexpr unsigned kNumEngines = 5;

enum class Space : uint8_t { None, Hbm, Sbuf, Psum };

inline constexpr unsigned kNumPartitions = 128;
inline constexpr unsigned kNumRegisters = 64;
inline constexpr unsigned kNumSemaphores = 256;
inline constexpr unsigned kNumQueues = 16;
inline constexpr unsigned kMaxCallDepth = 8;
inline constexpr unsigned kMaxOperands = 5;
inline constexpr unsigned kMaxDims = 4;
inline constexpr uint8_t kNoRegister = 0xff;

/// HBM addresses are (segment << kSegmentShift) | offset, so that an access that leaves its
/// tensor never lands in another one.
inline constexpr unsigned kSegmentShift = 40;

/// register * stride bytes, added to an operand's base.
struct Term {
  uint8_t reg = kNoRegister;
  int64_t stride = 0;
  bool operator==(const Term &o) const { return reg == o.reg && stride == o.stride; }
};

/// One free dimension, outermost first. The step counts elements on chip and bytes in the
/// operands of DMA instructions.
struct Dim {
  int32_t step = 0;
  uint32_t count = 1;
  bool operator==(const Dim &o) const { return step == o.step && count == o.count; }
};

/// Where an instruction reads or writes.
///
/// On chip: partitions [startPartition, startPartition + partitions), and in each the elements
/// base + sum of terms + sum of index * step, the same in every partition. In HBM: the same
/// without partitions; the outermost dim of a DMA's HBM side runs over the partitions of the
/// on-chip side.
struct Operand {
  Space space = Space::None;
  DType dtype = DType::F32;
  uint8_t startPartition = 0;
  uint8_t partitions = 0;
  uint8_t numDims = 0;
  uint8_t countRegister = kNoRegister; ///< run-time count of the outermost free dim
  int64_t base = 0;                    ///< bytes: within the partition, or a device address
  std::array<Term, 2> term{};
  std::array<Dim, kMaxDims> dim{};

  bool present() const { return space != Space::None; }
  /// Elements per partition (on chip) or in all (HBM); 1 without dims.
  uint64_t elements() const {
    uint64_t n = 1;
    for (unsigned d = 0; d < numDims; ++d)
      n *= dim[d].count;
    return n;
  }
  bool operator==(const Operand &o) const {
    return space == o.space && dtype == o.dtype && startPartition == o.startPartition &&
           partitions == o.partitions && numDims == o.numDims && countRegister == o.countRegister &&
           base == o.base && term == o.term && dim == o.dim;
  }
};

/// When something happens. P0 and P1 are the two predicates of the instruction.
enum class Cond : uint8_t { Never, Always, IfP0, IfNotP0, IfP1, IfNotP1 };

/// register == value; false when there is no register.
struct Predicate {
  uint8_t reg = kNoRegister;
  uint16_t value = 0;
  bool operator==(const Predicate &o) const { return reg == o.reg && value == o.value; }
};

/// `take sem, count`: blocks until the semaphore's value >= what this stream has taken from it
/// so far + count, then adds count. No wait when count is 0.
struct Wait {
  uint8_t sem = 0;
  uint8_t count = 0;
  bool operator==(const Wait &o) const { return sem == o.sem && count == o.count; }
};

/// Adds one to a semaphore when the inputs have been read, or when the results are written.
/// DMA instructions signal on completion of the transfer.
enum class When : uint8_t { Complete, Read };
struct Signal {
  uint8_t sem = 0;
  Cond cond = Cond::Never;
  When at = When::Complete;
  bool operator==(const Signal &o) const { return sem == o.sem && cond == o.cond && at == o.at; }
};

/// What a loop does to a register at the end of every iteration: add step; a register that
/// reaches wrap becomes 0 (wrap 0: never).
struct Update {
  uint8_t reg = kNoRegister;
  int16_t step = 0;
  uint32_t wrap = 0;
  bool operator==(const Update &o) const {
    return reg == o.reg && step == o.step && wrap == o.wrap;
  }
};
inline constexpr unsigned kNumUpdates = 4;

/// What an instruction does with an operand.
enum class Role : uint8_t { Read, Write, ReadWrite };

} // namespace neuron::isa

// Opcode, the enums of fields and their text.
#define NEURON_ISA_DECLARATIONS
#include "runtime/isa/IsaTables.inc"
#undef NEURON_ISA_DECLARATIONS

namespace neuron::isa {

/// One instruction. Fields that the opcode does not have are zero, and the encoder checks it.
struct Inst {
  Opcode opcode{};
  Engine engine = Engine::Sync;
  uint8_t after = 0; ///< waits for the completion of the n-th previous engine instruction
  Cond exec = Cond::Always;
  Cond accumulate = Cond::Never;
  std::array<Predicate, 2> pred{};
  std::array<Wait, 2> wait{};
  std::array<Signal, 2> signal{};
  uint32_t opId = 0; ///< index into the program's table of layers, 24 bits
  uint16_t sub = 0;  ///< the instruction's own bit fields
  std::array<uint32_t, 2> imm{};
  std::array<Operand, kMaxOperands> operand{};
  std::array<Update, kNumUpdates> update{};
};

bool operator==(const Inst &, const Inst &);
inline bool operator!=(const Inst &a, const Inst &b) { return !(a == b); }

/// A row of the table, for code that treats all instructions alike: checks, encoder, text,
/// accesses.
struct OperandFacts {
  const char *name;
  Role role;
  uint8_t spaces; ///< bit 1 << Space for every legal space
  bool optional, scalarColumn, dmaSide;
  bool allows(Space space) const { return spaces >> static_cast<unsigned>(space) & 1; }
};

enum class FieldKind : uint8_t { Enum, Flag, Register, Queue, Semaphore, Number, Function };
struct FieldFacts {
  const char *name;
  FieldKind kind;
  uint8_t shift, width;
  uint32_t values;          ///< legal values are 0 .. values - 1
  const char *const *names; ///< text of an enum's values, else null
};

enum class ImmKind : uint8_t { Float, Unsigned, Signed };
struct ImmFacts {
  const char *name;
  ImmKind kind;
  uint8_t index;
};

inline constexpr unsigned kMaxFields = 6;
struct InstFacts {
  Opcode opcode;
  const char *mnemonic;
  uint8_t engines; ///< bit 1 << Engine for every engine that executes it
  uint8_t numOperands, numFields, numImms;
  bool hasAccumulate, hasUpdates, isControl, isDma;
  uint8_t minGeneration;
  OperandFacts operand[kMaxOperands];
  FieldFacts field[kMaxFields];
  ImmFacts imm[2];

  bool runsOn(Engine engine) const { return engines >> static_cast<unsigned>(engine) & 1; }
};

/// An immediate word as the type that its row states, and back.
template <typename T> T immAs(uint32_t bits) {
  T value;
  static_assert(sizeof(T) == sizeof(bits), "immediates are words");
  std::memcpy(&value, &bits, sizeof(value));
  return value;
}
template <typename T> uint32_t immBits(T value) {
  uint32_t bits;
  static_assert(sizeof(T) == sizeof(bits), "immediates are words");
  std::memcpy(&bits, &value, sizeof(bits));
  return bits;
}

} // namespace neuron::isa

// Typed views, facts of every instruction, visit().
#define NEURON_ISA_VIEWS
#include "runtime/isa/IsaTables.inc"
#undef NEURON_ISA_VIEWS

namespace neuron::isa {

/// The row of an instruction whose opcode is one of the table.
inline const InstFacts &factsOf(Opcode opcode) { return *findFacts(static_cast<uint8_t>(opcode)); }

} // namespace neuron::isa
