// Contents and expected values in assembly files, as small expressions over tensors.
//
//   random(7)   values(1, 2.5, -3)   all(0)   iota   file("x.bin")   relu(matmul(w, x))
//
// Evaluated in double precision, so that an expectation does not repeat the machine's
// arithmetic. `random` gives multiples of 1/8 in [-1, 1]: sums of a few thousand of their
// products are exact in f32, in every order. matmul(a, b)[m, n] = sum over k of a[k, m] b[k, n],
// as the TensorE has it. A single element, as of all(), is broadcast.
#pragma once

#include "runtime/base/DType.h"
#include "runtime/isa/Cursor.h"

#include <string>
#include <vector>

namespace neuron::isa {

struct Expression {
  enum Kind : uint8_t { None, Values, All, Random, Iota, File, Tensor, Call } kind = None;
  std::vector<double> numbers; ///< Values; All: one
  uint64_t seed = 0;           ///< Random
  std::string name;            ///< of the file, tensor or function
  std::vector<Expression> arguments;
};

/// Reads one. Errors: located.
Status parseExpression(Cursor &at, Expression &expression);
std::string toText(const Expression &expression);

/// Values with a shape, row-major.
struct Evaluated {
  std::vector<uint64_t> shape;
  std::vector<double> values;
};

/// The tensors that an expression may name.
class TensorSource {
public:
  virtual ~TensorSource() = default;
  /// Errors: InvalidArgument when there is none.
  virtual Result<Evaluated> tensor(const std::string &name) const = 0;
};

/// What the expression gives for a tensor of this type and shape; file names are relative to
/// `folder` ("" or ending in /), their bytes have the tensor's type.
/// Errors: InvalidArgument for shapes that do not fit; MissingInput, Io for files.
Result<Evaluated> evaluate(const Expression &expression, DType dtype,
                           const std::vector<uint64_t> &shape, const TensorSource &tensors,
                           const std::string &folder);

/// Values as bytes of a type, rounded to nearest even.
std::vector<uint8_t> toBytes(const Evaluated &evaluated, DType dtype);
Evaluated fromBytes(const uint8_t *bytes, DType dtype, const std::vector<uint64_t> &shape);

} // namespace neuron::isa
