// What an instruction's op id means: the layer of the model that it came from.
#pragma once

#include "runtime/program/Program.h"

#include "mlir/IR/BuiltinOps.h"

#include <map>
#include <string>

namespace neuron::emit {

/// Gives every `isa.inst` the op id of its location and fills `ops` with the layers, in program
/// order. An op of a repeated block has the range of its layers. Id 0 is for instructions of no
/// layer. `source` is the model's file, `flops` what the model asks of each layer.
/// Errors: located; more layers than an id can count.
mlir::LogicalResult nameOps(mlir::ModuleOp module, llvm::StringRef source,
                            const std::map<std::string, uint64_t> &flops, rt::OpTable &ops);

} // namespace neuron::emit
