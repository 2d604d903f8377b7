// Inputs: the fixed shape of every graph input.
//
// A dimension is fixed in the file, or it is symbolic ("batch") or absent and must be bound by
// --shape. One binding of a symbol holds for all inputs that use it.

#ifndef NEURON_COMPILER_IMPORT_ONNX_INPUTS_H
#define NEURON_COMPILER_IMPORT_ONNX_INPUTS_H

#include "compiler/import/onnx/GraphImport.h"

namespace neuron::importer {

struct Input {
  std::string name;
  DType type = DType::F32;
  llvm::SmallVector<int64_t> shape;
};
using Inputs = std::vector<Input>;

/// Resolves the inputs of `graph` that are not initializers, in file order.
/// Errors: UnknownShapeName, ShapeContradictsModel, DynamicShape (all inputs at once),
/// UnsupportedType, ValueTooLarge, DoubleDefinition.
llvm::LogicalResult resolveInputs(const ::onnx::GraphProto &graph, const ShapeBindings &bindings,
                                  const OnnxModel &model, Inputs &inputs);

} // namespace neuron::importer

#endif
