// The directives of an assembly file that declare something.
#pragma once

#include "runtime/isa/AsmFile.h"
#include "runtime/isa/ParseOperand.h"

namespace neuron::isa {

/// An expected time whose labels may come later.
struct PendingExpect {
  AsmExpectTime time;
  std::string label, sinceLabel;
};

/// A name that is not in `taken` and cannot be read as a register, a bank, or `prefix` and a
/// number. Errors: located.
Status parseNewName(Cursor &at, const std::vector<std::string> &taken, char prefix,
                    const char *what, std::string &name);

/// trips, rows or value, and a number. Errors: located.
Status parseBound(Cursor &at, AsmBound &bound);

/// .machine, .param, .let, .semaphore, .queue, .tensor, .max_cycles and what is expected; the
/// dot has been read. Errors: located.
Status parseDeclaration(Cursor &at, AsmFile &file, Names &names,
                        std::vector<PendingExpect> &pending);

const char *toText(AsmSemaphore::Producer producer);
const char *toText(AsmBound::Kind kind);

} // namespace neuron::isa
