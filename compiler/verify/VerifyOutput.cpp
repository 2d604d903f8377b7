// The outputs of a program against those of its model.
#include "compiler/verify/VerifyOutput.h"

#include "compiler/verify/Device.h"
#include "compiler/verify/Inputs.h"
#include "compiler/verify/Metric.h"

using namespace mlir;
using namespace neuron;
using namespace neuron::verify;

namespace {

/// Output `index` of every run.
std::vector<eval::HostTensor> column(ArrayRef<eval::Tensors> runs, size_t index) {
  std::vector<eval::HostTensor> tensors;
  for (const eval::Tensors &run : runs)
    tensors.push_back(run[index]);
  return tensors;
}

FailureOr<std::vector<eval::Tensors>> deviceRuns(ModuleOp model, const std::string &program,
                                                 ArrayRef<eval::Tensors> inputs) {
  Result<std::unique_ptr<Device>> device = Device::load(program);
  if (!device)
    return model.emitError() << device.status().message();
  std::vector<eval::Tensors> results;
  for (const eval::Tensors &one : inputs) {
    Result<eval::Tensors> outputs = (*device)->run(mainOf(model), one);
    if (!outputs)
      return model.emitError() << "[NC6001] " << outputs.status().message();
    results.push_back(*std::move(outputs));
  }
  return results;
}

} // namespace

FailureOr<std::vector<OutputCheck>> verify::verifyOutputs(ModuleOp model,
                                                          const std::string &program,
                                                          const VerifyOptions &options,
                                                          WeightStore &store) {
  std::vector<eval::Tensors> inputs;
  for (unsigned run = 0; run < options.runs; ++run) {
    FailureOr<eval::Tensors> one = makeInputs(mainOf(model), options.seed + run);
    if (failed(one))
      return failure();
    inputs.push_back(std::move(*one));
  }
  FailureOr<std::vector<eval::Tensors>> actual = deviceRuns(model, program, inputs);
  if (failed(actual))
    return failure();
  FailureOr<std::vector<eval::Tensors>> expected = referenceRuns(model, inputs, store);
  if (failed(expected))
    return failure();
  std::optional<std::vector<eval::Tensors>> rounded;
  if (!options.rounding.isExact()) {
    auto runs = referenceRuns(model, inputs, store, options.rounding);
    if (failed(runs))
      return failure();
    rounded = std::move(*runs);
  }
  std::vector<OutputCheck> checks;
  for (unsigned i = 0; i < mainOf(model).getNumResults(); ++i) {
    std::vector<eval::HostTensor> reference = column(*expected, i);
    OutputCheck check{outputName(mainOf(model), i), 0, kAllowedError};
    check.error = relativeError(column(*actual, i), reference);
    if (rounded)
      check.allowed += roundingAllowance(column(*rounded, i), reference);
    checks.push_back(check);
  }
  return checks;
}
