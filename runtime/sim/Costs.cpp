// From the table's cycles to femtoseconds.
#include "runtime/sim/Costs.h"

#include "runtime/isa/Cost.h"
#include "runtime/isa/Encode.h"

namespace neuron::sim {
namespace {

using isa::Engine;
using isa::Opcode;
using isa::Space;

bool usesRegister(uint64_t set, uint8_t reg) { return reg < isa::kNumRegisters && set >> reg & 1; }

bool isCounted(const isa::Inst &inst) {
  for (const isa::Operand &operand : inst.operand)
    if (operand.present() && operand.countRegister < isa::kNumRegisters)
      return true;
  return false;
}

/// Ports that the engine has to share on this machine and that the instruction uses.
uint8_t portsOf(const isa::Inst &inst, const target::Machine &machine) {
  uint8_t ports = 0;
  for (const isa::Operand &operand : inst.operand) {
    bool vector = inst.engine == Engine::Vector;
    if (operand.space == Space::Psum && machine.portExclusionPsum &&
        (vector || inst.engine == Engine::Scalar))
      ports |= 1u << kPortPsum;
    if (operand.space == Space::Sbuf && machine.portExclusionSbuf &&
        (vector || inst.engine == Engine::GpSimd))
      ports |= 1u << kPortSbuf;
  }
  return ports;
}

} // namespace

uint64_t femtoseconds(uint64_t cycles, uint64_t megahertz) {
  unsigned __int128 scaled = static_cast<unsigned __int128>(cycles) * 1000000000 + megahertz / 2;
  return static_cast<uint64_t>(scaled / megahertz);
}

/// Addresses that a register load decides are dynamic. Registers are followed without regard to
/// order: a register that ever holds something loaded counts as such.
void Costs::findDynamicRegisters(const StreamCode &code) {
  dynamicRegisters = 0;
  for (uint64_t before = ~uint64_t(0); before != dynamicRegisters;) {
    before = dynamicRegisters;
    for (uint32_t pc = 0; pc < code.size(); ++pc) {
      const isa::Inst &inst = code.at(pc);
      if (inst.opcode == Opcode::RegisterLoad)
        dynamicRegisters |= uint64_t(1) << isa::RegisterLoad(inst).dst();
      if (inst.opcode != Opcode::RegisterAlu)
        continue;
      isa::RegisterAlu alu(inst);
      bool reads = alu.op() != isa::RegOp::Set && usesRegister(before, alu.a());
      reads |= alu.op() == isa::RegOp::MultiplyAdd && alu.b() < isa::kNumRegisters &&
               usesRegister(before, static_cast<uint8_t>(alu.b()));
      if (reads)
        dynamicRegisters |= uint64_t(1) << alu.dst();
    }
  }
}

bool Costs::isDynamic(const isa::Inst &inst) const {
  if (inst.opcode == Opcode::DmaGather || inst.opcode == Opcode::DmaScatter)
    return true;
  if (inst.opcode != Opcode::QueueSignal && described >> isa::Dma(inst).queue() & 1)
    return true;
  for (const isa::Operand &operand : inst.operand) {
    if (!operand.present())
      continue;
    if (usesRegister(dynamicRegisters, operand.countRegister))
      return true;
    for (const isa::Term &term : operand.term)
      if (usesRegister(dynamicRegisters, term.reg))
        return true;
  }
  return false;
}

const DmaLoad *Costs::keep(DmaLoad load) {
  loads.push_back(std::move(load));
  return &loads.back();
}

CostRow Costs::make(const isa::Inst &inst) const {
  CostRow row;
  const target::Machine &m = *machine;
  const isa::InstFacts *facts = isa::findFacts(static_cast<uint8_t>(inst.opcode));
  uint64_t cycles = inst.opcode == Opcode::EndLoop ? m.sequencerLoopCycles : m.sequencerInstCycles;
  if (inst.opcode == Opcode::RegisterLoad || inst.opcode == Opcode::RegisterStore)
    cycles += isa::cost::registerLoad(m, inst.operand[0]);
  row.sequencer = femtoseconds(cycles, m.baseMHz);
  if (facts && facts->isDma) {
    row.kind = CostKind::Transfer;
    row.queue = isa::Dma(inst).queue();
    bool dynamic = isDynamic(inst);
    row.interval = row.latency = isa::cost::triggerPs(m, dynamic) * 1000;
    row.firstByte = dynamic ? m.dmaDynamicStartPs * 1000 : 0;
    return row;
  }
  if (!facts || facts->isControl)
    return row;
  row.kind = inst.opcode == Opcode::Matmul        ? CostKind::Matmul
             : inst.opcode == Opcode::LoadWeights ? CostKind::LoadWeights
                                                  : CostKind::Streaming;
  uint64_t clock = isa::clockMHz(m, inst.engine);
  row.columns = femtoseconds(isa::columns(inst, m), clock);
  row.interval = femtoseconds(isa::interval(inst, m), clock);
  row.latency = femtoseconds(isa::latency(inst, m), clock);
  row.ports = portsOf(inst, m);
  row.loadsTable = inst.opcode == Opcode::LoadTable;
  if (row.kind == CostKind::Matmul)
    row.flops = 2 * isa::Matmul(inst).moving().elements() * isa::Matmul(inst).moving().partitions *
                isa::Matmul(inst).dst().partitions;
  return row;
}

void Costs::build(const StreamCode &code, const target::Machine &target, uint16_t queues) {
  machine = &target;
  described = queues;
  rows.clear();
  loads.clear();
  countedLoads.clear();
  held = 0;
  findDynamicRegisters(code);
  uint64_t address = 0;
  for (uint32_t pc = 0; pc < code.size(); ++pc) {
    const isa::Inst &inst = code.at(pc);
    CostRow row = make(inst);
    row.counted = isCounted(inst);
    row.address = address;
    row.bytes = static_cast<uint32_t>(isa::encodedBytes(inst));
    address += row.bytes;
    if (row.kind == CostKind::Transfer) {
      bool dynamic = isDynamic(inst);
      row.load = keep(makeDmaLoad(inst, target, dynamic ? Describe::AtTrigger : Describe::Before));
      uint64_t describing = dynamic ? row.load->pieces * target.dmaDescribePiecePs : 0;
      row.interval += describing * 1000;
      row.latency += describing * 1000;
    }
    held |= row.ports;
    rows.push_back(row);
  }
}

/// The load of a transfer with its counts put in; the same for the same counts.
const DmaLoad *Costs::loadOf(const Issue &issue, const isa::Inst &resolved) {
  LoadKey key{issue.pc};
  for (unsigned k = 0; k < issue.numOperands; ++k) {
    key[1 + 2 * k] = issue.outerCount[k];
    key[2 + 2 * k] = issue.base[k] >> isa::kSegmentShift;
  }
  const DmaLoad *&known = countedLoads[key];
  if (!known)
    known = keep(makeDmaLoad(resolved, *machine,
                             isDynamic(resolved) ? Describe::AtTrigger : Describe::Before));
  return known;
}

CostRow Costs::resolve(const Issue &issue) {
  const CostRow &known = rows[issue.pc];
  isa::Inst inst = issue.resolved();
  CostRow row = make(inst);
  row.counted = true;
  row.address = known.address;
  row.bytes = known.bytes;
  row.interval = known.kind == CostKind::Transfer ? known.interval : row.interval;
  row.latency = known.kind == CostKind::Transfer ? known.latency : row.latency;
  if (row.kind == CostKind::Transfer)
    row.load = loadOf(issue, inst);
  return row;
}

} // namespace neuron::sim
