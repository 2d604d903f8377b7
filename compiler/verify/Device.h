// A compiled program on the simulator, through the runtime's C interface.
#pragma once

#include "passes/eval/Evaluator.h"
#include "runtime/base/Status.h"

#include <neuron/runtime.h>

#include <memory>
#include <string>

namespace neuron::verify {

class Device {
public:
  /// Loads a program file. Errors: Malformed, with the runtime's reason.
  static Result<std::unique_ptr<Device>> load(const std::string &path);
  ~Device();

  /// Runs once; `function` says how tensors are named and typed. States keep their values.
  /// Errors: Fault, with the runtime's reason.
  Result<eval::Tensors> run(mlir::func::FuncOp function, llvm::ArrayRef<eval::HostTensor> inputs);

private:
  Device() = default;
  neuron_device_t *device = nullptr;
  neuron_model_t *model = nullptr;
};

/// The name of an argument or result in the program.
std::string inputName(mlir::func::FuncOp function, unsigned index);
std::string outputName(mlir::func::FuncOp function, unsigned index);

} // namespace neuron::verify
