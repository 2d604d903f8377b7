// Inputs: symbols bound by some inputs, then shapes of all.

#include "compiler/import/onnx/Inputs.h"

#include "onnx/onnx_pb.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringSet.h"

using namespace neuron;
using namespace neuron::importer;
using llvm::StringRef;
using llvm::Twine;
using neuron::driver::Code;
using neuron::driver::printable;
using ::onnx::ValueInfoProto;

namespace {

std::string dimText(const ::onnx::TensorShapeProto &shape) {
  std::string text = "[";
  for (const ::onnx::TensorShapeProto_Dimension &dim : shape.dim()) {
    text += text.size() == 1 ? "" : ", ";
    text += dim.dim_value() > 0       ? std::to_string(dim.dim_value())
            : dim.dim_param().empty() ? "?"
                                      : printable(dim.dim_param(), 40);
  }
  return text + "]";
}

class Resolver {
public:
  Resolver(const ShapeBindings &bindings, const OnnxModel &model)
      : bindings(bindings), model(model) {}

  /// Checks one binding against its input and learns its symbols.
  llvm::LogicalResult learn(const ValueInfoProto &input);
  /// The shape of an input; unresolved ones are noted.
  llvm::LogicalResult resolve(const ValueInfoProto &input, Inputs &inputs);

  std::vector<std::string> unresolved;

private:
  llvm::LogicalResult refuse(Code code, const ValueInfoProto &input, const Twine &what) {
    return model.diagnostics().error(
        code, model.path().str() + ": input '" + printable(input.name()) + "'", what);
  }

  const ShapeBindings &bindings;
  const OnnxModel &model;
  std::map<std::string, int64_t> symbols;
};

llvm::LogicalResult Resolver::learn(const ValueInfoProto &input) {
  auto given = bindings.find(input.name());
  if (given == bindings.end() || !input.type().tensor_type().has_shape())
    return llvm::success();
  const ::onnx::TensorShapeProto &shape = input.type().tensor_type().shape();
  if (shape.dim_size() != static_cast<int>(given->second.size()))
    return refuse(Code::ShapeContradictsModel, input,
                  "is " + dimText(shape) + " in the model, and --shape gives rank " +
                      Twine(given->second.size()));
  for (auto [dim, size] : llvm::zip_equal(shape.dim(), given->second)) {
    if (dim.dim_value() > 0 && dim.dim_value() != size)
      return refuse(Code::ShapeContradictsModel, input,
                    "is " + dimText(shape) + " in the model, and --shape gives " + Twine(size) +
                        " for " + Twine(dim.dim_value()));
    if (dim.dim_param().empty())
      continue;
    auto [known, isNew] = symbols.try_emplace(dim.dim_param(), size);
    if (!isNew && known->second != size)
      return refuse(Code::ShapeContradictsModel, input,
                    "binds " + printable(dim.dim_param(), 40) + " to " + Twine(size) +
                        ", and another input binds it to " + Twine(known->second));
  }
  return llvm::success();
}

llvm::LogicalResult Resolver::resolve(const ValueInfoProto &info, Inputs &inputs) {
  if (!info.type().has_tensor_type())
    return refuse(Code::UnsupportedType, info, "is not a tensor");
  const ::onnx::TypeProto_Tensor &tensor = info.type().tensor_type();
  std::optional<DType> type = elementType(tensor.elem_type());
  if (!type)
    return refuse(Code::UnsupportedType, info, "element type " + onnxTypeName(tensor.elem_type()));
  Input input{info.name(), *type, {}};
  auto given = bindings.find(info.name());
  if (given != bindings.end()) {
    input.shape.assign(given->second.begin(), given->second.end());
  } else if (!tensor.has_shape()) {
    unresolved.push_back("input '" + printable(info.name()) + "' has no shape");
  } else {
    for (const ::onnx::TensorShapeProto_Dimension &dim : tensor.shape().dim()) {
      auto symbol = symbols.find(dim.dim_param());
      bool bound = !dim.dim_param().empty() && symbol != symbols.end();
      input.shape.push_back(dim.dim_value() > 0 ? dim.dim_value() : bound ? symbol->second : -1);
    }
    if (llvm::is_contained(input.shape, -1))
      unresolved.push_back("input '" + printable(info.name()) + "' is " + dimText(tensor.shape()));
  }
  bool known = !llvm::is_contained(input.shape, -1);
  if (known && !elementCount(input.shape))
    return refuse(Code::ValueTooLarge, info, "has more than 2^40 elements or 12 dimensions");
  inputs.push_back(std::move(input));
  return llvm::success();
}

} // namespace

llvm::LogicalResult neuron::importer::resolveInputs(const ::onnx::GraphProto &graph,
                                                    const ShapeBindings &bindings,
                                                    const OnnxModel &model, Inputs &inputs) {
  llvm::StringSet<> initializers, names;
  for (const ::onnx::TensorProto &tensor : graph.initializer())
    initializers.insert(tensor.name());
  std::vector<const ValueInfoProto *> live;
  for (const ValueInfoProto &input : graph.input()) {
    if (initializers.contains(input.name()))
      continue;
    if (!names.insert(input.name()).second)
      return model.diagnostics().error(Code::DoubleDefinition, model.path(),
                                       "input '" + printable(input.name()) + "' is listed twice");
    live.push_back(&input);
  }
  for (const auto &[name, shape] : bindings) {
    if (names.contains(name))
      continue;
    std::vector<std::string> notes;
    for (const ValueInfoProto *input : live)
      notes.push_back("input '" + printable(input->name()) + "' is " +
                      dimText(input->type().tensor_type().shape()));
    return model.diagnostics().error(Code::UnknownShapeName, model.path(),
                                     "no input is called '" + printable(name) + "'", notes);
  }
  Resolver resolver(bindings, model);
  for (const ValueInfoProto *input : live)
    if (llvm::failed(resolver.learn(*input)))
      return llvm::failure();
  for (const ValueInfoProto *input : live)
    if (llvm::failed(resolver.resolve(*input, inputs)))
      return llvm::failure();
  if (resolver.unresolved.empty())
    return llvm::success();
  return model.diagnostics().error(Code::DynamicShape, model.path(),
                                   Twine(resolver.unresolved.size()) + " inputs without a fixed "
                                                                       "shape",
                                   resolver.unresolved);
}
