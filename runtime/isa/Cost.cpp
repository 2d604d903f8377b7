// The vocabulary of the cost formulas, and the formulas.
#include "runtime/isa/Cost.h"

#include <algorithm>

namespace neuron::isa {
namespace {

uint64_t divideUp(uint64_t a, uint64_t b) { return (a + b - 1) / b; }

bool isHalfWord(const Operand &operand) {
  return operand.dtype == DType::Bf16 || operand.dtype == DType::F16;
}

bool isByteFloat(const Operand &operand) {
  return operand.dtype == DType::F8E4M3 || operand.dtype == DType::F8E4M3FN ||
         operand.dtype == DType::F8E5M2 || operand.dtype == DType::F8E3M4;
}

/// The innermost dim that moves, or null.
const Dim *innermost(const Operand &operand) {
  for (unsigned d = operand.numDims; d-- > 0;)
    if (operand.dim[d].count > 1)
      return &operand.dim[d];
  return nullptr;
}

bool isContiguous(const Operand &operand) {
  const Dim *dim = innermost(operand);
  return !dim || dim->step == 1;
}

uint64_t cyclesOf(uint64_t ps, uint64_t megahertz) { return divideUp(ps * megahertz, 1000000); }

} // namespace

namespace cost {

uint64_t interval(const target::Machine &m, const Inst &inst, uint64_t columns) {
  uint64_t issue = 0;
  switch (inst.engine) {
  case Engine::Vector:
    issue = m.vectorIssueCycles;
    break;
  case Engine::Scalar:
    issue = m.scalarIssueCycles;
    break;
  case Engine::GpSimd:
    issue = m.gpsimdStartCycles;
    break;
  case Engine::Tensor:
  case Engine::Sync:
    break;
  }
  return std::max(m.minIntervalCycles, columns + issue);
}

uint64_t latency(const target::Machine &m, const Inst &inst, uint64_t columns) {
  switch (inst.engine) {
  case Engine::Vector:
    return columns + m.vectorLatencyCycles;
  case Engine::Scalar:
    return columns + m.scalarLatencyCycles;
  case Engine::GpSimd:
    return columns + m.gpsimdStartCycles;
  case Engine::Tensor:
  case Engine::Sync:
    break;
  }
  return columns;
}

uint64_t portFactor(const target::Machine &m, const Inst &inst) {
  for (const Operand &operand : inst.operand) {
    const Dim *dim = operand.present() ? innermost(operand) : nullptr;
    if (!dim)
      continue;
    uint64_t step = static_cast<uint64_t>(std::abs(int64_t(dim->step)));
    if (step * byteSize(operand.dtype) > m.strideFullRateBytes)
      return 2;
  }
  return 1;
}

uint64_t loadWeightsCycles(const target::Machine &m, const Operand &stationary) {
  return divideUp(stationary.elements(), m.loadWeightsColumnsPerCycle);
}

uint64_t matmulInterval(const target::Machine &m, const Operand &moving, bool passThrough) {
  uint64_t passes = 1;
  if (moving.dtype == DType::F32)
    passes = passThrough ? m.fp32PassThroughPasses : m.fp32Passes;
  return std::max(m.minIntervalCycles, moving.elements()) * passes;
}

uint64_t tensorTensorColumns(const target::Machine &m, const Operand &dst, const Operand &a,
                             const Operand &b, AluOp op) {
  uint64_t n = dst.elements();
  if (a.space != Space::Sbuf || b.space != Space::Sbuf)
    return n;
  if (m.tensorTensorFactor16 > 1) {
    if (dst.space == Space::Sbuf && isHalfWord(dst) && isHalfWord(a) && isHalfWord(b))
      return divideUp(n, m.tensorTensorFactor16);
  } else if (dst.dtype == DType::Bf16 && a.dtype == DType::Bf16 && b.dtype == DType::Bf16 &&
             (op == AluOp::Add || op == AluOp::Subtract || op == AluOp::Multiply)) {
    return n;
  }
  return n * m.tensorTensorFp32TwoSbufFactor;
}

uint64_t scalarTensorTensorColumns(const target::Machine &m, const Operand &dst, const Operand &src,
                                   const Operand &b, AluOp op0, AluOp op1) {
  uint64_t n = dst.elements();
  if (src.dtype == DType::Bf16 && b.dtype == DType::Bf16 && op0 == AluOp::Subtract &&
      op1 == AluOp::Multiply && n % 2 == 0)
    return n;
  return n * m.tensorTensorFp32TwoSbufFactor;
}

uint64_t copyColumns(const target::Machine &m, const Operand &dst, const Operand &src) {
  uint64_t n = dst.elements();
  bool inSbuf = dst.space == Space::Sbuf && src.space == Space::Sbuf;
  bool contiguous = isContiguous(dst) && isContiguous(src);
  if (isHalfWord(src) && isByteFloat(dst))
    return inSbuf && contiguous ? divideUp(n, m.copyFactor8) : n;
  if (!isHalfWord(dst) || !isHalfWord(src))
    return n;
  if (inSbuf && contiguous)
    return divideUp(n, m.copyFastFactor16);
  bool oneInPsum = dst.space == Space::Sbuf || src.space == Space::Sbuf;
  if (inSbuf || (contiguous && oneInPsum))
    return divideUp(n, m.copyFactor16);
  return n;
}

uint64_t predicatedColumns(const Operand &dst, const Operand &src, const Operand &predicate) {
  bool split = src.space != predicate.space;
  return dst.elements() * (split ? 1 : 2);
}

uint64_t reduceColumns(const target::Machine &m, const Operand &dst, const Operand &src, AluOp op) {
  bool halved = src.dtype == DType::Bf16 && dst.dtype == DType::Bf16 &&
                (op == AluOp::Add || op == AluOp::Max);
  return halved ? divideUp(src.elements(), m.reduceFactor16) : src.elements();
}

uint64_t memsetColumns(const target::Machine &m, const Operand &dst, float value) {
  bool zero16 = immBits(value) == 0 && isHalfWord(dst);
  return divideUp(dst.elements(), zero16 ? m.memsetZeroFactor16 : m.memsetFactor32);
}

uint64_t activateColumns(const target::Machine &m, const Operand &dst, const Operand &src) {
  bool narrow = byteSize(dst.dtype) <= 2 && byteSize(src.dtype) <= 2;
  return narrow ? divideUp(dst.elements(), m.scalarFactor16) : dst.elements();
}

uint64_t tableLoad(const target::Machine &m) { return cyclesOf(m.tableLoadNs * 1000, m.scalarMHz); }

uint64_t triggerPs(const target::Machine &m, bool dynamic) {
  return dynamic ? m.dmaDynamicTriggerPs : m.dmaStaticTriggerPs;
}

uint64_t triggerCycles(const target::Machine &m, const Inst &inst) {
  bool indirect = inst.opcode == Opcode::DmaGather || inst.opcode == Opcode::DmaScatter;
  return cyclesOf(triggerPs(m, indirect), clockMHz(m, inst.engine));
}

uint64_t registerLoad(const target::Machine &m, const Operand &memory) {
  uint64_t ns = memory.space == Space::Hbm ? m.registerLoadHbmNs : m.registerLoadSbufNs;
  return cyclesOf(ns * 1000, m.baseMHz);
}

} // namespace cost

uint64_t clockMHz(const target::Machine &machine, Engine engine) {
  switch (engine) {
  case Engine::Tensor:
    return machine.tensorMHz;
  case Engine::Vector:
    return machine.vectorMHz;
  case Engine::Scalar:
    return machine.scalarMHz;
  case Engine::GpSimd:
    return machine.gpsimdMHz;
  case Engine::Sync:
    break;
  }
  return machine.baseMHz;
}

} // namespace neuron::isa

#define NEURON_ISA_COSTS
#include "runtime/isa/IsaTables.inc"
#undef NEURON_ISA_COSTS

namespace neuron::isa {

uint64_t columns(const Inst &inst, const target::Machine &machine) {
  return fullRateColumns(inst, machine) * cost::portFactor(machine, inst);
}

} // namespace neuron::isa
