// What an instruction costs on its engine, in cycles of that engine, from the table's formulas.
//
// `columns` is the time in which the engine's memory ports are held; `interval` the least
// distance to the engine's next instruction; `latency` the time from start to last write. A
// formula of the table sees one instruction as it stands: run-time counts have been put into
// its dims before. The functions in `cost` are the formulas' vocabulary.
//
// TensorE: a `ldweights` fills the spare plane of the array in `columns` cycles while the
// matmul before it still runs, and takes `interval` cycles from the array; the matmul behind it
// starts when both are over.
#pragma once

#include "runtime/isa/Isa.h"
#include "runtime/target/Machine.h"

namespace neuron::isa {

/// Units: cycles of inst.engine. An instruction of no engine (control, DMA) has none but what
/// triggering costs. Source: dialects/isa, field by field.
uint64_t columns(const Inst &inst, const target::Machine &machine);
uint64_t interval(const Inst &inst, const target::Machine &machine);
uint64_t latency(const Inst &inst, const target::Machine &machine);

/// The clock of an engine in MHz; Sync and every sequencer run at the base clock.
uint64_t clockMHz(const target::Machine &machine, Engine engine);

namespace cost {

/// II = max(least interval, columns + the engine's issue cycles).
uint64_t interval(const target::Machine &m, const Inst &inst, uint64_t columns);
uint64_t latency(const target::Machine &m, const Inst &inst, uint64_t columns);

/// Half rate when the innermost step of an on-chip operand exceeds the full-rate stride.
uint64_t portFactor(const target::Machine &m, const Inst &inst);

uint64_t loadWeightsCycles(const target::Machine &m, const Operand &stationary);
uint64_t matmulInterval(const target::Machine &m, const Operand &moving, bool passThrough);

uint64_t tensorTensorColumns(const target::Machine &m, const Operand &dst, const Operand &a,
                             const Operand &b, AluOp op);
uint64_t scalarTensorTensorColumns(const target::Machine &m, const Operand &dst, const Operand &src,
                                   const Operand &b, AluOp op0, AluOp op1);
/// Copies, casts and operations with scalars.
uint64_t copyColumns(const target::Machine &m, const Operand &dst, const Operand &src);
uint64_t predicatedColumns(const Operand &dst, const Operand &src, const Operand &predicate);
uint64_t reduceColumns(const target::Machine &m, const Operand &dst, const Operand &src, AluOp op);
uint64_t memsetColumns(const target::Machine &m, const Operand &dst, float value);
uint64_t activateColumns(const target::Machine &m, const Operand &dst, const Operand &src);
uint64_t tableLoad(const target::Machine &m);

/// What a trigger costs its stream. `dynamic`: addresses or rows come from memory.
uint64_t triggerPs(const target::Machine &m, bool dynamic);
/// Indirect transfers are dynamic; of the others only a walk over the registers knows, and the
/// static cost is given. Units: cycles of inst.engine.
uint64_t triggerCycles(const target::Machine &m, const Inst &inst);

/// Units: cycles at base clock.
uint64_t registerLoad(const target::Machine &m, const Operand &memory);

} // namespace cost
} // namespace neuron::isa
