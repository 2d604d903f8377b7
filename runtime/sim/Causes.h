// What time can be spent on, and which number of the machine table says how long it takes.
//
// One row a cause: the resource that people read, and the parameter whose kind (documented,
// measured, fitted, assumed) tells how far the duration can be trusted.
#pragma once

#include "runtime/target/Machine.h"

#include <array>
#include <cstdint>

namespace neuron::sim {

enum class Resource : uint8_t {
  Tensor,
  Vector,
  Scalar,
  GpSimd,
  EngineLatency,
  Ports,
  DmaBandwidth,
  DmaLatency,
  DmaIssue,
  DmaTrigger,
  Semaphores,
  Dispatch,
  Registers,
  Fetch,
};
inline constexpr unsigned kNumResources = 14;

/// "tensor", "dma_latency".
const char *toText(Resource resource);

/// In the order of the table in Causes.cpp.
enum class Cause : uint8_t {
  TensorWork,
  TensorPair,
  MatmulLatency,
  WeightsLatency,
  VectorWork,
  VectorIssue,
  VectorLatency,
  ScalarWork,
  ScalarIssue,
  ScalarLatency,
  TableLoad,
  GpsimdWork,
  GpsimdStart,
  GpsimdLatency,
  SyncWork,
  PsumPort,
  SbufPort,
  EngineRate,
  HbmRate,
  PieceTime,
  TransferLatency,
  TransferIssue,
  StaticTrigger,
  DynamicTrigger,
  FirstByte,
  Acknowledge,
  Semaphore,
  Wait,
  Instruction,
  LoopEnd,
  HbmRegister,
  SbufRegister,
  Fetch,
};
inline constexpr unsigned kNumCauses = 33;

struct CauseFacts {
  Cause cause;
  Resource resource;
  uint64_t target::Machine::*parameter;
};

const std::array<CauseFacts, kNumCauses> &causes();
inline Resource resourceOf(Cause cause) { return causes()[static_cast<unsigned>(cause)].resource; }
/// The kind of the number that the cause's durations come from.
target::ValueKind kindOf(Cause cause, const target::Machine &machine);

} // namespace neuron::sim
