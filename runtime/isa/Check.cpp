// What a machine demands of an instruction: first what holds for all instructions of an engine,
// then the rules of the instruction's row.
#include "runtime/isa/Check.h"
#include "runtime/isa/Rules.h"
#include "runtime/isa/Text.h"

#define NEURON_ISA_RULES
#include "runtime/isa/IsaTables.inc"
#undef NEURON_ISA_RULES

namespace neuron::isa {
namespace {

using Number = long long;

constexpr uint64_t kMaxFreeElements = 65536;

Status refuse(const InstFacts &facts, const OperandFacts &operand, const std::string &what) {
  return Status::error(ErrorCode::InvalidArgument, "%s: %s %s", facts.mnemonic, operand.name,
                       what.c_str());
}

/// Types that engines compute with; wider and packed ones are for DMA.
bool isComputeType(DType type) {
  return byteSize(type) <= 4 && kindOf(type) != 'P' && type != DType::E8M0;
}

int64_t bytesOf(const target::Machine &machine, Space space) {
  return static_cast<int64_t>(space == Space::Psum ? machine.psumBanks * machine.psumBankBytes
                                                   : machine.sbufPartitionBytes);
}

Status checkBounds(const InstFacts &facts, const OperandFacts &row, const Operand &operand,
                   const target::Machine &machine) {
  if (operand.space == Space::Hbm || rule::hasTerms(operand))
    return Status::success();
  rule::Extent extent = rule::extentOf(operand, row.dmaSide);
  int64_t first = operand.base + extent.first, end = operand.base + extent.end;
  int64_t limit = bytesOf(machine, operand.space);
  if (first >= 0 && end <= limit)
    return Status::success();
  return refuse(facts, row,
                formatText("covers bytes %lld to %lld of a partition that has %lld in %s",
                           static_cast<Number>(first), static_cast<Number>(end - 1),
                           static_cast<Number>(limit), toText(operand.space)));
}

/// Operands of Vector, Scalar and GpSimd.
Status checkLanes(const Inst &inst, const InstFacts &facts, const OperandFacts &row,
                  const Operand &operand) {
  if (inst.engine == Engine::GpSimd && operand.space == Space::Psum)
    return refuse(facts, row, "is in psum, which gpsimd does not reach");
  if (!isLegalStart(operand.startPartition, operand.partitions))
    return refuse(facts, row,
                  formatText("has %u partitions from %u: up to 32 start at 0, 32, 64 or 96, up to "
                             "64 at 0 or 64, more at 0",
                             operand.partitions, operand.startPartition));
  if (!isComputeType(operand.dtype))
    return refuse(facts, row,
                  formatText("is %s, which engines do not compute with", toText(operand.dtype)));
  if (operand.elements() > kMaxFreeElements)
    return refuse(facts, row,
                  formatText("has %llu elements a partition, at most 65536",
                             static_cast<unsigned long long>(operand.elements())));
  return Status::success();
}

Status checkOperands(const Inst &inst, const InstFacts &facts, const target::Machine &machine) {
  bool streams = !facts.isDma && !facts.isControl && inst.engine != Engine::Tensor;
  for (unsigned o = 0; o < facts.numOperands; ++o) {
    const Operand &operand = inst.operand[o];
    if (!operand.present())
      continue;
    NEURON_TRY(checkBounds(facts, facts.operand[o], operand, machine));
    if (streams)
      NEURON_TRY(checkLanes(inst, facts, facts.operand[o], operand));
  }
  return Status::success();
}

} // namespace

bool isLegalStart(unsigned start, unsigned partitions) {
  unsigned tile = partitions <= 32 ? 32 : partitions <= 64 ? 64 : kNumPartitions;
  return start % tile == 0 && start + partitions <= kNumPartitions;
}

QueueRange queuesOf(Engine engine) {
  switch (engine) {
  case Engine::Sync:
    return {0, 6};
  case Engine::Scalar:
    return {6, 4};
  case Engine::GpSimd:
    return {10, 4};
  case Engine::Tensor:
  case Engine::Vector:
    break;
  }
  return {0, 0};
}

Status check(const Inst &inst, const target::Machine &machine) {
  NEURON_TRY(checkForm(inst));
  const InstFacts &facts = factsOf(inst.opcode);
  if (facts.minGeneration > machine.generation)
    return Status::error(ErrorCode::Unsupported, "%s: needs generation %u, %s is of %llu",
                         facts.mnemonic, facts.minGeneration, machine.name.c_str(),
                         static_cast<unsigned long long>(machine.generation));
  NEURON_TRY(checkOperands(inst, facts, machine));
  if (const char *broken = brokenRule(inst, machine))
    return Status::error(ErrorCode::InvalidArgument, "%s: it must hold that %s", facts.mnemonic,
                         broken);
  return Status::success();
}

} // namespace neuron::isa
