// What an elementwise op does to one element, in operations of the device.
//
// A body is a list of steps in order; each applies one primitive to operands of the op, to
// results of earlier steps, or to numbers. The last step is the result. Template MapReduce
// lowers the steps to engine instructions, the portable evaluator executes them, so both
// compute the same thing. Bodies come from the `body` fields of NnElementwise*.td.
//
// Values of steps are f32, truths 1.0 and 0.0, whatever the op's element types: operands are
// converted on reading, the last step's value on writing. `max`, `min` pass NaN on; `mod` has
// the sign of the divisor; `select(p, a, b)` is a where p is not 0, otherwise b, and takes
// nothing from the other, be it NaN. Bitwise primitives and shifts work on integers, `quotient` is
// towards zero and of integers only: a template makes several instructions of it.
//
// Worked example: hard_sigmoid {alpha = 0.25} is
//   0: multiply(0.25, operand 0)   1: add(step 0, 0.5)   2: min(1.0, step 1)
//   3: max(0.0, step 2)
#pragma once

#include "mlir/IR/Operation.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringRef.h"

namespace neuron::nn {

// X(enumerator, text, operands): the texts are those of isa AluOp and Activation, and select.
#define NEURON_NN_PRIMITIVES(X)                                                                    \
  X(Add, "add", 2)                                                                                 \
  X(Subtract, "subtract", 2)                                                                       \
  X(Multiply, "multiply", 2)                                                                       \
  X(Max, "max", 2)                                                                                 \
  X(Min, "min", 2)                                                                                 \
  X(IsEqual, "is_equal", 2)                                                                        \
  X(NotEqual, "not_equal", 2)                                                                      \
  X(IsGreater, "is_greater", 2)                                                                    \
  X(IsGreaterEqual, "is_greater_equal", 2)                                                         \
  X(IsLess, "is_less", 2)                                                                          \
  X(IsLessEqual, "is_less_equal", 2)                                                               \
  X(LogicalAnd, "logical_and", 2)                                                                  \
  X(LogicalOr, "logical_or", 2)                                                                    \
  X(LogicalXor, "logical_xor", 2)                                                                  \
  X(AbsMax, "abs_max", 2)                                                                          \
  X(AbsMin, "abs_min", 2)                                                                          \
  X(BitwiseAnd, "bitwise_and", 2)                                                                  \
  X(BitwiseOr, "bitwise_or", 2)                                                                    \
  X(BitwiseXor, "bitwise_xor", 2)                                                                  \
  X(ShiftLeft, "shift_left", 2)                                                                    \
  X(ShiftRight, "shift_right", 2)                                                                  \
  X(Power, "power", 2)                                                                             \
  X(Mod, "mod", 2)                                                                                 \
  X(Copy, "copy", 1)                                                                               \
  X(Square, "square", 1)                                                                           \
  X(Sigmoid, "sigmoid", 1)                                                                         \
  X(Relu, "relu", 1)                                                                               \
  X(Gelu, "gelu", 1)                                                                               \
  X(GeluTanh, "gelu_tanh", 1)                                                                      \
  X(Silu, "silu", 1)                                                                               \
  X(Tanh, "tanh", 1)                                                                               \
  X(Softplus, "softplus", 1)                                                                       \
  X(Mish, "mish", 1)                                                                               \
  X(Erf, "erf", 1)                                                                                 \
  X(Exp, "exp", 1)                                                                                 \
  X(Sign, "sign", 1)                                                                               \
  X(Abs, "abs", 1)                                                                                 \
  X(Log, "log", 1)                                                                                 \
  X(Sin, "sin", 1)                                                                                 \
  X(Arctan, "arctan", 1)                                                                           \
  X(Sqrt, "sqrt", 1)                                                                               \
  X(Rsqrt, "rsqrt", 1)                                                                             \
  X(Reciprocal, "reciprocal", 1)                                                                   \
  X(Select, "select", 3)                                                                           \
  X(Quotient, "quotient", 2)

enum class Primitive : uint8_t {
#define NEURON_NN_PRIMITIVE_ENUM(name, text, operands) name,
  NEURON_NN_PRIMITIVES(NEURON_NN_PRIMITIVE_ENUM)
#undef NEURON_NN_PRIMITIVE_ENUM
};

llvm::StringRef primitiveText(Primitive primitive);
unsigned primitiveArity(Primitive primitive);

/// One argument of a step.
struct ScalarArg {
  enum class Kind : uint8_t {
    Operand,   ///< operand `index` of the op
    Step,      ///< result of the earlier step `index`
    Literal,   ///< `literal`
    Attribute, ///< scalar `index` of the row; in rows only, never in a body of an op
  };
  Kind kind = Kind::Literal;
  uint16_t index = 0;
  float literal = 0;
};

struct ScalarStep {
  Primitive primitive = Primitive::Copy;
  ScalarArg args[3]; ///< the first primitiveArity(primitive) count
};

/// The body of one op: its attributes are literals, and every step has an argument that is
/// not a literal unless it is the only step.
struct ScalarBody {
  unsigned operands = 0;
  llvm::SmallVector<ScalarStep, 4> steps;
};

/// A row of NnElementwise*.td.
struct ScalarRow {
  llvm::StringLiteral op; ///< "nn.add"
  unsigned operands;
  llvm::ArrayRef<ScalarStep> body, integerBody; ///< the latter may be empty
  llvm::ArrayRef<llvm::StringLiteral> scalars;  ///< names of the attributes
  /// The exact meaning, over the operands and the scalars.
  double (*reference)(const double *operands, const double *scalars);
  /// The meaning for integers; null where the op takes none.
  int64_t (*integerReference)(const int64_t *operands, const double *scalars);
  double low, high; ///< where the grid test samples operands
  double tolerance; ///< |body - reference| / max(1, |reference|)
};

/// All rows, ordered by name.
llvm::ArrayRef<ScalarRow> scalarRows();

/// The row of `op`, or null if it has none.
const ScalarRow *findScalarRow(llvm::StringRef op);

/// Whether `op` works on each element alone: it has a row, or is nn.cast.
bool isElementwise(mlir::Operation *op);

/// The body of an elementwise op, with its attributes put in.
ScalarBody getScalarBody(mlir::Operation *op);

/// The scalars of an op in the order of its row.
llvm::SmallVector<double, 2> getScalars(mlir::Operation *op, const ScalarRow &row);

/// The row's body for scalars that are given.
ScalarBody instantiateBody(const ScalarRow &row, bool integers, llvm::ArrayRef<double> scalars);

/// One primitive on numbers, with the device's arithmetic; the same bits on every host.
float evaluatePrimitive(Primitive primitive, const float *args);

/// The whole body on one number an operand.
float evaluateBody(const ScalarBody &body, const float *operands);

} // namespace neuron::nn
