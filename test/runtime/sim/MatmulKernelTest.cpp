// The contract of the TensorE's sums: every path of this host against the portable one, bit for
// bit.
#include "runtime/sim/MatmulKernel.h"

#include "runtime/base/Numbers.h"

#include <catch2/catch.hpp>
#include <random>
#include <vector>

using namespace neuron;
using namespace neuron::sim;

namespace {

struct Problem {
  HeldMatrix weights, moving;
  unsigned m, n;

  Problem(unsigned k, unsigned m, unsigned n, const std::vector<float> &values) : m(m), n(n) {
    size_t next = 0;
    for (HeldMatrix *matrix : {&weights, &moving}) {
      unsigned extent = matrix == &weights ? m : n;
      matrix->resize(k, extent);
      for (unsigned i = 0; i < k; ++i)
        for (unsigned j = 0; j < extent; ++j)
          matrix->row(i)[j] = values[next++ % values.size()];
    }
  }

  /// The result as bits; rows lie two elements further apart than they are long, and what is
  /// between them has to stay.
  std::vector<uint32_t> run(HostPath path, bool accumulate, float c) {
    const size_t stride = n + 2;
    std::vector<float> out(m * stride, c);
    multiplyOn(path, weights.view(), moving.view(), {out.data(), stride}, accumulate);
    std::vector<uint32_t> bits;
    for (float x : out)
      bits.push_back(bitsOf(x));
    return bits;
  }
};

void compare(Problem &&problem, bool accumulate, float c) {
  auto expected = problem.run(HostPath::Portable, accumulate, c);
  for (HostPath path : {HostPath::Avx2, HostPath::Avx512})
    if (hasHostPath(path))
      CHECK(problem.run(path, accumulate, c) == expected);
}

/// The first element on every path of this host: they have to agree.
uint32_t firstOf(Problem &problem) {
  compare(std::move(problem), false, 0);
  return problem.run(HostPath::Portable, false, 0)[0];
}

} // namespace

TEST_CASE("ordinary values, all shapes of edges") {
  std::mt19937 random(1);
  std::normal_distribution<float> normal;
  std::vector<float> values(4099);
  for (float &x : values)
    x = normal(random);
  for (unsigned k : {1u, 2u, 31u, 32u, 33u, 128u})
    for (unsigned m : {1u, 3u, 4u, 5u, 6u, 7u, 128u})
      for (unsigned n : {1u, 15u, 16u, 17u, 32u, 33u, 100u}) {
        compare(Problem(k, m, n, values), false, 5);
        compare(Problem(k, m, n, values), true, 0.25f);
      }
}

TEST_CASE("denormals count as zero and results at the edge are judged after rounding") {
  // Products and sums around 2^-126, where flushing decides; both signs.
  std::mt19937 random(2);
  std::vector<float> values;
  for (int i = 0; i < 5003; ++i) {
    uint32_t mantissa = random() & 0x7fffff;
    if (i % 3 == 0)
      mantissa = random() % 2 ? 0x7fffff : 0x7ffffe;
    uint32_t exponent = i % 7 == 0 ? random() % 3 : 62 + random() % 4;
    values.push_back(floatOf((random() & 0x80000000) | exponent << 23 | mantissa));
  }
  for (unsigned k : {1u, 2u, 3u, 40u}) {
    compare(Problem(k, 13, 33, values), false, 0);
    compare(Problem(k, 13, 33, values), true, 0x1p-126f);
    compare(Problem(k, 13, 33, values), true, 0x1p-127f);
    compare(Problem(k, 13, 33, values), true, -0.0f);
  }
}

TEST_CASE("a product that only rounding lifts to the smallest normal number is flushed") {
  // (1 - 2^-24) * 2^-126 exactly, by 24-bit factors: after rounding to 24 bits it is below 2^-126.
  float a = floatOf(0x3f7fffff);
  Problem problem(1, 1, 1, {a, 0x1p-126f});
  CHECK(firstOf(problem) == 0);
  // 2^-63 * 2^-63 is exactly the smallest normal number and stays.
  Problem kept(1, 1, 1, {0x1p-63f, 0x1p-63f});
  CHECK(firstOf(kept) == bitsOf(0x1p-126f));
}

TEST_CASE("infinities and NaN give the canonical NaN") {
  const float infinity = floatOf(0x7f800000);
  std::vector<float> values = {1, -infinity, 0, infinity, 2, floatOf(0xffc12345), -3, 0x1p100f};
  for (unsigned k : {1u, 2u, 5u, 33u}) {
    compare(Problem(k, 7, 19, values), false, 0);
    compare(Problem(k, 7, 19, values), true, floatOf(0x7f812345));
  }
  Problem problem(2, 1, 1, {infinity, infinity, 1, -1});
  CHECK(firstOf(problem) == 0x7fc00000);
}

TEST_CASE("even and odd products are chains of their own") {
  // With one chain 2^24 + 1 would lose the 1 before 2^24 is taken away again.
  Problem problem(3, 1, 1, {0x1p24f, 1, -0x1p24f, 1, 1, 1});
  CHECK(firstOf(problem) == bitsOf(1.0f));
  // Blocks are added in order: 2^24 in the first, then 1 in the second, is lost.
  std::vector<float> ones(66, 0);
  ones[0] = 0x1p24f;
  ones[32] = 1;
  for (unsigned i = 33; i < 66; ++i)
    ones[i] = 1;
  Problem two(33, 1, 1, ones);
  CHECK(firstOf(two) == bitsOf(0x1p24f));
}

TEST_CASE("padding turns a chain of -0 into +0, a whole block keeps it") {
  // Every product underflows to -0.
  const float tiny = 0x1p-100f;
  for (unsigned k : {1u, 2u, 30u, 31u, 32u, 33u, 64u}) {
    std::vector<float> values(2 * k, tiny);
    for (unsigned i = 0; i < k; ++i)
      values[i] = -tiny;
    Problem problem(k, 1, 1, values);
    CHECK(problem.run(HostPath::Portable, true, -0.0f)[0] == (k % 32 == 0 ? 0x80000000 : 0));
    compare(Problem(k, 5, 40, values), true, -0.0f);
  }
}
