// A whole program as text: directives, functions, and a section for every engine.
//
//   .machine trn1
//   .semaphore loaded
//   .tensor x input bf16 [128, 512] = random(1)
//   .func main
//   .engine sync
//     dma sbuf.bf16[0:128]@0x0 {512}, hbm.bf16@x {128, 512} signal loaded
//   .engine vector
//     take loaded
//
// docs/assembly.md is the reference. What is printed parses to the same file. Producers of
// semaphores are inferred from the instructions that signal them, consumers from those that
// take; a section that does not end with `return` gets one.
#pragma once

#include "runtime/isa/AsmExpression.h"
#include "runtime/isa/Text.h"

#include "runtime/target/Machine.h"

#include <array>

namespace neuron::isa {

/// Streams 0 to 4 are the engines', the last one is the sequential form.
inline constexpr unsigned kSequentialStream = kNumEngines;
inline constexpr unsigned kNumStreams = kNumEngines + 1;
inline constexpr uint32_t kNoEntry = 0xffffffff;

struct AsmSemaphore {
  std::string name;
  uint32_t initial = 0;
  enum Producer : uint8_t { None, Read, Complete, Queue } producer = None;
  uint8_t source = 0;    ///< an engine, or a queue
  uint8_t consumers = 0; ///< bit 1 << Engine
};

enum class TensorRole : uint8_t { Input, Output, State, Weight, Scratch };
const char *toText(TensorRole role);

/// A tensor in HBM. Its segment is its index in the file.
struct AsmTensor {
  std::string name;
  TensorRole role = TensorRole::Scratch;
  DType dtype = DType::F32;
  std::vector<uint64_t> shape;
  Expression content; ///< None: undefined
  uint64_t elements() const;
  uint64_t bytes() const { return elements() * byteSize(dtype); }
};

struct AsmFunction {
  std::string name;
  std::array<uint32_t, kNumStreams> entry = {kNoEntry, kNoEntry, kNoEntry,
                                             kNoEntry, kNoEntry, kNoEntry};
};

/// `label:` before an instruction.
struct AsmLabel {
  std::string name;
  unsigned stream = 0;
  uint32_t index = 0;
};

/// An upper bound on what only values know, at one instruction.
struct AsmBound {
  enum Kind : uint8_t { Trips, Rows, Value } kind = Trips;
  unsigned stream = 0;
  uint32_t index = 0;
  uint64_t limit = 0;
};

/// When the n-th execution of an instruction starts or is complete; Total: when everything is.
struct AsmTimePoint {
  enum Kind : uint8_t { Start, Complete, Total } kind = Start;
  uint32_t label = 0; ///< index into labels
  uint32_t occurrence = 0;
};

/// `.expect complete @label[n] = start @other + cycles`: that point, in cycles of its engine,
/// from the begin of the program or from another point. Total: in cycles at base clock.
struct AsmExpectTime {
  AsmTimePoint point;
  std::optional<AsmTimePoint> since;
  uint64_t cycles = 0;
  unsigned line = 0;
};

/// `.expect_values tensor = expression within tolerance`: absolute, of every element.
struct AsmExpectValues {
  uint32_t tensor = 0;
  Expression expected;
  double tolerance = 0;
  unsigned line = 0;
};

/// `.expect_fault kind "part of its message"`.
struct AsmExpectFault {
  std::string kind, text;
  unsigned line = 0;
};

struct AsmFile {
  std::string machine = "trn1";
  std::vector<std::pair<std::string, uint64_t>> params; ///< replaced numbers of the machine
  std::map<std::string, int64_t, std::less<>> constants;
  std::vector<AsmSemaphore> semaphores;            ///< by number
  std::vector<AsmTensor> tensors;                  ///< by segment
  std::array<uint8_t, kNumQueues> queueInFlight{}; ///< 0: what the machine has
  unsigned cores = 0; ///< that run a copy at the same time; 0: all of the chip
  uint16_t queuesDescribed = 0; ///< bit per queue whose transfers are described when triggered
  std::vector<AsmFunction> functions;              ///< the first one is where the program begins
  std::array<std::vector<Inst>, kNumStreams> stream;
  std::array<std::vector<unsigned>, kNumStreams> line; ///< of every instruction; 0: none
  std::vector<AsmLabel> labels;
  std::vector<AsmBound> bounds;
  uint64_t maxCycles = 0; ///< 0: no bound
  std::vector<AsmExpectTime> expectTimes;
  std::vector<AsmExpectValues> expectValues;
  std::vector<AsmExpectFault> expectFaults;

  bool hasSequential() const { return !stream[kSequentialStream].empty(); }
};

/// Errors: InvalidArgument, "place:line:column: what".
Result<AsmFile> parseAsm(std::string_view text, const std::string &place);

/// The machine that the file asks for. Errors: InvalidArgument.
Result<target::Machine> machineOf(const AsmFile &file);

/// Instructions with loops indented, names instead of numbers.
std::string toText(const AsmFile &file);

Names namesOf(const AsmFile &file);

} // namespace neuron::isa
