// The text of an instruction.
//
// Order: engine prefix, mnemonic, operands, fields and immediates that are not zero, then when
// it executes, accumulates, waits and signals. Control instructions have forms of their own.
#include "runtime/isa/Text.h"

#include <charconv>
#include <cmath>

namespace neuron::isa {
namespace {

constexpr int64_t kBankBytes = 2048; ///< @b2 is short for @0x1000; a matter of spelling only

using Number = long long;

std::string hex(int64_t value) {
  uint64_t magnitude = value < 0 ? 0 - static_cast<uint64_t>(value) : static_cast<uint64_t>(value);
  return formatText("%s0x%llx", value < 0 ? "-" : "", static_cast<unsigned long long>(magnitude));
}

bool isPlainWord(const std::string &name) {
  for (char c : name)
    if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_'))
      return false;
  return !name.empty() && !(name[0] >= '0' && name[0] <= '9');
}

std::string nameOr(const std::vector<std::string> &names, uint64_t index, const char *prefix) {
  if (index < names.size() && !names[index].empty())
    return isPlainWord(names[index]) ? names[index] : "\"" + names[index] + "\"";
  return formatText("%s%llu", prefix, static_cast<unsigned long long>(index));
}

std::string floatText(uint32_t bits) {
  float value = immAs<float>(bits);
  if (std::isnan(value) || std::isinf(value))
    return formatText("0x%08x", bits);
  char buffer[32];
  auto [end, problem] = std::to_chars(buffer, buffer + sizeof(buffer), value);
  return problem == std::errc() ? std::string(buffer, end) : formatText("0x%08x", bits);
}

// --- Operands --------------------------------------------------------------------------------

std::string addressText(const Operand &operand, const Names &names) {
  if (operand.space == Space::Hbm) {
    uint64_t segment = static_cast<uint64_t>(operand.base) >> kSegmentShift;
    int64_t offset = operand.base & ((int64_t(1) << kSegmentShift) - 1);
    bool named = segment < names.segments.size() && !names.segments[segment].empty();
    if (!named)
      return formatText("%llu:", static_cast<unsigned long long>(segment)) + hex(offset);
    std::string text = nameOr(names.segments, segment, "");
    return offset == 0 ? text : text + "+" + hex(offset);
  }
  if (operand.space != Space::Psum || operand.base < 0)
    return hex(operand.base);
  std::string text = formatText("b%lld", static_cast<Number>(operand.base / kBankBytes));
  int64_t offset = operand.base % kBankBytes;
  return offset == 0 ? text : text + "+" + hex(offset);
}

std::string dimsText(const Operand &operand, bool dmaSide) {
  std::string text;
  int64_t dense = dmaSide ? byteSize(operand.dtype) : 1;
  for (unsigned d = operand.numDims < kMaxDims ? operand.numDims : kMaxDims; d-- > 0;) {
    const Dim &dim = operand.dim[d];
    std::string one = formatText("%u", dim.count);
    if (dim.step != dense)
      one += formatText(":%d", dim.step);
    if (d == 0 && operand.countRegister != kNoRegister)
      one = formatText("r%u<=", operand.countRegister) + one;
    text = text.empty() ? one : one + ", " + text;
    if (__builtin_mul_overflow(dense, int64_t(dim.count), &dense))
      dense = INT64_MAX;
  }
  return text.empty() ? text : " {" + text + "}";
}

// --- Conditions ------------------------------------------------------------------------------

std::string condText(const Inst &inst, Cond cond) {
  if (cond <= Cond::Always)
    return "";
  const Predicate &pred = inst.pred[cond >= Cond::IfP1];
  bool negated = cond == Cond::IfNotP0 || cond == Cond::IfNotP1;
  return formatText(" if r%u %s %u", pred.reg, negated ? "!=" : "==", pred.value);
}

/// The conditions of an instruction, in the order of the text.
std::vector<Cond> condsOf(const Inst &inst) {
  return {inst.exec, inst.accumulate, inst.signal[0].cond, inst.signal[1].cond};
}

/// True if reading the conditions in order puts both predicates where they are.
bool predicatesFollow(const Inst &inst) {
  unsigned filled = 0;
  for (Cond cond : condsOf(inst)) {
    if (cond <= Cond::Always)
      continue;
    unsigned slot = cond >= Cond::IfP1;
    if (slot > filled)
      return false;
    filled = filled < slot + 1 ? slot + 1 : filled;
  }
  for (unsigned slot = filled; slot < 2; ++slot)
    if (!(inst.pred[slot] == Predicate()))
      return false;
  return true;
}

std::string predicatesText(const Inst &inst) {
  if (predicatesFollow(inst))
    return "";
  std::string text;
  for (unsigned slot = 0; slot < 2; ++slot)
    if (inst.pred[slot].reg != kNoRegister)
      text += formatText(" pred%u r%u == %u", slot, inst.pred[slot].reg, inst.pred[slot].value);
  return text;
}

std::string signalText(const Inst &inst, const Signal &signal, const Names &names) {
  return " " + nameOr(names.semaphores, signal.sem, "s") +
         (signal.at == When::Read ? " read" : "") + condText(inst, signal.cond);
}

/// True if the first signal of a `signal` can stand behind its mnemonic, before any condition.
bool signalsFirst(const Inst &inst) {
  return inst.opcode == Opcode::SignalEvent && inst.signal[0].cond != Cond::Never &&
         inst.exec == Cond::Always && predicatesFollow(inst);
}

std::string modifiersText(const Inst &inst, const Names &names) {
  std::string text = predicatesText(inst) + condText(inst, inst.exec);
  if (inst.accumulate != Cond::Never)
    text += " accumulate" + condText(inst, inst.accumulate);
  if (inst.after != 0)
    text += formatText(" after %u", inst.after);
  for (const Wait &wait : inst.wait) {
    if (wait.count == 0)
      continue;
    text += " take " + nameOr(names.semaphores, wait.sem, "s");
    if (wait.count != 1)
      text += formatText(" %u", wait.count);
  }
  for (unsigned i = signalsFirst(inst) ? 1 : 0; i < inst.signal.size(); ++i)
    if (inst.signal[i].cond != Cond::Never)
      text += " signal" + signalText(inst, inst.signal[i], names);
  if (inst.opId != 0)
    text += formatText(" op %u", inst.opId);
  return text;
}

// --- Fields ----------------------------------------------------------------------------------

std::string fieldText(const FieldFacts &field, unsigned value, const Names &names) {
  switch (field.kind) {
  case FieldKind::Enum:
    return value < field.values ? field.names[value] : formatText("%u", value);
  case FieldKind::Register:
    return formatText("r%u", value);
  case FieldKind::Semaphore:
    return nameOr(names.semaphores, value, "s");
  case FieldKind::Function:
    return nameOr(names.functions, value, "f");
  case FieldKind::Flag:
  case FieldKind::Queue:
  case FieldKind::Number:
    break;
  }
  return formatText("%u", value);
}

std::string immText(const ImmFacts &imm, uint32_t bits) {
  if (imm.kind == ImmKind::Float)
    return floatText(bits);
  return imm.kind == ImmKind::Signed ? formatText("%d", static_cast<int32_t>(bits))
                                     : formatText("%u", bits);
}

std::string settingsText(const Inst &inst, const InstFacts &facts, const Names &names) {
  std::string text;
  for (unsigned f = 0; f < facts.numFields; ++f) {
    const FieldFacts &field = facts.field[f];
    if (unsigned value = inst.sub >> field.shift & ((1u << field.width) - 1))
      text += std::string(" ") + field.name + "=" + fieldText(field, value, names);
  }
  for (unsigned i = 0; i < facts.numImms; ++i)
    if (uint32_t bits = inst.imm[facts.imm[i].index])
      text += std::string(" ") + facts.imm[i].name + "=" + immText(facts.imm[i], bits);
  return text;
}

std::string operandsText(const Inst &inst, const InstFacts &facts, const Names &names) {
  std::string text;
  unsigned last = facts.numOperands;
  while (last > 0 && !inst.operand[last - 1].present())
    --last;
  for (unsigned o = 0; o < last; ++o)
    text += (o ? ", " : " ") + toText(inst.operand[o], facts.operand[o].dmaSide, names);
  return text;
}

// --- Control ---------------------------------------------------------------------------------

std::string loopText(const Inst &inst) {
  Loop loop(inst);
  std::string text = loop.countFromRegister() ? formatText(" r%u", loop.countRegister())
                                              : formatText(" %u", loop.count());
  std::string updates;
  for (const Update &update : inst.update) {
    if (update.reg == kNoRegister)
      continue;
    updates += (updates.empty() ? "" : ", ") + formatText("r%u += %d", update.reg, update.step);
    if (update.wrap != 0)
      updates += formatText(" wrap %u", update.wrap);
  }
  return updates.empty() ? text : text + " (" + updates + ")";
}

std::string aluText(const Inst &inst) {
  RegisterAlu alu(inst);
  std::string text = formatText(" r%u = ", alu.dst());
  switch (alu.op()) {
  case RegOp::Set:
    return text + formatText("%d", alu.imm());
  case RegOp::Copy:
    return text + formatText("r%u", alu.a());
  case RegOp::Add:
    return text + formatText("r%u + %d", alu.a(), alu.imm());
  case RegOp::Subtract:
    return text + formatText("r%u - %d", alu.a(), alu.imm());
  case RegOp::Multiply:
    return text + formatText("r%u * %d", alu.a(), alu.imm());
  case RegOp::MultiplyAdd:
    return text + formatText("r%u * %d + r%u", alu.a(), alu.imm(), alu.b());
  case RegOp::Min:
    return text + formatText("min r%u, %d", alu.a(), alu.imm());
  case RegOp::Max:
    return text + formatText("max r%u, %d", alu.a(), alu.imm());
  }
  return text;
}

/// What follows the mnemonic, up to the modifiers.
std::string bodyText(const Inst &inst, const InstFacts &facts, const Names &names) {
  switch (inst.opcode) {
  case Opcode::Loop:
    return loopText(inst);
  case Opcode::RegisterAlu:
    return aluText(inst);
  case Opcode::Call:
    return " " + nameOr(names.functions, Call(inst).function(), "f");
  case Opcode::Take:
    return " " + nameOr(names.semaphores, Take(inst).sem(), "s") +
           formatText(" %u", Take(inst).count());
  case Opcode::WaitGe:
    return " " + nameOr(names.semaphores, WaitGe(inst).sem(), "s") +
           formatText(" %u", WaitGe(inst).value());
  case Opcode::SignalEvent:
    return signalsFirst(inst) ? signalText(inst, inst.signal[0], names) : "";
  default:
    return operandsText(inst, facts, names) + settingsText(inst, facts, names);
  }
}

bool hasOneEngine(const InstFacts &facts) { return (facts.engines & (facts.engines - 1)) == 0; }

} // namespace

const char *toText(Engine engine) {
  static const char *const names[kNumEngines] = {"tensor", "vector", "scalar", "gpsimd", "sync"};
  return engine <= Engine::Sync ? names[static_cast<unsigned>(engine)] : "?";
}

const char *toText(Space space) {
  static const char *const names[] = {"none", "hbm", "sbuf", "psum"};
  return space <= Space::Psum ? names[static_cast<unsigned>(space)] : "?";
}

std::string toText(const Operand &operand, bool dmaSide, const Names &names) {
  if (!operand.present())
    return "_";
  const char *dtype = toText(operand.dtype);
  std::string text = std::string(toText(operand.space)) + "." + (dtype ? dtype : "?");
  if (operand.space != Space::Hbm)
    text +=
        formatText("[%u:%u]", operand.startPartition, operand.startPartition + operand.partitions);
  text += "@" + addressText(operand, names);
  for (const Term &term : operand.term)
    if (term.reg != kNoRegister)
      text += formatText("%sr%u*%lld", term.stride < 0 ? "-" : "+", term.reg,
                         static_cast<Number>(term.stride < 0 ? -term.stride : term.stride));
  return text + dimsText(operand, dmaSide);
}

std::string toText(const Inst &inst, const Names &names, std::optional<Engine> section) {
  const InstFacts *facts = findFacts(static_cast<uint8_t>(inst.opcode));
  if (!facts)
    return formatText("?0x%02x", static_cast<unsigned>(inst.opcode));
  std::string text;
  if (!hasOneEngine(*facts) && section != inst.engine)
    text = std::string(toText(inst.engine)) + ".";
  return text + facts->mnemonic + bodyText(inst, *facts, names) + modifiersText(inst, names);
}

std::string toText(const Inst &inst) { return toText(inst, Names(), std::nullopt); }

} // namespace neuron::isa
