// One `execute` for every instruction of the table that enters an engine or a queue.
//
// The instruction is resolved: its operands are absolute. `executeInst` dispatches through the
// generated visitor, so that an instruction without an overload does not compile. A transfer is
// executed when its queue moves it; the others when they are issued.
#pragma once

#include "runtime/sim/Core.h"

namespace neuron::sim {

// TensorE
Status execute(Core &, const isa::LoadWeights &);
Status execute(Core &, const isa::Matmul &);
// VectorE and GpSimd
Status execute(Core &, const isa::TensorTensor &);
Status execute(Core &, const isa::TensorScalar &);
Status execute(Core &, const isa::TensorScalarReduce &);
Status execute(Core &, const isa::ScalarTensorTensor &);
Status execute(Core &, const isa::TensorTensorScan &);
Status execute(Core &, const isa::TensorReduce &);
Status execute(Core &, const isa::TensorCopy &);
Status execute(Core &, const isa::TensorCopyPredicated &);
Status execute(Core &, const isa::Reciprocal &);
Status execute(Core &, const isa::Memset &);
Status execute(Core &, const isa::BnStats &);
Status execute(Core &, const isa::BnAggregate &);
Status execute(Core &, const isa::Max8 &);
Status execute(Core &, const isa::FindIndex8 &);
Status execute(Core &, const isa::MatchReplace8 &);
Status execute(Core &, const isa::StreamShuffle &);
Status execute(Core &, const isa::Transpose32 &);
Status execute(Core &, const isa::RangeSelect &);
// ScalarE
Status execute(Core &, const isa::Activate &);
Status execute(Core &, const isa::ReadReduce &);
Status execute(Core &, const isa::LoadTable &);
// GpSimd
Status execute(Core &, const isa::Iota &);
Status execute(Core &, const isa::AffineSelect &);
Status execute(Core &, const isa::GatherFree &);
Status execute(Core &, const isa::PartitionReduce &);
Status execute(Core &, const isa::Rsqrt &);
// DMA and registers
Status execute(Core &, const isa::Dma &);
Status execute(Core &, const isa::DmaAccumulate &);
Status execute(Core &, const isa::DmaGather &);
Status execute(Core &, const isa::DmaScatter &);
Status execute(Core &, const isa::DmaTranspose &);
Status execute(Core &, const isa::QueueSignal &);
Status execute(Core &, const isa::RegisterLoad &);
Status execute(Core &, const isa::RegisterStore &);
// Control: what the sequencer has not done already, which is nothing
Status execute(Core &, const isa::Nop &);
Status execute(Core &, const isa::Loop &);
Status execute(Core &, const isa::EndLoop &);
Status execute(Core &, const isa::Call &);
Status execute(Core &, const isa::Return &);
Status execute(Core &, const isa::Take &);
Status execute(Core &, const isa::WaitGe &);
Status execute(Core &, const isa::SignalEvent &);
Status execute(Core &, const isa::RegisterAlu &);
Status execute(Core &, const isa::Barrier &);

/// Executes a resolved instruction. `issue` says where faults happened, and `accumulates`.
Status executeInst(Core &core, const Issue &issue, const isa::Inst &resolved);

} // namespace neuron::sim
