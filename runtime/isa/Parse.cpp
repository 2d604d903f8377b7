// One instruction from its text.
//
// What the text can say wrongly is refused where it stands; what it says of the instruction as
// a whole (a missing operand, a number too large for its bits) by checkForm, at its beginning.
#include "runtime/isa/Check.h"
#include "runtime/isa/ParseOperand.h"

#include <cstring>

namespace neuron::isa {
namespace {

class InstParser {
public:
  InstParser(Cursor &at, const Names &names, std::optional<Engine> section, Inst &inst)
      : at(at), names(names), section(section), inst(inst) {}

  Status run() {
    unsigned begin = at.column();
    inst = Inst();
    NEURON_TRY(parseMnemonic());
    NEURON_TRY(parseBody());
    while (!at.atEnd())
      NEURON_TRY(parseModifier());
    if (Status status = checkForm(inst); !status.ok())
      return at.errorAt(begin, status.message());
    return Status::success();
  }

private:
  Cursor &at;
  const Names &names;
  std::optional<Engine> section;
  Inst &inst;
  const InstFacts *facts = nullptr;
  unsigned numWaits = 0, numSignals = 0;

  // --- Mnemonic ------------------------------------------------------------------------------

  Status parseMnemonic() {
    std::optional<Engine> prefix;
    unsigned begin = at.column();
    std::string text;
    NEURON_TRY(at.word("an instruction", text));
    for (unsigned e = 0; e < kNumEngines; ++e)
      if (text == toText(static_cast<Engine>(e)) && at.accept("."))
        prefix = static_cast<Engine>(e);
    if (prefix) {
      begin = at.column();
      NEURON_TRY(at.word("an instruction", text));
    }
    for (const InstFacts &row : kInstFacts)
      if (text == row.mnemonic)
        facts = &row;
    if (!facts)
      return at.errorAt(begin, "no instruction is called '" + text + "'");
    inst.opcode = facts->opcode;
    return chooseEngine(begin, prefix);
  }

  Status chooseEngine(unsigned begin, std::optional<Engine> prefix) {
    bool one = (facts->engines & (facts->engines - 1)) == 0;
    if (!prefix)
      prefix = section;
    if (!prefix && one)
      prefix = static_cast<Engine>(__builtin_ctz(facts->engines));
    if (!prefix)
      return at.errorAt(begin, std::string(facts->mnemonic) +
                                   " runs on several engines: write engine.instruction");
    if (!facts->runsOn(*prefix))
      return at.errorAt(begin,
                        std::string(facts->mnemonic) + " does not run on " + toText(*prefix));
    inst.engine = *prefix;
    return Status::success();
  }

  // --- Body ----------------------------------------------------------------------------------

  Status parseBody() {
    switch (inst.opcode) {
    case Opcode::Loop:
      return parseLoop();
    case Opcode::RegisterAlu:
      return parseAlu();
    case Opcode::Call:
      return parseCall();
    case Opcode::Take:
    case Opcode::WaitGe:
      return parseSemaphoreAndNumber();
    case Opcode::SignalEvent:
      return at.atEnd() || seesModifier() ? Status::success() : parseSignal();
    default:
      break;
    }
    NEURON_TRY(parseOperands());
    while (at.seesSetting())
      NEURON_TRY(parseSetting());
    return Status::success();
  }

  Status parseOperands() {
    bool begins = at.sees("_") || at.sees("sbuf") || at.sees("psum") || at.sees("hbm");
    if (!begins)
      return Status::success();
    unsigned index = 0;
    do {
      if (index == facts->numOperands)
        return at.error(formatText("%s has %u operands", facts->mnemonic, facts->numOperands));
      NEURON_TRY(parseOperand(at, names, facts->operand[index].dmaSide, inst.operand[index]));
      ++index;
    } while (at.accept(","));
    return Status::success();
  }

  Status parseSetting() {
    unsigned begin = at.column();
    std::string key;
    NEURON_TRY(at.word("a field", key));
    for (unsigned f = 0; f < facts->numFields; ++f)
      if (key == facts->field[f].name) {
        NEURON_TRY(at.expect("="));
        return parseField(facts->field[f]);
      }
    for (unsigned i = 0; i < facts->numImms; ++i)
      if (key == facts->imm[i].name) {
        NEURON_TRY(at.expect("="));
        return parseImm(facts->imm[i]);
      }
    return at.errorAt(begin, formatText("%s has no field '%s'", facts->mnemonic, key.c_str()));
  }

  void setField(const FieldFacts &field, uint32_t value) {
    unsigned mask = ((1u << field.width) - 1) << field.shift;
    inst.sub = static_cast<uint16_t>((inst.sub & ~mask) | (value << field.shift & mask));
  }

  Status parseField(const FieldFacts &field) {
    uint32_t index = 0;
    switch (field.kind) {
    case FieldKind::Enum:
      return parseEnum(field);
    case FieldKind::Register: {
      uint8_t reg = 0;
      NEURON_TRY(at.registerNumber(reg));
      setField(field, reg);
      return Status::success();
    }
    case FieldKind::Semaphore:
      NEURON_TRY(parseNumbered(at, names.semaphores, 's', kNumSemaphores, "semaphore", index));
      setField(field, index);
      return Status::success();
    case FieldKind::Function:
      NEURON_TRY(parseNumbered(at, names.functions, 'f', field.values, "function", index));
      setField(field, index);
      return Status::success();
    case FieldKind::Flag:
    case FieldKind::Queue:
    case FieldKind::Number:
      break;
    }
    int64_t value = 0;
    NEURON_TRY(at.number(field.name, 0, field.values - 1, value));
    setField(field, static_cast<uint32_t>(value));
    return Status::success();
  }

  Status parseEnum(const FieldFacts &field) {
    unsigned begin = at.column();
    std::string text;
    NEURON_TRY(at.word(field.name, text));
    for (uint32_t value = 0; value < field.values; ++value)
      if (text == field.names[value]) {
        setField(field, value);
        return Status::success();
      }
    return at.errorAt(begin, "no " + std::string(field.name) + " is called '" + text + "'");
  }

  Status parseImm(const ImmFacts &imm) {
    if (imm.kind == ImmKind::Float)
      return at.floatBits(inst.imm[imm.index]);
    bool isSigned = imm.kind == ImmKind::Signed;
    return parseWord(imm.name, isSigned, inst.imm[imm.index]);
  }

  /// True for a number or the name of one.
  bool seesAmount() {
    return at.seesNumber() || names.constants.find(at.nextWord()) != names.constants.end();
  }

  Status parseWord(const char *what, bool isSigned, uint32_t &word) {
    int64_t value = 0;
    unsigned begin = at.column();
    NEURON_TRY(parseAmount(at, names, value));
    int64_t least = isSigned ? INT32_MIN : 0, most = isSigned ? INT32_MAX : 0xffffffff;
    if (value < least || value > most)
      return at.errorAt(begin,
                        formatText("%s is out of range, legal are %lld to %lld", what,
                                   static_cast<long long>(least), static_cast<long long>(most)));
    word = static_cast<uint32_t>(value);
    return Status::success();
  }

  // --- Control -------------------------------------------------------------------------------

  Status parseLoop() {
    if (at.seesRegister()) {
      uint8_t reg = 0;
      NEURON_TRY(at.registerNumber(reg));
      Loop::setCountRegister(inst, reg);
      Loop::setCountFromRegister(inst, true);
    } else {
      NEURON_TRY(parseWord("a loop's count", false, inst.imm[0]));
    }
    if (!at.accept("("))
      return Status::success();
    unsigned index = 0;
    do {
      if (index == kNumUpdates)
        return at.error("a loop updates at most 4 registers");
      NEURON_TRY(parseUpdate(inst.update[index++]));
    } while (at.accept(","));
    return at.expect(")");
  }

  Status parseUpdate(Update &update) {
    NEURON_TRY(at.registerNumber(update.reg));
    NEURON_TRY(at.expect("+="));
    int64_t step = 0;
    unsigned begin = at.column();
    NEURON_TRY(parseAmount(at, names, step));
    if (step < INT16_MIN || step > INT16_MAX)
      return at.errorAt(begin, "a loop's step is -32768 to 32767");
    update.step = static_cast<int16_t>(step);
    return at.accept("wrap") ? parseWord("wrap", false, update.wrap) : Status::success();
  }

  Status parseCall() {
    uint32_t index = 0;
    NEURON_TRY(parseNumbered(at, names.functions, 'f', 65536, "function", index));
    Call::setFunction(inst, static_cast<uint16_t>(index));
    return Status::success();
  }

  Status parseSemaphoreAndNumber() {
    uint32_t sem = 0;
    NEURON_TRY(parseNumbered(at, names.semaphores, 's', kNumSemaphores, "semaphore", sem));
    Take::setSem(inst, static_cast<uint8_t>(sem));
    at.accept(",");
    inst.imm[0] = 1;
    bool optional = inst.opcode == Opcode::Take && !seesAmount();
    return optional ? Status::success() : parseWord("a count", false, inst.imm[0]);
  }

  Status parseAlu() {
    uint8_t reg = 0;
    NEURON_TRY(at.registerNumber(reg));
    RegisterAlu::setDst(inst, reg);
    NEURON_TRY(at.expect("="));
    bool least = at.accept("min");
    if (least || at.accept("max")) {
      RegisterAlu::setOp(inst, least ? RegOp::Min : RegOp::Max);
      NEURON_TRY(at.registerNumber(reg));
      RegisterAlu::setA(inst, reg);
      NEURON_TRY(at.expect(","));
      return parseWord("a number", true, inst.imm[0]);
    }
    if (!at.seesRegister()) {
      RegisterAlu::setOp(inst, RegOp::Set);
      return parseWord("a number", true, inst.imm[0]);
    }
    NEURON_TRY(at.registerNumber(reg));
    RegisterAlu::setA(inst, reg);
    return parseAluTail();
  }

  /// What follows `reg rd = ra`.
  Status parseAluTail() {
    static const std::pair<const char *, RegOp> operators[] = {
        {"+", RegOp::Add}, {"-", RegOp::Subtract}, {"*", RegOp::Multiply}};
    RegisterAlu::setOp(inst, RegOp::Copy);
    for (auto [sign, op] : operators) {
      if (!at.accept(sign))
        continue;
      RegisterAlu::setOp(inst, op);
      NEURON_TRY(parseWord("a number", true, inst.imm[0]));
      if (op != RegOp::Multiply || !at.accept("+"))
        return Status::success();
      uint8_t reg = 0;
      NEURON_TRY(at.registerNumber(reg));
      RegisterAlu::setOp(inst, RegOp::MultiplyAdd);
      RegisterAlu::setB(inst, reg);
      return Status::success();
    }
    return Status::success();
  }

  // --- Modifiers -----------------------------------------------------------------------------

  bool seesModifier() {
    if (at.seesSetting())
      return false;
    for (const char *word : {"if", "accumulate", "after", "take", "signal", "op", "pred0", "pred1"})
      if (at.sees(word))
        return true;
    return false;
  }

  Status parseModifier() {
    if (at.accept("accumulate")) {
      inst.accumulate = Cond::Always;
      return at.accept("if") ? parseCond(inst.accumulate) : Status::success();
    }
    if (at.accept("if"))
      return parseCond(inst.exec);
    if (at.accept("take"))
      return parseTake();
    if (at.accept("signal"))
      return parseSignal();
    if (at.accept("pred0"))
      return parsePredicate(inst.pred[0]);
    if (at.accept("pred1"))
      return parsePredicate(inst.pred[1]);
    int64_t value = 0;
    if (at.accept("after")) {
      NEURON_TRY(at.number("after", 1, 15, value));
      inst.after = static_cast<uint8_t>(value);
      return Status::success();
    }
    if (at.accept("op")) {
      NEURON_TRY(at.number("an op id", 0, 0xffffff, value));
      inst.opId = static_cast<uint32_t>(value);
      return Status::success();
    }
    return at.error("expected if, accumulate, after, take, signal or op");
  }

  Status parsePredicate(Predicate &pred) {
    NEURON_TRY(at.registerNumber(pred.reg));
    NEURON_TRY(at.expect("=="));
    return parsePredicateValue(pred);
  }

  Status parsePredicateValue(Predicate &pred) {
    int64_t value = 0;
    unsigned begin = at.column();
    NEURON_TRY(parseAmount(at, names, value));
    if (value < 0 || value > 0xffff)
      return at.errorAt(begin, "a predicate compares with 0 to 65535");
    pred.value = static_cast<uint16_t>(value);
    return Status::success();
  }

  /// rN == value or rN != value: takes the predicate that says so, or the first that is free.
  Status parseCond(Cond &cond) {
    unsigned begin = at.column();
    Predicate pred;
    NEURON_TRY(at.registerNumber(pred.reg));
    bool negated = at.accept("!=");
    if (!negated)
      NEURON_TRY(at.expect("=="));
    NEURON_TRY(parsePredicateValue(pred));
    unsigned slot = 0;
    while (slot < 2 && !(inst.pred[slot] == pred))
      ++slot;
    if (slot == 2)
      for (slot = 0; slot < 2 && inst.pred[slot].reg != kNoRegister;)
        ++slot;
    if (slot == 2)
      return at.errorAt(begin, "an instruction has at most two predicates");
    inst.pred[slot] = pred;
    if (slot == 0)
      cond = negated ? Cond::IfNotP0 : Cond::IfP0;
    else
      cond = negated ? Cond::IfNotP1 : Cond::IfP1;
    return Status::success();
  }

  Status parseTake() {
    if (numWaits == inst.wait.size())
      return at.error("an instruction takes from at most two semaphores; take is an "
                      "instruction too");
    Wait &wait = inst.wait[numWaits++];
    uint32_t sem = 0;
    NEURON_TRY(parseNumbered(at, names.semaphores, 's', kNumSemaphores, "semaphore", sem));
    int64_t count = 1;
    unsigned begin = at.column();
    if (seesAmount())
      NEURON_TRY(parseAmount(at, names, count));
    if (count < 1 || count > 255)
      return at.errorAt(begin, "a wait takes 1 to 255; the instruction take takes more");
    wait = {static_cast<uint8_t>(sem), static_cast<uint8_t>(count)};
    return Status::success();
  }

  Status parseSignal() {
    if (numSignals == inst.signal.size())
      return at.error("an instruction signals at most two semaphores; signal is an instruction "
                      "too");
    Signal &signal = inst.signal[numSignals++];
    uint32_t sem = 0;
    NEURON_TRY(parseNumbered(at, names.semaphores, 's', kNumSemaphores, "semaphore", sem));
    signal.sem = static_cast<uint8_t>(sem);
    signal.cond = Cond::Always;
    if (at.accept("read"))
      signal.at = When::Read;
    return at.accept("if") ? parseCond(signal.cond) : Status::success();
  }
};

} // namespace

Status parseInst(std::string_view text, const Names &names, std::optional<Engine> section,
                 unsigned line, unsigned column, Inst &inst) {
  Cursor at(text, line, column);
  return InstParser(at, names, section, inst).run();
}

Status parseInst(std::string_view text, Inst &inst) {
  return parseInst(text, Names(), std::nullopt, 1, 1, inst);
}

} // namespace neuron::isa
