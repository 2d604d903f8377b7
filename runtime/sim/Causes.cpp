// The table of causes.
#include "runtime/sim/Causes.h"

namespace neuron::sim {
namespace {

using M = target::Machine;
using R = Resource;

constexpr std::array<CauseFacts, kNumCauses> kCauses = {{
    {Cause::TensorWork, R::Tensor, &M::tensorMHz},
    {Cause::TensorPair, R::Tensor, &M::tensorPairOverheadCycles},
    {Cause::MatmulLatency, R::EngineLatency, &M::tensorLatencyCycles},
    {Cause::WeightsLatency, R::EngineLatency, &M::loadWeightsLatencyCycles},
    {Cause::VectorWork, R::Vector, &M::vectorMHz},
    {Cause::VectorIssue, R::Vector, &M::vectorIssueCycles},
    {Cause::VectorLatency, R::EngineLatency, &M::vectorLatencyCycles},
    {Cause::ScalarWork, R::Scalar, &M::scalarMHz},
    {Cause::ScalarIssue, R::Scalar, &M::scalarIssueCycles},
    {Cause::ScalarLatency, R::EngineLatency, &M::scalarLatencyCycles},
    {Cause::TableLoad, R::Scalar, &M::tableLoadNs},
    {Cause::GpsimdWork, R::GpSimd, &M::gpsimdMHz},
    {Cause::GpsimdStart, R::GpSimd, &M::gpsimdStartCycles},
    {Cause::GpsimdLatency, R::EngineLatency, &M::gpsimdStartCycles},
    {Cause::SyncWork, R::Dispatch, &M::baseMHz},
    {Cause::PsumPort, R::Ports, &M::portExclusionPsum},
    {Cause::SbufPort, R::Ports, &M::portExclusionSbuf},
    {Cause::EngineRate, R::DmaBandwidth, &M::dmaEngineBytesPerUs},
    {Cause::HbmRate, R::DmaBandwidth, &M::hbmBytesPerUs},
    {Cause::PieceTime, R::DmaBandwidth, &M::dmaElementPs},
    {Cause::TransferLatency, R::DmaLatency, &M::dmaLatencyPs},
    {Cause::TransferIssue, R::DmaIssue, &M::dmaIssuePs},
    {Cause::StaticTrigger, R::DmaTrigger, &M::dmaStaticTriggerPs},
    {Cause::DynamicTrigger, R::DmaTrigger, &M::dmaDynamicTriggerPs},
    {Cause::FirstByte, R::DmaLatency, &M::dmaDynamicStartPs},
    {Cause::Acknowledge, R::DmaLatency, &M::dmaSignalPs},
    {Cause::Semaphore, R::Semaphores, &M::semaphoreNs},
    {Cause::Wait, R::Semaphores, &M::sequencerWaitNs},
    {Cause::Instruction, R::Dispatch, &M::sequencerInstCycles},
    {Cause::LoopEnd, R::Dispatch, &M::sequencerLoopCycles},
    {Cause::HbmRegister, R::Registers, &M::registerLoadHbmNs},
    {Cause::SbufRegister, R::Registers, &M::registerLoadSbufNs},
    {Cause::Fetch, R::Fetch, &M::dmaLatencyPs},
}};

constexpr bool isOrdered() {
  for (unsigned c = 0; c < kNumCauses; ++c)
    if (static_cast<unsigned>(kCauses[c].cause) != c)
      return false;
  return true;
}
static_assert(isOrdered(), "a row's place is its cause");

} // namespace

const char *toText(Resource resource) {
  constexpr const char *kNames[kNumResources] = {
      "tensor",     "vector",        "scalar",      "gpsimd",    "engine_latency",
      "ports",      "dma_bandwidth", "dma_latency", "dma_issue", "dma_trigger",
      "semaphores", "dispatch",      "registers",   "fetch"};
  return kNames[static_cast<unsigned>(resource)];
}

const std::array<CauseFacts, kNumCauses> &causes() { return kCauses; }

target::ValueKind kindOf(Cause cause, const target::Machine &machine) {
  uint64_t target::Machine::*field = kCauses[static_cast<unsigned>(cause)].parameter;
  for (unsigned p = 0; p < target::kNumParams; ++p)
    if (target::params()[p].field == field)
      return machine.kind[p];
  return target::ValueKind::Assumed;
}

} // namespace neuron::sim
