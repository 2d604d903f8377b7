// ImportTable: which function imports which ONNX operator from which opset on.
//
// Two sources: rows written in C++ beside their functions, one list per kind, and the rows of
// elementwise nn ops (dialects/nn/ImportTable.h), for which one function serves all. A row of the
// first kind takes precedence. Of several rows of one operator the newest that is not newer than
// the model's opset holds.

#ifndef NEURON_COMPILER_IMPORT_ONNX_IMPORTTABLE_H
#define NEURON_COMPILER_IMPORT_ONNX_IMPORTTABLE_H

#include "dialects/nn/ImportTable.h"

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/ADT/StringRef.h"
#include <cstdint>

namespace neuron::importer {

class Node;
using ImportFunction = void (*)(Node &);

/// Oldest and newest opset of the default domain that is read.
inline constexpr int64_t kOldestOpset = 11, kNewestOpset = 25;

/// One operator: the form it has from `since` on, and how many operands it may have. The first
/// `least` operands must be present; `most` is -1 where there is no bound.
struct ImportRow {
  llvm::StringLiteral op;
  int64_t since;
  int least, most;
  ImportFunction import;
};

llvm::ArrayRef<ImportRow> elementwiseForms(); ///< operators with a shape of their own
llvm::ArrayRef<ImportRow> linearForms();
llvm::ArrayRef<ImportRow> poolForms();
llvm::ArrayRef<ImportRow> normForms();
llvm::ArrayRef<ImportRow> reduceForms();
llvm::ArrayRef<ImportRow> shapeForms();
llvm::ArrayRef<ImportRow> sliceForms();
llvm::ArrayRef<ImportRow> indexForms();
llvm::ArrayRef<ImportRow> constantForms();
llvm::ArrayRef<ImportRow> controlForms();

/// What a lookup finds: one of the two, or neither.
struct Found {
  const ImportRow *row = nullptr;
  const nn::ImportRow *elementwise = nullptr;
  /// The operator exists, but only from a newer opset on.
  int64_t newerOnly = 0;

  explicit operator bool() const { return row || elementwise; }
};

/// Looks up `op` of `domain` at `opset`.
Found findImport(llvm::StringRef domain, llvm::StringRef op, int64_t opset);

/// One line of --list-ops.
struct ListedOp {
  llvm::StringRef op;
  int64_t since;
};

/// Calls `visit` for each operator in alphabetical order with its oldest row.
void visitOperators(llvm::function_ref<void(const ListedOp &)> visit);

/// Imports an elementwise node by its row.
void importElementwise(Node &node, const nn::ImportRow &row);

} // namespace neuron::importer

#endif
