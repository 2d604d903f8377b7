// Reading and evaluating expressions of assembly files.
#include "runtime/isa/AsmExpression.h"

#include "runtime/base/Bytes.h"
#include "runtime/base/File.h"
#include "runtime/base/Numbers.h"

#include <algorithm>
#include <charconv>
#include <cmath>

namespace neuron::isa {
namespace {

constexpr unsigned kMaxDepth = 32;
constexpr uint64_t kMaxElements = uint64_t(1) << 28; ///< 2 GiB as doubles

using Unary = double (*)(double);
using Binary = double (*)(double, double);

struct UnaryRow {
  const char *name;
  Unary apply;
};
const UnaryRow kUnary[] = {
    {"relu", [](double x) { return x > 0 ? x : 0; }},
    {"exp", [](double x) { return std::exp(x); }},
    {"log", [](double x) { return std::log(x); }},
    {"tanh", [](double x) { return std::tanh(x); }},
    {"sigmoid", [](double x) { return 1 / (1 + std::exp(-x)); }},
    {"sqrt", [](double x) { return std::sqrt(x); }},
    {"rsqrt", [](double x) { return 1 / std::sqrt(x); }},
    {"reciprocal", [](double x) { return 1 / x; }},
    {"square", [](double x) { return x * x; }},
    {"abs", [](double x) { return std::fabs(x); }},
    {"negate", [](double x) { return -x; }},
    {"gelu", [](double x) { return x * 0.5 * std::erfc(-x * 0.70710678118654752440); }},
};

struct BinaryRow {
  const char *name;
  Binary apply;
};
const BinaryRow kBinary[] = {
    {"add", [](double a, double b) { return a + b; }},
    {"subtract", [](double a, double b) { return a - b; }},
    {"multiply", [](double a, double b) { return a * b; }},
    {"divide", [](double a, double b) { return a / b; }},
    {"max", [](double a, double b) { return std::max(a, b); }},
    {"min", [](double a, double b) { return std::min(a, b); }},
};

template <typename Row, size_t n> const Row *find(const Row (&rows)[n], const std::string &name) {
  for (const Row &row : rows)
    if (name == row.name)
      return &row;
  return nullptr;
}

/// Arguments of a function; 0 when there is no such function.
unsigned arity(const std::string &name) {
  if (find(kUnary, name) || name == "transpose" || name == "sum")
    return 1;
  return find(kBinary, name) || name == "matmul" ? 2 : 0;
}

// --- Parsing ---------------------------------------------------------------------------------

Status parseNested(Cursor &at, unsigned depth, Expression &expression);

Status parseNumbers(Cursor &at, std::vector<double> &numbers) {
  NEURON_TRY(at.expect("("));
  do {
    numbers.emplace_back();
    NEURON_TRY(at.decimal(numbers.back()));
  } while (at.accept(","));
  return at.expect(")");
}

Status parseRandom(Cursor &at, Expression &expression) {
  int64_t seed = 0;
  NEURON_TRY(at.expect("("));
  NEURON_TRY(at.number("a seed", 0, INT32_MAX, seed));
  expression.kind = Expression::Random;
  expression.seed = static_cast<uint64_t>(seed);
  return at.expect(")");
}

Status parseCall(Cursor &at, unsigned depth, unsigned arguments, Expression &expression) {
  expression.kind = Expression::Call;
  NEURON_TRY(at.expect("("));
  for (unsigned i = 0; i < arguments; ++i) {
    if (i > 0)
      NEURON_TRY(at.expect(","));
    expression.arguments.emplace_back();
    NEURON_TRY(parseNested(at, depth + 1, expression.arguments.back()));
  }
  return at.expect(")");
}

Status parseNested(Cursor &at, unsigned depth, Expression &expression) {
  if (depth == kMaxDepth)
    return at.error("expressions nest at most 32 deep");
  NEURON_TRY(at.name("an expression", expression.name));
  bool opens = at.sees("(");
  if (expression.name == "random" && opens)
    return parseRandom(at, expression);
  if ((expression.name == "values" || expression.name == "all") && opens) {
    expression.kind = expression.name == "all" ? Expression::All : Expression::Values;
    NEURON_TRY(parseNumbers(at, expression.numbers));
    if (expression.kind == Expression::All && expression.numbers.size() != 1)
      return at.error("all has one number");
    return Status::success();
  }
  if (expression.name == "file" && opens) {
    expression.kind = Expression::File;
    NEURON_TRY(at.expect("("));
    NEURON_TRY(at.name("a file", expression.name));
    return at.expect(")");
  }
  if (!opens) {
    expression.kind = expression.name == "iota" ? Expression::Iota : Expression::Tensor;
    return Status::success();
  }
  unsigned arguments = arity(expression.name);
  if (arguments == 0)
    return at.error("no function is called '" + expression.name + "'");
  return parseCall(at, depth, arguments, expression);
}

/// The shortest text that reads back.
std::string numberText(double value) {
  char buffer[32];
  auto [end, problem] = std::to_chars(buffer, buffer + sizeof(buffer), value);
  return problem == std::errc() ? std::string(buffer, end) : formatText("%.17g", value);
}

// --- Evaluation ------------------------------------------------------------------------------

uint64_t elementsOf(const std::vector<uint64_t> &shape) {
  uint64_t elements = 1;
  for (uint64_t dim : shape)
    if (!multiplyChecked(elements, dim, elements))
      return UINT64_MAX;
  return elements;
}

Status mismatch(const std::string &what) { return {ErrorCode::InvalidArgument, what}; }

/// Uniform multiples of 1/8 in [-1, 1]; of integers in [-8, 8] or [0, 16].
double randomValue(uint64_t seed, uint64_t index, DType dtype) {
  uint64_t z = seed * 0x9e3779b97f4a7c15u + index + 1;
  z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
  z = (z ^ z >> 27) * 0x94d049bb133111ebu;
  double value = static_cast<double>((z ^ z >> 31) % 17);
  if (kindOf(dtype) == 'U')
    return value;
  return kindOf(dtype) == 'S' ? value - 8 : (value - 8) / 8;
}

class Evaluator {
public:
  Evaluator(DType dtype, const std::vector<uint64_t> &shape, const TensorSource &tensors,
            const std::string &folder)
      : dtype(dtype), shape(shape), tensors(tensors), folder(folder) {}

  Result<Evaluated> run(const Expression &e) const {
    switch (e.kind) {
    case Expression::None:
      return mismatch("there is nothing to evaluate");
    case Expression::Tensor:
      return tensors.tensor(e.name);
    case Expression::File:
      return file(e.name);
    case Expression::Call:
      return call(e);
    case Expression::Values:
      if (e.numbers.size() != elementsOf(shape))
        return mismatch(formatText("%zu values for %llu elements", e.numbers.size(),
                                   static_cast<unsigned long long>(elementsOf(shape))));
      return Evaluated{shape, e.numbers};
    case Expression::All:
      return Evaluated{{}, e.numbers};
    case Expression::Random:
    case Expression::Iota:
      break;
    }
    Evaluated result{shape, std::vector<double>(elementsOf(shape))};
    for (uint64_t i = 0; i < result.values.size(); ++i) {
      if (e.kind == Expression::All)
        result.values[i] = e.numbers[0];
      else
        result.values[i] =
            e.kind == Expression::Iota ? static_cast<double>(i) : randomValue(e.seed, i, dtype);
    }
    return result;
  }

private:
  DType dtype;
  const std::vector<uint64_t> &shape;
  const TensorSource &tensors;
  const std::string &folder;

  Result<Evaluated> file(const std::string &name) const {
    Result<MappedFile> mapped = MappedFile::open(folder + name);
    if (!mapped.ok())
      return mapped.status();
    uint64_t bytes = elementsOf(shape) * byteSize(dtype);
    if (mapped->bytes().size != bytes)
      return mismatch(formatText("%s has %llu bytes, expected %llu", name.c_str(),
                                 static_cast<unsigned long long>(mapped->bytes().size),
                                 static_cast<unsigned long long>(bytes)));
    return fromBytes(mapped->bytes().data, dtype, shape);
  }

  Result<Evaluated> call(const Expression &e) const {
    Result<Evaluated> a = run(e.arguments[0]);
    if (!a.ok())
      return a.status();
    if (const UnaryRow *row = find(kUnary, e.name)) {
      for (double &value : a->values)
        value = row->apply(value);
      return a;
    }
    if (e.name == "transpose")
      return transpose(*a);
    if (e.name == "sum")
      return sum(*a);
    Result<Evaluated> b = run(e.arguments[1]);
    if (!b.ok())
      return b.status();
    const BinaryRow *row = find(kBinary, e.name);
    return row ? elementwise(*a, *b, row->apply) : matmul(*a, *b);
  }

  static Result<Evaluated> elementwise(const Evaluated &a, const Evaluated &b, Binary apply) {
    bool oneA = a.values.size() == 1, oneB = b.values.size() == 1;
    if (!oneA && !oneB && a.shape != b.shape)
      return mismatch("the shapes of an elementwise function differ");
    Evaluated result = oneA ? b : a;
    for (uint64_t i = 0; i < result.values.size(); ++i)
      result.values[i] = apply(a.values[oneA ? 0 : i], b.values[oneB ? 0 : i]);
    return result;
  }

  static Result<Evaluated> transpose(const Evaluated &a) {
    if (a.shape.size() != 2)
      return mismatch("transpose needs a matrix");
    Evaluated result{{a.shape[1], a.shape[0]}, std::vector<double>(a.values.size())};
    for (uint64_t i = 0; i < a.shape[0]; ++i)
      for (uint64_t j = 0; j < a.shape[1]; ++j)
        result.values[j * a.shape[0] + i] = a.values[i * a.shape[1] + j];
    return result;
  }

  /// Over the last dim.
  static Result<Evaluated> sum(const Evaluated &a) {
    if (a.shape.empty() || a.shape.back() == 0)
      return mismatch("sum needs a dim");
    Evaluated result{{a.shape.begin(), a.shape.end() - 1}, {}};
    uint64_t inner = a.shape.back();
    result.values.resize(a.values.size() / inner);
    for (uint64_t i = 0; i < a.values.size(); ++i)
      result.values[i / inner] += a.values[i];
    return result;
  }

  static Result<Evaluated> matmul(const Evaluated &a, const Evaluated &b) {
    if (a.shape.size() != 2 || b.shape.size() != 2 || a.shape[0] != b.shape[0])
      return mismatch("matmul(a, b) needs matrices with equally many rows");
    uint64_t depth = a.shape[0], rows = a.shape[1], columns = b.shape[1], total = 0;
    if (!multiplyChecked(rows, columns, total) || total > kMaxElements)
      return mismatch("matmul is too large to evaluate");
    Evaluated result{{rows, columns}, std::vector<double>(total)};
    for (uint64_t k = 0; k < depth; ++k)
      for (uint64_t m = 0; m < rows; ++m)
        for (uint64_t n = 0; n < columns; ++n)
          result.values[m * columns + n] += a.values[k * rows + m] * b.values[k * columns + n];
    return result;
  }
};

} // namespace

Status parseExpression(Cursor &at, Expression &expression) {
  return parseNested(at, 0, expression);
}

std::string toText(const Expression &e) {
  std::string list;
  switch (e.kind) {
  case Expression::None:
    return "";
  case Expression::Tensor:
    return e.name;
  case Expression::Iota:
    return "iota";
  case Expression::File:
    return "file(\"" + e.name + "\")";
  case Expression::Random:
    return formatText("random(%llu)", static_cast<unsigned long long>(e.seed));
  case Expression::Values:
  case Expression::All:
    for (double number : e.numbers)
      list += (list.empty() ? "" : ", ") + numberText(number);
    return (e.kind == Expression::All ? "all(" : "values(") + list + ")";
  case Expression::Call:
    break;
  }
  for (const Expression &argument : e.arguments)
    list += (list.empty() ? "" : ", ") + toText(argument);
  return e.name + "(" + list + ")";
}

Result<Evaluated> evaluate(const Expression &expression, DType dtype,
                           const std::vector<uint64_t> &shape, const TensorSource &tensors,
                           const std::string &folder) {
  if (elementsOf(shape) > kMaxElements)
    return Status(ErrorCode::ResourceLimit, "the tensor has more than 2^28 elements");
  Result<Evaluated> result = Evaluator(dtype, shape, tensors, folder).run(expression);
  if (result.ok() && result->values.size() == 1)
    return Evaluated{shape, std::vector<double>(elementsOf(shape), result->values[0])};
  if (result.ok() && result->values.size() != elementsOf(shape))
    return mismatch(formatText("%s has %zu elements, expected %llu", toText(expression).c_str(),
                               result->values.size(),
                               static_cast<unsigned long long>(elementsOf(shape))));
  return result;
}

std::vector<uint8_t> toBytes(const Evaluated &evaluated, DType dtype) {
  std::vector<uint8_t> bytes(evaluated.values.size() * byteSize(dtype));
  for (size_t i = 0; i < evaluated.values.size(); ++i)
    store(dtype, evaluated.values[i], bytes.data() + i * byteSize(dtype));
  return bytes;
}

Evaluated fromBytes(const uint8_t *bytes, DType dtype, const std::vector<uint64_t> &shape) {
  Evaluated result{shape, std::vector<double>(elementsOf(shape))};
  for (size_t i = 0; i < result.values.size(); ++i)
    result.values[i] = load(dtype, bytes + i * byteSize(dtype));
  return result;
}

} // namespace neuron::isa
