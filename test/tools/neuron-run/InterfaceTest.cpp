// Conversions at a program's border, generated inputs and the comparison of results.
#include "tools/neuron-run/Interface.h"
#include "tools/neuron-run/Compare.h"
#include "tools/neuron-run/Labels.h"

#include <catch2/catch.hpp>
#include <cmath>
#include <limits>
#include <set>

using namespace neuron;
using namespace neuron::run;

namespace {

template <typename T> HostTensor tensorOf(DType dtype, const std::vector<T> &values) {
  HostTensor tensor{dtype, {values.size()}, {}};
  const uint8_t *bytes = reinterpret_cast<const uint8_t *>(values.data());
  tensor.bytes.assign(bytes, bytes + values.size() * sizeof(T));
  return tensor;
}

template <typename T> std::vector<T> valuesOf(const HostTensor &tensor) {
  std::vector<T> values(tensor.bytes.size() / sizeof(T));
  std::copy(tensor.bytes.begin(), tensor.bytes.end(), reinterpret_cast<uint8_t *>(values.data()));
  return values;
}

std::string refusal(const Result<HostTensor> &tensor) {
  REQUIRE_FALSE(tensor.ok());
  return tensor.status().message();
}

} // namespace

TEST_CASE("i64 becomes i32 when every element fits") {
  HostTensor wide = tensorOf<int64_t>(DType::I64, {0, -2147483648ll, 2147483647});
  Result<HostTensor> narrow = convertTo(wide, DType::I32, {3});
  REQUIRE(narrow.ok());
  CHECK(valuesOf<int32_t>(*narrow) == std::vector<int32_t>{0, INT32_MIN, INT32_MAX});
  HostTensor big = tensorOf<int64_t>(DType::I64, {0, 2147483648ll});
  CHECK(refusal(convertTo(big, DType::I32, {2})) ==
        "element [1] is 2147483648, which i32 does not hold");
  HostTensor huge = tensorOf<uint64_t>(DType::U64, {UINT64_MAX});
  CHECK(refusal(convertTo(huge, DType::I64, {1})) ==
        "element [0] is 18446744073709551615, which i64 does not hold");
}

TEST_CASE("f64 becomes f32 unless it overflows") {
  Result<HostTensor> narrow =
      convertTo(tensorOf<double>(DType::F64, {0.1, INFINITY}), DType::F32, {2});
  REQUIRE(narrow.ok());
  CHECK(valuesOf<float>(*narrow) == std::vector<float>{0.1f, INFINITY});
  CHECK(refusal(convertTo(tensorOf<double>(DType::F64, {1e300}), DType::F32, {1}))
            .find("which f32 does not hold") != std::string::npos);
}

TEST_CASE("booleans are 0 or 1") {
  Result<HostTensor> clean = convertTo(tensorOf<uint8_t>(DType::Bool, {0, 7}), DType::Bool, {2});
  REQUIRE(clean.ok());
  CHECK(clean->bytes == std::vector<uint8_t>{0, 1});
  CHECK(refusal(convertTo(tensorOf<uint8_t>(DType::U8, {2}), DType::Bool, {1})) ==
        "element [0] is 2, which bool does not hold");
}

TEST_CASE("another shape or another kind is refused") {
  HostTensor floats = tensorOf<float>(DType::F32, {1, 2});
  CHECK(refusal(convertTo(floats, DType::F32, {2, 1})) ==
        "it is f32 [2], the program takes f32 [2, 1]");
  CHECK(refusal(convertTo(floats, DType::I32, {2})) == "it is f32 [2], the program takes i32 [2]");
}

TEST_CASE("random tensors depend on seed and name only") {
  RandomSpec seven = *parseRandom("7");
  Result<HostTensor> a = randomTensor(seven, "x", DType::F32, {1000});
  Result<HostTensor> b = randomTensor(seven, "x", DType::F32, {1000});
  REQUIRE((a.ok() && b.ok()));
  CHECK(a->bytes == b->bytes);
  CHECK(a->bytes != randomTensor(seven, "y", DType::F32, {1000})->bytes);
  CHECK(a->bytes != randomTensor(*parseRandom("8"), "x", DType::F32, {1000})->bytes);
  double sum = 0, least = 2, most = -2;
  for (float value : valuesOf<float>(*a)) {
    sum += value;
    least = std::min<double>(least, value);
    most = std::max<double>(most, value);
  }
  CHECK(std::abs(sum / 1000) < 0.1); // 5 standard deviations of the mean of 1000 values
  CHECK((least >= -1 && least < -0.98 && most <= 1 && most > 0.98));
}

TEST_CASE("integers of a range include both ends and nothing else") {
  Result<HostTensor> dice = randomTensor(*parseRandom("1:-2:3"), "d", DType::I32, {600});
  REQUIRE(dice.ok());
  std::vector<int32_t> values = valuesOf<int32_t>(*dice);
  CHECK(std::set<int32_t>(values.begin(), values.end()) == std::set<int32_t>{-2, -1, 0, 1, 2, 3});
  CHECK(refusal(randomTensor(*parseRandom("1:0:300"), "d", DType::U8, {1})) ==
        "the range 0 to 300 is not one of u8");
}

TEST_CASE("a random spec that is none is refused") {
  for (const char *text :
       {"", "x", "-1", "1:2", "1:3:2", "1:2:3:4", "1:nan:2", "9999999999999999999"})
    CHECK_FALSE(parseRandom(text).ok());
}

TEST_CASE("differences are counted against the tolerance") {
  HostTensor expected = tensorOf<float>(DType::F32, {1, 2, 4});
  HostTensor actual = tensorOf<float>(DType::F32, {1, 2.5, 4.25});
  Result<Difference> exact = compare(actual, expected, {});
  REQUIRE(exact.ok());
  CHECK(exact->outside == 2);
  CHECK(exact->worst == 0.5);
  CHECK(exact->worstIndex == 1);
  CHECK(compare(actual, expected, {0.25, 0})->outside == 1);
  CHECK(compare(actual, expected, {0, 0.25})->matches());
  CHECK(exact->relativeNorm == Approx(std::sqrt(0.3125 / 21)));
}

TEST_CASE("what is not finite equals only itself") {
  float nan = NAN, inf = INFINITY;
  HostTensor expected = tensorOf<float>(DType::F32, {nan, inf, -inf, 1, inf});
  CHECK(compare(expected, expected, {})->matches());
  HostTensor actual = tensorOf<float>(DType::F32, {1, -inf, 0, nan, 1});
  Result<Difference> difference = compare(actual, expected, {1e30, 1e30});
  REQUIRE(difference.ok());
  CHECK(difference->outside == 5);
  CHECK_FALSE(compare(actual, tensorOf<float>(DType::F32, {1}), {}).ok());
}

TEST_CASE("the first largest score counts, a row with a NaN never") {
  float nan = std::numeric_limits<float>::quiet_NaN();
  HostTensor scores = tensorOf<float>(DType::F32, {1, 2, 3, 3, nan, 1, 1, nan, 2, 1});
  scores.shape = {5, 2};
  HostTensor labels{DType::U8, {5}, {1, 0, 0, 0, 1}};
  Score score;
  REQUIRE(countRight(scores, labels, score).ok());
  CHECK(score.right == 2);
  CHECK(score.all == 5);
  labels.shape = {4};
  CHECK_FALSE(countRight(scores, labels, score).ok());
}
