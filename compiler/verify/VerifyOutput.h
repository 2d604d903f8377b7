// --verify=output: does the program answer as the imported model does?
#pragma once

#include "compiler/verify/Oracle.h"

#include <string>
#include <vector>

namespace neuron::verify {

struct VerifyOptions {
  Rounding rounding; ///< what --auto-cast allowed when compiling
  unsigned runs = 4;
  uint64_t seed = 1;
};

/// One output against the reference.
struct OutputCheck {
  std::string name;
  double error = 0;   ///< relativeError over the runs
  double allowed = 0; ///< 1e-3, and twice the reference's own error with rounded operands

  bool passes() const { return error <= allowed; }
};

/// Runs the program file and the imported `model`, as it was before any step, on the same seeded
/// inputs. The reference computes in double precision from the model's own files.
/// Errors: located; a program that does not load, a fault of the simulator.
/// Cost: `runs` evaluations of the model in double precision, twice that with rounded operands.
mlir::FailureOr<std::vector<OutputCheck>> verifyOutputs(mlir::ModuleOp model,
                                                        const std::string &program,
                                                        const VerifyOptions &options,
                                                        WeightStore &store);

/// The error that is always allowed.
inline constexpr double kAllowedError = 1e-3;

} // namespace neuron::verify
