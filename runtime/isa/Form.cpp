// The form of an instruction: what holds on every machine.
#include "runtime/base/Bytes.h"
#include "runtime/isa/Check.h"

namespace neuron::isa {
namespace {

constexpr unsigned kMaxAfter = 15;
constexpr uint32_t kMaxOpId = (1u << 24) - 1;

Status refuse(const InstFacts &facts, std::string what) {
  return Status(ErrorCode::InvalidArgument, std::string(facts.mnemonic) + ": " + what);
}

Status refuse(const InstFacts &facts, const OperandFacts &operand, std::string what) {
  return refuse(facts, std::string(operand.name) + " " + what);
}

bool fitsSigned(int64_t value, unsigned bits) {
  int64_t limit = int64_t(1) << (bits - 1);
  return value >= -limit && value < limit;
}

bool isRegister(uint8_t reg) { return reg < kNumRegisters; }
bool isRegisterOrNone(uint8_t reg) { return isRegister(reg) || reg == kNoRegister; }

// --- Header ----------------------------------------------------------------------------------

Status checkCond(const Inst &inst, const InstFacts &facts, Cond cond, const char *what) {
  if (cond > Cond::IfNotP1)
    return refuse(facts, formatText("%s has condition %u", what, static_cast<unsigned>(cond)));
  if (cond <= Cond::Always)
    return Status::success();
  const Predicate &pred = inst.pred[cond >= Cond::IfP1];
  if (!isRegister(pred.reg))
    return refuse(facts, formatText("%s asks for a predicate that is not set", what));
  return Status::success();
}

Status checkConditions(const Inst &inst, const InstFacts &facts) {
  for (const Predicate &pred : inst.pred)
    if (!isRegisterOrNone(pred.reg) || (pred.reg == kNoRegister && pred.value != 0))
      return refuse(facts, formatText("a predicate names register %u", pred.reg));
  if (inst.pred[0].reg != kNoRegister && inst.pred[0] == inst.pred[1])
    return refuse(facts, "states one predicate twice");
  if (inst.exec == Cond::Never)
    return refuse(facts, "is never executed");
  NEURON_TRY(checkCond(inst, facts, inst.exec, "execution"));
  if (inst.opcode == Opcode::EndLoop && inst.exec != Cond::Always)
    return refuse(facts, "is conditional");
  if (!facts.hasAccumulate && inst.accumulate != Cond::Never)
    return refuse(facts, "does not accumulate");
  return checkCond(inst, facts, inst.accumulate, "accumulation");
}

Status checkSync(const Inst &inst, const InstFacts &facts) {
  if (inst.after > kMaxAfter)
    return refuse(facts, formatText("after %u is more than %u", inst.after, kMaxAfter));
  if (inst.after != 0 && facts.numOperands == 0)
    return refuse(facts, "has no operands that could come after something");
  for (const Wait &wait : inst.wait)
    if (wait.count == 0 && wait.sem != 0)
      return refuse(facts, "a wait for nothing names a semaphore");
  if (inst.wait[0].count == 0 && inst.wait[1].count != 0)
    return refuse(facts, "uses its second wait before its first");
  if (inst.signal[0].cond == Cond::Never && inst.signal[1].cond != Cond::Never)
    return refuse(facts, "uses its second signal before its first");
  for (const Signal &signal : inst.signal) {
    NEURON_TRY(checkCond(inst, facts, signal.cond, "a signal"));
    if (signal.cond == Cond::Never && (signal.sem != 0 || signal.at != When::Complete))
      return refuse(facts, "a signal that never fires names a semaphore");
    if (signal.at > When::Read)
      return refuse(facts, "a signal fires at an unknown time");
    if (facts.isDma && signal.at == When::Read)
      return refuse(facts, "a transfer signals its completion only");
  }
  if (inst.opId > kMaxOpId)
    return refuse(facts, formatText("op id %u is more than %u", inst.opId, kMaxOpId));
  return Status::success();
}

Status checkFields(const Inst &inst, const InstFacts &facts) {
  unsigned known = 0;
  for (unsigned f = 0; f < facts.numFields; ++f) {
    const FieldFacts &field = facts.field[f];
    unsigned mask = (1u << field.width) - 1;
    known |= mask << field.shift;
    unsigned value = inst.sub >> field.shift & mask;
    if (value >= field.values)
      return refuse(facts,
                    formatText("%s is %u, legal are 0 to %u", field.name, value, field.values - 1));
  }
  if (inst.sub & ~known)
    return refuse(facts, formatText("bits 0x%x belong to no field", inst.sub & ~known));
  bool used[2] = {};
  for (unsigned i = 0; i < facts.numImms; ++i)
    used[facts.imm[i].index] = true;
  for (unsigned i = 0; i < 2; ++i)
    if (!used[i] && inst.imm[i] != 0)
      return refuse(facts, formatText("immediate %u is not used but is 0x%x", i, inst.imm[i]));
  return Status::success();
}

// --- Operands --------------------------------------------------------------------------------

Status checkTerms(const InstFacts &facts, const OperandFacts &row, const Operand &operand) {
  unsigned bits = row.dmaSide ? 48 : 24;
  for (const Term &term : operand.term) {
    if (!isRegisterOrNone(term.reg))
      return refuse(facts, row, formatText("names register %u", term.reg));
    if (term.reg == kNoRegister && term.stride != 0)
      return refuse(facts, row, "has a stride without a register");
    if (!fitsSigned(term.stride, bits))
      return refuse(facts, row,
                    formatText("stride %lld does not fit %u bits",
                               static_cast<long long>(term.stride), bits));
  }
  if (operand.term[0].reg == kNoRegister && operand.term[1].reg != kNoRegister)
    return refuse(facts, row, "uses its second term before its first");
  return Status::success();
}

Status checkDims(const InstFacts &facts, const OperandFacts &row, const Operand &operand) {
  if (operand.numDims > kMaxDims)
    return refuse(facts, row, formatText("has %u dims, at most 4", operand.numDims));
  if (!isRegisterOrNone(operand.countRegister))
    return refuse(facts, row, formatText("counts by register %u", operand.countRegister));
  if (operand.countRegister != kNoRegister && operand.numDims == 0)
    return refuse(facts, row, "has a run-time count without dims");
  uint64_t maxCount = row.dmaSide ? 0xffffffffu : 0xffffu, elements = 1;
  for (unsigned d = 0; d < kMaxDims; ++d) {
    const Dim &dim = operand.dim[d];
    if (d >= operand.numDims) {
      if (dim.step != 0 || dim.count != 1)
        return refuse(facts, row, formatText("describes dim %u, which it does not have", d));
      continue;
    }
    if (dim.count == 0 || dim.count > maxCount)
      return refuse(facts, row,
                    formatText("dim %u counts %u, legal are 1 to %llu", d, dim.count,
                               static_cast<unsigned long long>(maxCount)));
    if (!multiplyChecked(elements, dim.count, elements) || elements >> kSegmentShift)
      return refuse(facts, row, "has more elements than memory");
    if ((int64_t(dim.step) < 0 ? -int64_t(dim.step) : dim.step) >
        (int64_t(1) << kSegmentShift) / dim.count)
      return refuse(facts, row, formatText("dim %u reaches beyond a segment", d));
    if (!row.dmaSide && !fitsSigned(dim.step, 16))
      return refuse(facts, row,
                    formatText("dim %u steps by %d, which does not fit 16 bits", d, dim.step));
  }
  return Status::success();
}

Status checkPlace(const InstFacts &facts, const OperandFacts &row, const Operand &operand) {
  if (operand.space == Space::Hbm) {
    if (operand.partitions != 0 || operand.startPartition != 0)
      return refuse(facts, row, "is in hbm and names partitions");
    if (operand.base < 0)
      return refuse(facts, row, "has a negative device address");
    return Status::success();
  }
  if (operand.partitions == 0 || operand.startPartition + operand.partitions > kNumPartitions)
    return refuse(facts, row,
                  formatText("covers partitions %u to %u of 0 to 127", operand.startPartition,
                             operand.startPartition + operand.partitions - 1));
  if (!fitsSigned(operand.base, 24))
    return refuse(
        facts, row,
        formatText("base %lld does not fit 24 bits", static_cast<long long>(operand.base)));
  return Status::success();
}

Status checkOperand(const InstFacts &facts, const OperandFacts &row, const Operand &operand) {
  if (!operand.present()) {
    if (!(operand == Operand()))
      return refuse(facts, row, "has no space but other properties");
    return row.optional ? Status::success() : refuse(facts, row, "is missing");
  }
  if (operand.space > Space::Psum || !row.allows(operand.space))
    return refuse(facts, row, "is in a memory that the instruction does not reach");
  if (static_cast<unsigned>(operand.dtype) >= kNumDTypes)
    return refuse(facts, row,
                  formatText("has dtype code %u", static_cast<unsigned>(operand.dtype)));
  NEURON_TRY(checkPlace(facts, row, operand));
  NEURON_TRY(checkTerms(facts, row, operand));
  NEURON_TRY(checkDims(facts, row, operand));
  if (!row.scalarColumn)
    return Status::success();
  if (operand.elements() != 1 || operand.countRegister != kNoRegister)
    return refuse(facts, row,
                  formatText("has %llu elements a partition, expected 1",
                             static_cast<unsigned long long>(operand.elements())));
  if (operand.dtype != DType::F32)
    return refuse(facts, row, formatText("is %s, expected f32", toText(operand.dtype)));
  return Status::success();
}

Status checkOperands(const Inst &inst, const InstFacts &facts) {
  for (unsigned o = 0; o < kMaxOperands; ++o) {
    if (o < facts.numOperands)
      NEURON_TRY(checkOperand(facts, facts.operand[o], inst.operand[o]));
    else if (!(inst.operand[o] == Operand()))
      return refuse(facts, formatText("has no operand %u", o));
  }
  return Status::success();
}

// --- Control ---------------------------------------------------------------------------------

Status checkUpdates(const Inst &inst, const InstFacts &facts) {
  bool ended = false;
  for (unsigned u = 0; u < kNumUpdates; ++u) {
    const Update &update = inst.update[u];
    if (update.reg == kNoRegister) {
      if (!(update == Update()))
        return refuse(facts, "has an update without a register");
      ended = true;
      continue;
    }
    if (!facts.hasUpdates)
      return refuse(facts, "updates no registers");
    if (!isRegister(update.reg) || ended)
      return refuse(facts, formatText("update %u names register %u", u, update.reg));
    for (unsigned earlier = 0; earlier < u; ++earlier)
      if (inst.update[earlier].reg == update.reg)
        return refuse(facts, formatText("updates r%u twice", update.reg));
  }
  return Status::success();
}

Status checkLoop(const Inst &inst, const InstFacts &facts) {
  Loop loop(inst);
  if (loop.countFromRegister() ? loop.count() != 0 : loop.countRegister() != 0)
    return refuse(facts, "counts by a register and by a number");
  return Status::success();
}

Status checkRegisterAlu(const Inst &inst, const InstFacts &facts) {
  RegisterAlu alu(inst);
  bool readsA = alu.op() != RegOp::Set, readsB = alu.op() == RegOp::MultiplyAdd;
  if (!readsA && alu.a() != 0)
    return refuse(facts, "set reads no register");
  if (alu.op() == RegOp::Copy && alu.imm() != 0)
    return refuse(facts, "copy reads no number");
  if (readsB ? alu.b() >= kNumRegisters : alu.b() != 0)
    return refuse(facts, formatText("names register %u as its third", alu.b()));
  return Status::success();
}

} // namespace

Status checkForm(const Inst &inst) {
  const InstFacts *facts = findFacts(static_cast<uint8_t>(inst.opcode));
  if (!facts)
    return Status::error(ErrorCode::InvalidArgument, "opcode 0x%02x is no instruction",
                         static_cast<unsigned>(inst.opcode));
  if (inst.engine > Engine::Sync || !facts->runsOn(inst.engine))
    return refuse(*facts, "does not run on this engine");
  NEURON_TRY(checkConditions(inst, *facts));
  NEURON_TRY(checkSync(inst, *facts));
  NEURON_TRY(checkFields(inst, *facts));
  NEURON_TRY(checkOperands(inst, *facts));
  NEURON_TRY(checkUpdates(inst, *facts));
  if (inst.opcode == Opcode::Loop)
    return checkLoop(inst, *facts);
  if (inst.opcode == Opcode::RegisterAlu)
    return checkRegisterAlu(inst, *facts);
  return Status::success();
}

} // namespace neuron::isa
