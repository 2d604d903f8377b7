// What the text of an instruction says, and where its errors stand.
#include "runtime/isa/Text.h"

#include <catch2/catch.hpp>

using namespace neuron;
using namespace neuron::isa;

namespace {

std::string errorOf(const char *text) {
  Inst inst;
  Status status = parseInst(text, inst);
  CHECK_FALSE(status.ok());
  return status.message();
}

/// The canonical spelling.
std::string again(const char *text) {
  Inst inst;
  Status status = parseInst(text, inst);
  INFO(text << ": " << status.message());
  REQUIRE(status.ok());
  return toText(inst);
}

} // namespace

TEST_CASE("canonical text is printed as it was read") {
  const char *texts[] = {
      "ldweights sbuf.bf16[0:128]@0x0+r2*256 {128} take s1",
      "matmul psum.f32[0:128]@b2 {512}, sbuf.bf16[0:128]@0x400+r3*1024 {512} accumulate if r1 != 0 "
      "signal s3 read signal s4 if r1 == 63",
      "vector.tensor_tensor sbuf.f32[0:128]@0x0 {4, 128:2}, psum.f32[0:128]@b1+0x40 {512}, "
      "sbuf.f32[0:128]@0x800 {4:0, 128} op=add",
      "activate sbuf.bf16[0:128]@0x0 {512}, psum.f32[0:128]@b0 {r7<=512}, _, "
      "sbuf.f32[0:128]@0x8000 "
      "function=exp scale=0.125",
      "sync.dma sbuf.bf16[0:128]@0x400 {512}, hbm.bf16@2:0x400+r1*65536-r2*2 {128:16384, 512} "
      "queue=3 signal s9",
      "sync.loop 64 (r1 += 1, r2 += -3 wrap 12)",
      "sync.loop r5",
      "sync.reg r1 = 5",
      "sync.reg r1 = r2",
      "sync.reg r1 = r2 - 5",
      "sync.reg r1 = r2 * 4 + r3",
      "sync.reg r1 = max r2, 5",
      "tensor.signal s4 read if r5 == 3",
      "sync.call f3 if r9 == 1",
      "vector.take s4 2",
      "vector.nop pred1 r2 == 3 if r2 != 3",
  };
  for (const char *text : texts)
    CHECK(again(text) == text);
}

TEST_CASE("numbers, steps and addresses have short spellings") {
  CHECK(again("gpsimd.memset sbuf.f32[0:32]@64*16 {4*8, 16} value=1") ==
        "gpsimd.memset sbuf.f32[0:32]@0x400 {32, 16} value=1");
  CHECK(again("vector.memset psum.f32[0:32]@b1 + 4 + 4 {16:1}") ==
        "vector.memset psum.f32[0:32]@b1+0x8 {16}");
  CHECK(again("vector.memset sbuf.f32[0:32]@0 {16} value=0x7fc00000") ==
        "vector.memset sbuf.f32[0:32]@0x0 {16} value=0x7fc00000");
  CHECK(again("vector.memset sbuf.f32[0:32]@0 {16} value=-0.1") ==
        "vector.memset sbuf.f32[0:32]@0x0 {16} value=-0.1");
}

TEST_CASE("names come from the file around the instruction") {
  Names names;
  names.semaphores = {"", "loaded"};
  names.segments = {"x", "encoder.0.weight"};
  names.constants["tile"] = 1024;
  Inst inst;
  std::string text =
      "dma sbuf.bf16[0:128]@tile+r1*tile {512}, hbm.bf16@\"encoder.0.weight\"+r2*tile {128, 512} "
      "signal loaded";
  Status status = parseInst(text, names, Engine::Sync, 4, 3, inst);
  INFO(status.message());
  REQUIRE(status.ok());
  CHECK(
      toText(inst, names, Engine::Sync) ==
      "dma sbuf.bf16[0:128]@0x400+r1*1024 {512}, hbm.bf16@\"encoder.0.weight\"+r2*1024 {128, 512} "
      "signal loaded");
  CHECK(toText(inst).find("hbm.bf16@1:0x0+r2*1024") != std::string::npos);
  CHECK(parseInst("take load", names, Engine::Sync, 4, 3, inst).message() ==
        "4:8: semaphore 'load' is not declared");
}

TEST_CASE("errors say where and what") {
  CHECK(errorOf("") == "1:1: expected an instruction, found the end of the line");
  CHECK(errorOf("mutmal") == "1:1: no instruction is called 'mutmal'");
  CHECK(errorOf("memset sbuf.f32[0:32]@0 {16}") ==
        "1:1: memset runs on several engines: write engine.instruction");
  CHECK(errorOf("sync.memset sbuf.f32[0:32]@0 {16}") == "1:6: memset does not run on sync");
  CHECK(errorOf("vector.memset sbuf.f33[0:32]@0") == "1:20: no dtype is called 'f33'");
  CHECK(errorOf("vector.memset sbuf.f32[0:129]@0") ==
        "1:26: the end of the partitions is out of range, legal are 1 to 128");
  CHECK(errorOf("vector.memset sbuf.f32[0:32]@r1") == "1:30: no address is called 'r1'");
  CHECK(errorOf("vector.memset sbuf.f32[0:32]@0+r64*2") == "1:32: expected a register r0 to r63");
  CHECK(errorOf("vector.memset sbuf.f32[0:32]@0 {1,2,3,4,5}") ==
        "1:41: an operand has at most 4 dims, found '5'");
  CHECK(errorOf("vector.memset sbuf.f32[0:32]@0 {0}") == "1:33: a count is 1 to 4294967295");
  CHECK(errorOf("vector.memset sbuf.f32[0:32]@0 {70000}") ==
        "1:1: memset: dst dim 0 counts 70000, legal are 1 to 65535");
  CHECK(errorOf("vector.memset sbuf.f32[0:32]@0 fill=1") == "1:32: memset has no field 'fill'");
  CHECK(errorOf("vector.memset sbuf.f32[0:32]@0 value=x") ==
        "1:38: expected a number that fits f32, found 'x'");
  CHECK(errorOf("vector.memset") == "1:1: memset: dst is missing");
  CHECK(errorOf("vector.memset _") == "1:1: memset: dst is missing");
  CHECK(errorOf("vector.memset sbuf.f32[0:32]@0 take s256") ==
        "1:37: semaphore 's256' is beyond s255");
  CHECK(errorOf("vector.nop if r1 == 0 signal s1 if r2 == 0 signal s2 if r3 == 0") ==
        "1:57: an instruction has at most two predicates");
  CHECK(errorOf("vector.nop after 1") ==
        "1:1: nop: has no operands that could come after something");
  CHECK(errorOf("sync.loop 99999999999") ==
        "1:11: a loop's count is out of range, legal are 0 to 4294967295");
  CHECK(errorOf("sync.dma sbuf.f32[0:1]@0, hbm.f32@0:0 signal s1 read") ==
        "1:1: dma: a transfer signals its completion only");
}

TEST_CASE("random lines never do more than fail") {
  const std::string alphabet = "matmul dma sbuf.f32[0:128]@{},r1+*=-0x9\" if take \t";
  uint64_t state = 1;
  for (int round = 0; round < 20000; ++round) {
    std::string text;
    for (int i = 0; i < 40; ++i) {
      state = state * 6364136223846793005u + 1442695040888963407u;
      text += alphabet[(state >> 33) % alphabet.size()];
    }
    Inst inst;
    if (parseInst(text, inst).ok())
      CHECK(again(toText(inst).c_str()) == toText(inst));
  }
}
