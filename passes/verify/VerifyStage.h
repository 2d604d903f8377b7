// The gates of the compiler: what a module may hold after each phase.
#pragma once

#include "mlir/IR/BuiltinOps.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/LogicalResult.h"

#include <optional>
#include <string>

namespace neuron::verify {

enum class Stage {
  Imported,     ///< public function @main of nn ops on tensors of static shape; weights, states
  Normalised,   ///< as Imported, and every op has a template
  Mapped,       ///< instructions with addresses and registers, device memory; no value is left
  Synchronised, ///< as Mapped, with semaphores
};

/// "imported", "normalised", ... ; nothing for another text.
std::optional<Stage> parseStage(llvm::StringRef text);
llvm::StringRef toText(Stage stage);
/// All names, for messages: "imported, normalised, ...".
std::string stageNames();

/// Checks that `module` is legal at `stage`. Every kind of op that is not is reported once, at
/// its first use, with the number of uses and the pass that should have removed it. `code` is that
/// of the reports where the module is a user's and not a pass's; empty: the stage's.
llvm::LogicalResult verifyStage(mlir::ModuleOp module, Stage stage, llvm::StringRef code = {});

} // namespace neuron::verify
