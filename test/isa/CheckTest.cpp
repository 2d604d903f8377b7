// What machines refuse, with the sentence that they give.
#include "runtime/isa/Check.h"
#include "runtime/isa/Text.h"

#include <catch2/catch.hpp>

using namespace neuron;
using namespace neuron::isa;

namespace {

/// "" when the machine takes the instruction.
std::string verdict(const char *machine, const std::string &text) {
  Inst inst;
  Status parsed = parseInst(text, inst);
  INFO(text << ": " << parsed.message());
  REQUIRE(parsed.ok());
  return check(inst, *target::findMachine(machine)).message();
}

bool contains(const std::string &text, const char *part) {
  INFO(text << " / " << part);
  CHECK(text.find(part) != std::string::npos);
  return text.find(part) != std::string::npos;
}

} // namespace

TEST_CASE("good instructions pass") {
  const char *texts[] = {
      "ldweights sbuf.bf16[0:128]@0 {128}",
      "matmul psum.f32[0:128]@b2 {512}, sbuf.bf16[0:128]@0 {512} accumulate",
      "matmul psum.f32[64:128]@b2 {512}, sbuf.bf16[64:128]@0 {512}",
      "vector.tensor_tensor sbuf.f32[96:128]@0 {64}, psum.f32[0:32]@b0 {64}, sbuf.f32[32:64]@0 "
      "{64} "
      "op=add",
      "vector.tensor_reduce sbuf.f32[0:128]@0 {4}, sbuf.f32[0:128]@64 {4, 8} op=max axes=1",
      "activate sbuf.bf16[0:128]@0 {512}, psum.f32[0:128]@b0 {512}, sbuf.f32[0:128]@4096 "
      "function=exp",
      "sync.dma sbuf.f32[5:12]@0 {512}, hbm.bf16@0:0 {7, 512} queue=5",
      "gpsimd.dma_gather sbuf.f32[0:64]@0 {512}, hbm.f32@0:0 {512}, sbuf.u32[0:64]@4096 queue=10 "
      "rowBytes=2048 rows=1000",
      "tensor.reg_load hbm.i32@3:0 dst=r4",
  };
  for (const char *text : texts)
    CHECK(verdict("trn1", text) == "");
}

TEST_CASE("transfers move no more elements than a memory can have") {
  // 2^64 elements are not none.
  Inst inst;
  REQUIRE(parseInst("sync.dma hbm.f32@0:0 {1, 1}, hbm.f32@1:0 {1, 1} queue=0", inst).ok());
  for (unsigned side : {0, 1})
    for (unsigned d : {0, 1})
      inst.operand[side].dim[d] = {0, 0x80000000u};
  contains(check(inst, *target::findMachine("trn1")).message(), "more elements than memory");
}

TEST_CASE("partition starts follow the table") {
  CHECK(isLegalStart(96, 32));
  CHECK_FALSE(isLegalStart(16, 8));
  CHECK(isLegalStart(64, 33));
  CHECK_FALSE(isLegalStart(32, 33));
  CHECK_FALSE(isLegalStart(64, 65));
  contains(verdict("trn1", "vector.memset sbuf.f32[32:96]@0 {4}"),
           "memset: dst has 64 partitions from 32");
}

TEST_CASE("row tiles are 64 on the second generation and 32 from the third") {
  std::string text = "ldweights sbuf.bf16[32:64]@0 {32}";
  contains(verdict("trn1", text), "stationary starts at a row tile");
  CHECK(verdict("trn2", text) == "");
  contains(verdict("trn2", "ldweights sbuf.bf16[32:96]@0 {32}"), "row tile");
}

TEST_CASE("results stay in a bank") {
  contains(verdict("trn1", "matmul psum.f32[0:128]@b2+4 {512}, sbuf.bf16[0:128]@0 {512}"),
           "dst stays in one bank");
  CHECK(verdict("trn3", "matmul psum.f32[0:128]@b2+4 {512}, sbuf.bf16[0:128]@0 {512}") == "");
  contains(verdict("trn1", "matmul psum.f32[0:128]@b7 {600}, sbuf.bf16[0:128]@0 {600}"),
           "dst covers bytes");
}

TEST_CASE("bounds without registers are known") {
  contains(verdict("trn1", "vector.memset sbuf.f32[0:32]@0x2fffc {2}"),
           "covers bytes 196604 to 196611 of a partition that has 196608 in sbuf");
  CHECK(verdict("trn1", "vector.memset sbuf.f32[0:32]@0x2fffc {1}") == "");
  contains(verdict("trn1", "vector.memset sbuf.f32[0:32]@4 {3:-1}"), "covers bytes -4 to 7");
  CHECK(verdict("trn1", "vector.memset sbuf.f32[0:32]@0x2fffc+r1*4 {2}") == "");
}

TEST_CASE("engines reach their memories and types") {
  contains(verdict("trn1", "gpsimd.memset psum.f32[0:32]@b0 {2}"), "which gpsimd does not reach");
  contains(verdict("trn1", "vector.memset sbuf.i64[0:32]@0 {2}"), "dst is i64");
  contains(verdict("trn1", "ldweights sbuf.i8[0:128]@0 {128}"), "dtype that the array multiplies");
  contains(verdict("trn1", "matmul psum.bf16[0:128]@b0 {64}, sbuf.bf16[0:128]@0 {64}"),
           "dst is f32");
  contains(
      verdict("trn1", "matmul psum.bf16[0:128]@b0 {64}, sbuf.bf16[0:128]@0 {64} passThrough=1"),
      "generation 3");
  CHECK(verdict("trn2", "matmul psum.bf16[0:128]@b0 {64}, sbuf.bf16[0:128]@0 {64} passThrough=1") ==
        "");
}

TEST_CASE("shapes and operations fit together") {
  contains(verdict("trn1", "vector.tensor_copy sbuf.f32[0:32]@0 {8}, sbuf.f32[0:32]@64 {9}"),
           "dst and src have equal partitions and elements");
  contains(verdict("trn1", "vector.tensor_tensor sbuf.f32[0:32]@0 {8}, psum.f32[0:32]@b0 {8}, "
                           "psum.f32[0:32]@b1 {8} op=add"),
           "at most one of a and b is in PSUM");
  contains(verdict("trn1", "vector.tensor_tensor sbuf.f32[0:32]@0 {8}, sbuf.f32[0:32]@64 {8}, "
                           "sbuf.f32[0:32]@128 {8} op=bitwise_and"),
           "bitwise operations");
  contains(verdict("trn1", "vector.tensor_reduce sbuf.f32[0:32]@0 {5}, sbuf.f32[0:32]@64 {4, 8} "
                           "op=max axes=1"),
           "dst has the elements of src's other dims");
  contains(verdict("trn1", "vector.bn_stats sbuf.f32[0:32]@0 {6}, sbuf.f32[0:32]@64 {513}"),
           "at most 512");
}

TEST_CASE("transfers count partitions and belong to their stream") {
  contains(verdict("trn1", "sync.dma sbuf.f32[0:7]@0 {512}, hbm.f32@0:0 {512, 7}"),
           "outermost dim");
  contains(verdict("trn1", "sync.dma sbuf.f32[0:7]@0 {512}, hbm.f32@0:0 {7, 511}"),
           "equal elements");
  contains(verdict("trn1", "sync.dma sbuf.f32[0:7]@0 {512}, hbm.f32@0:0 {7, 512} queue=6"),
           "the queue belongs");
  std::string gather = "dma_gather sbuf.f32[0:64]@0 {512}, hbm.f32@0:0 {512}, sbuf.u32[0:64]@4096 "
                       "queue=0 rowBytes=2048 rows=1000";
  contains(verdict("trn1", "sync." + gather), "triggered by GpSimd");
  CHECK(verdict("trn2", "sync." + gather) == "");
  contains(verdict("trn1", "sync.dma_transpose sbuf.bf16[0:64]@0 {32}, hbm.bf16@0:0 {32, 64}"),
           "needs generation 3, trn1 is of 2");
}

TEST_CASE("the form of an instruction is checked without a machine") {
  Inst inst = Nop::make(Engine::Vector);
  inst.sub = 1;
  CHECK(checkForm(inst).message() == "nop: bits 0x1 belong to no field");
  inst = Nop::make(Engine::Vector);
  inst.opcode = static_cast<Opcode>(0xee);
  CHECK(checkForm(inst).message() == "opcode 0xee is no instruction");
  inst = Nop::make(Engine::Vector);
  inst.signal[0].cond = Cond::IfP1;
  CHECK(checkForm(inst).message() == "nop: a signal asks for a predicate that is not set");
  inst = Matmul::make(Engine::Vector);
  CHECK(checkForm(inst).message() == "matmul: does not run on this engine");
}
