// Parser of scalar bodies.
#include "NnBody.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/TableGen/Error.h"

using namespace llvm;

namespace neuron::tblgen {
namespace {

struct PrimitiveName {
  StringLiteral text, enumerator;
  unsigned arity;
};

// The texts of NEURON_NN_PRIMITIVES; the compiler of the generated file checks enumerators.
constexpr StringLiteral kBinary[] = {
    "add",         "subtract",    "multiply",         "max",     "min",           "is_equal",
    "not_equal",   "is_greater",  "is_greater_equal", "is_less", "is_less_equal", "logical_and",
    "logical_or",  "logical_xor", "abs_max",          "abs_min", "bitwise_and",   "bitwise_or",
    "bitwise_xor", "shift_left",  "shift_right",      "power",   "mod",           "quotient"};
constexpr StringLiteral kUnary[] = {"copy",      "square", "sigmoid", "relu",     "gelu",
                                    "gelu_tanh", "silu",   "tanh",    "softplus", "mish",
                                    "erf",       "exp",    "sign",    "abs",      "log",
                                    "sin",       "arctan", "sqrt",    "rsqrt",    "reciprocal"};

unsigned arityOf(StringRef primitive) {
  return is_contained(kBinary, primitive)  ? 2
         : is_contained(kUnary, primitive) ? 1
         : primitive == "select"           ? 3
                                           : 0;
}

class Parser {
public:
  Parser(const Record &record, StringRef text, const BodyNames &names)
      : record(record), rest(text) {
    for (auto [i, name] : enumerate(names.operands))
      bound[name] = "{ScalarArg::Kind::Operand, " + std::to_string(i) + ", 0}";
    for (auto [i, name] : enumerate(names.scalars))
      bound[name] = "{ScalarArg::Kind::Attribute, " + std::to_string(i) + ", 0}";
  }

  std::vector<std::string> run() {
    std::string result = statement();
    while (!atEnd())
      result = statement();
    if (steps.empty() || result != stepArg(steps.size() - 1))
      step("copy", {result});
    return steps;
  }

private:
  [[noreturn]] void fail(const Twine &what) {
    PrintFatalError(record.getLoc(), "body: " + what + " before '" + rest.take_front(20) + "'");
  }

  static std::string stepArg(size_t index) {
    return "{ScalarArg::Kind::Step, " + std::to_string(index) + ", 0}";
  }

  bool atEnd() {
    rest = rest.ltrim();
    return rest.empty();
  }

  bool accept(char c) {
    rest = rest.ltrim();
    return rest.consume_front(StringRef(&c, 1));
  }

  StringRef word() {
    rest = rest.ltrim();
    StringRef text = rest.take_while([](char c) { return isAlnum(c) || c == '_'; });
    rest = rest.drop_front(text.size());
    return text;
  }

  /// A binding, whose value is returned too, or the final expression.
  std::string statement() {
    StringRef saved = rest;
    StringRef name = word();
    if (!name.empty() && accept('=')) {
      std::string value = expression();
      if (!accept(';'))
        fail("expected ';'");
      if (arityOf(name) != 0 || !bound.try_emplace(name, value).second)
        fail("'" + name + "' is taken");
      return value;
    }
    rest = saved;
    std::string value = expression();
    if (!atEnd())
      fail("expected the end");
    return value;
  }

  std::string expression() {
    rest = rest.ltrim();
    if (rest.empty())
      fail("expected an expression");
    if (isDigit(rest[0]) || rest[0] == '-')
      return number();
    StringRef name = word();
    if (name == "inf")
      return literal("std::numeric_limits<float>::infinity()");
    if (unsigned arity = arityOf(name)) {
      std::vector<std::string> args;
      if (!accept('('))
        fail("expected '(' after " + name);
      do
        args.push_back(expression());
      while (accept(','));
      if (!accept(')') || args.size() != arity)
        fail(name + " takes " + Twine(arity) + " arguments, then ')'");
      return name == "copy" ? args[0] : step(name, args);
    }
    auto known = bound.find(name);
    if (known == bound.end())
      fail("unknown name '" + name + "'");
    return known->second;
  }

  std::string number() {
    bool negative = accept('-');
    if (rest.consume_front("inf"))
      return literal(std::string(negative ? "-" : "") + "std::numeric_limits<float>::infinity()");
    StringRef text =
        rest.take_while([](char c) { return isDigit(c) || c == '.' || c == 'e' || c == '-'; });
    double value;
    if (text.getAsDouble(value))
      fail("expected a number");
    rest = rest.drop_front(text.size());
    return literal("float(" + std::string(negative ? "-" : "") + text.str() + ")");
  }

  static std::string literal(const std::string &value) {
    return "{ScalarArg::Kind::Literal, 0, " + value + "}";
  }

  std::string step(StringRef primitive, const std::vector<std::string> &args) {
    std::string text = "{Primitive::" + convertToCamelFromSnakeCase(primitive, true) + ", {" +
                       join(args, ", ") + "}}";
    auto same = find(steps, text);
    if (same == steps.end())
      same = steps.insert(same, text);
    return stepArg(same - steps.begin());
  }

  const Record &record;
  StringRef rest;
  StringMap<std::string> bound;
  std::vector<std::string> steps;
};

} // namespace

std::vector<std::string> parseBody(const Record &record, StringRef text, const BodyNames &names) {
  return Parser(record, text, names).run();
}

} // namespace neuron::tblgen
