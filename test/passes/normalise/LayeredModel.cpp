// Random layered models: a template of one layer, instantiated, then shuffled.
#include "LayeredModel.h"

#include <algorithm>
#include <random>
#include <vector>

using namespace neuron::test;

namespace {

const std::string kType = "tensor<2x4xf32>", kSquare = "tensor<4x4xf32>";

constexpr int kNone = -9;

/// One op as text: what it defines, what it must come after.
struct Line {
  std::string text;
  std::vector<std::string> names, needs;
};

/// What one op of a layer is, with operands as places in the layer.
struct Step {
  std::string op;
  int first, second; ///< index of a step; -1 carried, -2 mask, -3 the layer's input, -4 the layer before's, kNone
};

class Writer {
public:
  explicit Writer(uint32_t seed) : random(seed) {}
  LayeredModel run();

private:
  int choose(int bound) { return int(random() % uint32_t(bound)); }
  void add(const std::string &text, std::vector<std::string> names,
           std::vector<std::string> needs) {
    lines.push_back({text, std::move(names), std::move(needs)});
  }
  void makeSteps();
  void layer(unsigned index, bool extra);
  std::string operand(int place, unsigned index) const;
  std::string shuffled();

  std::mt19937 random;
  std::vector<Step> steps;
  std::vector<Line> lines;
  std::string declarations;
  std::string carried, second; ///< the values that the next layer takes
  bool hasState = false, hasOutputs = false, hasInputs = false, hasSecond = false;
  std::vector<std::string> outputs;
  unsigned weights = 0;
};

/// At least one product; every step uses the one before it, so that nothing is dead.
void Writer::makeSteps() {
  const char *unary[] = {"relu", "tanh", "sigmoid", "negate"};
  const char *binary[] = {"add", "multiply", "subtract"};
  steps.push_back({"matmul", -1, 0});
  unsigned count = 4 + unsigned(choose(6));
  while (steps.size() < count) {
    int last = int(steps.size()) - 1;
    switch (choose(6)) {
    case 0:
      steps.push_back({"matmul", last, 0});
      break;
    case 1:
    case 2:
      steps.push_back({unary[choose(4)], last, kNone});
      break;
    case 3:
      steps.push_back({binary[choose(3)], last, -2});
      break;
    case 4:
      steps.push_back({binary[choose(3)], last, hasInputs ? -3 : hasSecond ? -4 : -1});
      break;
    default:
      steps.push_back({binary[choose(3)], last, choose(last + 2) - 1});
    }
  }
  steps.push_back({"add", int(steps.size()) - 1, -1});
}

std::string Writer::operand(int place, unsigned index) const {
  std::string number = std::to_string(index);
  switch (place) {
  case kNone:
    return "";
  case -1:
    return carried;
  case -2:
    return "%mask";
  case -3:
    return "%in" + number;
  case -4:
    return second;
  default:
    return "%v" + number + "_" + std::to_string(place);
  }
}

void Writer::layer(unsigned index, bool extra) {
  std::string number = std::to_string(index);
  for (size_t i = 0; i < steps.size(); ++i) {
    const Step &step = steps[i];
    std::string name = operand(int(i), index), x = operand(step.first, index),
                y = operand(step.second, index);
    std::string op = extra && i + 2 == steps.size() ? "hard_swish" : step.op;
    bool unary = op == "hard_swish" || step.second == kNone;
    if (op == "matmul") {
      std::string weight = "w" + std::to_string(weights);
      declarations += "nn.weight @" + weight + " : " + kSquare + " [#nn.blob<\"numbers\", " +
                      std::to_string(weights++ * 64 % 16000 / 64 * 64) + ", 64 : " + kSquare +
                      ">]\n";
      y = "%" + weight;
      add(y + " = nn.weight_value @" + weight + " : " + kSquare, {y}, {});
      add(name + " = nn.matmul " + x + ", " + y + " : (" + kType + ", " + kSquare + ") -> " + kType,
          {name}, {x, y});
    } else if (unary) {
      add(name + " = nn." + op + " " + x + " : (" + kType + ") -> " + kType, {name}, {x});
    } else {
      add(name + " = nn." + op + " " + x + ", " + y + " : (" + kType + ", " + kType + ") -> " +
              kType,
          {name}, {x, y});
    }
  }
  std::string first = operand(0, index);
  if (hasState) {
    declarations += "nn.state @s" + number + " : " + kType + "\n";
    std::string old = "%old" + number, sum = "%sum" + number;
    add(old + " = nn.state_read @s" + number + " : " + kType, {old}, {});
    add(sum + " = nn.add " + old + ", " + first + " : (" + kType + ", " + kType + ") -> " + kType,
        {sum}, {old, first});
    add("nn.state_write @s" + number + ", " + sum + " : " + kType, {"end"}, {sum, old});
  }
  if (hasOutputs)
    outputs.push_back(operand(1, index));
  second = operand(1, index);
  carried = operand(int(steps.size()) - 1, index);
}

/// The lines in a random order in which everything comes after what it needs.
std::string Writer::shuffled() {
  std::string text;
  std::vector<std::string> defined{"%x", "%y", "%mask0"};
  for (unsigned i = 0; i < 16; ++i)
    defined.push_back("%in" + std::to_string(i));
  std::vector<Line> rest = lines;
  while (!rest.empty()) {
    std::vector<size_t> ready;
    for (size_t i = 0; i < rest.size(); ++i)
      if (std::all_of(rest[i].needs.begin(), rest[i].needs.end(), [&](const std::string &need) {
            return std::find(defined.begin(), defined.end(), need) != defined.end();
          }))
        ready.push_back(i);
    size_t next = ready[size_t(choose(int(std::min<size_t>(ready.size(), 4))))];
    text += "  " + rest[next].text + "\n";
    for (const std::string &name : rest[next].names)
      defined.push_back(name);
    rest.erase(rest.begin() + std::ptrdiff_t(next));
  }
  return text;
}

LayeredModel Writer::run() {
  LayeredModel model;
  model.layers = 2 + unsigned(choose(4));
  model.hasPrologue = choose(2);
  model.hasExtraFirst = choose(4) == 0;
  hasState = choose(3) == 0;
  hasOutputs = choose(4) == 0;
  hasInputs = choose(4) == 0;
  hasSecond = choose(3) == 0;
  makeSteps();
  carried = "%x";
  second = "%y";
  add("%mask = nn.abs %mask0 : (" + kType + ") -> " + kType, {"%mask"}, {"%mask0"});
  if (model.hasPrologue) {
    add("%p = nn.exp %x : (" + kType + ") -> " + kType, {"%p"}, {"%x"});
    carried = "%p";
  }
  unsigned all = model.layers + model.hasExtraFirst;
  for (unsigned i = 0; i < all; ++i)
    layer(i, model.hasExtraFirst && i == 0);
  outputs.push_back(carried);
  std::string arguments = "%x: " + kType + ", %y: " + kType + ", %mask0: " + kType;
  model.inputs = 3 + (hasInputs ? all : 0);
  for (unsigned i = 0; hasInputs && i < all; ++i)
    arguments += ", %in" + std::to_string(i) + ": " + kType;
  std::string values, types;
  for (const std::string &output : outputs) {
    values += (values.empty() ? "" : ", ") + output;
    types += (types.empty() ? "" : ", ") + kType;
  }
  model.text = declarations + "func.func @main(" + arguments + ") -> (" + types + ") {\n" +
               shuffled() + "  return " + values + " : " + types + "\n}\n";
  return model;
}

} // namespace

LayeredModel neuron::test::makeLayeredModel(uint32_t seed) { return Writer(seed).run(); }
