// Linear forms of registers; see RegisterForms.h.
#include "passes/isa/RegisterForms.h"

#include "passes/isa/RegisterUse.h"

#include <algorithm>

using namespace neuron;
using namespace neuron::isa;

namespace {

constexpr uint64_t bit(unsigned reg) { return uint64_t(1) << (reg % kNumRegisters); }

/// The steps after which a register that starts at 0 is 0 again, or 0 if it never is.
uint64_t periodOf(const Update &update) {
  if (update.step <= 0 || update.wrap == 0)
    return 0;
  return (uint64_t(update.wrap) + update.step - 1) / update.step;
}

const Update *updateOf(const RegionNode &loop, unsigned reg) {
  for (const Update &update : loop.updates)
    if (update.reg == reg)
      return &update;
  return nullptr;
}

} // namespace

bool isa::addScaled(Form &form, const Form &other, int64_t factor) {
  int64_t product;
  if (__builtin_mul_overflow(other.constant, factor, &product) ||
      __builtin_add_overflow(form.constant, product, &form.constant))
    return false;
  for (const FormTerm &term : other.terms) {
    if (__builtin_mul_overflow(term.factor, factor, &product))
      return false;
    auto place = std::lower_bound(
        form.terms.begin(), form.terms.end(), term.variable,
        [](const FormTerm &t, uint32_t variable) { return t.variable < variable; });
    if (place == form.terms.end() || place->variable != term.variable)
      place = form.terms.insert(place, {term.variable, 0});
    if (__builtin_add_overflow(place->factor, product, &place->factor))
      return false;
    if (place->factor == 0)
      form.terms.erase(place);
  }
  return true;
}

RegisterForms::RegisterForms(const Sequence &sequence, const std::vector<uint64_t> &calleeWrites,
                             uint64_t zero)
    : sequence(sequence), calleeWrites(calleeWrites), zero(zero) {
  written.assign(sequence.regions.size(), 0);
  disturbed.assign(sequence.regions.size(), 0);
  writer.resize(sequence.regions.size());
  for (auto &row : writer)
    row.fill(kNobody);
  for (size_t region = sequence.regions.size(); region-- > 0;)
    summarise(static_cast<uint32_t>(region));
}

/// Regions inside have larger numbers, so they are summarised first.
void RegisterForms::summarise(uint32_t region) {
  auto write = [&](unsigned reg, uint32_t who) {
    reg %= kNumRegisters;
    uint32_t &row = writer[region][reg];
    row = row == kNobody ? who : kMany;
    written[region] |= bit(reg);
  };
  const RegionNode &body = sequence.regions[region];
  for (const Child &child : body.children) {
    if (child.kind == Child::Instruction) {
      const Inst &inst = sequence.insts[child.index];
      if (inst.opcode == Opcode::RegisterAlu)
        write(RegisterAlu(inst).dst(), kMany);
      else if (inst.opcode == Opcode::RegisterLoad)
        write(RegisterLoad(inst).dst(), kMany);
      disturbed[region] |= registersWritten(inst);
      continue;
    }
    disturbed[region] |=
        child.kind == Child::Loop ? disturbed[child.index] : calleeWrites[child.index];
    uint64_t inner = child.kind == Child::Loop ? written[child.index] : calleeWrites[child.index];
    for (unsigned reg = 0; reg < kNumRegisters; ++reg)
      if (inner & bit(reg))
        write(reg, child.kind == Child::Loop ? writer[child.index][reg] : kMany);
  }
  for (const Update &update : body.updates) {
    if (update.reg == kNoRegister)
      continue;
    if ((written[region] & bit(update.reg)) || !returnsToEntry(update, body.count))
      disturbed[region] |= bit(update.reg);
    write(update.reg, region);
  }
}

void RegisterForms::begin() {
  vars.clear();
  known.clear();
  exits.clear();
  state.fill(Form());
  forget(~zero, 0);
}

Form RegisterForms::opaque(uint32_t region) {
  vars.push_back({region, 0, region, false});
  Form form;
  form.terms.push_back({static_cast<uint32_t>(vars.size() - 1), 1});
  return form;
}

void RegisterForms::forget(uint64_t registers, uint32_t region) {
  for (unsigned reg = 0; reg < kNumRegisters; ++reg)
    if (registers & bit(reg))
      state[reg] = opaque(region);
}

uint32_t RegisterForms::counterOf(uint32_t loop) {
  auto [place, isNew] = known.try_emplace({loop, kNumRegisters, 0, 0}, vars.size());
  if (isNew)
    vars.push_back({loop, sequence.regions[loop].count, 0, true});
  return place->second;
}

uint32_t RegisterForms::slotOf(uint32_t loop, unsigned reg, uint64_t period) {
  auto [place, isNew] = known.try_emplace({loop, reg, period, scope[reg]}, vars.size());
  if (isNew)
    vars.push_back({loop, period, scope[reg], false});
  return place->second;
}

Form RegisterForms::evaluate(const Inst &inst, uint32_t region) {
  RegisterAlu reg(inst);
  const Form &a = state[reg.a() % kNumRegisters];
  Form imm;
  imm.constant = reg.imm();
  Form result;
  bool fits = inst.exec == Cond::Always;
  switch (reg.op()) {
  case RegOp::Set:
    result = imm;
    break;
  case RegOp::Copy:
    result = a;
    break;
  case RegOp::Add:
    fits &= addScaled(result, a, 1) && addScaled(result, imm, 1);
    break;
  case RegOp::Subtract:
    fits &= addScaled(result, a, 1) && addScaled(result, imm, -1);
    break;
  case RegOp::Multiply:
    fits &= addScaled(result, a, reg.imm());
    break;
  case RegOp::MultiplyAdd:
    fits &= addScaled(result, a, reg.imm()) && addScaled(result, state[reg.b() % kNumRegisters], 1);
    break;
  case RegOp::Min:
  case RegOp::Max:
    fits &= a.isConstant();
    result.constant = reg.op() == RegOp::Min ? std::min(a.constant, imm.constant)
                                             : std::max(a.constant, imm.constant);
    break;
  }
  // A copy of a slot's position outside its loop would not follow when the loop rotates it.
  for (const FormTerm &term : result.terms)
    fits &= vars[term.variable].opaque() || sequence.contains(vars[term.variable].region, region);
  return fits ? result : opaque(region);
}

void RegisterForms::step(uint32_t index, uint32_t region) {
  const Inst &inst = sequence.insts[index];
  if (inst.opcode == Opcode::RegisterLoad) {
    forget(bit(RegisterLoad(inst).dst()), region);
  } else if (inst.opcode == Opcode::RegisterAlu) {
    unsigned dst = RegisterAlu(inst).dst() % kNumRegisters;
    state[dst] = evaluate(inst, region);
    scope[dst] = region;
  }
}

/// step * slot for a register that only `loop` rotates and that held a slot's position before.
Form RegisterForms::rotation(uint32_t loop, unsigned reg, const Update &update) {
  uint64_t period = periodOf(update);
  const Form &entry = state[reg];
  if (period == 0)
    return opaque(loop);
  Form head;
  head.terms.push_back({slotOf(loop, reg, period), update.step});
  bool starts = entry.isConstant() && entry.constant >= 0 && entry.constant < update.wrap &&
                entry.constant % update.step == 0;
  bool continues = entry.constant == 0 && entry.terms == head.terms;
  return starts || continues ? head : opaque(loop);
}

/// What `reg` holds at the head of the body of `loop`, and after the loop.
Form RegisterForms::headForm(uint32_t loop, unsigned reg, Form &exit) {
  uint32_t who = writer[loop][reg];
  const Update &update = *updateOf(sequence.regions[who], reg);
  uint64_t count = sequence.regions[who].count;
  const Form &entry = state[reg];
  bool returns = periodOf(update) == count && entry.isConstant() && entry.constant == 0;
  if (who != loop)
    return exit = returns ? entry : rotation(who, reg, update);

  Form head = entry;
  Form position;
  position.terms.push_back({counterOf(loop), 1});
  if (returns) {
    exit = entry;
    return addScaled(head, position, update.step) ? head : opaque(loop);
  }
  if (update.wrap != 0)
    return exit = rotation(loop, reg, update);
  exit = entry;
  Form total;
  total.constant = static_cast<int64_t>(std::min<uint64_t>(count, uint64_t(1) << 40));
  if (!addScaled(exit, total, update.step) || !addScaled(head, position, update.step))
    return exit = opaque(loop);
  return head;
}

void RegisterForms::enter(uint32_t loop, uint32_t region) {
  exits.emplace_back();
  for (unsigned reg = 0; reg < kNumRegisters; ++reg) {
    if (!(written[loop] & bit(reg)))
      continue;
    if (writer[loop][reg] == kMany) {
      bool staysZero =
          !(disturbed[loop] & bit(reg)) && state[reg].isConstant() && state[reg].constant == 0;
      if (staysZero)
        exits.back()[reg] = state[reg];
      else
        state[reg] = opaque(loop);
      continue;
    }
    Form exit;
    state[reg] = headForm(loop, reg, exit);
    exits.back()[reg] = std::move(exit);
  }
}

void RegisterForms::leave(uint32_t loop, uint32_t region) {
  for (unsigned reg = 0; reg < kNumRegisters; ++reg) {
    if (!(written[loop] & bit(reg)))
      continue;
    auto exit = exits.back().find(reg);
    if (exit != exits.back().end())
      state[reg] = exit->second;
    // What the last iteration left is known afterwards only if no iteration matters.
    bool unknown = false;
    for (const FormTerm &term : state[reg].terms)
      unknown |=
          vars[term.variable].opaque() && sequence.contains(loop, vars[term.variable].region);
    if (exit == exits.back().end())
      unknown |= !state[reg].isConstant();
    if (unknown)
      state[reg] = opaque(region);
  }
  exits.pop_back();
}
