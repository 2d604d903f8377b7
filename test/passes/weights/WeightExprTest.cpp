// Weights against the obvious computation: every chain of transforms is also applied, one by one,
// to a plain array.
#include "passes/weights/WeightStore.h"
#include "runtime/base/Numbers.h"

#include <catch2/catch.hpp>
#include <cstdio>
#include <cstring>
#include <numeric>
#include <unistd.h>

using namespace neuron;

namespace {

using Dims = llvm::SmallVector<int64_t>;

/// A plain array, transformed the slow way.
struct Plain {
  Dims shape;
  std::vector<float> values;

  /// Element `index` of the result is `source(index)` of this, or zero for nothing.
  template <typename Source> Plain gather(Dims result, Source source) const {
    Plain out{result, {}};
    Dims index(result.size(), 0);
    int64_t count = std::accumulate(result.begin(), result.end(), int64_t(1), std::multiplies<>());
    for (int64_t n = 0; n < count; ++n) {
      std::optional<Dims> from = source(index);
      int64_t linear = 0;
      for (size_t d = 0; from && d < from->size(); ++d)
        linear = linear * shape[d] + (*from)[d];
      out.values.push_back(from ? values[size_t(linear)] : 0);
      for (size_t d = index.size(); d-- > 0;) {
        if (++index[d] < result[d])
          break;
        index[d] = 0;
      }
    }
    return out;
  }
  Plain transpose(const Dims &perm) const {
    Dims result;
    for (int64_t d : perm)
      result.push_back(shape[size_t(d)]);
    return gather(result, [&](const Dims &index) {
      Dims from(index.size());
      for (size_t i = 0; i < perm.size(); ++i)
        from[size_t(perm[i])] = index[i];
      return std::optional(from);
    });
  }
  Plain slice(const Dims &starts, const Dims &sizes, const Dims &steps) const {
    return gather(sizes, [&](const Dims &index) {
      Dims from;
      for (size_t d = 0; d < index.size(); ++d)
        from.push_back(starts[d] + index[d] * steps[d]);
      return std::optional(from);
    });
  }
  Plain pad(const Dims &low, const Dims &high) const {
    Dims result;
    for (size_t d = 0; d < shape.size(); ++d)
      result.push_back(shape[d] + low[d] + high[d]);
    return gather(result, [&](const Dims &index) -> std::optional<Dims> {
      Dims from;
      for (size_t d = 0; d < index.size(); ++d) {
        from.push_back(index[d] - low[d]);
        if (from[d] < 0 || from[d] >= shape[d])
          return std::nullopt;
      }
      return from;
    });
  }
};

/// A file of `bytes` that lives as long as the test.
class TemporaryFile {
public:
  explicit TemporaryFile(const std::string &bytes) {
    int descriptor = mkstemp(path);
    REQUIRE(descriptor >= 0);
    REQUIRE(write(descriptor, bytes.data(), bytes.size()) == ssize_t(bytes.size()));
    close(descriptor);
  }
  ~TemporaryFile() { unlink(path); }
  char path[32] = "weights-XXXXXX";
};

std::string floatBytes(int64_t count) {
  std::string bytes;
  for (int64_t i = 0; i < count; ++i) {
    float value = float(i) + 0.5f;
    bytes.append(reinterpret_cast<const char *>(&value), 4);
  }
  return bytes;
}

/// The whole expression, read in chunks of `chunk` elements.
std::vector<float> readAll(const WeightStore &store, const WeightExpr &expr, int64_t chunk) {
  std::vector<float> values(size_t(expr.elements()));
  for (int64_t at = 0; at < expr.elements(); at += chunk) {
    int64_t n = std::min(chunk, expr.elements() - at);
    Status status = store.read(expr, at, n, reinterpret_cast<char *>(values.data() + at));
    REQUIRE(status.ok());
  }
  return values;
}

} // namespace

TEST_CASE("chains of transforms equal the slow way") {
  TemporaryFile file(floatBytes(120));
  WeightStore store;
  REQUIRE(store.addFile(file.path, "w").ok());
  Plain plain{{4, 5, 6}, {}};
  for (int i = 0; i < 120; ++i)
    plain.values.push_back(float(i) + 0.5f);
  WeightExpr expr(WeightBlob{0, 0, 480, Encoding::Fixed}, {4, 5, 6}, DType::F32);
  std::string why;
  auto check = [&] {
    CHECK(Dims(expr.shape()) == plain.shape);
    for (int64_t chunk : {1, 7, 1000})
      CHECK(readAll(store, expr, chunk) == plain.values);
  };
  check();
  REQUIRE(llvm::succeeded(expr.transpose({2, 0, 1}, why)));
  plain = plain.transpose({2, 0, 1});
  check();
  REQUIRE(llvm::succeeded(expr.slice({5, 0, 1}, {3, 4, 2}, {-2, 1, 2}, why)));
  plain = plain.slice({5, 0, 1}, {3, 4, 2}, {-2, 1, 2});
  check();
  REQUIRE(llvm::succeeded(expr.pad({1, 0, 2}, {0, 3, 1}, why)));
  plain = plain.pad({1, 0, 2}, {0, 3, 1});
  check();
  REQUIRE(llvm::succeeded(expr.reshape({7, 20}, why))); // through padding: a second view
  plain.shape = {7, 20};
  check();
  CHECK(expr.views().size() == 2);
  REQUIRE(llvm::succeeded(expr.transpose({1, 0}, why)));
  plain = plain.transpose({1, 0});
  check();
}

TEST_CASE("reshapes that strides can express stay one view") {
  WeightExpr expr(WeightBlob{0, 0, 480, Encoding::Fixed}, {4, 5, 6}, DType::F32);
  std::string why;
  REQUIRE(llvm::succeeded(expr.transpose({1, 0, 2}, why)));
  REQUIRE(llvm::succeeded(expr.reshape({5, 2, 2, 3, 2}, why)));
  REQUIRE(llvm::succeeded(expr.reshape({5, 4, 1, 6}, why)));
  CHECK(expr.views().size() == 1);
}

TEST_CASE("blobs are stacked and casts are applied in order") {
  TemporaryFile file(floatBytes(8));
  WeightStore store;
  REQUIRE(store.addFile(file.path, "w").ok());
  WeightExpr expr({{0, 16, 16, Encoding::Fixed}, {0, 0, 16, Encoding::Fixed}}, {4}, DType::F32);
  CHECK(Dims(expr.shape()) == Dims{2, 4});
  CHECK(readAll(store, expr, 3) == std::vector<float>{4.5, 5.5, 6.5, 7.5, 0.5, 1.5, 2.5, 3.5});
  expr.cast(DType::I32);
  expr.cast(DType::F32);
  std::vector<float> rounded = readAll(store, expr, 3); // to nearest even
  CHECK(rounded == std::vector<float>{4, 6, 6, 8, 0, 2, 2, 4});
}

TEST_CASE("varints are decoded") {
  TemporaryFile file(std::string("\x01\x80\x01\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01", 13));
  WeightStore store;
  REQUIRE(store.addFile(file.path, "w").ok());
  WeightExpr expr(WeightBlob{0, 0, 13, Encoding::Varint}, {3}, DType::I64);
  int64_t values[3];
  REQUIRE(store.read(expr, 0, 3, reinterpret_cast<char *>(values)).ok());
  CHECK(values[0] == 1);
  CHECK(values[1] == 128);
  CHECK(values[2] == -1);
  CHECK_FALSE(countVarints("\x80").has_value());
  CHECK_FALSE(countVarints(std::string(11, '\xff') + "\x01").has_value());
}

// Worked example: 5, 1, 2, 3 as i16 has the bytes of 2 numbers of i32, so that a length alone does
// not tell one decoding from another.
TEST_CASE("one place is decoded anew for another type and another length") {
  TemporaryFile file(std::string("\x05\x01\x02\x03", 4));
  WeightStore store;
  REQUIRE(store.addFile(file.path, "w").ok());
  WeightExpr narrow(WeightBlob{0, 0, 4, Encoding::Varint}, {4}, DType::I16);
  WeightExpr wide(WeightBlob{0, 0, 2, Encoding::Varint}, {2}, DType::I32);
  int16_t shorts[4];
  int32_t words[2];
  for (int turn = 0; turn < 2; ++turn) {
    REQUIRE(store.read(narrow, 0, 4, reinterpret_cast<char *>(shorts)).ok());
    CHECK(std::vector<int>(shorts, shorts + 4) == std::vector<int>{5, 1, 2, 3});
    REQUIRE(store.read(wide, 0, 2, reinterpret_cast<char *>(words)).ok());
    CHECK(std::vector<int>(words, words + 2) == std::vector<int>{5, 1});
  }
}

TEST_CASE("integers that a narrower type does not hold are refused") {
  TemporaryFile file(std::string("\x05\x80\x80\x80\x80\x10", 6)); // 5, 2^32
  WeightStore store;
  REQUIRE(store.addFile(file.path, "w").ok());
  WeightExpr expr(WeightBlob{0, 0, 6, Encoding::Varint}, {2}, DType::I64);
  expr.cast(DType::I32);
  int32_t word = 0;
  REQUIRE(store.read(expr, 0, 1, reinterpret_cast<char *>(&word)).ok());
  CHECK(word == 5);
  Status status = store.read(expr, 1, 1, reinterpret_cast<char *>(&word));
  CHECK(status.code() == ErrorCode::Unsupported);
  CHECK(status.message() == std::string("a weight holds 4294967296, which i32 does not hold"));
}

TEST_CASE("what does not fit is refused") {
  TemporaryFile file(floatBytes(6));
  WeightStore store;
  REQUIRE(store.addFile(file.path, "w").ok());
  WeightExpr expr(WeightBlob{0, 0, 24, Encoding::Fixed}, {2, 3}, DType::F32);
  std::string why;
  CHECK(llvm::failed(expr.transpose({0, 0}, why)));
  CHECK(llvm::failed(expr.reshape({7}, why)));
  CHECK(llvm::failed(expr.slice({0, 2}, {2, 2}, {1, 1}, why)));
  CHECK(llvm::failed(expr.pad({-1, 0}, {0, 0}, why)));
  float out[8];
  char *bytes = reinterpret_cast<char *>(out);
  CHECK(store.read(expr, 5, 2, bytes).code() == ErrorCode::InvalidArgument);
  WeightExpr beyond(WeightBlob{0, 8, 24, Encoding::Fixed}, {6}, DType::F32);
  CHECK(store.read(beyond, 0, 1, bytes).code() == ErrorCode::Malformed);
  WeightExpr other(WeightBlob{0, 0, 20, Encoding::Fixed}, {6}, DType::F32);
  CHECK(store.read(other, 0, 1, bytes).code() == ErrorCode::Malformed);
  store.setFolder(".");
  CHECK(store.findOrAddFile("../w").status().code() == ErrorCode::InvalidArgument);
  CHECK(store.findOrAddFile("/w").status().code() == ErrorCode::InvalidArgument);
  CHECK(store.findOrAddFile("absent").status().code() == ErrorCode::MissingInput);
}

TEST_CASE("a run of stored elements is known as one") {
  WeightBlob blob{0, 0, 96, Encoding::Fixed};
  std::string why;
  WeightExpr whole(blob, {2, 3, 4}, DType::F32);
  CHECK(whole.contiguousAt() == 0);
  WeightExpr rows = whole;
  REQUIRE(llvm::succeeded(rows.slice({1, 0, 0}, {1, 3, 4}, {1, 1, 1}, why)));
  CHECK(rows.contiguousAt() == 12);
  REQUIRE(llvm::succeeded(rows.reshape({4, 3}, why)));
  CHECK(rows.contiguousAt() == 12);
  WeightExpr columns = whole;
  REQUIRE(llvm::succeeded(columns.slice({0, 0, 0}, {2, 3, 2}, {1, 1, 1}, why)));
  CHECK_FALSE(columns.contiguousAt());
  WeightExpr turned = whole;
  REQUIRE(llvm::succeeded(turned.transpose({0, 2, 1}, why)));
  CHECK_FALSE(turned.contiguousAt());
  WeightExpr padded = whole;
  REQUIRE(llvm::succeeded(padded.pad({0, 0, 0}, {0, 0, 1}, why)));
  CHECK_FALSE(padded.contiguousAt());
  WeightExpr rounded = whole;
  rounded.cast(DType::Bf16);
  CHECK_FALSE(rounded.contiguousAt());
  CHECK_FALSE(WeightExpr({blob, blob}, {2, 3, 4}, DType::F32).contiguousAt());
  CHECK_FALSE(WeightExpr(WeightBlob{0, 0, 6, Encoding::Varint}, {6}, DType::I64).contiguousAt());
}
