// GraphImport: the walk over nodes, names and results.

#include "compiler/import/onnx/GraphImport.h"

#include "compiler/import/onnx/ConstantEval.h"
#include "compiler/import/onnx/ImportTable.h"
#include "compiler/import/onnx/Inputs.h"
#include "compiler/import/onnx/Node.h"
#include "compiler/import/onnx/NodeOrder.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "onnx/onnx_pb.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringSet.h"

using namespace neuron;
using namespace neuron::importer;
using namespace mlir;
using neuron::driver::Code;
using neuron::driver::printable;
using ::onnx::GraphProto;
using ::onnx::NodeProto;

GraphImport::GraphImport(MLIRContext &context, const OnnxModel &model, const ShapeBindings &shapes)
    : model(model), bindings(shapes), ops(&context), symbols(&context) {
  context.loadDialect<nn::NnDialect, func::FuncDialect>();
}

std::string GraphImport::placeOf(const NodeProto &node) const {
  return model.path().str() + ": node '" + printable(nameOf(node)) + "' (" +
         printable(node.op_type(), 40) + ")";
}

Location GraphImport::locationOf(const NodeProto &node) {
  StringRef name = nameOf(node);
  return NameLoc::get(ops.getStringAttr(name.empty() ? StringRef(node.op_type()) : name));
}

//===-- what can be imported --------------------------------------------------------------===//

LogicalResult GraphImport::checkOpset() {
  for (const ::onnx::OperatorSetIdProto &entry : model.proto().opset_import())
    if (entry.domain().empty() || entry.domain() == "ai.onnx")
      opset = entry.version();
  // A model of other domains alone: its operators are reported as such.
  if (opset == 0 && model.proto().opset_import_size() > 0)
    opset = kOldestOpset;
  if (opset == 0)
    return diagnostics().error(Code::NotAModel, model.path(),
                               "no version of the default operator set is stated");
  if (opset < kOldestOpset || opset > kNewestOpset)
    return diagnostics().error(Code::UnsupportedOpset, model.path(),
                               "opset " + Twine(opset) + ", supported are " + Twine(kOldestOpset) +
                                   " to " + Twine(kNewestOpset));
  return success();
}

LogicalResult GraphImport::checkOperators(ArrayRef<const NodeProto *> nodes) {
  struct Use {
    unsigned count = 0;
    int64_t newerOnly = 0;
    std::string names;
  };
  std::map<std::string, Use> missing;
  unsigned total = 0;
  auto check = [&](const NodeProto &node) {
    Found found = findImport(node.domain(), node.op_type(), opset);
    if (found)
      return;
    std::string op = (node.domain().empty() ? "" : node.domain() + ".") + node.op_type();
    Use &use = missing[op];
    use.newerOnly = found.newerOnly;
    if (use.count++ < 3)
      use.names += (use.count > 1 ? ", '" : "'") + printable(nameOf(node), 60) + "'";
    ++total;
  };
  for (const NodeProto *node : nodes)
    visitNested(*node, check);
  if (missing.empty())
    return success();
  std::vector<std::string> notes;
  for (auto &[op, use] : missing) {
    std::string line = printable(op, 60) + " x " + std::to_string(use.count) + ": " + use.names;
    if (use.count > 3)
      line += ", ...";
    if (use.newerOnly)
      line += " (supported from opset " + std::to_string(use.newerOnly) + " on)";
    notes.push_back(line);
    missingOps[op] = use.count;
  }
  return diagnostics().error(Code::UnsupportedOps, model.path(),
                             Twine(missing.size()) + " operators without support at opset " +
                                 Twine(opset) + ", in " + Twine(total) + " nodes",
                             notes);
}

//===-- values ----------------------------------------------------------------------------===//

Type GraphImport::elementOf(DType type) {
  switch (type) {
  case DType::F32:
    return ops.getF32Type();
  case DType::F64:
    return ops.getF64Type();
  case DType::F16:
    return ops.getF16Type();
  case DType::Bf16:
    return ops.getBF16Type();
  case DType::Bool:
    return ops.getI1Type();
  default: {
    bool isUnsigned = kindOf(type) == 'U';
    return IntegerType::get(ops.getContext(), byteSize(type) * 8,
                            isUnsigned ? IntegerType::Unsigned : IntegerType::Signless);
  }
  }
}

bool GraphImport::takeConstantBytes(int64_t bytes) {
  if (bytes > constantBytesLeft)
    return false;
  constantBytesLeft -= bytes;
  return true;
}

DenseElementsAttr GraphImport::readElements(const StoredTensor &tensor) {
  std::vector<char> bytes(static_cast<size_t>(tensor.bytes()));
  Status status = model.weights().read(tensor.expr(), 0, tensor.elements, bytes.data());
  if (!status.ok()) {
    (void)diagnostics().error(Code::BadTensor, model.path(), status.message());
    return nullptr;
  }
  auto type = RankedTensorType::get(tensor.shape, elementOf(tensor.type));
  if (tensor.type != DType::Bool)
    return DenseElementsAttr::getFromRawBuffer(type, bytes);
  SmallVector<bool> values = llvm::map_to_vector(bytes, [](char byte) { return byte != 0; });
  return DenseElementsAttr::get(type, values);
}

Value GraphImport::tensorValue(const ::onnx::TensorProto &tensor, StringRef name) {
  FailureOr<StoredTensor> stored = model.stored(tensor, name);
  if (failed(stored))
    return Value();
  Location loc = NameLoc::get(ops.getStringAttr(name.empty() ? StringRef("constant") : name));
  bool small = stored->bytes() <= nn::kMaxConstantBytes;
  if ((stored->elements <= 1 || (small && isInteger(stored->type))) &&
      takeConstantBytes(stored->bytes())) {
    DenseElementsAttr elements = readElements(*stored);
    return elements ? nn::ConstantOp::create(ops, loc, elements.getType(), elements) : Value();
  }
  std::string symbol = name.empty() ? "weight" : name.str();
  for (std::string base = symbol; !weightNames.try_emplace(symbol, 0).second;)
    symbol = base + "_" + std::to_string(++weightNames[base]);
  auto type = RankedTensorType::get(stored->shape, elementOf(stored->type));
  auto file = ops.getStringAttr(model.weights().name(stored->blob.file));
  auto blob = nn::FileBlobAttr::get(
      ops.getContext(), file, static_cast<int64_t>(stored->blob.offset),
      static_cast<int64_t>(stored->blob.size), stored->blob.encoding == Encoding::Varint, type);
  nn::WeightOp::create(symbols, loc, symbol, type, ops.getArrayAttr({blob}), ops.getArrayAttr({}));
  Value value =
      nn::WeightValueOp::create(ops, loc, type, FlatSymbolRefAttr::get(ops.getContext(), symbol));
  storedValues[value] = *stored;
  return value;
}

DenseElementsAttr GraphImport::knownElements(Value value) {
  if (auto constant = value.getDefiningOp<nn::ConstantOp>())
    return dyn_cast<DenseElementsAttr>(constant.getValue());
  auto found = storedValues.find(value);
  if (found == storedValues.end() || found->second.bytes() > nn::kMaxConstantBytes)
    return nullptr;
  return readElements(found->second);
}

SmallVector<Value> GraphImport::foldKnown(Operation *op) {
  SmallVector<DenseElementsAttr> operands;
  for (Value operand : op->getOperands()) {
    auto constant = operand.getDefiningOp<nn::ConstantOp>();
    auto elements = constant ? dyn_cast<DenseElementsAttr>(constant.getValue()) : nullptr;
    if (!elements)
      return {};
    operands.push_back(elements);
  }
  SmallVector<DenseElementsAttr> results;
  int64_t bytes = 0;
  for (Type type : op->getResultTypes())
    bytes += std::min(nn::tensorBytes(cast<RankedTensorType>(type)), nn::kMaxConstantBytes);
  if (!takeConstantBytes(bytes) || failed(evaluateKnown(op, operands, results)))
    return {};
  SmallVector<Value> values;
  for (DenseElementsAttr result : results)
    values.push_back(nn::ConstantOp::create(ops, op->getLoc(), result.getType(), result));
  op->erase();
  return values;
}

Value GraphImport::lookup(StringRef name, Scope &scope) {
  for (Scope *level = &scope; level; level = level->outer) {
    if (auto found = level->values.find(name); found != level->values.end())
      return found->second;
    auto initializer = level->initializers.find(name);
    if (initializer == level->initializers.end())
      continue;
    Value value = tensorValue(*initializer->second, name);
    if (value)
      level->values[name] = value;
    return value;
  }
  return Value();
}

//===-- nodes -----------------------------------------------------------------------------===//

LogicalResult GraphImport::importNode(const NodeProto &proto, Scope &scope) {
  current = &proto;
  currentScope = &scope;
  SmallVector<Value> operands;
  for (const std::string &name : proto.input()) {
    operands.push_back(name.empty() ? Value() : lookup(name, scope));
    if (!name.empty() && !operands.back()) {
      if (diagnostics().failed())
        return failure();
      return diagnostics().error(Code::UndefinedValue, placeOf(proto),
                                 "value '" + printable(name) + "' is not defined");
    }
  }
  Node node(*this, proto, opset, operands);
  Found found = findImport(proto.domain(), proto.op_type(), opset);
  int least = found.row ? found.row->least : found.elementwise->operands;
  int most = found.row ? found.row->most : found.elementwise->operands;
  int given = static_cast<int>(node.operands());
  if (given < least || (most >= 0 && given > most))
    node.fail(Code::BadNode, Twine(given) + " operands, expected " + Twine(least) +
                                 (most == least ? ""
                                  : most < 0    ? " or more"
                                                : " to " + std::to_string(most)));
  int present = most < 0 ? given : least;
  for (int i = 0; i < present && !node.failed(); ++i)
    node.operand(static_cast<unsigned>(i));
  if (node.failed())
    return failure();
  if (found.row)
    found.row->import(node);
  else
    importElementwise(node, *found.elementwise);
  return bindResults(node, scope);
}

LogicalResult GraphImport::bindResults(Node &node, Scope &scope) {
  for (unsigned i = 0; i < node.outputs() && !node.failed(); ++i) {
    if (!node.wants(i))
      continue;
    if (i >= node.results().size())
      node.fail(Code::UnsupportedForm, "output " + Twine(i) + " is not supported");
    else if (!node.results()[i])
      node.fail(Code::Internal, "the import function made no value and no error");
    else
      scope.values[node.proto().output(i)] = node.results()[i];
  }
  return failure(node.failed());
}

LogicalResult GraphImport::addInitializers(const GraphProto &graph, Scope &scope) {
  if (graph.sparse_initializer_size() > 0)
    return diagnostics().error(Code::UnsupportedStorage, model.path(), "a sparse initializer");
  for (const ::onnx::TensorProto &tensor : graph.initializer())
    if (!scope.initializers.try_emplace(tensor.name(), &tensor).second)
      return diagnostics().error(Code::DoubleDefinition, model.path(),
                                 "initializer '" + printable(tensor.name()) + "' is defined twice");
  return success();
}

LogicalResult GraphImport::importNodes(const GraphProto &graph, Scope &scope) {
  auto isDefined = [&](StringRef name) {
    for (const Scope *level = &scope; level; level = level->outer)
      if (level->values.contains(name) || level->initializers.contains(name))
        return true;
    return false;
  };
  OrderError error;
  std::optional<std::vector<const NodeProto *>> order = orderNodes(graph, isDefined, error);
  if (!order)
    return diagnostics().error(error.code, error.node ? placeOf(*error.node) : model.path().str(),
                               error.what);
  if (!scope.outer && failed(checkOperators(*order)))
    return failure();
  for (const NodeProto *node : *order)
    if (failed(importNode(*node, scope)))
      return failure();
  current = nullptr;
  return success();
}

FailureOr<SmallVector<Value>> GraphImport::inlineGraph(const GraphProto &graph) {
  const NodeProto *outerNode = current;
  Scope *outerScope = currentScope;
  Scope scope;
  scope.outer = outerScope;
  if (failed(addInitializers(graph, scope)) || failed(importNodes(graph, scope)))
    return failure();
  SmallVector<Value> results;
  for (const ::onnx::ValueInfoProto &output : graph.output())
    results.push_back(lookup(output.name(), scope));
  current = outerNode;
  currentScope = outerScope;
  return results;
}

//===-- the whole -------------------------------------------------------------------------===//

LogicalResult GraphImport::checkOutput(const ::onnx::ValueInfoProto &output, Value value) {
  if (!output.has_type() || !output.type().has_tensor_type())
    return success();
  const ::onnx::TypeProto_Tensor &declared = output.type().tensor_type();
  auto type = cast<RankedTensorType>(value.getType());
  auto contradicts = [&](const Twine &what) {
    std::string text;
    llvm::raw_string_ostream(text) << type;
    return diagnostics().error(Code::OutputContradiction, model.path(),
                               "output '" + printable(output.name()) + "' is declared with " +
                                   what + ", and computed as " + text);
  };
  std::optional<DType> element = elementType(declared.elem_type());
  if (declared.elem_type() != 0 && (!element || elementOf(*element) != type.getElementType()))
    return contradicts("element type " + onnxTypeName(declared.elem_type()));
  if (!declared.has_shape())
    return success();
  if (declared.shape().dim_size() != type.getRank())
    return contradicts("rank " + Twine(declared.shape().dim_size()));
  for (int i = 0; i < declared.shape().dim_size(); ++i) {
    const ::onnx::TensorShapeProto_Dimension &dim = declared.shape().dim(i);
    if (dim.has_dim_value() && dim.dim_value() > 0 && dim.dim_value() != type.getDimSize(i))
      return contradicts("size " + Twine(dim.dim_value()) + " of dimension " + Twine(i));
  }
  return success();
}

LogicalResult GraphImport::finishOutputs(const GraphProto &graph, Scope &scope) {
  SmallVector<Value> results;
  SmallVector<DictionaryAttr> attributes;
  llvm::StringSet<> names;
  for (const ::onnx::ValueInfoProto &output : graph.output()) {
    if (!names.insert(output.name()).second)
      return diagnostics().error(Code::DoubleDefinition, model.path(),
                                 "output '" + printable(output.name()) + "' is listed twice");
    // Nodes were ordered, so that the name is defined; what is left is an initializer that cannot
    // be read, and reading it has said why.
    Value value = lookup(output.name(), scope);
    if (!value)
      return failure();
    if (failed(checkOutput(output, value)))
      return failure();
    results.push_back(value);
    attributes.push_back(
        ops.getDictionaryAttr(ops.getNamedAttr("nn.name", ops.getStringAttr(output.name()))));
  }
  auto function = cast<func::FuncOp>(ops.getInsertionBlock()->getParentOp());
  func::ReturnOp::create(ops, function.getLoc(), results);
  function.setType(
      ops.getFunctionType(function.getArgumentTypes(), ValueRange(results).getTypes()));
  function.setAllResultAttrs(attributes);
  return success();
}

void GraphImport::eraseUnused() {
  llvm::StringSet<> used;
  Block &body = *ops.getInsertionBlock();
  for (Operation &op : llvm::make_early_inc_range(llvm::reverse(body))) {
    if (isOpTriviallyDead(&op))
      op.erase();
    else if (auto value = dyn_cast<nn::WeightValueOp>(op))
      used.insert(value.getWeight());
  }
  for (Operation &op : llvm::make_early_inc_range(*module->getBody()))
    if (auto weight = dyn_cast<nn::WeightOp>(op); weight && !used.contains(weight.getSymName()))
      op.erase();
}

OwningOpRef<ModuleOp> GraphImport::run() {
  ScopedDiagnosticHandler handler(ops.getContext(), [&](mlir::Diagnostic &diagnostic) {
    diagnostics().attach(diagnostic, Code::ShapeMismatch,
                         current ? placeOf(*current) : model.path().str());
    return success();
  });
  const GraphProto &graph = model.proto().graph();
  Scope scope;
  Inputs inputs;
  if (failed(checkOpset()) || failed(addInitializers(graph, scope)) ||
      failed(resolveInputs(graph, bindings, model, inputs)))
    return nullptr;
  if (graph.output_size() == 0) {
    (void)diagnostics().error(Code::NotAModel, model.path(), "the graph has no outputs");
    return nullptr;
  }
  Location loc = NameLoc::get(ops.getStringAttr(graph.name().empty() ? "main" : graph.name()));
  module = ModuleOp::create(loc);
  weightNames.try_emplace("main", 0);
  ops.setInsertionPointToEnd(module->getBody());
  SmallVector<Type> types = llvm::map_to_vector(inputs, [&](const Input &input) -> Type {
    return RankedTensorType::get(input.shape, elementOf(input.type));
  });
  auto function = func::FuncOp::create(ops, loc, "main", ops.getFunctionType(types, {}));
  symbols.setInsertionPoint(function);
  Block *body = function.addEntryBlock();
  ops.setInsertionPointToEnd(body);
  for (auto [i, input] : llvm::enumerate(inputs)) {
    function.setArgAttr(static_cast<unsigned>(i), "nn.name", ops.getStringAttr(input.name));
    scope.values[input.name] = body->getArgument(static_cast<unsigned>(i));
  }
  if (failed(importNodes(graph, scope)) || failed(finishOutputs(graph, scope)))
    return nullptr;
  eraseUnused();
  return std::move(module);
}
