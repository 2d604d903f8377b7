// Status, Result, bounded bytes, spellings of types.
#include "runtime/base/Status.h"
#include "runtime/base/Bytes.h"
#include "runtime/base/DType.h"

#include <catch2/catch.hpp>
#include <memory>

using namespace neuron;

static Status refuse(int count) {
  if (count > 3)
    return Status::error(ErrorCode::ResourceLimit, "%d items, at most 3", count);
  return Status::success();
}

static Status refuseTwice(int count) {
  NEURON_TRY(refuse(1));
  NEURON_TRY(refuse(count));
  return Status::success();
}

TEST_CASE("a failure carries its code, its sentence and the place") {
  Status status = refuseTwice(5);
  CHECK_FALSE(status.ok());
  CHECK(status.message() == "5 items, at most 3");
  CHECK(status.within("box").message() == "box: 5 items, at most 3");
  CHECK(exitCode(status.code()) == 4);
  CHECK(refuseTwice(2).ok());
  CHECK(refuseTwice(2).within("box").ok());
}

TEST_CASE("a result holds a value that can only be moved, or the reason") {
  Result<std::unique_ptr<int>> value = std::make_unique<int>(7);
  REQUIRE(value);
  std::unique_ptr<int> taken = *std::move(value);
  CHECK(*taken == 7);
  Result<int> none = Status::error(ErrorCode::Io, "disk full");
  CHECK_FALSE(none);
  CHECK(none.status().message() == "disk full");
  CHECK(Result<int>(Status::success()).status().code() == ErrorCode::Internal);
}

TEST_CASE("a reader stays in its bytes and remembers that it was asked to leave them") {
  const uint8_t bytes[] = {1, 0, 2, 0, 0, 0, 9};
  ByteReader reader({bytes, sizeof(bytes)});
  CHECK(reader.read<uint16_t>() == 1);
  CHECK(reader.read<uint32_t>() == 2);
  CHECK(reader.ok());
  CHECK(reader.read<uint64_t>() == 0);
  CHECK_FALSE(reader.ok());
  CHECK(reader.remaining() == 0);
  ByteSpan span{bytes, sizeof(bytes)};
  CHECK(span.slice(6, 1).data == bytes + 6);
  CHECK(span.slice(2, ~uint64_t(0)).empty());
  CHECK_FALSE(span.contains(~uint64_t(0), 2));
}

TEST_CASE("a writer aligns with zeros") {
  ByteWriter writer;
  writer.write<uint8_t>(5);
  writer.align(4);
  writer.write<uint32_t>(6);
  CHECK(writer.bytes() == std::vector<uint8_t>{5, 0, 0, 0, 6, 0, 0, 0});
}

TEST_CASE("every type is found by its spelling") {
  for (unsigned code = 0; code < kNumDTypes; ++code) {
    DType expected = static_cast<DType>(code), found = DType::U64;
    std::string name = toText(expected);
    REQUIRE(parseDType(name.data(), static_cast<unsigned>(name.size()), found));
    CHECK(found == expected);
    CHECK(byteSize(expected) > 0);
  }
  DType untouched = DType::I8;
  CHECK_FALSE(parseDType("f3", 2, untouched));
  CHECK_FALSE(parseDType("f32x", 4, untouched));
  CHECK(untouched == DType::I8);
}
