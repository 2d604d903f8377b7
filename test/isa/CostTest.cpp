// Costs of single instructions against numbers worked out by hand from the table.
#include "runtime/isa/Cost.h"
#include "runtime/isa/Text.h"

#include <catch2/catch.hpp>

using namespace neuron;
using namespace neuron::isa;

namespace {

struct Expected {
  const char *machine, *text;
  uint64_t columns, interval, latency;
};

} // namespace

TEST_CASE("columns, interval and latency") {
  const Expected rows[] = {
      // 128 columns at four a cycle; 70 cycles of the array a pair; 187 until complete.
      {"trn1", "ldweights sbuf.bf16[0:128]@0 {128}", 32, 70, 219},
      {"trn1", "matmul psum.f32[0:128]@b0 {512}, sbuf.bf16[0:128]@0 {512}", 512, 512,
       512 + 128 + 397},
      {"trn1", "matmul psum.f32[0:96]@b0 {16}, sbuf.bf16[0:128]@0 {16}", 64, 64, 64 + 96 + 397},
      {"trn2", "matmul psum.f32[0:128]@b0 {512}, sbuf.f32[0:128]@0 {512}", 2048, 2048,
       2048 + 128 + 264},
      {"trn2", "matmul psum.f32[0:128]@b0 {128}, sbuf.f32[0:128]@0 {128} passThrough=1", 256, 256,
       256 + 128 + 264},
      // f32 from two SBUF operands takes two cycles a column on v2, one on v3.
      {"trn1",
       "vector.tensor_tensor sbuf.f32[0:128]@0 {512}, sbuf.f32[0:128]@0 {512}, "
       "sbuf.f32[0:128]@0 {512} op=add",
       1024, 1084, 1224},
      {"trn1",
       "vector.tensor_tensor sbuf.f32[0:128]@0 {512}, psum.f32[0:128]@b0 {512}, "
       "sbuf.f32[0:128]@0 {512} op=add",
       512, 572, 712},
      {"trn2",
       "vector.tensor_tensor sbuf.bf16[0:128]@0 {512}, sbuf.bf16[0:128]@0 {512}, "
       "sbuf.bf16[0:128]@0 {512} op=max",
       256, 306, 406},
      {"trn2", "vector.tensor_copy sbuf.bf16[0:128]@0 {512}, sbuf.bf16[0:128]@0 {512}", 128, 178,
       278},
      {"trn2", "vector.tensor_copy sbuf.bf16[0:128]@0 {512}, sbuf.bf16[0:128]@0 {512:2}", 256, 306,
       406},
      // A step of 32 bytes halves the port's rate; 16 does not.
      {"trn1", "vector.tensor_copy sbuf.f32[0:128]@0 {512}, sbuf.f32[0:128]@0 {512:8}", 1024, 1084,
       1224},
      {"trn1", "vector.tensor_copy sbuf.f32[0:128]@0 {512}, sbuf.f32[0:128]@0 {512:4}", 512, 572,
       712},
      {"trn1", "activate sbuf.f32[0:128]@0 {1}, sbuf.f32[0:128]@0 {1} function=exp", 1, 111, 223},
      {"trn1", "gpsimd.memset sbuf.f32[0:128]@0 {64} value=1", 64, 214, 214},
      {"trn1", "load_table function=exp", 0, 516, 516},
      {"trn1", "sync.dma sbuf.f32[0:1]@0, hbm.f32@0:0 {1}", 0, 42, 42},
  };
  for (const Expected &row : rows) {
    Inst inst;
    INFO(row.machine << " " << row.text);
    REQUIRE(parseInst(row.text, inst).ok());
    const target::Machine &machine = *target::findMachine(row.machine);
    CHECK(columns(inst, machine) == row.columns);
    CHECK(interval(inst, machine) == row.interval);
    CHECK(latency(inst, machine) == row.latency);
  }
}
