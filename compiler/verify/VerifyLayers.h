// --verify=layer: which layer is the first that does not compute what the model says?
//
// An instrumented variant of the model is compiled, in which every floating-point value that is
// left after normalisation is also an output; its run on the simulator is compared value by
// value, in program order, with the reference evaluator. A layer diverges where it is lowered
// (the program differs from the normalised op) or where it is normalised (the normalised op
// differs from the imported one). More outputs mean less fusion than in the product; what only
// fusion breaks is found by --verify=output.
#pragma once

#include "compiler/pipeline/Pipeline.h"
#include "compiler/verify/VerifyOutput.h"

#include <optional>

namespace neuron::verify {

/// The first layer that diverges.
struct LayerFault {
  std::string layer, op;
  bool inNormalisation = false;
  double error = 0, allowed = 0;
};

/// Compiles and compares. `compile` is how the product was compiled; states stay inputs here.
/// When a layer diverges in its lowering, a stand-alone copy of it is written to `reproducer`, a
/// folder. `scratch` is the path of a program file that is written and removed.
/// Errors: located; as compile and verifyOutputs.
mlir::FailureOr<std::optional<LayerFault>>
verifyLayers(mlir::ModuleOp model, const pipeline::CompileOptions &compile,
             const VerifyOptions &options, WeightStore &store, const std::string &scratch,
             const std::string &reproducer);

} // namespace neuron::verify
