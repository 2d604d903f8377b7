// One instruction, one encoding; and no bytes that decode to anything else than what they are.
#include "runtime/isa/Encode.h"
#include "runtime/isa/Check.h"
#include "runtime/isa/Text.h"
#include "test/isa/RandomInst.h"

#include <catch2/catch.hpp>

#include <set>

using namespace neuron;
using namespace neuron::isa;

namespace {

std::vector<uint8_t> encoded(const Inst &inst) {
  std::vector<uint8_t> code;
  Status status = encode(inst, code);
  INFO(toText(inst) << ": " << status.message());
  REQUIRE(status.ok());
  return code;
}

Inst parsed(const char *text) {
  Inst inst;
  Status status = parseInst(text, inst);
  INFO(text << ": " << status.message());
  REQUIRE(status.ok());
  return inst;
}

} // namespace

TEST_CASE("random instructions survive encoding and text") {
  std::mt19937_64 random(1);
  std::set<Opcode> opcodes;
  for (int round = 0; round < 20000; ++round) {
    Inst inst = test::randomInst(random), decoded, reparsed;
    INFO(toText(inst));
    opcodes.insert(inst.opcode);
    Status form = checkForm(inst);
    INFO(form.message());
    REQUIRE(form.ok());

    std::vector<uint8_t> code = encoded(inst);
    REQUIRE(code.size() == encodedBytes(inst));
    uint64_t offset = 0;
    REQUIRE(decode({code.data(), code.size()}, offset, decoded).ok());
    REQUIRE(offset == code.size());
    REQUIRE(decoded == inst);

    Status status = parseInst(toText(inst), reparsed);
    INFO(status.message());
    REQUIRE(status.ok());
    REQUIRE(reparsed == inst);
  }
  CHECK(opcodes.size() == kNumInsts);
}

TEST_CASE("every prefix of an instruction is refused") {
  std::vector<uint8_t> code =
      encoded(parsed("sync.dma sbuf.bf16[0:128]@0 {512}, hbm.bf16@0:0 {128, 512} queue=1"));
  REQUIRE(code.size() == 5 * kRecordBytes);
  for (uint64_t length = 0; length < code.size(); ++length) {
    uint64_t offset = 0;
    Inst inst;
    Status status = decode({code.data(), length}, offset, inst);
    CHECK(status.code() == ErrorCode::Malformed);
    CHECK(offset == 0);
  }
}

TEST_CASE("a flipped bit never yields the same instruction") {
  std::mt19937_64 random(2);
  for (int round = 0; round < 300; ++round) {
    Inst original = test::randomInst(random);
    std::vector<uint8_t> code = encoded(original);
    for (uint64_t bit = 0; bit < 8 * code.size(); ++bit) {
      code[bit / 8] = static_cast<uint8_t>(code[bit / 8] ^ 1u << bit % 8);
      uint64_t offset = 0;
      Inst inst;
      if (decode({code.data(), code.size()}, offset, inst).ok())
        REQUIRE(inst != original);
      code[bit / 8] = static_cast<uint8_t>(code[bit / 8] ^ 1u << bit % 8);
    }
  }
}

TEST_CASE("random bytes are refused or are the encoding of what they decode to") {
  std::mt19937_64 random(3);
  unsigned legal = 0;
  for (int round = 0; round < 100000; ++round) {
    uint8_t bytes[6 * kRecordBytes] = {};
    // Sparse bytes behind a real opcode come far enough to test more than the first check.
    for (uint8_t &byte : bytes)
      byte = random() % 8 ? 0 : static_cast<uint8_t>(random());
    bytes[0] = static_cast<uint8_t>(kInstFacts[random() % kNumInsts].opcode);
    bytes[1] = static_cast<uint8_t>(random() % 4);
    uint64_t offset = 0;
    Inst inst;
    Status status = decode({bytes, sizeof(bytes)}, offset, inst);
    if (!status.ok()) {
      REQUIRE(status.code() == ErrorCode::Malformed);
      continue;
    }
    ++legal;
    std::vector<uint8_t> again = encoded(inst);
    REQUIRE(again == std::vector<uint8_t>(bytes, bytes + offset));
  }
  CHECK(legal > 0);
}

TEST_CASE("the header has the layout that its file states") {
  std::vector<uint8_t> code = encoded(parsed(
      "matmul psum.f32[0:128]@b2 {512}, sbuf.bf16[64:128]@0x10 {512} accumulate if r1 != 7 after 3 "
      "take s9 2 signal s4 read op 258"));
  const std::vector<uint8_t> header = {
      0x02, 0x33,                    // opcode; after 3, 3 records
      0x08, 0x1b,                    // exec always, tensor; two operands, if not predicate 0
      2,    0,    7, 0, 0, 0,        // r1 == 7, no second predicate
      9,    2,    0, 0,              // take
      4,    0x09, 0, 0,              // signal, always, read
      2,    1,    0, 0,              // op id
      0,    0,                       // sub
      0,    0,    0, 0, 0, 0, 0, 0}; // immediates
  CHECK(std::vector<uint8_t>(code.begin(), code.begin() + 32) == header);
  const std::vector<uint8_t> moving = {0x0a, 64, 64, 1, 0, 0x10, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
                                       1,    0,  0,  2, 0, 0,    0, 0, 0, 0, 0, 0, 0, 0, 0, 0};
  CHECK(std::vector<uint8_t>(code.begin() + 64, code.end()) == moving);
}
