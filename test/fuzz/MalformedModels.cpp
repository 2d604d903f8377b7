// MalformedModels: the kinds of damage.
//
// By kind: cut anywhere; a wire type that does not exist; random bits flipped; stored values and
// shapes that contradict; values that are undefined, defined twice or in a cycle; operators used
// wrongly; external data that is absent or outside of the folder; sizes beyond any memory;
// nesting and numbers of nodes beyond the limits; valid models that we do not support.
#include "test/fuzz/MalformedModels.h"

#include "test/fuzz/OnnxWriter.h"

namespace neuron::fuzz {
namespace {

constexpr int64_t huge = 1000000000000000000;

/// splitmix64: the same numbers on every host.
class Random {
public:
  explicit Random(uint64_t seed) : state(seed) {}
  uint64_t below(uint64_t bound) {
    uint64_t z = state += 0x9e3779b97f4a7c15ull;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ull;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebull;
    return (z ^ (z >> 31)) % bound;
  }

private:
  uint64_t state;
};

/// x[2, 8] -> MatMul w[8, 4] -> Add b[4] -> Reshape -> y[8].
Graph baseGraph() {
  Graph graph;
  graph.nodes = {node("MatMul", {"x", "w"}, {"m"}), node("Add", {"m", "b"}, {"a"}),
                 node("Reshape", {"a", "s"}, {"y"})};
  graph.initializers = {floats("w", {8, 4}), floats("b", {4}), integers("s", {8})};
  graph.inputs = {valueInfo("x", Float, {2, 8})};
  graph.outputs = {valueInfo("y", Float, {8})};
  return graph;
}

/// One node on inputs of the given shapes.
Graph single(const Message &only, const std::vector<Dims> &shapes,
             const std::vector<Message> &initializers = {}) {
  Graph graph;
  graph.nodes = {only};
  graph.initializers = initializers;
  for (size_t i = 0; i < shapes.size(); ++i)
    graph.inputs.push_back(valueInfo(std::string(1, static_cast<char>('a' + i)), Float, shapes[i]));
  graph.outputs = {Message().bytes(1, "y")};
  return graph;
}

class Maker {
public:
  explicit Maker(uint64_t seed) : random(seed) {}

  std::vector<MalformedModel> make() {
    damagedBytes();
    contradictions();
    names();
    misusedOperators();
    externalFiles();
    sizes();
    unsupported();
    return std::move(models);
  }

private:
  void add(const std::string &kind, const std::string &bytes, std::vector<int> statuses) {
    std::string number = std::to_string(models.size());
    models.push_back({std::string(3 - number.size(), '0') + number + "-" + kind, bytes, statuses});
  }
  void add(const std::string &kind, const Graph &graph, int status) {
    add(kind, model(graph).text(), {status});
  }

  void damagedBytes();
  void contradictions();
  void names();
  void misusedOperators();
  void externalFiles();
  void sizes();
  void unsupported();

  Random random;
  std::vector<MalformedModel> models;
};

void Maker::damagedBytes() {
  Message whole = model(baseGraph());
  for (int i = 0; i < 50; ++i)
    add("cut", whole.text().substr(0, random.below(whole.text().size())), {65});
  for (int i = 0; i < 40; ++i) {
    std::string bytes = whole.text();
    size_t at = whole.tags()[random.below(whole.tags().size())];
    bytes[at] = static_cast<char>((bytes[at] & ~7) | (random.below(2) ? 6 : 3));
    add("wire-type", bytes, {65});
  }
  for (int i = 0; i < 30; ++i) {
    std::string bytes = whole.text();
    for (uint64_t flips = 1 + random.below(4); flips > 0; --flips)
      bytes[random.below(bytes.size())] ^= static_cast<char>(1 << random.below(8));
    add("flipped", bytes, {0, 3, 4, 65, 66});
  }
  add("empty", "", {65});
  add("text", "this is not a model\n", {65});
  add("long-varint", std::string(11, '\xff') + whole.text(), {65});
  add("no-graph", Message().number(1, 8).text(), {65});
}

void Maker::contradictions() {
  for (int64_t extra : {-4, -1, 1, 4, 64}) {
    Graph graph = baseGraph();
    std::string data(static_cast<size_t>(128 + extra), '\0');
    graph.initializers[0] = rawTensor("w", Float, {8, 4}, data);
    add("stored-size", graph, 65);
  }
  Graph graph = baseGraph();
  graph.initializers[0] = rawTensor("w", Float, {-8, -4}, std::string(128, '\0'));
  add("negative-dims", graph, 65);
  graph.initializers[0] = floats("w", {8, 4}).bytes(4, std::string(128, '\0'));
  add("stored-twice", graph, 65);
  graph.initializers[0] = Message().number(1, 8).number(1, 4).number(2, Float).bytes(8, "w");
  add("nothing-stored", graph, 65);
  graph.initializers[0] =
      Message().number(1, 8).number(1, 4).number(2, Float).bytes(8, "w").bytes(5, "\x01\x02");
  add("field-of-another-type", graph, 65);
  graph = baseGraph();
  graph.initializers[2] =
      Message().number(1, 1).number(2, Int64).bytes(8, "s").bytes(7, "\x88\x88");
  add("cut-number", graph, 65);
  graph.initializers[2] = Message().number(1, 3).number(2, Int64).bytes(8, "s").bytes(7, "\x08");
  add("too-few-numbers", graph, 65);
  graph = baseGraph();
  graph.outputs = {valueInfo("y", Float, {9})};
  add("output-shape", graph, 65);
  graph.outputs = {valueInfo("y", Int64, {8})};
  add("output-type", graph, 65);
  graph.outputs = {valueInfo("y", Float, {2, 4})};
  add("output-rank", graph, 65);
}

void Maker::names() {
  for (int length = 1; length <= 10; ++length) {
    Graph graph = baseGraph();
    for (int i = 0; i < length; ++i)
      graph.nodes.push_back(
          node("Add", {"m", "c" + std::to_string((i + 1) % length)}, {"c" + std::to_string(i)}));
    graph.outputs = {Message().bytes(1, "c0")};
    add("cycle", graph, 65);
  }
  Graph graph = baseGraph();
  graph.nodes[1] = node("Add", {"m", "nobody"}, {"a"});
  add("undefined-operand", graph, 65);
  graph = baseGraph();
  graph.outputs.push_back(valueInfo("nobody", Float, {1}));
  add("undefined-output", graph, 65);
  graph = baseGraph();
  graph.nodes.push_back(node("Relu", {"m"}, {"a"}));
  add("two-nodes-one-value", graph, 65);
  graph.nodes.back() = node("Relu", {"m"}, {"x"});
  add("node-defines-input", graph, 65);
  graph = baseGraph();
  graph.initializers.push_back(floats("w", {8, 4}));
  add("two-initializers", graph, 65);
  graph = baseGraph();
  graph.inputs.push_back(graph.inputs[0]);
  add("two-inputs", graph, 65);
  graph = baseGraph();
  graph.outputs.push_back(graph.outputs[0]);
  add("two-outputs", graph, 65);
  graph.outputs.clear();
  add("no-outputs", graph, 65);
}

void Maker::misusedOperators() {
  auto wrong = [&](const Message &only, const std::vector<Dims> &shapes,
                   const std::vector<Message> &initializers = {}) {
    add("operator", single(only, shapes, initializers), 65);
  };
  wrong(node("Add", {"a", "b"}, {"y"}), {{2, 3}, {4, 5}});
  wrong(node("Add", {"a"}, {"y"}), {{2, 3}});
  wrong(node("Add", {"a", "a", "a"}, {"y"}), {{2, 3}});
  wrong(node("Add", {"", "a"}, {"y"}), {{2, 3}});
  wrong(node("MatMul", {"a", "b"}, {"y"}), {{2, 3}, {4, 5}});
  wrong(node("MatMul", {"a", "b"}, {"y"}), {{}, {4, 5}});
  wrong(node("Gemm", {"a", "b"}, {"y"}), {{2, 3, 4}, {4, 5}});
  wrong(node("Conv", {"a", "b"}, {"y"}), {{1, 3, 8, 8}, {4, 5, 3, 3}});
  wrong(node("Conv", {"a", "b"}, {"y"}), {{1, 3, 2, 2}, {4, 3, 3, 3}});
  wrong(node("Conv", {"a", "b"}, {"y"}, {intsAttribute("strides", {0, 1})}),
        {{1, 3, 8, 8}, {4, 3, 3, 3}});
  wrong(node("Conv", {"a", "b"}, {"y"}, {intsAttribute("pads", {huge, 1, 1, 1})}),
        {{1, 3, 8, 8}, {4, 3, 3, 3}});
  wrong(node("Conv", {"a", "b"}, {"y"}, {intAttribute("group", 0)}), {{1, 3, 8, 8}, {4, 3, 3, 3}});
  wrong(node("Conv", {"a", "b"}, {"y"}, {intAttribute("strides", 1)}),
        {{1, 3, 8, 8}, {4, 3, 3, 3}});
  wrong(node("MaxPool", {"a"}, {"y"}), {{1, 3, 8, 8}});
  wrong(node("Softmax", {"a"}, {"y"}, {intAttribute("axis", 7)}), {{2, 3}});
  wrong(node("Concat", {"a", "b"}, {"y"}), {{2, 3}, {2, 3}});
  wrong(node("Concat", {"a", "", "b"}, {"y"}, {intAttribute("axis", 0)}), {{2, 3}, {2, 3}});
  wrong(node("Concat", {"a", "b"}, {"y"}, {intAttribute("axis", 0)}), {{2, 3}, {2, 4}});
  wrong(node("Transpose", {"a"}, {"y"}, {intsAttribute("perm", {0, 0})}), {{2, 3}});
  wrong(node("Transpose", {"a"}, {"y"}, {intsAttribute("perm", {huge, -1})}), {{2, 3}});
  wrong(node("Reshape", {"a", "s"}, {"y"}), {{2, 3}}, {integers("s", {7})});
  wrong(node("Reshape", {"a", "s"}, {"y"}), {{2, 3}}, {integers("s", {-1, -1})});
  wrong(node("Reshape", {"a", "s"}, {"y"}), {{2, 3}}, {integers("s", {huge, huge})});
  wrong(node("Slice", {"a", "s", "s", "s", "z"}, {"y"}), {{2, 3}},
        {integers("s", {0}), integers("z", {0})});
  wrong(node("Split", {"a", "s"}, {"y", "q"}), {{2, 3}}, {integers("s", {huge, 1})});
  wrong(node("Gather", {"a", "b"}, {"y"}), {{2, 3}, {1}});
  wrong(node("Expand", {"a", "s"}, {"y"}), {{2, 3}}, {integers("s", {5, 3})});
  wrong(node("Pad", {"a", "s"}, {"y"}), {{2, 3}}, {integers("s", {-9, 0, 0, 0})});
  wrong(node("TopK", {"a", "s"}, {"y", "q"}), {{2, 3}}, {integers("s", {-1})});
  wrong(node("Not", {"a"}, {"y"}), {{2, 3}});
}

void Maker::externalFiles() {
  auto external = [&](const std::string &kind, const std::string &location,
                      const std::string &offset, const std::string &length, int status) {
    Message tensor;
    tensor.number(1, 8).number(1, 4).number(2, Float).bytes(8, "w").number(14, 1);
    auto entry = [&](const std::string &key, const std::string &value) {
      if (!value.empty())
        tensor.message(13, Message().bytes(1, key).bytes(2, value));
    };
    entry("location", location);
    entry("offset", offset);
    entry("length", length);
    Graph graph = baseGraph();
    graph.initializers[0] = tensor;
    add("external-" + kind, graph, status);
  };
  external("whole", "weights.data", "0", "128", 0);
  external("missing", "absent.data", "0", "128", 66);
  external("absolute", "/etc/passwd", "0", "128", 65);
  external("parent", "../weights.data", "0", "128", 65);
  external("hidden-parent", "x/../../weights.data", "0", "128", 65);
  external("link", "escape.data", "0", "128", 65);
  external("folder", "folder", "0", "128", 66);
  external("nameless", "", "0", "128", 65);
  external("beyond", "weights.data", "4096", "128", 65);
  external("overflow", "weights.data", "18446744073709551615", "128", 65);
  external("short", "weights.data", "0", "64", 65);
  external("not-a-number", "weights.data", "zero", "128", 65);
  external("negative", "weights.data", "-8", "128", 65);
}

void Maker::sizes() {
  Graph graph = baseGraph();
  graph.initializers[0] = rawTensor("w", Float, {huge}, "");
  add("huge-initializer", graph, 65);
  graph.initializers[0] = rawTensor("w", Float, {huge, huge, huge}, std::string(128, '\0'));
  add("huge-initializer", graph, 65);
  graph = baseGraph();
  graph.inputs = {valueInfo("x", Float, {huge, 8})};
  add("huge-input", graph, 4);
  add("huge-constant", single(node("ConstantOfShape", {"s"}, {"y"}), {}, {integers("s", {huge})}),
      4);
  add("huge-expand",
      single(node("Expand", {"a", "s"}, {"y"}), {{1, 1}}, {integers("s", {1 << 30, 1 << 30})}), 4);
  add("huge-tile",
      single(node("Tile", {"a", "s"}, {"y"}), {{1, 1}}, {integers("s", {1 << 30, 1 << 30})}), 65);
  Graph deep;
  for (int i = 0; i < 100; ++i) {
    Graph outer;
    outer.nodes = {node("If", {"c"}, {"y"}, {graphAttribute("then_branch", deep.message())})};
    deep = outer;
  }
  add("deep-graphs", deep, 4);
  Graph many;
  for (int i = 0; i < 600000; ++i)
    many.nodes.push_back(Message());
  add("many-nodes", many, 4);
}

void Maker::unsupported() {
  Graph graph = baseGraph();
  graph.nodes[1] = node("NoSuchOperator", {"m", "b"}, {"a"});
  add("unknown-operator", graph, 3);
  for (int64_t opset : {int64_t(5), int64_t(99), huge})
    add("opset", model(baseGraph(), opset).text(), {3});
  graph = baseGraph();
  graph.inputs = {valueInfo("x", String, {2, 8})};
  add("strings", graph, 3);
  graph.inputs = {valueInfo("x", Float, {-1, 8})};
  add("symbolic", graph, 3);
  graph = baseGraph();
  graph.initializers.pop_back();
  graph.inputs.push_back(valueInfo("s", Int64, {1}));
  add("shape-is-an-input", graph, 3);
  graph = baseGraph();
  graph.initializers[0] = floats("w", {8, 4}).message(3, Message().number(1, 0).number(2, 8));
  add("segmented", graph, 3);
  add("archive", std::string("PK\3\4") + std::string(64, '\0'), {3});
}

} // namespace

std::vector<MalformedModel> malformedModels(uint64_t seed) { return Maker(seed).make(); }

std::string validModel() { return model(baseGraph()).text(); }

std::string externalData() { return std::string(128, '\0'); }

} // namespace neuron::fuzz
