// Follows the table: what a row does not have stays zero.
#include "test/isa/RandomInst.h"

namespace neuron::isa::test {
namespace {

class Generator {
public:
  explicit Generator(std::mt19937_64 &random) : random(random) {}

  Inst make() {
    const InstFacts &facts = kInstFacts[below(kNumInsts)];
    inst.opcode = facts.opcode;
    do
      inst.engine = static_cast<Engine>(below(kNumEngines));
    while (!facts.runsOn(inst.engine));
    inst.opId = below(3) ? 0 : static_cast<uint32_t>(below(1u << 24));
    if (facts.numOperands && below(3) == 0)
      inst.after = static_cast<uint8_t>(below(16));
    makePredicates();
    makeConditions(facts);
    makeFields(facts);
    for (unsigned o = 0; o < facts.numOperands; ++o)
      if (!facts.operand[o].optional || below(2))
        makeOperand(facts.operand[o], inst.operand[o]);
    makeControl();
    return inst;
  }

private:
  std::mt19937_64 &random;
  Inst inst;

  uint64_t below(uint64_t limit) { return random() % limit; }
  uint8_t reg() { return static_cast<uint8_t>(below(kNumRegisters)); }

  /// In [-2^(bits-1), 2^(bits-1)), the ends often.
  int64_t signedNumber(unsigned bits) {
    int64_t limit = int64_t(1) << (bits - 1);
    switch (below(4)) {
    case 0:
      return -limit;
    case 1:
      return limit - 1;
    case 2:
      return static_cast<int64_t>(below(64)) - 32;
    }
    return static_cast<int64_t>(below(2 * static_cast<uint64_t>(limit))) - limit;
  }

  void makePredicates() {
    for (Predicate &pred : inst.pred)
      if (below(2))
        pred = {reg(), static_cast<uint16_t>(below(65536))};
    if (inst.pred[0] == inst.pred[1])
      inst.pred[1] = Predicate();
  }

  Cond cond(bool never) {
    for (;;) {
      Cond value = static_cast<Cond>(below(6));
      if (value == Cond::Never && !never)
        continue;
      if (value <= Cond::Always || inst.pred[value >= Cond::IfP1].reg != kNoRegister)
        return value;
    }
  }

  void makeConditions(const InstFacts &facts) {
    if (inst.opcode != Opcode::EndLoop)
      inst.exec = cond(false);
    if (facts.hasAccumulate)
      inst.accumulate = cond(true);
    for (unsigned i = 0, waits = static_cast<unsigned>(below(3)); i < waits; ++i)
      inst.wait[i] = {static_cast<uint8_t>(below(256)), static_cast<uint8_t>(1 + below(255))};
    for (unsigned i = 0, signals = static_cast<unsigned>(below(3)); i < signals; ++i) {
      When at = !facts.isDma && below(2) ? When::Read : When::Complete;
      inst.signal[i] = {static_cast<uint8_t>(below(256)), cond(false), at};
    }
  }

  void makeFields(const InstFacts &facts) {
    for (unsigned f = 0; f < facts.numFields; ++f) {
      const FieldFacts &field = facts.field[f];
      inst.sub = static_cast<uint16_t>(inst.sub | below(field.values) << field.shift);
    }
    for (unsigned i = 0; i < facts.numImms; ++i) {
      bool isFloat = facts.imm[i].kind == ImmKind::Float;
      uint32_t bits = static_cast<uint32_t>(below(4) ? random() : 0);
      inst.imm[facts.imm[i].index] =
          isFloat && below(2) ? immBits(float(int64_t(below(99)))) : bits;
    }
  }

  void makeOperand(const OperandFacts &row, Operand &operand) {
    do
      operand.space = static_cast<Space>(1 + below(3));
    while (!row.allows(operand.space));
    operand.dtype = row.scalarColumn ? DType::F32 : static_cast<DType>(below(kNumDTypes));
    bool hbm = operand.space == Space::Hbm;
    if (!hbm) {
      operand.startPartition = static_cast<uint8_t>(below(kNumPartitions));
      operand.partitions = static_cast<uint8_t>(1 + below(kNumPartitions - operand.startPartition));
    }
    operand.base = hbm ? static_cast<int64_t>(below(uint64_t(1) << 60)) : signedNumber(24);
    for (unsigned t = 0, terms = static_cast<unsigned>(below(3)); t < terms; ++t)
      operand.term[t] = {reg(), signedNumber(row.dmaSide ? 48 : 24)};
    if (row.scalarColumn)
      return;
    operand.numDims = static_cast<uint8_t>(below(kMaxDims + 1));
    if (operand.numDims && below(4) == 0)
      operand.countRegister = reg();
    for (unsigned d = 0; d < operand.numDims; ++d)
      operand.dim[d] = {static_cast<int32_t>(below(2) ? 1 : signedNumber(16)),
                        static_cast<uint32_t>(1 + below(below(3) ? 16 : 1000))};
    if (row.dmaSide && operand.numDims)
      operand.dim[0].step = static_cast<int32_t>(signedNumber(30));
  }

  void makeControl() {
    if (inst.opcode == Opcode::Loop) {
      if (Loop(inst).countFromRegister())
        inst.imm[0] = 0;
      else
        Loop::setCountRegister(inst, 0);
      for (unsigned u = 0, updates = static_cast<unsigned>(below(5)); u < updates; ++u)
        inst.update[u] = {static_cast<uint8_t>(u + 4 * below(15)),
                          static_cast<int16_t>(signedNumber(16)), static_cast<uint32_t>(random())};
    }
    if (inst.opcode == Opcode::RegisterAlu) {
      RegOp op = RegisterAlu(inst).op();
      if (op == RegOp::Set)
        RegisterAlu::setA(inst, 0);
      if (op == RegOp::Copy)
        RegisterAlu::setImm(inst, 0);
      RegisterAlu::setB(inst, op == RegOp::MultiplyAdd ? reg() : 0);
    }
  }
};

} // namespace

Inst randomInst(std::mt19937_64 &random) { return Generator(random).make(); }

} // namespace neuron::isa::test
