// Which nn op a framework's operator becomes; generated from the `onnx` and `torch` fields of
// the tables.
//
// An elementwise row is all that the importer needs: operands in order, brought to one rank,
// and attributes of the same names. Every other row names the op that the importer's own
// function for it builds; `findOnnxRow` says whether the operator is known at an opset.
#pragma once

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"

namespace neuron::nn {

/// An f64 attribute of an elementwise op, spelled alike in ONNX, with its default.
struct ImportScalar {
  llvm::StringLiteral name;
  double value;
};

struct ImportRow {
  llvm::StringLiteral name; ///< "Add", "aten::add"
  int since;                ///< the opset from which the meaning is this one; 0 for torch
  llvm::StringLiteral op;   ///< "nn.add"
  bool elementwise;
  unsigned operands; ///< of elementwise rows
  llvm::ArrayRef<ImportScalar> scalars;
};

/// All ONNX rows and all TorchScript rows, ordered by name, then by rising `since`.
llvm::ArrayRef<ImportRow> onnxRows();
llvm::ArrayRef<ImportRow> torchRows();

/// The row of the ONNX operator `name` (default domain) with the largest `since` that is at
/// most `opset`, or null.
const ImportRow *findOnnxRow(llvm::StringRef name, int64_t opset);

} // namespace neuron::nn
