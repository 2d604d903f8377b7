// What makes an instruction legal: its form, and its fit to a machine.
//
// `checkForm` needs no machine: unused fields are zero, numbers fit the encoding, operands and
// fields are those of the opcode. Encoder, decoder and assembler demand it. `check` adds what a
// machine decides: generation, engine and memory rules, partition starts, sizes, dtypes, and
// the rules of the instruction's row in the table.
//
// What depends on registers (bounds of an address with terms, overlap) is left to the run.
#pragma once

#include "runtime/base/Status.h"
#include "runtime/isa/Isa.h"
#include "runtime/target/Machine.h"

namespace neuron::isa {

/// Errors: InvalidArgument, "mnemonic: what was found, what is legal".
Status checkForm(const Inst &inst);

/// checkForm, then the machine's rules. Errors: InvalidArgument; Unsupported for an instruction
/// or a format of a later generation.
Status check(const Inst &inst, const target::Machine &machine);

/// True if `partitions` lanes may start at `start` on Vector, Scalar and GpSimd:
/// up to 32 at 0, 32, 64, 96; up to 64 at 0, 64; more at 0.
bool isLegalStart(unsigned start, unsigned partitions);

/// The DMA queues of a triggering stream: [first, first + count).
struct QueueRange {
  unsigned first, count;
};
QueueRange queuesOf(Engine engine);

} // namespace neuron::isa
