// What every register holds, as a linear form of loop counters and rotating slots.
//
// Walks a function once, in program order, and keeps for each of the 64 registers a constant
// plus a sum of factor * variable. A variable is the position of a loop (it steps 0, 1, .. and
// starts again at its period) or something opaque: a loaded register, a maximum, an argument.
// A register that is zero before a loop, and that only loops inside write, which all leave it at
// zero, is zero at the head of every iteration.
// Worked example: `reg set r17, 0; loop 8 [r16 +1 wrap 8, r17 +1 wrap 3] { reg multiply r20 =
// r16 * 4; ... }`: in the body r16 = c (period 8), r17 = s (period 3), r20 = 4 c.
#pragma once

#include "passes/isa/Sequence.h"

#include <array>
#include <map>

namespace neuron::isa {

struct Variable {
  /// The loop body whose iterations step it; of an opaque one, the region that defines it.
  uint32_t region = 0;
  /// Values are 0 .. period - 1; 0: opaque, any value, another one at every definition.
  uint64_t period = 0;
  /// A rotating slot keeps rotating while the loops inside `scope` are entered again; it is set
  /// anew by every iteration of that region.
  uint32_t scope = 0;
  /// Starts at 0 whenever its loop begins and steps once per iteration.
  bool counter = false;

  bool opaque() const { return period == 0; }
};

struct FormTerm {
  uint32_t variable = 0;
  int64_t factor = 0;
  bool operator==(const FormTerm &o) const { return variable == o.variable && factor == o.factor; }
};

/// constant + sum of terms; terms sorted by variable, no zero factors.
struct Form {
  int64_t constant = 0;
  std::vector<FormTerm> terms;
  bool isConstant() const { return terms.empty(); }
};

/// Adds factor * other to form; false when a number leaves 64 bits.
[[nodiscard]] bool addScaled(Form &form, const Form &other, int64_t factor);

/// Walks a function and calls back at every instruction with the registers before it.
class RegisterForms {
public:
  /// `calleeWrites[f]`: the registers that function f or its callees write.
  /// `zero`: registers that are zero when the function begins.
  RegisterForms(const Sequence &sequence, const std::vector<uint64_t> &calleeWrites, uint64_t zero);

  /// Calls `visit(instruction, region)` in program order; `at(r)` is valid during the call.
  template <typename Visit> void walk(Visit &&visit) {
    begin();
    walkRegion(0, visit);
  }

  const Form &at(unsigned reg) const { return state[reg]; }
  const std::vector<Variable> &variables() const { return vars; }
  /// The registers that the function or its callees write.
  uint64_t writes() const { return written[0]; }

private:
  template <typename Visit> void walkRegion(uint32_t region, Visit &visit) {
    for (const Child &child : sequence.regions[region].children) {
      switch (child.kind) {
      case Child::Instruction:
        visit(child.index, region);
        step(child.index, region);
        break;
      case Child::Loop: {
        enter(child.index, region);
        walkRegion(child.index, visit);
        leave(child.index, region);
        break;
      }
      case Child::Call:
        forget(calleeWrites[child.index], region);
        break;
      }
    }
  }

  void begin();
  void summarise(uint32_t region);
  void step(uint32_t inst, uint32_t region);
  void enter(uint32_t loop, uint32_t region);
  void leave(uint32_t loop, uint32_t region);
  Form evaluate(const Inst &inst, uint32_t region);
  Form headForm(uint32_t loop, unsigned reg, Form &exit);
  Form rotation(uint32_t loop, unsigned reg, const Update &update);
  void forget(uint64_t registers, uint32_t region);
  Form opaque(uint32_t region);
  uint32_t counterOf(uint32_t loop);
  uint32_t slotOf(uint32_t loop, unsigned reg, uint64_t period);

  const Sequence &sequence;
  const std::vector<uint64_t> &calleeWrites;
  uint64_t zero;
  std::vector<Variable> vars;
  std::array<Form, kNumRegisters> state;
  std::array<uint32_t, kNumRegisters> scope{}; ///< region that set a register to a constant
  /// Variables by (loop, register or none, period, scope).
  std::map<std::array<uint64_t, 4>, uint32_t> known;

  /// Who writes a register inside a region: nobody, one loop's update, or something else.
  static constexpr uint32_t kNobody = 0xffffffff, kMany = 0xfffffffe;
  std::vector<uint64_t> written;
  /// Of these, the registers that may not be zero afterwards when they were zero before.
  std::vector<uint64_t> disturbed;
  std::vector<std::array<uint32_t, kNumRegisters>> writer;
  /// What registers hold after an open loop, innermost last; the others are forgotten.
  std::vector<std::map<unsigned, Form>> exits;
};

} // namespace neuron::isa
