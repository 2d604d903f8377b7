// What a module computes when it is compiled and executed on the simulator.
#pragma once

#include "compiler/pipeline/Pipeline.h"
#include "passes/eval/Evaluator.h"
#include "runtime/base/Status.h"

namespace neuron::test {

enum class Outcome { Ran, Refused, Faulted };

struct DeviceRun {
  Outcome outcome = Outcome::Refused;
  eval::Tensors outputs;
  std::string why; ///< the first diagnostic of a refusal, or the fault
};

/// Options for a machine: a name, or the path of a machine file.
/// Errors: those of target::loadMachine.
Result<pipeline::CompileOptions> optionsFor(const std::string &machine);

/// Compiles a copy of `module`, whose function is @main, and executes it once. The program's
/// file is `scratch`, removed afterwards.
DeviceRun runOnDevice(mlir::ModuleOp module, const pipeline::CompileOptions &options,
                      WeightStore &store, llvm::ArrayRef<eval::HostTensor> inputs,
                      const std::string &scratch);

} // namespace neuron::test
