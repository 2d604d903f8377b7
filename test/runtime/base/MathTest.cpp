// Functions of the machine against libm in double, on grids that cover every binade.
//
// The tolerances are the ones that Math.h states. A digest over the results fails when a
// host, a compiler or a vectoriser gives other bits.
#include "runtime/base/Math.h"

#include <catch2/catch.hpp>
#include <cmath>
#include <limits>

using namespace neuron;

namespace {

using Function = float (*)(float);
using Reference = double (*)(double);

constexpr float kInfinity = std::numeric_limits<float>::infinity();
constexpr float kNaN = std::numeric_limits<float>::quiet_NaN();

/// The largest relative error over floats of both signs in [low, high] by magnitude; results
/// below 2^-126 are compared with an absolute error of one denormal step.
double worstError(Function function, Reference reference, float low, float high, bool negative,
                  float &where) {
  double worst = 0;
  uint32_t first = bitsOf(low), last = bitsOf(high);
  uint32_t step = (last - first) / 400003 + 1;
  for (uint32_t bits = first; bits <= last; bits += step) {
    float x = floatOf(negative ? bits | 0x80000000 : bits);
    double expected = reference(double(x)), actual = function(x);
    double scale = std::fmax(std::fabs(expected), 0x1p-126);
    double slack = std::fabs(expected) < 0x1p-126 ? 0x1p-149 : 0;
    double error = (std::fabs(actual - expected) - slack) / scale;
    if (!(error <= worst)) {
      worst = std::isnan(error) ? 1e9 : error;
      where = x;
    }
  }
  return worst;
}

void checkBothSigns(Function function, Reference reference, float low, float high, double limit) {
  for (bool negative : {false, true}) {
    float where = 0;
    double worst = worstError(function, reference, low, high, negative, where);
    INFO("worst at " << where);
    CHECK(worst <= limit);
  }
}

double sigmoidExact(double x) { return 1 / (1 + std::exp(-x)); }
double siluExact(double x) { return x * sigmoidExact(x); }
double geluExact(double x) { return 0.5 * x * std::erfc(-x * 0.70710678118654752440); }
double geluTanhExact(double x) {
  return x * sigmoidExact(2 * 0.79788456080286535588 * (x + 0.044715 * x * x * x));
}
double softplusExact(double x) { return std::fmax(x, 0) + std::log1p(std::exp(-std::fabs(x))); }
double mishExact(double x) { return x * std::tanh(softplusExact(x)); }

} // namespace

TEST_CASE("exp") {
  checkBothSigns(math::exp, std::exp, 1e-30f, 86.0f, 1.6e-7);
  float where;
  CHECK(worstError(math::exp, std::exp, 86.0f, 88.7228f, false, where) <= 1.6e-7);
  CHECK(worstError(math::exp, std::exp, 86.0f, 110.0f, true, where) <= 1.6e-7);
  CHECK(math::exp(0.0f) == 1.0f);
  CHECK(math::exp(89.0f) == kInfinity);
  CHECK(math::exp(kInfinity) == kInfinity);
  CHECK(math::exp(-kInfinity) == 0.0f);
  CHECK(std::isnan(math::exp(kNaN)));
}

TEST_CASE("log") {
  float where;
  CHECK(worstError(math::log, std::log, 1e-45f, 3.4e38f, false, where) <= 1.5e-7);
  CHECK(worstError(math::log, std::log, 0.99f, 1.01f, false, where) <= 1.5e-7);
  CHECK(math::log(1.0f) == 0.0f);
  CHECK(math::log(0.0f) == -kInfinity);
  CHECK(math::log(kInfinity) == kInfinity);
  CHECK(std::isnan(math::log(-1.0f)));
  CHECK(std::isnan(math::log(kNaN)));
}

TEST_CASE("tanh, erf, erfc") {
  checkBothSigns(math::tanh, std::tanh, 1e-30f, 1e30f, 3e-7);
  checkBothSigns(math::erf, std::erf, 1e-30f, 1e30f, 2e-7);
  checkBothSigns(math::erfc, std::erfc, 1e-30f, 10.2f, 5e-7);
  CHECK(math::tanh(kInfinity) == 1.0f);
  CHECK(math::tanh(-kInfinity) == -1.0f);
  CHECK(math::erf(-kInfinity) == -1.0f);
  CHECK(math::erfc(kInfinity) == 0.0f);
  CHECK(std::isnan(math::tanh(kNaN)));
  CHECK(std::isnan(math::erf(kNaN)));
}

TEST_CASE("sigmoid, silu, softplus, mish") {
  checkBothSigns(math::sigmoid, sigmoidExact, 1e-30f, 1e3f, 3e-7);
  checkBothSigns(math::silu, siluExact, 1e-30f, 80.0f, 4e-7);
  checkBothSigns(math::softplus, softplusExact, 1e-30f, 80.0f, 3e-7);
  checkBothSigns(math::mish, mishExact, 1e-30f, 80.0f, 5e-7);
  CHECK(math::sigmoid(-kInfinity) == 0.0f);
  CHECK(math::softplus(kInfinity) == kInfinity);
  CHECK(math::mish(1000.0f) == 1000.0f);
}

TEST_CASE("gelu and its tanh form") {
  float where = 0;
  CHECK(worstError(math::gelu, geluExact, 1e-30f, 100.0f, false, where) <= 5e-7);
  CHECK(worstError(math::gelu, geluExact, 1e-30f, 1.0f, true, where) <= 5e-7);
  CHECK(worstError(math::gelu, geluExact, 1.0f, 11.0f, true, where) <= 7e-6);
  CHECK(worstError(math::geluTanh, geluTanhExact, 1e-30f, 100.0f, false, where) <= 1e-6);
  CHECK(worstError(math::geluTanh, geluTanhExact, 1e-30f, 3.0f, true, where) <= 1e-6);
  CHECK(math::gelu(-1e30f) == 0.0f);
  CHECK(math::geluTanh(-1e30f) == 0.0f);
}

TEST_CASE("sin and cos, near multiples of pi too") {
  checkBothSigns(math::sin, std::sin, 1e-30f, 3.4e38f, 2e-7);
  checkBothSigns(math::cos, std::cos, 1e-30f, 3.4e38f, 2e-7);
  double worst = 0;
  for (int n = 1; n < 400000; ++n) {
    float x = static_cast<float>(n * 1.57079632679489661923);
    Reference reference =
        (n & 1) ? static_cast<Reference>(std::cos) : static_cast<Reference>(std::sin);
    double expected = reference(double(x)), actual = (n & 1) ? math::cos(x) : math::sin(x);
    worst = std::fmax(worst, std::fabs(actual / expected - 1));
  }
  CHECK(worst <= 2.5e-7);
  CHECK(std::isnan(math::sin(kInfinity)));
  CHECK(std::isnan(math::cos(kNaN)));
}

TEST_CASE("arctan") {
  checkBothSigns(math::arctan, std::atan, 1e-30f, 3.4e38f, 2e-7);
  CHECK(math::arctan(kInfinity) == 1.57079637f);
  CHECK(math::arctan(-kInfinity) == -1.57079637f);
}

TEST_CASE("pow") {
  double worst = 0;
  for (uint32_t a = bitsOf(1e-44f); a < bitsOf(3e38f); a += 1500007)
    for (float y :
         {-1e30f, -37.5f, -2.0f, -0.01f, 1e-40f, 1e-5f, 0.5f, 1.0f, 2.0f, 3.0f, 11.7f, 1000.0f}) {
      double expected = std::pow(double(floatOf(a)), double(y));
      if (expected > 3.4e38 || expected < 1.2e-38)
        continue;
      worst = std::fmax(worst, std::fabs(math::pow(floatOf(a), y) / expected - 1));
    }
  for (uint32_t step = 1; step < 3000; ++step)
    for (int direction : {-1, 1}) {
      float x = floatOf(0x3f800000 + direction * int(step));
      float y = 60.0f / std::fabs(std::log2(x));
      worst = std::fmax(worst, std::fabs(math::pow(x, y) / std::pow(double(x), double(y)) - 1));
    }
  CHECK(worst <= 3e-7);
  for (float x : {0.0f, -0.0f, 1.0f, -1.0f, 2.0f, -2.0f, 0.5f, -0.5f, kInfinity, -kInfinity, kNaN})
    for (float y :
         {0.0f, 1.0f, -1.0f, 2.0f, -3.0f, 0.5f, 3.0f, 1e30f, -1e30f, kInfinity, -kInfinity, kNaN}) {
      INFO(x << " ^ " << y);
      float expected = std::pow(x, y), actual = math::pow(x, y);
      CHECK((std::isnan(expected)
                 ? std::isnan(actual)
                 : expected == actual && std::signbit(expected) == std::signbit(actual)));
    }
}

TEST_CASE("rounding to integers") {
  for (float x : {0.0f, -0.0f, 0.5f, -0.5f, 1.5f, 2.5f, -2.5f, 8388607.5f, -8388609.0f, 1e30f,
                  0.49999997f, -0.3f, kInfinity}) {
    INFO(x);
    CHECK(math::roundEven(x) == std::nearbyint(x));
    CHECK(math::floor(x) == std::floor(x));
    CHECK(math::ceil(x) == std::ceil(x));
    CHECK(math::truncate(x) == std::trunc(x));
  }
  CHECK(math::relu(-3.0f) == 0.0f);
  CHECK(std::isnan(math::relu(kNaN)));
  CHECK(math::sign(-0.1f) == -1.0f);
  CHECK(math::abs(-2.0f) == 2.0f);
}

TEST_CASE("the bits do not depend on the host") {
  const Function functions[] = {math::exp,  math::log,     math::tanh, math::erf,
                                math::erfc, math::sin,     math::cos,  math::arctan,
                                math::sqrt, math::rsqrt,   math::gelu, math::geluTanh,
                                math::mish, math::softplus};
  uint64_t digest = 0xcbf29ce484222325;
  auto add = [&](float value) {
    uint32_t bits = value == value ? bitsOf(value) : 0x7fc00000;
    digest = (digest ^ bits) * 0x100000001b3;
  };
  for (Function function : functions)
    for (uint32_t bits = 0; bits < 0xff000000; bits += 104729)
      add(function(floatOf(bits)));
  for (uint32_t bits = 1; bits < 0x7f000000; bits += 1047290)
    add(math::pow(floatOf(bits), 1.7f));
  CHECK(digest == 0x58e4751be4d607c5);
}
