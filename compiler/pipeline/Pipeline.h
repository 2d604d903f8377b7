// The compiler: from an imported module to a program that can be written.
//
// Pipeline.cpp is the whole compiler as one list: every step with the reason why it runs where it
// does and the gate behind it. A gate (passes/verify) says what is legal from there on; it is
// always on.
#pragma once

#include "compiler/emit/Contents.h"
#include "passes/plan/MapBlock.h"
#include "runtime/target/Machine.h"

#include "mlir/IR/BuiltinOps.h"
#include "llvm/ADT/ArrayRef.h"

#include <functional>
#include <map>
#include <string>
#include <vector>

namespace neuron::pipeline {

/// How far to compile.
enum class Level {
  Nn,      ///< normalised nn ops
  Tile,    ///< tile ops of every block, on-chip addresses planned
  Isa,     ///< synchronised instructions, still one sequential program
  Program, ///< streams and contents
};

struct CompileOptions {
  target::Machine machine;
  /// The text of the user's machine file, "" for a built-in row.
  std::string machineText;
  /// What f32 operands of matmuls and convolutions are rounded to: --auto-cast.
  DType matmulType = DType::F32;
  /// What f32 data is kept in: --auto-cast all. F32, Bf16 or F16.
  DType dataType = DType::F32;
  Level level = Level::Program;
  /// Inputs that come out updated become states: --states auto.
  bool raiseStates = false;
  /// Equal layers become one block. Without, every op of the model has instructions of its own.
  bool outlineRepeats = true;
  /// 1, or any other number: functions are mapped at once, on the threads of the context's pool.
  unsigned threads = 1;
  rt::Origin origin;
  /// Called with the module after every step, if set: --mlir-print-ir-*, --verify.
  std::function<void(llvm::StringRef step, mlir::ModuleOp)> afterStep;
};

struct StepTime {
  std::string step;
  double seconds = 0;
};

/// What the JSON report of neuron-compile prints about a compilation.
struct CompileReport {
  std::vector<StepTime> steps;
  plan::MapReport map;
  int64_t distinctBlocks = 0;
  uint64_t staticInstructions = 0;            ///< of the five streams
  uint64_t weightBytes = 0;                   ///< weights and constants in the program
  uint64_t modelFlops = 0;                    ///< 2 per multiply-add of matmuls and convolutions
  std::map<std::string, uint64_t> layerFlops; ///< the same by layer, after normalisation
  uint64_t leastHbmBytes = 0;                 ///< see LeastWork.h
  uint64_t leastTensorCycles = 0;             ///< see LeastWork.h
  std::map<std::string, int64_t> ops;         ///< of the imported graph, by name
};

struct CompiledProgram {
  rt::Program program;
  emit::Contents contents;
  CompileReport report;
};

/// Compiles `module` in place: it holds one func.func @main of nn ops, weights and states. The
/// program is empty unless `options.level` is Program.
/// Errors: MLIR diagnostics at the model's layers.
/// Cost: independent of the sizes of tensors and weights.
mlir::FailureOr<CompiledProgram> compile(mlir::ModuleOp module, const CompileOptions &options,
                                         WeightStore &store);

/// One row of the list, for --help and documentation.
struct StepFacts {
  llvm::StringRef name, why, gate;
};
llvm::ArrayRef<StepFacts> steps();

/// Adds the dialects that a module may hold on its way.
void registerDialects(mlir::DialectRegistry &registry);

} // namespace neuron::pipeline
