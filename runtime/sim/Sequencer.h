// The control flow of one stream: the same walk for values, races and time.
//
// A sequencer owns what a stream's front end owns: program counter, 64 registers, loop stack,
// call stack and the hidden taken-counts of `take`. `next` looks at the current values of the
// semaphores and either says which level the stream waits for, or hands out the next
// instruction with everything that depends on control state resolved: operand addresses,
// run-time counts, whether it executes, accumulates and signals. Control instructions are
// handed out too (with their effect already done), because they cost time.
//
// Rules that the table leaves open:
//  * An instruction whose `exec` condition is false still waits and signals; only its effect
//    is missing (a loop is left out whole, a call or return is not taken, a transfer is empty).
//  * Waits of one instruction are taken together, when all of them are satisfied.
//  * A register holds an integer in [-2^31, 2^32); leaving that range is a fault. At the end of
//    an iteration a register adds its step and becomes 0 when it is then at or above its wrap.
//  * A run-time count is at most the count that the dim states.
//  * `return` with an open loop, recursion, and running past the end of a function are faults.
#pragma once

#include "runtime/sim/Faults.h"
#include "runtime/sim/RepeatSearch.h"
#include "runtime/sim/StateReader.h"

#include <array>
#include <cstdint>
#include <utility>
#include <vector>

namespace neuron::sim {

inline constexpr uint32_t kNoPc = 0xffffffff;
inline constexpr unsigned kMaxLoopDepth = 64; ///< over all open calls

/// One instruction stream with its jumps resolved. Refers to the instructions, owns the rest.
class StreamCode {
public:
  /// `entries[f]` is the first instruction of function f, kNoPc when the stream has no part in
  /// it. Function `main` is where the stream begins. An empty stream is legal.
  /// Errors: Malformed for unbalanced loops, a function without `return` at its end, a call of
  /// a function that is not there.
  static Result<StreamCode> make(isa::Engine stream, const isa::Inst *first, uint32_t count,
                                 std::vector<uint32_t> entries, uint32_t main);

  isa::Engine stream() const { return engine; }
  uint32_t size() const { return count; }
  const isa::Inst &at(uint32_t pc) const { return first[pc]; }
  /// Of a loop its endloop, of an endloop its loop.
  uint32_t match(uint32_t pc) const { return row[pc].match; }
  /// Operands that are present, counted from the first; later ones may be absent in between.
  unsigned operands(uint32_t pc) const { return row[pc].operands; }
  bool isControl(uint32_t pc) const { return row[pc].control; }
  uint32_t entry(uint32_t function) const {
    return function < entries.size() ? entries[function] : kNoPc;
  }
  uint32_t begin() const { return start; }
  /// What registers are to a walk in time, a bit for each. Those that only select addresses and
  /// come back to 0 before they are large are in none of the sets.
  struct RegisterUse {
    uint64_t steering = 0; ///< counts, arithmetic, loads, or updates of several kinds
    uint64_t counted = 0;  ///< only added to
    uint64_t compared = 0; ///< rise, and are compared with numbers
    /// Register and number of the predicates, and of what makes it 0.
    std::vector<std::pair<uint8_t, uint32_t>> thresholds;
  };
  const RegisterUse &registerUse() const { return use; }
  bool waitsAbsolutely() const { return absolute; } ///< it has a wait_ge

private:
  struct Row {
    uint32_t match = kNoPc;
    uint8_t operands = 0;
    bool control = false;
    bool waits = false;
    bool counted = false; ///< a count comes from a register
    /// No condition depends on a register: these are what they always are.
    bool plain = false;
    bool executes = false, accumulates = false;
    std::array<bool, 2> fires{};
    /// The waits, when they are plain too: of different semaphores, each for so many more.
    bool plainWaits = false;
    uint8_t numWaits = 0;
    std::array<isa::Wait, 3> wait{};
  };
  void resolveConditions(const isa::Inst &inst, Row &facts) const;
  Status resolve();
  Status matchLoops(uint32_t begin, uint32_t end);
  void noteSteering(const isa::Inst &inst, const Row &facts);
  void resolveRegisters();

  friend class Sequencer;
  isa::Engine engine = isa::Engine::Sync;
  const isa::Inst *first = nullptr;
  uint32_t count = 0;
  uint32_t start = kNoPc;
  std::vector<uint32_t> entries;
  std::vector<Row> row;
  RegisterUse use;
  bool absolute = false;
};

/// A semaphore's value that has to be reached.
struct Level {
  uint8_t sem = 0;
  uint64_t value = 0;
};

/// An instruction as it leaves the sequencer.
struct Issue {
  const isa::Inst *inst = nullptr;
  isa::Engine stream = isa::Engine::Sync;
  uint32_t pc = 0;
  uint32_t nextPc = 0;      ///< where the stream continues
  uint64_t index = 0;       ///< among all instructions of the stream
  uint64_t iteration = 0;   ///< of the outermost loop that runs
  uint64_t engineIndex = 0; ///< among those that enter the engine's queue; `after` counts these
  bool control = false;
  bool executes = true;
  bool accumulates = false;
  std::array<bool, 2> fires{}; ///< which of inst->signal
  uint8_t numWaits = 0;
  std::array<Level, 3> waits{}; ///< levels that this instruction waited for, all reached
  uint8_t numOperands = 0;
  std::array<int64_t, isa::kMaxOperands> base{};
  std::array<uint32_t, isa::kMaxOperands> outerCount{}; ///< of dim[0]

  Place place() const { return {stream, pc, index, inst->opId, iteration}; }
  /// Operand k with its absolute base and run-time count, without terms.
  isa::Operand operand(unsigned k) const;
  /// The whole instruction with resolved operands; typed views over it see addresses.
  isa::Inst resolved() const;
};

enum class StepKind : uint8_t {
  Issued,
  Blocked,   ///< `blocked` is not reached yet; call again later
  AtBarrier, ///< call passBarrier when every stream stands at one and the queues are drained;
             ///< the barrier itself is then issued by the next step
  Ended,
  Faulted, ///< see fault()
};

/// Whether operands get addresses; a walk that moves no bytes needs only run-time counts.
enum class Addresses : uint8_t { Resolved, Ignored };

class Sequencer {
public:
  /// The code must outlive the sequencer.
  explicit Sequencer(const StreamCode &code, Addresses addresses = Addresses::Resolved);
  /// Back to the beginning, registers zero.
  void restart();

  /// The next step given the semaphores' values, indexed by semaphore. After a `reg_load` that
  /// executes, `provide` must be called before the next step.
  StepKind next(const uint64_t *semaphores);

  const Issue &issue() const { return out; }      ///< after Issued
  const Level &blocked() const { return wanted; } ///< after Blocked
  const Fault &fault() const { return trouble; }  ///< after Faulted
  Place place() const;                            ///< the instruction that comes next

  /// The value of the `reg_load` that was issued last.
  void provide(int64_t value);
  bool awaitsValue() const { return awaited != isa::kNoRegister; }
  void passBarrier();

  int64_t reg(unsigned r) const { return regs[r]; }
  uint32_t pc() const { return at; }
  unsigned callDepth() const { return static_cast<unsigned>(calls.size()); }
  unsigned loopDepth() const { return static_cast<unsigned>(loops.size()); }
  /// Iterations begun after the first of their loop, in all and by depth of the loop.
  uint64_t iterationsBegun() const { return begun; }
  const std::array<uint64_t, RepeatSearch::kDepths> &iterationsAt() const { return begunAt; }

  /// What decides the steps to come, apart from semaphores. `steps` have been made since.
  void visit(StateReader &reader, uint64_t steps, bool pending);
  void visitCompared(StateReader &reader, unsigned r);
  uint64_t &blockedAt() { return wanted.value; }
  uint64_t issuedToEngine() const { return engineCount; }
  uint64_t &takenOf(unsigned sem) { return taken[unsigned(code.stream())][sem]; }

private:
  struct Loop {
    uint32_t begin; ///< pc of the loop instruction
    uint64_t left;  ///< iterations still to begin after this one
  };
  struct Call {
    uint32_t back;
    uint32_t callee;
    uint32_t loops; ///< loops that were open when it was called
  };

  StepKind refuse(FaultKind kind, const char *format, ...) __attribute__((format(printf, 3, 4)));
  bool holds(const isa::Predicate &predicate) const;
  bool holds(isa::Cond cond, const isa::Inst &inst) const;
  bool reached(const isa::Inst &inst, const uint64_t *semaphores);
  bool reachedPlain(const StreamCode::Row &facts, unsigned engine, const uint64_t *semaphores);
  bool resolveOperands(const isa::Inst &inst);
  bool setRegister(unsigned r, int64_t value);
  bool control(const isa::Inst &inst);
  bool enterLoop(const isa::Inst &inst);
  bool endLoop();
  bool enterCall(uint32_t function);
  bool leaveCall();
  bool registerAlu(const isa::Inst &inst);

  const StreamCode &code;
  Addresses addresses;
  uint32_t at = kNoPc;
  uint64_t count = 0, engineCount = 0;
  uint64_t iteration = 0; ///< of the outermost loop that runs
  std::array<int64_t, isa::kNumRegisters> regs{};
  /// Per engine, because the unsplit form of a program is walked by one sequencer.
  std::array<std::array<uint64_t, isa::kNumSemaphores>, isa::kNumEngines> taken{};
  std::vector<Loop> loops;
  std::vector<Call> calls;
  uint64_t begun = 0;
  std::array<uint64_t, RepeatSearch::kDepths> begunAt{};
  std::array<uint64_t, isa::kNumRegisters> wraps{}; ///< times that each was made 0
  uint8_t awaited = isa::kNoRegister;
  enum class Barrier : uint8_t { None, Standing, Passed } barrier = Barrier::None;
  Issue out;
  Level wanted;
  Fault trouble;
};

} // namespace neuron::sim
