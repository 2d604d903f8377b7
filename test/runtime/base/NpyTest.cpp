// .npy files: real ones, every refusal, and that what is written is read back.
#include "runtime/base/Npy.h"

#include "runtime/base/File.h"

#include <catch2/catch.hpp>

using namespace neuron;

namespace {

/// A file of version 1.0 with this header text and these elements.
std::vector<uint8_t> file(const std::string &header, const std::string &elements,
                          uint8_t major = 1) {
  std::string bytes("\x93NUMPY", 6);
  bytes += static_cast<char>(major);
  bytes += '\0';
  bytes += static_cast<char>(header.size() & 255);
  bytes += static_cast<char>(header.size() >> 8);
  if (major > 1)
    bytes += std::string(2, '\0');
  bytes += header + elements;
  return {bytes.begin(), bytes.end()};
}

Result<HostTensor> parse(const std::vector<uint8_t> &bytes) {
  return parseNpy({bytes.data(), bytes.size()}, "x.npy");
}

constexpr char kHeader[] = "{'descr': '<f4', 'fortran_order': False, 'shape': (2,), }\n";
const std::string kTwoFloats("\0\0\x80\x3f\0\0\0\x40", 8); // 1, 2

} // namespace

TEST_CASE("the digits' files are read") {
  Result<HostTensor> images = readNpy(MODELS "/digits/images.npy");
  REQUIRE(images.ok());
  CHECK(images->dtype == DType::F32);
  CHECK(images->shape == std::vector<uint64_t>{360, 1, 8, 8});
  Result<HostTensor> labels = readNpy(MODELS "/digits/labels.npy");
  REQUIRE(labels.ok());
  CHECK(typeText(labels->dtype, labels->shape) == "i64 [360]");
}

TEST_CASE("versions 1, 2 and 3 are read") {
  for (uint8_t major : {1, 2, 3}) {
    Result<HostTensor> tensor = parse(file(kHeader, kTwoFloats, major));
    REQUIRE(tensor.ok());
    CHECK(readUnaligned<float>(tensor->bytes.data() + 4) == 2.0f);
  }
}

TEST_CASE("scalars, empty tensors and loose spaces are read") {
  Result<HostTensor> scalar =
      parse(file("{\"shape\":(),'fortran_order':True,'descr':'<i8'}", std::string(8, '\7')));
  REQUIRE(scalar.ok());
  CHECK(scalar->shape.empty());
  CHECK(scalar->elements() == 1);
  Result<HostTensor> empty =
      parse(file("{'descr': '|u1', 'fortran_order': False, 'shape': (3, 0, 7), }", ""));
  REQUIRE(empty.ok());
  CHECK(empty->elements() == 0);
}

TEST_CASE("what is wrong with a file is said with its byte") {
  auto message = [](const std::vector<uint8_t> &bytes) {
    Result<HostTensor> tensor = parse(bytes);
    REQUIRE_FALSE(tensor.ok());
    return tensor.status().message();
  };
  CHECK(message({}) == "x.npy: not a .npy file: it does not begin with \\x93NUMPY");
  CHECK(message(file(kHeader, kTwoFloats, 4)) ==
        "x.npy: byte 6: version 4.0, known are 1.0, 2.0 and 3.0");
  std::vector<uint8_t> cut = file(kHeader, kTwoFloats);
  cut.resize(20);
  CHECK(message(cut) == "x.npy: byte 20: the file ends inside its header");
  CHECK(message(file(kHeader, "1234")) == "x.npy: byte 68: 4 bytes of elements, f32 [2] has 8");
  CHECK(message(file(kHeader, kTwoFloats + "x")) ==
        "x.npy: byte 68: 9 bytes of elements, f32 [2] has 8");
  CHECK(message(file("{'descr': '>f4', 'fortran_order': False, 'shape': (2,)}", kTwoFloats)) ==
        "x.npy: type '>f4' is big-endian; save it as little-endian");
  CHECK(message(file("{'descr': '<c8', 'fortran_order': False, 'shape': (1,)}", kTwoFloats)) ==
        "x.npy: type '<c8' is not read; known are f2 f4 f8 i1 i2 i4 i8 u1 u2 u4 u8 b1");
  CHECK(message(file("{'descr': '<f4', 'fortran_order': True, 'shape': (2, 1)}", kTwoFloats)) ==
        "x.npy: elements are in Fortran order; save numpy.ascontiguousarray of it");
  CHECK(
      message(file("{'descr': '<f4', 'fortran_order': False}", kTwoFloats)) ==
      "x.npy: byte 50 of the header: a key is missing: descr, fortran_order and shape are needed");
  CHECK(message(file("{'descr': [('a', '<f4')], 'shape': (2,)}", kTwoFloats)) ==
        "x.npy: byte 20 of the header: expected a string (structured types are not read)");
  CHECK(message(file("{'shape': (2), }", kTwoFloats)) ==
        "x.npy: byte 22 of the header: expected ','");
  CHECK(message(file("{'shape': (-2,), }", kTwoFloats)) ==
        "x.npy: byte 21 of the header: expected a dim, 0 or more");
  CHECK(
      message(file("{'shape': (99999999999999999999,), }", kTwoFloats)).find("a dim beyond 2^48") !=
      std::string::npos);
}

TEST_CASE("a shape whose product overflows is refused, not multiplied") {
  Result<HostTensor> tensor = parse(file(
      "{'descr': '<f8', 'fortran_order': False, 'shape': (1000000000000, 1000000000000)}", ""));
  REQUIRE_FALSE(tensor.ok());
  CHECK(tensor.status().code() == ErrorCode::ResourceLimit);
}

TEST_CASE("every cut of a good file is refused") {
  std::vector<uint8_t> good = file(kHeader, kTwoFloats);
  REQUIRE(parse(good).ok());
  for (size_t size = 0; size < good.size(); ++size)
    CHECK_FALSE(parse({good.begin(), good.begin() + static_cast<long>(size)}).ok());
}

TEST_CASE("what is written is read back") {
  std::string path = SCRATCH "/written.npy";
  for (DType dtype : {DType::F16, DType::F32, DType::I64, DType::U8, DType::Bool}) {
    for (std::vector<uint64_t> shape : {std::vector<uint64_t>{}, {6}, {2, 3}, {0, 3}}) {
      HostTensor tensor{dtype, shape, {}};
      tensor.bytes.assign(*bytesOf(dtype, shape), 1);
      REQUIRE(writeNpy(path, tensor).ok());
      Result<HostTensor> back = readNpy(path);
      REQUIRE(back.ok());
      CHECK(back->dtype == dtype);
      CHECK(back->shape == shape);
      CHECK(back->bytes == tensor.bytes);
    }
  }
}

TEST_CASE("types that NumPy lacks are written as f4") {
  std::string path = SCRATCH "/bf16.npy";
  REQUIRE(writeNpy(path, {DType::Bf16, {2}, {0x80, 0x3f, 0x00, 0x40}}).ok());
  Result<HostTensor> back = readNpy(path);
  REQUIRE(back.ok());
  CHECK(back->dtype == DType::F32);
  CHECK(std::string(back->bytes.begin(), back->bytes.end()) == kTwoFloats);
  Result<MappedFile> map = MappedFile::open(path);
  REQUIRE(map.ok());
  CHECK(map->bytes().size % 64 == 8); // elements begin at a multiple of 64
}
