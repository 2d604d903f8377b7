// From nn functions to machine instructions with addresses: the planner-tiler loop.
#pragma once

#include "passes/plan/Borders.h"
#include "runtime/base/DType.h"
#include "runtime/target/Machine.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"

#include <string>
#include <vector>

namespace neuron::plan {

/// A value that went through device memory, and why.
struct NotFused {
  std::string op;    ///< "nn.add"
  std::string layer; ///< of the model
  std::string reason;
};

/// What mapping did, for the report.
struct MapReport {
  int64_t fallbackOps = 0; ///< nn ops lowered alone by a generic template
  /// The ops behind that number, then those that read what their producer had on chip.
  std::vector<NotFused> notFused;
  int64_t attempts = 0;      ///< template instantiations until memory fitted
  int64_t keptValues = 0;    ///< that stay on chip between groups
  int64_t sbufPeakBytes = 0; ///< per partition
  int64_t psumPeakBanks = 0;
  std::vector<std::string> shortages; ///< why each attempt but the last did not fit
};

/// How far a function is lowered.
enum class MapDepth {
  Tile, ///< a func.func of tile ops, on-chip addresses planned
  Isa,
};

struct MapOptions {
  /// What f32 operands of matmuls and convolutions are rounded to.
  DType matmulType = DType::F32;
  MapDepth depth = MapDepth::Isa;
};

/// Replaces `function`, which holds nn ops that all have templates, by an `isa.func` of the same
/// name and the `isa.segment`s of its tensors; those of `borders` are there already.
///
/// Values get homes, every op is lowered by its template, memory is planned. When memory is
/// short, the function is lowered again with the next of an ordered list of smaller budgets;
/// the nn function itself is not changed. Capacity is therefore no error unless the last
/// budget, the fallback's, does not fit.
/// Errors: located; an op without a template, a type the machine cannot hold.
mlir::LogicalResult mapFunction(mlir::func::FuncOp function, const Borders &borders,
                                const target::Machine &machine, const MapOptions &options,
                                MapReport &report);

/// Maps every function of the module, each in a module of its own, on the threads of the
/// context. The result is the same for any number of threads. `reports` has one entry a function,
/// in the order of the module.
/// Errors: those of mapFunction, of all functions.
mlir::LogicalResult mapModule(mlir::ModuleOp module, const target::Machine &machine,
                              const MapOptions &options, std::vector<MapReport> &reports);

} // namespace neuron::plan
