// The first layer that diverges.
#include "compiler/verify/VerifyLayers.h"

#include "compiler/emit/EmitProgram.h"
#include "compiler/verify/Device.h"
#include "compiler/verify/Inputs.h"
#include "compiler/verify/Metric.h"
#include "compiler/verify/Oracle.h"
#include "compiler/verify/Probes.h"
#include "compiler/verify/Reproducer.h"

#include "llvm/ADT/StringMap.h"
#include "llvm/Support/FileSystem.h"

using namespace mlir;
using namespace neuron;
using namespace neuron::verify;

namespace {

/// Normalisation only folds constants differently: a thousand times the rounding of f32.
constexpr double kNormalisationError = 1e-4;

using Runs = std::vector<eval::Tensors>;
using Column = std::vector<eval::HostTensor>;

Column column(const Runs &runs, size_t index) {
  Column tensors;
  for (const eval::Tensors &run : runs)
    tensors.push_back(run[index]);
  return tensors;
}

/// The last floating-point value of every layer of the imported model, by run.
FailureOr<llvm::StringMap<Column>> layerValues(ModuleOp model, const Runs &inputs,
                                               WeightStore &store) {
  llvm::StringMap<Column> values;
  eval::Evaluator evaluator(&store, eval::EvalMode::Reference);
  for (size_t run = 0; run < inputs.size(); ++run) {
    evaluator.onResults = [&](Operation *op, ArrayRef<eval::HostTensor> results) {
      std::string layer = layerOf(op->getLoc());
      if (layer.empty() || results.size() != 1 || !isFloat(results[0].type))
        return;
      Column &one = values[layer];
      one.resize(run);
      one.push_back(results[0]);
    };
    if (failed(evaluator.run(mainOf(model), inputs[run])))
      return failure();
  }
  return values;
}

/// Runs the instrumented program. `scratch` is where its file may be meanwhile.
FailureOr<Runs> deviceRuns(ModuleOp probed, const pipeline::CompileOptions &compile,
                           const Runs &inputs, WeightStore &store, const std::string &scratch) {
  OwningOpRef<ModuleOp> copy(probed.clone());
  pipeline::CompileOptions options = compile;
  options.level = pipeline::Level::Program;
  FailureOr<pipeline::CompiledProgram> compiled = pipeline::compile(*copy, options, store);
  if (failed(compiled))
    return failure();
  Status written = emit::writeProgram(compiled->program, compiled->contents, store, scratch);
  if (!written.ok())
    return probed.emitError() << written.message();
  Result<std::unique_ptr<Device>> device = Device::load(scratch);
  (void)llvm::sys::fs::remove(scratch);
  if (!device)
    return probed.emitError() << device.status().message();
  Runs results;
  for (const eval::Tensors &one : inputs) {
    Result<eval::Tensors> outputs = (*device)->run(mainOf(probed), one);
    if (!outputs)
      return probed.emitError() << "[NC6001] " << outputs.status().message();
    results.push_back(*std::move(outputs));
  }
  return results;
}

/// Writes the op of a probe with the operands of the first run.
LogicalResult reproduce(ModuleOp probed, const Probe &probe, const Runs &inputs,
                        const eval::HostTensor &expected, WeightStore &store,
                        const std::string &folder) {
  Operation *op = probe.value.getDefiningOp();
  llvm::DenseMap<Value, eval::HostTensor> values;
  for (Value operand : op->getOperands())
    if (auto argument = dyn_cast<BlockArgument>(operand))
      values[operand] = inputs[0][argument.getArgNumber()];
  eval::Evaluator evaluator(&store, eval::EvalMode::Reference);
  evaluator.onResults = [&](Operation *made, ArrayRef<eval::HostTensor> results) {
    for (auto [value, tensor] : llvm::zip(made->getResults(), results))
      if (llvm::is_contained(op->getOperands(), value))
        values[value] = tensor;
  };
  if (failed(evaluator.run(mainOf(probed), inputs[0])))
    return failure();
  std::vector<eval::HostTensor> operands;
  for (Value operand : op->getOperands())
    operands.push_back(values[operand]);
  Status status = writeReproducer(op, operands, expected, folder);
  if (!status.ok())
    return op->emitError() << status.message();
  return success();
}

/// Everything that is compared, by probe.
struct Evidence {
  Runs device, reference;
  std::optional<Runs> rounded;
  llvm::StringMap<Column> imported;
};

std::optional<LayerFault> judge(const std::vector<Probe> &probes, size_t at,
                                const Evidence &evidence) {
  const Probe &probe = probes[at];
  LayerFault fault{probe.layer, probe.value.getDefiningOp()->getName().getStringRef().str(), false,
                   0, kAllowedError};
  Column reference = column(evidence.reference, probe.result);
  if (evidence.rounded)
    fault.allowed += roundingAllowance(column(*evidence.rounded, probe.result), reference);
  fault.error = relativeError(column(evidence.device, probe.result), reference);
  if (!(fault.error <= fault.allowed))
    return fault;
  // Only the last value of a layer is the layer's.
  bool isLast = at + 1 == probes.size() || probes[at + 1].layer != probe.layer;
  auto imported = evidence.imported.find(probe.layer);
  if (!isLast || imported == evidence.imported.end() ||
      imported->second.size() != reference.size() ||
      imported->second[0].shape != reference[0].shape)
    return std::nullopt;
  fault.inNormalisation = true;
  fault.allowed = kNormalisationError;
  fault.error = relativeError(reference, imported->second);
  return fault.error <= fault.allowed ? std::nullopt : std::optional(fault);
}

} // namespace

FailureOr<std::optional<LayerFault>>
verify::verifyLayers(ModuleOp model, const pipeline::CompileOptions &compile,
                     const VerifyOptions &options, WeightStore &store, const std::string &scratch,
                     const std::string &reproducer) {
  OwningOpRef<ModuleOp> probed(model.clone());
  pipeline::CompileOptions normalise = compile;
  normalise.level = pipeline::Level::Nn;
  normalise.raiseStates = false;
  normalise.outlineRepeats = false; // every layer has values of its own to be looked at
  normalise.dataType = DType::F32;
  if (failed(pipeline::compile(*probed, normalise, store)))
    return failure();
  std::vector<Probe> probes = addProbes(mainOf(*probed));

  Runs inputs;
  for (unsigned run = 0; run < options.runs; ++run) {
    FailureOr<eval::Tensors> one = makeInputs(mainOf(model), options.seed + run);
    if (failed(one))
      return failure();
    inputs.push_back(std::move(*one));
  }
  normalise.dataType = compile.dataType;
  FailureOr<Runs> device = deviceRuns(*probed, normalise, inputs, store, scratch);
  FailureOr<Runs> reference = failure();
  FailureOr<llvm::StringMap<Column>> imported = failure();
  if (failed(device) || failed(reference = referenceRuns(*probed, inputs, store)) ||
      failed(imported = layerValues(model, inputs, store)))
    return failure();
  Evidence evidence{std::move(*device), std::move(*reference), std::nullopt, std::move(*imported)};
  if (!options.rounding.isExact()) {
    auto rounded = referenceRuns(*probed, inputs, store, options.rounding);
    if (failed(rounded))
      return failure();
    evidence.rounded = std::move(*rounded);
  }
  for (size_t at = 0; at < probes.size(); ++at) {
    std::optional<LayerFault> fault = judge(probes, at, evidence);
    if (!fault)
      continue;
    if (!fault->inNormalisation &&
        failed(reproduce(*probed, probes[at], inputs, evidence.reference[0][probes[at].result],
                         store, reproducer)))
      return failure();
    return fault;
  }
  return std::optional<LayerFault>();
}
