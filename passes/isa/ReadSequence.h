// From `isa.func` to the plain tree of Sequence.h, and back to the ops.
#pragma once

#include "dialects/isa/Isa.h"
#include "passes/isa/Sequence.h"

#include "llvm/ADT/StringMap.h"

#include "mlir/IR/BuiltinOps.h"

namespace neuron::isa {

struct SequenceOps {
  FuncOp function;
  Sequence sequence;
  std::vector<mlir::Block *> bodies;                    ///< by region
  std::vector<std::vector<mlir::Operation *>> children; ///< by region

  InstOp inst(uint32_t region, uint32_t child) const {
    return mlir::cast<InstOp>(children[region][child]);
  }
};

/// Function numbers are places in the module.
struct ModuleSequences {
  std::vector<SequenceOps> functions;
  std::vector<bool> called;
  std::vector<uint32_t> calleesFirst; ///< an order in which callees come before callers
  uint64_t alwaysZero = 0;            ///< registers that only loops write, which leave them at zero

  /// Registers that are zero when a function begins: all where the program does.
  uint64_t zeroAtEntry(uint32_t function) const {
    return called[function] ? alwaysZero : ~uint64_t(0);
  }
};

/// Reads every `isa.func`. Errors, located: a callee that is not there, recursion, an instruction
/// of a structure that ops express (loop, endloop, call, return), a queue that two streams trigger.
mlir::FailureOr<ModuleSequences> readSequences(mlir::ModuleOp module);

} // namespace neuron::isa
