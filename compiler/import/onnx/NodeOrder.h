// NodeOrder: the nodes of a graph that its outputs need, each after those it depends on.
//
// Files are meant to be in order already; then file order is kept. A depth-first walk from the
// outputs finds what is needed, and names the nodes of a cycle when there is one.

#ifndef NEURON_COMPILER_IMPORT_ONNX_NODEORDER_H
#define NEURON_COMPILER_IMPORT_ONNX_NODEORDER_H

#include "compiler/driver/Diagnostics.h"

#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/ADT/StringRef.h"
#include <optional>
#include <string>
#include <vector>

namespace onnx {
class GraphProto;
class NodeProto;
} // namespace onnx

namespace neuron::importer {

/// Why there is no order; `node` is the node at fault, if any.
struct OrderError {
  driver::Code code;
  std::string what;
  const ::onnx::NodeProto *node = nullptr;
};

/// Returns the needed nodes in dependence order. `isDefined` says whether a name comes from
/// outside of the nodes: an input, an initializer, an outer graph.
/// Errors: UndefinedValue, DoubleDefinition, Cycle.
std::optional<std::vector<const ::onnx::NodeProto *>>
orderNodes(const ::onnx::GraphProto &graph, llvm::function_ref<bool(llvm::StringRef)> isDefined,
           OrderError &error);

/// Calls `visit` for `node` and every node of the graphs in its attributes.
void visitNested(const ::onnx::NodeProto &node,
                 llvm::function_ref<void(const ::onnx::NodeProto &)> visit);

/// The node's name, or its first output where it has none.
llvm::StringRef nameOf(const ::onnx::NodeProto &node);

} // namespace neuron::importer

#endif
