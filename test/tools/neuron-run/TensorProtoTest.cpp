// TensorProto files: both kinds of storage, packed or not, and every cut of a good one.
#include "tools/neuron-run/TensorProto.h"

#include <catch2/catch.hpp>

using namespace neuron;
using namespace neuron::run;

namespace {

Result<HostTensor> parse(const std::string &bytes) {
  return parseTensorProto({reinterpret_cast<const uint8_t *>(bytes.data()), bytes.size()}, "x.pb");
}

template <size_t N> std::string text(const char (&literal)[N]) { return {literal, N - 1}; }

std::string messageOf(const std::string &bytes) {
  Result<HostTensor> tensor = parse(bytes);
  REQUIRE_FALSE(tensor.ok());
  return tensor.status().message();
}

// dims: 2, 1 (unpacked); data_type: FLOAT; raw_data: 1.0, 2.0
const std::string kRaw = text("\x08\x02\x08\x01\x10\x01\x4a\x08\0\0\x80\x3f\0\0\0\x40");

} // namespace

TEST_CASE("raw data is read") {
  Result<HostTensor> tensor = parse(kRaw);
  REQUIRE(tensor.ok());
  CHECK(typeText(tensor->dtype, tensor->shape) == "f32 [2, 1]");
  CHECK(readUnaligned<float>(tensor->bytes.data() + 4) == 2.0f);
}

TEST_CASE("typed lists are read, packed or one by one") {
  // dims packed [2], INT64, int64_data packed: 300, -1
  Result<HostTensor> packed =
      parse(text("\x0a\x01\x02\x10\x07\x3a\x0c\xac\x02\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01"));
  REQUIRE(packed.ok());
  CHECK(readUnaligned<int64_t>(packed->bytes.data()) == 300);
  CHECK(readUnaligned<int64_t>(packed->bytes.data() + 8) == -1);
  // dims 2, FLOAT, float_data one by one
  Result<HostTensor> single = parse(text("\x08\x02\x10\x01\x25\0\0\x80\x3f\x25\0\0\0\x40"));
  REQUIRE(single.ok());
  CHECK(readUnaligned<float>(single->bytes.data()) == 1.0f);
  // FLOAT16 [1] in int32_data: 0x3c00
  Result<HostTensor> half = parse(text("\x08\x01\x10\x0a\x2a\x02\x80\x78"));
  REQUIRE(half.ok());
  CHECK(readUnaligned<uint16_t>(half->bytes.data()) == 0x3c00);
}

TEST_CASE("what is wrong with a message is said") {
  CHECK(messageOf(text("\x08\x02\x10\x01")) == "x.pb: f32 [2] has 8 bytes, the file has 0");
  CHECK(messageOf(text("\x10\x08")) == "x.pb: data_type 8 is not read");
  CHECK(messageOf(kRaw + text("\x70\x01")) == "x.pb: a tensor whose elements are in another file");
  CHECK(messageOf(text("\x08\x01\x10\x01\x38\x05")) ==
        "x.pb: elements in field 7, f32 has them in field 4");
  CHECK(messageOf(text("\x08\x01\x10\x07\x3a\x02\x05\x06")) ==
        "x.pb: more elements than the shape has");
  CHECK(messageOf(kRaw + text("\x3a\x01\x05")) == "x.pb: both raw_data and a typed list");
  CHECK(messageOf(text("\x0f")) == "x.pb: byte 1: an unknown wire type: not a TensorProto");
  CHECK(messageOf(text("\x08\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01")) ==
        "x.pb: byte 11: a dim beyond 2^40, a negative one, or more than 32 of them");
}

TEST_CASE("every cut of a good message is refused") {
  for (size_t size = 0; size < kRaw.size(); ++size)
    CHECK_FALSE(parse(kRaw.substr(0, size)).ok());
}
