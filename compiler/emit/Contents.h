// Where the bytes of a program's segments come from: weights of the model, constants.
//
// Nothing is evaluated until the program is written. A weight is then read in chunks from the
// mapped model, transformed, and appended to its section: the whole of it is never in memory.
// A chunk is a whole number of elements.
#pragma once

#include "passes/weights/WeightStore.h"
#include "runtime/program/Program.h"

#include "mlir/IR/BuiltinOps.h"
#include "llvm/Support/LogicalResult.h"

#include <map>
#include <variant>
#include <vector>

namespace neuron::emit {

/// Bytes that repeat until the segment is full: one element of a splat, or all elements.
struct RepeatedBytes {
  std::vector<uint8_t> bytes;
};

class Contents {
public:
  void add(uint32_t segment, WeightExpr weight) { sources[segment] = std::move(weight); }
  void add(uint32_t segment, RepeatedBytes repeated) { sources[segment] = std::move(repeated); }

  /// The weight that fills a segment, or null.
  const WeightExpr *weightOf(uint32_t segment) const {
    auto source = sources.find(segment);
    return source == sources.end() ? nullptr : std::get_if<WeightExpr>(&source->second);
  }

  /// Appends the `bytes` bytes of a segment; what a weight does not fill is zero.
  /// Errors: Internal for a segment without a source; those of WeightStore::read.
  Status deliver(uint32_t segment, uint64_t bytes, const WeightStore &store,
                 rt::ContentSink &sink) const;

private:
  std::map<uint32_t, std::variant<WeightExpr, RepeatedBytes>> sources;
};

/// Fills `program.segments` from the `isa.segment`s of the module, each at its index, and
/// collects where their bytes come from.
/// Errors: located; a constant that its type on the machine does not hold, two inputs, outputs
/// or states of one name.
llvm::LogicalResult declareSegments(mlir::ModuleOp module, WeightStore &store, rt::Program &program,
                                    Contents &contents);

} // namespace neuron::emit
