// NodeOrder: depth-first walk from the outputs, without recursion.

#include "compiler/import/onnx/NodeOrder.h"

#include "onnx/onnx_pb.h"
#include "llvm/ADT/StringMap.h"

using namespace neuron::importer;
using llvm::StringRef;
using neuron::driver::Code;
using neuron::driver::printable;
using ::onnx::NodeProto;

namespace {

class Walk {
public:
  Walk(const ::onnx::GraphProto &graph, llvm::function_ref<bool(StringRef)> isDefined,
       OrderError &error)
      : graph(graph), isDefined(isDefined), error(error),
        state(static_cast<size_t>(graph.node_size()), New) {}

  bool run();
  /// The needed nodes in file order, if that is a dependence order, else in order of the walk.
  std::vector<const NodeProto *> order() const;

private:
  enum State : uint8_t { New, Open, Done };

  bool fail(Code code, const std::string &what, const NodeProto *node) {
    error = {code, what, node};
    return false;
  }
  bool collectProducers();
  bool visit(StringRef name, const NodeProto *user);
  bool open(int index);
  std::string cycleThrough(int index) const;
  const NodeProto &node(int index) const { return graph.node(index); }

  const ::onnx::GraphProto &graph;
  llvm::function_ref<bool(StringRef)> isDefined;
  OrderError &error;
  std::vector<State> state;
  llvm::StringMap<int> producers;
  /// Nodes being visited, with the names they still wait for.
  struct Frame {
    int index;
    std::vector<StringRef> names;
  };
  std::vector<Frame> stack;
  std::vector<int> finished;
};

bool Walk::collectProducers() {
  for (int i = 0; i < graph.node_size(); ++i) {
    for (const std::string &name : node(i).output()) {
      if (name.empty())
        continue;
      if (!producers.try_emplace(name, i).second || isDefined(name))
        return fail(Code::DoubleDefinition, "value '" + printable(name) + "' is defined twice",
                    &node(i));
    }
  }
  return true;
}

bool Walk::open(int index) {
  state[index] = Open;
  Frame frame{index, {}};
  visitNested(node(index), [&](const NodeProto &inner) {
    bool own = &inner == &node(index);
    for (const std::string &name : inner.input())
      // Names inside a branch may be its own; those of this graph are the ones to wait for.
      if (!name.empty() && (own || producers.contains(name)))
        frame.names.push_back(name);
  });
  for (const ::onnx::AttributeProto &attribute : node(index).attribute())
    for (const ::onnx::ValueInfoProto &output : attribute.g().output())
      if (producers.contains(output.name()))
        frame.names.push_back(output.name());
  stack.push_back(std::move(frame));
  return true;
}

std::string Walk::cycleThrough(int index) const {
  std::string text;
  bool inside = false;
  int shown = 0;
  for (const Frame &frame : stack) {
    inside |= frame.index == index;
    if (inside && shown++ < 8)
      text += "'" + printable(nameOf(node(frame.index)), 40) + "' <- ";
  }
  return text + "'" + printable(nameOf(node(index)), 40) + "'";
}

bool Walk::visit(StringRef name, const NodeProto *user) {
  auto found = producers.find(name);
  if (found == producers.end()) {
    if (isDefined(name))
      return true;
    return fail(Code::UndefinedValue, "value '" + printable(name) + "' is not defined", user);
  }
  int index = found->second;
  if (state[index] == Done)
    return true;
  if (state[index] == Open)
    return fail(Code::Cycle, "the graph has a cycle: " + cycleThrough(index), user);
  return open(index);
}

bool Walk::run() {
  if (!collectProducers())
    return false;
  for (const ::onnx::ValueInfoProto &output : graph.output()) {
    if (!visit(output.name(), nullptr))
      return false;
    while (!stack.empty()) {
      size_t top = stack.size() - 1;
      if (stack[top].names.empty()) {
        state[stack[top].index] = Done;
        finished.push_back(stack[top].index);
        stack.pop_back();
        continue;
      }
      StringRef name = stack[top].names.back();
      stack[top].names.pop_back();
      if (!visit(name, &node(stack[top].index)))
        return false;
    }
  }
  return true;
}

std::vector<const NodeProto *> Walk::order() const {
  bool inFileOrder = true;
  for (int i = 0; i < graph.node_size() && inFileOrder; ++i)
    if (state[i] == Done)
      visitNested(node(i), [&](const NodeProto &inner) {
        for (const std::string &name : inner.input())
          if (auto found = producers.find(name); found != producers.end())
            inFileOrder &= found->second < i;
      });
  std::vector<const NodeProto *> result;
  if (!inFileOrder) {
    for (int index : finished)
      result.push_back(&node(index));
    return result;
  }
  for (int i = 0; i < graph.node_size(); ++i)
    if (state[i] == Done)
      result.push_back(&node(i));
  return result;
}

} // namespace

StringRef neuron::importer::nameOf(const NodeProto &node) {
  if (!node.name().empty())
    return node.name();
  return node.output_size() > 0 ? StringRef(node.output(0)) : StringRef();
}

void neuron::importer::visitNested(const NodeProto &node,
                                   llvm::function_ref<void(const NodeProto &)> visit) {
  visit(node);
  for (const ::onnx::AttributeProto &attribute : node.attribute()) {
    for (const NodeProto &inner : attribute.g().node())
      visitNested(inner, visit);
    for (const ::onnx::GraphProto &graph : attribute.graphs())
      for (const NodeProto &inner : graph.node())
        visitNested(inner, visit);
  }
}

std::optional<std::vector<const NodeProto *>>
neuron::importer::orderNodes(const ::onnx::GraphProto &graph,
                             llvm::function_ref<bool(StringRef)> isDefined, OrderError &error) {
  Walk walk(graph, isDefined, error);
  if (!walk.run())
    return std::nullopt;
  return walk.order();
}
