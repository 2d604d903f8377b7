// One functor an operation; loops over rows are instances of one template, so that each of them
// is a loop that compilers vectorise.
#include "runtime/sim/Alu.h"

#include "runtime/base/Math.h"

namespace neuron::sim {

using isa::AluOp;

namespace {

float canonical(float x) { return x == x ? x : floatOf(kCanonicalNaN); }
float truth(bool b) { return b ? 1.0f : 0.0f; }

struct Bypass {
  static float at(float a, float) { return a; }
};
struct Add {
  static float at(float a, float b) { return canonical(a + b); }
};
struct Subtract {
  static float at(float a, float b) { return canonical(a - b); }
};
struct Multiply {
  static float at(float a, float b) { return canonical(a * b); }
};
struct Max {
  static float at(float a, float b) { return canonical(((b > a) | (b != b)) ? b : a); }
};
struct Min {
  static float at(float a, float b) { return canonical(((b < a) | (b != b)) ? b : a); }
};
struct IsEqual {
  static float at(float a, float b) { return truth(a == b); }
};
struct NotEqual {
  static float at(float a, float b) { return truth(a != b); }
};
struct IsGreater {
  static float at(float a, float b) { return truth(a > b); }
};
struct IsGreaterEqual {
  static float at(float a, float b) { return truth(a >= b); }
};
struct IsLess {
  static float at(float a, float b) { return truth(a < b); }
};
struct IsLessEqual {
  static float at(float a, float b) { return truth(a <= b); }
};
struct LogicalAnd {
  static float at(float a, float b) { return truth((a != 0) & (b != 0)); }
};
struct LogicalOr {
  static float at(float a, float b) { return truth((a != 0) | (b != 0)); }
};
struct LogicalXor {
  static float at(float a, float b) { return truth((a != 0) != (b != 0)); }
};
struct AbsMax {
  static float at(float a, float b) { return Max::at(math::abs(a), math::abs(b)); }
};
struct AbsMin {
  static float at(float a, float b) { return Min::at(math::abs(a), math::abs(b)); }
};
struct Power {
  static float at(float a, float b) { return canonical(math::pow(a, b)); }
};

/// |a| mod |b| exactly, for finite a and finite b > 0, by long division of the significands.
float remainderOfMagnitudes(float a, float b) {
  auto split = [](float x, int &exponent) {
    uint32_t bits = bitsOf(x);
    exponent = static_cast<int>(bits >> 23);
    uint32_t fraction = bits & 0x7fffff;
    if (exponent)
      return fraction | 0x800000;
    exponent = 1;
    return fraction;
  };
  int ea, eb;
  uint64_t ma = split(a, ea), mb = split(b, eb);
  if (ea < eb)
    return a;
  uint64_t rest = ma % mb;
  for (int e = ea; e > eb; --e)
    rest = (rest << 1) % mb;
  // rest * 2^(eb - 150), exactly: the scale is a power of two applied in two steps.
  float value = static_cast<float>(rest);
  int shift = eb - 150;
  int half = shift / 2;
  return value * math::detail::powerOfTwo(half) * math::detail::powerOfTwo(shift - half);
}

struct Mod {
  static float at(float a, float b) {
    float magnitude = math::abs(b), dividend = math::abs(a);
    if (!(magnitude > 0) || !(dividend < floatOf(0x7f800000)))
      return floatOf(kCanonicalNaN);
    float rest =
        magnitude < floatOf(0x7f800000) ? remainderOfMagnitudes(dividend, magnitude) : dividend;
    rest = math::copySign(rest, a);
    return rest != 0 && (rest < 0) != (b < 0) ? rest + b : rest;
  }
};

template <typename Op> void rows(Side a, Side b, float *out, size_t count) {
  if (a.row && b.row) {
    for (size_t i = 0; i < count; ++i)
      out[i] = Op::at(a.row[i], b.row[i]);
  } else if (a.row) {
    for (size_t i = 0; i < count; ++i)
      out[i] = Op::at(a.row[i], b.value);
  } else if (b.row) {
    for (size_t i = 0; i < count; ++i)
      out[i] = Op::at(a.value, b.row[i]);
  } else {
    float value = Op::at(a.value, b.value);
    for (size_t i = 0; i < count; ++i)
      out[i] = value;
  }
}

/// 16 partials by index mod 16, then a tree: i with i + 8, i + 4, i + 2, i + 1.
template <typename Op> float reduce(const float *row, size_t count, float neutral) {
  float partial[16];
  for (float &one : partial)
    one = neutral;
  size_t whole = count / 16 * 16;
  for (size_t i = 0; i < whole; i += 16)
    for (size_t j = 0; j < 16; ++j)
      partial[j] = Op::at(partial[j], row[i + j]);
  for (size_t i = whole; i < count; ++i)
    partial[i - whole] = Op::at(partial[i - whole], row[i]);
  for (size_t step = 8; step; step /= 2)
    for (size_t j = 0; j < step; ++j)
      partial[j] = Op::at(partial[j], partial[j + step]);
  return partial[0];
}

/// Calls `body` with the functor of `op`.
template <typename Body> void withFloatOp(AluOp op, Body body) {
  switch (op) {
#define NEURON_ALU_CASE(name)                                                                      \
  case AluOp::name:                                                                                \
    return body(name{});
    NEURON_ALU_CASE(Add)
    NEURON_ALU_CASE(Subtract)
    NEURON_ALU_CASE(Multiply)
    NEURON_ALU_CASE(Max)
    NEURON_ALU_CASE(Min)
    NEURON_ALU_CASE(IsEqual)
    NEURON_ALU_CASE(NotEqual)
    NEURON_ALU_CASE(IsGreater)
    NEURON_ALU_CASE(IsGreaterEqual)
    NEURON_ALU_CASE(IsLess)
    NEURON_ALU_CASE(IsLessEqual)
    NEURON_ALU_CASE(LogicalAnd)
    NEURON_ALU_CASE(LogicalOr)
    NEURON_ALU_CASE(LogicalXor)
    NEURON_ALU_CASE(AbsMax)
    NEURON_ALU_CASE(AbsMin)
    NEURON_ALU_CASE(Power)
    NEURON_ALU_CASE(Mod)
#undef NEURON_ALU_CASE
  default:
    return body(Bypass{});
  }
}

unsigned widthOf(DType type) { return byteSize(type) * 8; }

/// The low bits of `value` as a number of `type`.
int64_t wrap(int64_t value, DType type) {
  unsigned unused = 64 - widthOf(type);
  uint64_t raised = static_cast<uint64_t>(value) << unused;
  return kindOf(type) == 'U' ? static_cast<int64_t>(raised >> unused)
                             : static_cast<int64_t>(raised) >> unused;
}

int64_t integerPower(int64_t base, int64_t exponent) {
  if (exponent < 0)
    return base == 1 ? 1 : base == -1 ? (exponent & 1 ? -1 : 1) : 0;
  uint64_t result = 1, square = static_cast<uint64_t>(base);
  for (; exponent; exponent >>= 1, square *= square)
    if (exponent & 1)
      result *= square;
  return static_cast<int64_t>(result);
}

int64_t integerMod(int64_t a, int64_t b) {
  if (b == 0 || b == -1)
    return 0;
  int64_t rest = a % b;
  return rest != 0 && (rest < 0) != (b < 0) ? rest + b : rest;
}

int64_t shift(AluOp op, int64_t a, int64_t amount, DType type) {
  bool beyond = amount < 0 || amount >= static_cast<int64_t>(widthOf(type));
  if (op == AluOp::ShiftLeft)
    return beyond ? 0 : static_cast<int64_t>(static_cast<uint64_t>(a) << amount);
  return beyond ? (a < 0 ? -1 : 0) : a >> amount;
}

} // namespace

void applyAlu(AluOp op, Side a, Side b, float *out, size_t count) {
  withFloatOp(op, [&](auto functor) { rows<decltype(functor)>(a, b, out, count); });
}

ScalarAlu scalarAlu(AluOp op) {
  ScalarAlu result = nullptr;
  withFloatOp(op, [&](auto functor) { result = decltype(functor)::at; });
  return result;
}

int64_t applyInteger(AluOp op, int64_t a, int64_t b, DType type) {
  uint64_t ua = static_cast<uint64_t>(a), ub = static_cast<uint64_t>(b);
  int64_t result = a;
  switch (op) {
  case AluOp::Bypass:
    break;
  case AluOp::Add:
    result = static_cast<int64_t>(ua + ub);
    break;
  case AluOp::Subtract:
    result = static_cast<int64_t>(ua - ub);
    break;
  case AluOp::Multiply:
    result = static_cast<int64_t>(ua * ub);
    break;
  case AluOp::Max:
    result = a > b ? a : b;
    break;
  case AluOp::Min:
    result = a < b ? a : b;
    break;
  case AluOp::IsEqual:
    result = a == b;
    break;
  case AluOp::NotEqual:
    result = a != b;
    break;
  case AluOp::IsGreater:
    result = a > b;
    break;
  case AluOp::IsGreaterEqual:
    result = a >= b;
    break;
  case AluOp::IsLess:
    result = a < b;
    break;
  case AluOp::IsLessEqual:
    result = a <= b;
    break;
  case AluOp::LogicalAnd:
    result = a && b;
    break;
  case AluOp::LogicalOr:
    result = a || b;
    break;
  case AluOp::LogicalXor:
    result = (a != 0) != (b != 0);
    break;
  case AluOp::AbsMax:
  case AluOp::AbsMin: {
    uint64_t ma = a < 0 ? 0 - ua : ua, mb = b < 0 ? 0 - ub : ub;
    result = static_cast<int64_t>((op == AluOp::AbsMax) == (ma > mb) ? ma : mb);
    break;
  }
  case AluOp::BitwiseAnd:
    result = a & b;
    break;
  case AluOp::BitwiseOr:
    result = a | b;
    break;
  case AluOp::BitwiseXor:
    result = a ^ b;
    break;
  case AluOp::ShiftLeft:
  case AluOp::ShiftRight:
    result = shift(op, a, b, type);
    break;
  case AluOp::Power:
    result = integerPower(a, b);
    break;
  case AluOp::Mod:
    result = integerMod(a, b);
    break;
  }
  return wrap(result, type);
}

float reduceRow(AluOp op, const float *row, size_t count) {
  const float infinity = floatOf(0x7f800000);
  switch (op) {
  case AluOp::Multiply:
    return reduce<Multiply>(row, count, 1);
  case AluOp::Max:
    return reduce<Max>(row, count, -infinity);
  case AluOp::Min:
    return reduce<Min>(row, count, infinity);
  case AluOp::AbsMax:
    return reduce<AbsMax>(row, count, 0);
  case AluOp::LogicalAnd:
    return reduce<LogicalAnd>(row, count, 1);
  case AluOp::LogicalOr:
    return reduce<LogicalOr>(row, count, 0);
  case AluOp::LogicalXor:
    return reduce<LogicalXor>(row, count, 0);
  default:
    return reduce<Add>(row, count, 0);
  }
}

bool isBitwise(AluOp op) {
  return op == AluOp::BitwiseAnd || op == AluOp::BitwiseOr || op == AluOp::BitwiseXor ||
         op == AluOp::ShiftLeft || op == AluOp::ShiftRight;
}

bool canReduce(AluOp op) {
  switch (op) {
  case AluOp::Add:
  case AluOp::Multiply:
  case AluOp::Max:
  case AluOp::Min:
  case AluOp::AbsMax:
  case AluOp::LogicalAnd:
  case AluOp::LogicalOr:
  case AluOp::LogicalXor:
  case AluOp::BitwiseAnd:
  case AluOp::BitwiseOr:
  case AluOp::BitwiseXor:
    return true;
  default:
    return false;
  }
}

void canonicaliseNaN(float *row, size_t count) {
  for (size_t i = 0; i < count; ++i)
    row[i] = canonical(row[i]);
}

} // namespace neuron::sim
