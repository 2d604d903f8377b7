// What the simulator runs: code with resolved jumps, semaphores, segments, one machine.
//
// The program file and the assembler's text both become an image; the simulator knows neither.
// An image refers to instructions and contents that its maker keeps alive.
#pragma once

#include "runtime/sim/Sequencer.h"
#include "runtime/target/Machine.h"

#include <array>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace neuron::sim {

/// Who increments a semaphore.
enum class Producer : uint8_t {
  None,     ///< nobody: only the initial value counts
  Read,     ///< `source` is an engine; its instructions signal when their inputs are read
  Complete, ///< `source` is an engine; its instructions signal when their results are written
  Queue,    ///< `source` is a DMA queue
};

struct SemaphorePlan {
  uint32_t initial = 0;
  Producer producer = Producer::None;
  uint8_t source = 0;
  uint8_t consumers = 0; ///< bit 1 << Engine for every stream that takes it
};

/// How an HBM segment begins and who owns its bytes.
enum class SegmentRole : uint8_t {
  Input,    ///< the caller's; read only
  Output,   ///< the caller's; begins unwritten, has to be written whole
  State,    ///< the caller's; begins written, may be written
  Constant, ///< the image's content; read only
  Scratch,  ///< the simulator's; begins unwritten
  Unused,   ///< has no memory (an output that is another segment's memory)
};

inline constexpr unsigned kNumSegmentRoles = 6;
const char *toText(SegmentRole role);

struct SegmentPlan {
  std::string name;
  SegmentRole role = SegmentRole::Scratch;
  uint64_t bytes = 0;
  const uint8_t *content = nullptr; ///< Constant; may be null for a time-only run
};

/// An upper bound on what only the values know, at one instruction of a stream.
struct BoundPlan {
  enum Kind : uint8_t { Trips, Rows, Value } kind = Trips;
  isa::Engine stream = isa::Engine::Sync;
  uint32_t pc = 0;
  uint64_t limit = 0;
};

struct Image {
  const target::Machine *machine = nullptr;
  std::array<StreamCode, isa::kNumEngines> stream;
  std::optional<StreamCode> sequential; ///< the unsplit form
  std::array<SemaphorePlan, isa::kNumSemaphores> semaphores{};
  std::array<uint8_t, isa::kNumQueues> queueInFlight{}; ///< 0: what the machine has
  /// Bit per queue whose descriptors are made at the trigger, not when the program is loaded.
  uint16_t queuesDescribed = 0;
  unsigned cores = 0; ///< of the chip that run a copy of the program at the same time; 0: all
  std::vector<SegmentPlan> segments;
  std::vector<BoundPlan> bounds;
  uint64_t maxCycles = 0; ///< 0: no bound
  /// The layer of an op id in an iteration of the outermost loop, "" for none; may be empty.
  std::function<std::string(uint32_t opId, uint64_t iteration)> layer;
  /// In how many of these iterations it is a layer of its own; may be empty: in none.
  std::function<uint64_t(uint32_t opId)> layerIterations;
  /// Flops that the model asks of the op's layer in one of them; may be empty.
  std::function<uint64_t(uint32_t opId)> layerFlops;

  std::string layerOf(uint32_t opId, uint64_t iteration = kNoIteration) const {
    return layer ? layer(opId, iteration) : std::string();
  }
  /// For an access whose iteration is not known: all that it may have been.
  static constexpr uint64_t kNoIteration = UINT64_MAX;
};

/// Everything that an image must keep before any walk: producers of all signals, stream and
/// queue of every transfer, the generation of every instruction, takes of declared consumers.
/// Errors: Malformed, with stream and instruction.
Status check(const Image &image);

} // namespace neuron::sim
