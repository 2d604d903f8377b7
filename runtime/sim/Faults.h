// What the simulated machine refuses, and where: the value behind every exit with code 6.
//
// A fault names its kind, the instruction (stream, place in the code, dynamic index, layer),
// the time when a clock is running, the bytes that it is about and a sentence. The first fault
// of a run is the result of the run; nothing that was computed before it is handed out. No
// fault can be switched off.
#pragma once

#include "runtime/base/Status.h"
#include "runtime/isa/Isa.h"

#include <cstdint>
#include <string>

namespace neuron::sim {

enum class FaultKind : uint8_t {
  None,
  IllegalInstruction, ///< breaks a rule that its own fields and operands show
  UndefinedBehaviour, ///< legal fields, but the machine's state gives it no meaning
  UninitialisedRead,  ///< reads bytes that nothing has written
  OutOfBounds,        ///< an address, index or count outside of what it may reach
  Race,               ///< two accesses that nothing orders
  Deadlock,           ///< streams that wait for each other, or for nobody
  Timeout,            ///< the bound on cycles or instructions was reached
  Unsupported,        ///< the machine of this program lacks it
  Unimplemented,      ///< the machine has it, the simulator does not
  Internal,           ///< our mistake
};

const char *toText(FaultKind kind);

/// Bytes [first, end) in each of `partitions` partitions; in HBM device addresses.
struct ByteRange {
  isa::Space space = isa::Space::None;
  uint8_t startPartition = 0;
  uint8_t partitions = 0;
  int64_t first = 0;
  int64_t end = 0;
};

/// "sbuf[0..127] bytes 64..575", "hbm segment 3 bytes 0..511"; empty without a space.
std::string toText(const ByteRange &range);

/// An instruction of a run: which stream, where in its code, the how-many-eth of the stream.
struct Place {
  isa::Engine stream = isa::Engine::Sync;
  uint32_t pc = 0;
  uint64_t index = 0;
  uint32_t opId = 0;
  uint64_t iteration = 0; ///< of the outermost loop that runs: which of several equal layers
};

struct Fault {
  FaultKind kind = FaultKind::None;
  Place at;
  bool hasTime = false;
  uint64_t femtoseconds = 0; ///< when `hasTime`
  ByteRange bytes;
  std::string message;

  bool raised() const { return kind != FaultKind::None; }
};

/// One line: kind, place, layer (may be null), time, bytes, sentence.
std::string toText(const Fault &fault, const char *layer = nullptr);

/// Success without a fault, otherwise its code (Fault, or Timeout) and its line.
Status toStatus(const Fault &fault, const char *layer = nullptr);

/// "tensor", "vector", "scalar", "gpsimd", "sync".
const char *streamText(isa::Engine stream);

} // namespace neuron::sim
