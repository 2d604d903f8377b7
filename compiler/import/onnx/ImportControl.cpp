// Import of control flow: a branch that is known is inlined, any other is refused.

#include "compiler/import/onnx/GraphImport.h"
#include "compiler/import/onnx/ImportTable.h"
#include "compiler/import/onnx/Node.h"

#include "onnx/onnx_pb.h"

using namespace neuron;
using namespace neuron::importer;
using namespace mlir;
using neuron::driver::Code;

namespace {

void importIf(Node &node) {
  DenseElementsAttr condition = node.importer().knownElements(node.operand(0));
  if (!condition)
    return node.fail(Code::DataDependent, "the condition depends on computed values");
  if (!node.valid(condition.getElementType().isInteger(1) && condition.getNumElements() == 1,
                  "the condition is not one boolean"))
    return;
  StringRef branch = *condition.getValues<bool>().begin() ? "then_branch" : "else_branch";
  const ::onnx::AttributeProto *graph = node.find(branch);
  if (!node.valid(graph && graph->has_g(), branch + " is absent"))
    return;
  FailureOr<SmallVector<Value>> results = node.importer().inlineGraph(graph->g());
  if (mlir::failed(results))
    return node.fail(Code::BadNode, branch + " cannot be imported");
  for (Value value : *results)
    node.result(value);
}

const ImportRow rows[] = {
    {"If", 1, 1, 1, importIf},
};

} // namespace

llvm::ArrayRef<ImportRow> neuron::importer::controlForms() { return rows; }
