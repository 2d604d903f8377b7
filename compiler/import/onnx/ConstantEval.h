// ConstantEval: the value of an nn op whose operands are known, for shape arithmetic.
//
// Exporters compute shapes, axes and pads with ordinary nodes (Shape, Gather, Concat, Equal,
// Where ...). Those that must be known to import the next node are evaluated here, on nn ops,
// after import: one place, whatever ONNX operator they came from. Evaluated is what has one
// exact or correctly rounded value on every host; other float operations are left to the pass
// that folds with the portable evaluator.

#ifndef NEURON_COMPILER_IMPORT_ONNX_CONSTANTEVAL_H
#define NEURON_COMPILER_IMPORT_ONNX_CONSTANTEVAL_H

#include "mlir/IR/BuiltinAttributes.h"
#include "mlir/IR/Operation.h"

namespace neuron::importer {

/// Computes the results of `op` from the elements of its operands. Failure, without a report,
/// where the op is not among those evaluated, or an operand or result is larger than an
/// nn.constant may be.
llvm::LogicalResult evaluateKnown(mlir::Operation *op,
                                  llvm::ArrayRef<mlir::DenseElementsAttr> operands,
                                  llvm::SmallVectorImpl<mlir::DenseElementsAttr> &results);

} // namespace neuron::importer

#endif
