// Semaphores: who gets which, and their declarations in the module.
#pragma once

#include "dialects/isa/Isa.h"
#include "passes/isa/SyncPlan.h"

#include <map>
#include <optional>
#include <tuple>

#include "mlir/IR/BuiltinOps.h"

namespace neuron::isa {

/// "tensor.read", "vector.complete", "queue.3".
std::string agentText(Agent agent);
std::optional<Agent> parseAgent(llvm::StringRef text);
std::optional<Engine> parseEngine(llvm::StringRef text);

struct Semaphore {
  uint32_t initial = 0;
  Agent producer = 0;
  uint8_t consumers = 0; ///< bit per engine
};
/// The declared semaphores by index. Errors: (C1) and (C2) of `isa.semaphore`, located.
mlir::FailureOr<std::map<unsigned, Semaphore>> readSemaphores(mlir::ModuleOp module);

/// Shares semaphores between regions. All edges of one producer and one consumer in one region
/// use one semaphore. Regions that are never open at the same time, siblings or functions with a
/// barrier between them, share it too when they need the same credits, because each leaves as
/// many tokens as it found.
class SemaphoreAllocation {
public:
  /// The semaphore of a producer and a consumer in a region: `credits` to begin with, and as
  /// many of the regions around it `rank` use one of the same kind.
  unsigned get(Agent producer, Engine consumer, int64_t credits, unsigned rank) {
    auto [place, isNew] = numbers.try_emplace({producer, consumer, credits, rank}, numbers.size());
    return place->second;
  }
  size_t size() const { return numbers.size(); }
  void declare(mlir::OpBuilder &builder, mlir::Location loc) const;

private:
  std::map<std::tuple<Agent, Engine, int64_t, unsigned>, unsigned> numbers;
};

} // namespace neuron::isa
