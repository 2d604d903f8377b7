// One `execute` for every instruction of the table that enters an engine or a queue.
//
// The instruction is resolved: its operands are absolute. `executeInst` dispatches through the
// generated visitor, so that an instruction without an overload does not link. A transfer is
// executed when its queue moves it; the others when they are issued.
#pragma once

#include "runtime/sim/Core.h"

namespace neuron::sim {

#define NEURON_DECLARE_EXECUTE(View) Status execute(Core &, const isa::View &);
NEURON_ISA_INSTS(NEURON_DECLARE_EXECUTE)
#undef NEURON_DECLARE_EXECUTE

/// Executes a resolved instruction. `issue` says where faults happened, and `accumulates`.
Status executeInst(Core &core, const Issue &issue, const isa::Inst &resolved);

} // namespace neuron::sim
