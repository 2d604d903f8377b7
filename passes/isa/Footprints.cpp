// Footprints of instructions; see Footprints.h.
#include "passes/isa/Footprints.h"

#include <algorithm>
#include <unordered_map>

using namespace neuron;
using namespace neuron::isa;

namespace {

constexpr int64_t kFarthest = int64_t(1) << kSegmentShift;

/// Adds what `count` steps of `step` reach to [low, high]; false when that leaves the space.
bool widen(Footprint &f, int64_t step, uint64_t count) {
  __int128 reach = static_cast<__int128>(step) * static_cast<__int128>(count - 1);
  if (reach > kFarthest || reach < -kFarthest)
    return false;
  (reach > 0 ? f.high : f.low) += static_cast<int64_t>(reach);
  return f.high <= 2 * kFarthest && f.low >= -2 * kFarthest;
}

class Reader {
public:
  Reader(const Sequence &sequence, const std::vector<uint64_t> &calleeWrites, uint64_t zero)
      : sequence(sequence), forms(sequence, calleeWrites, zero) {}

  FunctionAccesses run() {
    out.insts.resize(sequence.insts.size());
    forms.walk([this](uint32_t index, uint32_t region) { read(index, region); });
    out.variables = forms.variables();
    out.writtenRegisters = forms.writes();
    return std::move(out);
  }

private:
  void read(uint32_t index, uint32_t region) {
    const Inst &inst = sequence.insts[index];
    const InstFacts &facts = factsOf(inst);
    InstAccesses &row = out.insts[index];
    row.region = region;
    for (unsigned k = 0; k < facts.numOperands; ++k) {
      const Operand &operand = inst.operand[k];
      if (!operand.present())
        continue;
      Access access;
      access.footprint = intern(footprint(inst, facts, k));
      access.write = facts.operand[k].role != Role::Read;
      access.psumProduct = inst.opcode == Opcode::Matmul && access.write;
      access.accumulates = access.psumProduct && inst.accumulate != Cond::Never;
      row.accesses.push_back(access);
    }
  }

  Footprint footprint(const Inst &inst, const InstFacts &facts, unsigned k) {
    const Operand &operand = inst.operand[k];
    Footprint f;
    f.space = operand.space;
    f.elementBytes = byteSize(operand.dtype);
    f.base = operand.base;
    if (operand.space == Space::Hbm) {
      f.segment = static_cast<uint32_t>(operand.base >> kSegmentShift);
      f.base = operand.base & (kFarthest - 1);
      f.endPartition = 1;
    } else {
      f.firstPartition = operand.startPartition;
      f.endPartition = static_cast<uint8_t>(
          std::min<unsigned>(operand.startPartition + operand.partitions, 0xff));
    }
    int64_t unit = facts.operand[k].dmaSide ? 1 : f.elementBytes;
    for (unsigned d = 0; d < operand.numDims && d < kMaxDims; ++d)
      if (operand.dim[d].count > 1 && operand.dim[d].step != 0)
        f.dims.push_back({operand.dim[d].step * unit, operand.dim[d].count});
    bool rows = (inst.opcode == Opcode::DmaGather && k == DmaGather::kSrc) ||
                (inst.opcode == Opcode::DmaScatter && k == DmaScatter::kDst);
    if (rows && inst.imm[1] > 1)
      f.dims.push_back({int64_t(inst.imm[0]), inst.imm[1]});
    addTerms(f, operand);
    bound(f);
    return f;
  }

  void addTerms(Footprint &f, const Operand &operand) {
    Form address;
    for (const Term &term : operand.term)
      if (term.reg != kNoRegister && term.stride != 0 &&
          !addScaled(address, forms.at(term.reg % kNumRegisters), term.stride))
        f.anywhere = true;
    if (__builtin_add_overflow(f.base, address.constant, &f.base))
      f.anywhere = true;
    f.terms = std::move(address.terms);
  }

  void bound(Footprint &f) {
    f.anywhere |= f.base <= -kFarthest || f.base >= kFarthest;
    bool known = !f.anywhere;
    f.low = known ? f.base : 0;
    f.high = f.low + f.elementBytes;
    for (const Stride &dim : f.dims)
      known = known && widen(f, dim.step, dim.count);
    for (const FormTerm &term : f.terms) {
      const Variable &variable = forms.variables()[term.variable];
      known = known && !variable.opaque() && widen(f, term.factor, variable.period);
    }
    f.bounded = known;
    if (!known) {
      f.low = -kFarthest;
      f.high = kFarthest;
    }
  }

  /// Equal footprints get one number, so that dependences are decided once for all of them.
  uint32_t intern(Footprint f) {
    uint64_t hash = 0xcbf29ce484222325;
    auto mix = [&](uint64_t word) {
      hash = (hash ^ word) * 0x100000001b3;
      hash ^= hash >> 29;
    };
    mix(static_cast<uint64_t>(f.space) << 48 | uint64_t(f.firstPartition) << 40 |
        uint64_t(f.endPartition) << 32 | f.segment);
    mix(static_cast<uint64_t>(f.base));
    mix(f.elementBytes);
    for (const Stride &dim : f.dims) {
      mix(static_cast<uint64_t>(dim.step));
      mix(dim.count);
    }
    for (const FormTerm &term : f.terms) {
      mix(term.variable);
      mix(static_cast<uint64_t>(term.factor));
    }
    auto range = numbers.equal_range(hash);
    for (auto it = range.first; it != range.second; ++it)
      if (out.footprints[it->second].sameBytes(f))
        return it->second;
    numbers.emplace(hash, out.footprints.size());
    out.footprints.push_back(std::move(f));
    return static_cast<uint32_t>(out.footprints.size() - 1);
  }

  const Sequence &sequence;
  RegisterForms forms;
  FunctionAccesses out;
  std::unordered_multimap<uint64_t, uint32_t> numbers;
};

} // namespace

bool Footprint::sameBytes(const Footprint &o) const {
  return space == o.space && segment == o.segment && firstPartition == o.firstPartition &&
         endPartition == o.endPartition && anywhere == o.anywhere &&
         elementBytes == o.elementBytes && base == o.base && dims == o.dims && terms == o.terms;
}

FunctionAccesses isa::readAccesses(const Sequence &sequence,
                                   const std::vector<uint64_t> &calleeWrites, uint64_t zero) {
  return Reader(sequence, calleeWrites, zero).run();
}
