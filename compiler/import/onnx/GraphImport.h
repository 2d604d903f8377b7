// GraphImport: an ONNX graph becomes a module of nn ops.
//
// Nodes are visited in dependence order, only those that an output needs. Each becomes nn ops
// through the import table; what is known while importing (shape arithmetic) is evaluated at
// once, so that shapes which a model computes arrive as constants. Float initializers become
// nn.weight symbols over byte ranges of the file; integers and single numbers become
// nn.constant.

#ifndef NEURON_COMPILER_IMPORT_ONNX_GRAPHIMPORT_H
#define NEURON_COMPILER_IMPORT_ONNX_GRAPHIMPORT_H

#include "compiler/import/onnx/OnnxModel.h"
#include "dialects/nn/Nn.h"

#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/OwningOpRef.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/StringMap.h"
#include <map>
#include <string>
#include <vector>

namespace onnx {
class AttributeProto;
class GraphProto;
class NodeProto;
class ValueInfoProto;
} // namespace onnx

namespace neuron::importer {

class Node;

/// Shapes given on the command line, by input name.
using ShapeBindings = std::map<std::string, std::vector<int64_t>>;

/// Names that are defined at one nesting level of graphs.
struct Scope {
  Scope *outer = nullptr;
  llvm::StringMap<mlir::Value> values;
  /// Initializers that nobody has used yet.
  llvm::StringMap<const ::onnx::TensorProto *> initializers;
};

class GraphImport {
public:
  GraphImport(mlir::MLIRContext &context, const OnnxModel &model, const ShapeBindings &shapes);

  /// Imports the model's graph. Errors: reported to the model's diagnostics.
  mlir::OwningOpRef<mlir::ModuleOp> run();

  /// Operators that stopped the import, with the number of nodes.
  const std::map<std::string, uint64_t> &unsupported() const { return missingOps; }

  // ---- for Node and the import functions ----

  mlir::OpBuilder &builder() { return ops; }
  const OnnxModel &source() const { return model; }
  driver::Diagnostics &diagnostics() const { return model.diagnostics(); }
  mlir::Location locationOf(const ::onnx::NodeProto &node);
  /// "model.onnx: node 'x' (Op)".
  std::string placeOf(const ::onnx::NodeProto &node) const;

  /// The value of a tensor of the file: nn.constant or the value of an nn.weight.
  mlir::Value tensorValue(const ::onnx::TensorProto &tensor, llvm::StringRef name);
  /// The elements of `value` where it is known and at most kMaxConstantBytes, or null.
  mlir::DenseElementsAttr knownElements(mlir::Value value);
  /// The elements of a small stored tensor.
  mlir::DenseElementsAttr readElements(const StoredTensor &tensor);
  /// Evaluates `op` where its operands are known, and erases it; otherwise empty.
  llvm::SmallVector<mlir::Value> foldKnown(mlir::Operation *op);

  /// Imports the body of a branch in the scope of the current node.
  llvm::FailureOr<llvm::SmallVector<mlir::Value>> inlineGraph(const ::onnx::GraphProto &graph);

  mlir::Type elementOf(DType type);

private:
  llvm::LogicalResult checkOpset();
  llvm::LogicalResult checkOperators(llvm::ArrayRef<const ::onnx::NodeProto *> nodes);
  llvm::LogicalResult addInitializers(const ::onnx::GraphProto &graph, Scope &scope);
  llvm::LogicalResult importNodes(const ::onnx::GraphProto &graph, Scope &scope);
  llvm::LogicalResult importNode(const ::onnx::NodeProto &node, Scope &scope);
  llvm::LogicalResult bindResults(Node &node, Scope &scope);
  mlir::Value lookup(llvm::StringRef name, Scope &scope);
  llvm::LogicalResult finishOutputs(const ::onnx::GraphProto &graph, Scope &scope);
  llvm::LogicalResult checkOutput(const ::onnx::ValueInfoProto &output, mlir::Value value);
  void eraseUnused();
  /// Whether `bytes` more of constants fit in what a module may hold of them.
  bool takeConstantBytes(int64_t bytes);

  const OnnxModel &model;
  const ShapeBindings &bindings;
  mlir::OpBuilder ops;
  mlir::OwningOpRef<mlir::ModuleOp> module;
  mlir::OpBuilder symbols;
  int64_t opset = 0;
  const ::onnx::NodeProto *current = nullptr;
  Scope *currentScope = nullptr;
  /// Known values are held in memory; a file may not make us hold more than this.
  int64_t constantBytesLeft = int64_t(64) << 20;
  std::map<std::string, uint64_t> missingOps;
  llvm::StringMap<unsigned> weightNames;
  llvm::DenseMap<mlir::Value, StoredTensor> storedValues;
};

} // namespace neuron::importer

#endif
