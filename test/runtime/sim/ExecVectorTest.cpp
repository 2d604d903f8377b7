// Vector and GpSimd: every elementwise instruction and reduction, with values by hand.
#include "test/runtime/sim/ExecBench.h"

using namespace neuron;
using namespace neuron::sim;
using namespace neuron::sim::testing;
using Values = std::vector<double>;

TEST_CASE("tensor_tensor") {
  ExecBench b;
  b.put("sbuf.f32[0:2]@0 {3}", {1, 2, 3, 4, 5, 6});
  b.put("sbuf.f32[0:2]@64 {3}", {6, 5, 4, 3, 2, 1});
  struct {
    const char *op;
    Values expected;
  } cases[] = {{"add", {7, 7, 7, 7, 7, 7}},           {"subtract", {-5, -3, -1, 1, 3, 5}},
               {"multiply", {6, 10, 12, 12, 10, 6}},  {"max", {6, 5, 4, 4, 5, 6}},
               {"min", {1, 2, 3, 3, 2, 1}},           {"is_greater", {0, 0, 0, 1, 1, 1}},
               {"is_equal", {0, 0, 0, 0, 0, 0}},      {"not_equal", {1, 1, 1, 1, 1, 1}},
               {"is_less_equal", {1, 1, 1, 0, 0, 0}}, {"mod", {1, 2, 3, 1, 1, 0}},
               {"logical_and", {1, 1, 1, 1, 1, 1}},   {"bypass", {1, 2, 3, 4, 5, 6}}};
  for (auto &one : cases) {
    b.good(std::string("vector.tensor_tensor sbuf.f32[0:2]@128 {3}, sbuf.f32[0:2]@0 {3}, "
                       "sbuf.f32[0:2]@64 {3} op=") +
           one.op);
    INFO(one.op);
    CHECK(b.get("sbuf.f32[0:2]@128 {3}") == one.expected);
  }
  b.good("gpsimd.tensor_tensor sbuf.f32[0:2]@128 {3}, sbuf.f32[0:2]@0 {3}, sbuf.f32[0:2]@64 {3} "
         "op=power");
  CHECK(b.get("sbuf.f32[0:2]@128 {3}")[1] == 32);
}

TEST_CASE("operands may be strided, broadcast, in other partitions, of other types, in place") {
  ExecBench b;
  b.put("sbuf.bf16[32:34]@0 {2:4, 2:2}", {1, 2, 3, 4, 5, 6, 7, 8});
  b.put("sbuf.i32[64:66]@512 {2}", {10, 20, 30, 40});
  b.good("vector.tensor_tensor sbuf.f16[0:2]@64 {4:2}, sbuf.bf16[32:34]@0 {2:4, 2:2}, "
         "sbuf.i32[64:66]@512 {2:1, 2:0} op=add");
  CHECK(b.get("sbuf.f16[0:2]@64 {4:2}") == Values{11, 12, 23, 24, 35, 36, 47, 48});
  b.good("vector.tensor_tensor sbuf.f16[0:2]@64 {4:2}, sbuf.f16[0:2]@64 {4:2}, "
         "sbuf.f16[0:2]@64 {4:2} op=add");
  CHECK(b.get("sbuf.f16[0:2]@64 {4:2}")[0] == 22);
  // Interleaved elements do not overlap.
  b.good("vector.tensor_tensor sbuf.f16[0:2]@66 {3:2}, sbuf.f16[0:2]@64 {3:2}, "
         "sbuf.f16[0:2]@64 {3:2} op=add");
  CHECK(b.get("sbuf.f16[0:2]@66 {3:2}")[0] == 44);
}

TEST_CASE("integers: through fp32 on Vector, exact on GpSimd, bitwise anywhere") {
  ExecBench b;
  b.put("sbuf.i32[0:1]@0 {2}", {16777217, -7});
  b.put("sbuf.i32[0:1]@64 {2}", {2, 3});
  b.good("vector.tensor_tensor sbuf.i32[0:1]@128 {2}, sbuf.i32[0:1]@0 {2}, sbuf.i32[0:1]@64 {2} "
         "op=add");
  CHECK(b.get("sbuf.i32[0:1]@128 {2}") == Values{16777218, -4});
  b.good("gpsimd.tensor_tensor sbuf.i32[0:1]@128 {2}, sbuf.i32[0:1]@0 {2}, sbuf.i32[0:1]@64 {2} "
         "op=add");
  CHECK(b.get("sbuf.i32[0:1]@128 {2}") == Values{16777219, -4});
  b.good("vector.tensor_tensor sbuf.i32[0:1]@128 {2}, sbuf.i32[0:1]@0 {2}, sbuf.i32[0:1]@64 {2} "
         "op=bitwise_and");
  CHECK(b.get("sbuf.i32[0:1]@128 {2}") == Values{0, 1});
  b.good("vector.tensor_scalar sbuf.i32[0:1]@128 {2}, sbuf.i32[0:1]@0 {2} op0=shift_right imm0=1 "
         "op1=bitwise_xor imm1=1");
  CHECK(b.get("sbuf.i32[0:1]@128 {2}") == Values{8388609, -3});
  b.put("sbuf.i32[0:1]@0 {2}", {2147483647, -2147483648.0});
  b.good("gpsimd.tensor_tensor sbuf.i32[0:1]@128 {2}, sbuf.i32[0:1]@0 {2}, sbuf.i32[0:1]@64 {2} "
         "op=add");
  CHECK(b.get("sbuf.i32[0:1]@128 {2}") == Values{-2147483647, -2147483645});
}

TEST_CASE("tensor_scalar: immediates, columns, reversed sides") {
  ExecBench b;
  b.put("sbuf.f32[0:2]@0 {2}", {1, 2, 4, 8});
  b.put("sbuf.f32[0:2]@64", {10, 100});
  b.good("vector.tensor_scalar sbuf.f32[0:2]@128 {2}, sbuf.f32[0:2]@0 {2} op0=multiply imm0=3 "
         "op1=add imm1=-1");
  CHECK(b.get("sbuf.f32[0:2]@128 {2}") == Values{2, 5, 11, 23});
  b.good("vector.tensor_scalar sbuf.f32[0:2]@128 {2}, sbuf.f32[0:2]@0 {2}, sbuf.f32[0:2]@64 "
         "op0=subtract reverse0=1 op1=bypass");
  CHECK(b.get("sbuf.f32[0:2]@128 {2}") == Values{9, 8, 96, 92});
  b.good("vector.tensor_scalar sbuf.f32[0:2]@0 {2}, sbuf.f32[0:2]@0 {2}, _, sbuf.f32[0:2]@64 "
         "op0=add imm0=1 op1=multiply");
  CHECK(b.get("sbuf.f32[0:2]@0 {2}") == Values{20, 30, 500, 900});
}

TEST_CASE("tensor_scalar_reduce and scalar_tensor_tensor") {
  ExecBench b;
  b.put("sbuf.f32[0:2]@0 {3}", {1, 2, 3, 4, 5, 6});
  b.good("vector.tensor_scalar_reduce sbuf.bf16[0:2]@128 {3}, sbuf.f32[0:2]@0 {3}, _, "
         "sbuf.f32[0:2]@256 op0=multiply imm0=2 reduceOp=add");
  CHECK(b.get("sbuf.bf16[0:2]@128 {3}") == Values{2, 4, 6, 8, 10, 12});
  CHECK(b.get("sbuf.f32[0:2]@256") == Values{12, 30});
  b.good("vector.scalar_tensor_tensor sbuf.f32[0:2]@512 {3}, sbuf.f32[0:2]@0 {3}, "
         "sbuf.f32[0:2]@256, sbuf.bf16[0:2]@128 {3} op0=subtract op1=multiply reverse0=1");
  CHECK(b.get("sbuf.f32[0:2]@512 {3}") == Values{22, 40, 54, 208, 250, 288});
}

TEST_CASE("tensor_tensor_scan runs serially") {
  ExecBench b;
  b.put("sbuf.f32[0:1]@0 {4}", {2, 3, 0, 5});
  b.put("sbuf.f32[0:1]@64 {4}", {1, 1, 7, 1});
  b.good("vector.tensor_tensor_scan sbuf.f32[0:1]@128 {4}, sbuf.f32[0:1]@0 {4}, sbuf.f32[0:1]@64 "
         "{4} op0=multiply op1=add imm0=10");
  CHECK(b.get("sbuf.f32[0:1]@128 {4}") == Values{21, 64, 7, 36});
}

TEST_CASE("tensor_reduce") {
  ExecBench b;
  b.put("sbuf.f32[0:1]@0 {2, 3}", {1, 2, 3, -4, -5, -6});
  b.good("vector.tensor_reduce sbuf.f32[0:1]@64 {2}, sbuf.f32[0:1]@0 {2, 3} op=add axes=1");
  CHECK(b.get("sbuf.f32[0:1]@64 {2}") == Values{6, -15});
  b.good("vector.tensor_reduce sbuf.f32[0:1]@64, sbuf.f32[0:1]@0 {2, 3} op=max axes=2 negate=1");
  CHECK(b.get("sbuf.f32[0:1]@64") == Values{-3});
  b.good("vector.tensor_reduce sbuf.f32[0:1]@64, sbuf.f32[0:1]@0 {2, 3} op=abs_max axes=2");
  CHECK(b.get("sbuf.f32[0:1]@64") == Values{6});
  b.put("sbuf.i32[0:1]@0 {3}", {12, 10, 9});
  b.good("vector.tensor_reduce sbuf.i32[0:1]@64, sbuf.i32[0:1]@0 {3} op=bitwise_and axes=1");
  CHECK(b.get("sbuf.i32[0:1]@64") == Values{8});
  b.good("gpsimd.tensor_reduce sbuf.i32[0:1]@64, sbuf.i32[0:1]@0 {3} op=multiply axes=1");
  CHECK(b.get("sbuf.i32[0:1]@64") == Values{1080});
}

TEST_CASE("sums run in 16 partials") {
  ExecBench b;
  // 2^24 in lane 0, ones elsewhere: serial summation would lose all of them.
  b.put("sbuf.f32[0:1]@0 {32}", [](unsigned, uint64_t i) {
    return i == 0 ? 16777216.0 : i % 16 == 0 ? 0.0 : 1.0;
  });
  b.good("vector.tensor_reduce sbuf.f32[0:1]@256, sbuf.f32[0:1]@0 {32} op=add axes=1");
  CHECK(b.get("sbuf.f32[0:1]@256") == Values{16777216 + 30});
}

TEST_CASE("tensor_copy casts, and is bit exact between equal types") {
  ExecBench b;
  b.put("sbuf.f32[0:1]@0 {3}", {1.5, -2.5, 300});
  b.good("vector.tensor_copy sbuf.i8[0:1]@64 {3}, sbuf.f32[0:1]@0 {3}");
  CHECK(b.get("sbuf.i8[0:1]@64 {3}") == Values{2, -2, 127});
  isa::Operand raw = b.operand("sbuf.u32[0:1]@0 {1}");
  Runs runs;
  REQUIRE(b.core.memory.makeRuns(raw, Steps::Elements, runs).none());
  uint32_t signalling = 0x7f812345;
  b.core.memory.commitRow(runs, 0, reinterpret_cast<uint8_t *>(&signalling));
  b.good("vector.tensor_copy psum.f32[0:1]@b0 {1}, sbuf.f32[0:1]@0 {1}");
  CHECK(b.get("psum.u32[0:1]@b0 {1}") == Values{double(signalling)});
}

TEST_CASE("tensor_copy_predicated, reciprocal, memset, rsqrt") {
  ExecBench b;
  b.good("vector.memset sbuf.bf16[0:2]@0 {4} value=0.5");
  CHECK(b.get("sbuf.bf16[0:2]@0 {4}") == Values(8, 0.5));
  b.put("sbuf.bf16[0:2]@64 {4}", {1, 2, 3, 4, 5, 6, 7, 8});
  b.put("sbuf.u8[0:2]@128 {4}", {0, 1, 0, 1, 1, 0, 0, 0});
  b.good("vector.tensor_copy_predicated sbuf.bf16[0:2]@0 {4}, sbuf.bf16[0:2]@64 {4}, "
         "sbuf.u8[0:2]@128 {4}");
  CHECK(b.get("sbuf.bf16[0:2]@0 {4}") == Values{0.5, 2, 0.5, 4, 5, 0.5, 0.5, 0.5});
  b.good("vector.reciprocal sbuf.f32[0:2]@256 {4}, sbuf.bf16[0:2]@0 {4}");
  CHECK(b.get("sbuf.f32[0:2]@256 {4}") == Values{2, 0.5, 2, 0.25, double(0.2f), 2, 2, 2});
  b.good("gpsimd.rsqrt sbuf.f32[0:2]@256 {1}, sbuf.bf16[0:2]@6 {1}");
  CHECK(b.get("sbuf.f32[0:1]@256 {1}") == Values{0.5});
}

TEST_CASE("bn_stats and bn_aggr") {
  ExecBench b;
  b.put("sbuf.f32[0:1]@0 {8}", {1, 10, 3, 20, 5, 30, 7, 40});
  b.good("vector.bn_stats sbuf.f32[0:1]@64 {6}, sbuf.f32[0:1]@0 {8}");
  CHECK(b.get("sbuf.f32[0:1]@64 {6}") == Values{4, 4, 20, 4, 25, 500});
  b.good("vector.bn_aggr sbuf.f32[0:1]@128 {2}, sbuf.f32[0:1]@64 {6}");
  CHECK(b.get("sbuf.f32[0:1]@128 {2}") == Values{14.5, (520 + 8 * 10.5 * 10.5) / 8});
}

TEST_CASE("nothing is read before it is written, nothing outside of its memory") {
  ExecBench b;
  b.put("sbuf.f32[0:4]@0 {4}", Values(16, 1));
  Fault hole = b.bad("vector.tensor_copy sbuf.f32[0:4]@64 {5}, sbuf.f32[0:4]@0 {5}");
  CHECK(hole.kind == FaultKind::UninitialisedRead);
  CHECK(hole.bytes.first == 16);
  CHECK(hole.bytes.startPartition == 0);
  Fault lane = b.bad("vector.tensor_copy sbuf.f32[0:5]@64 {4}, sbuf.f32[0:5]@0 {4}");
  CHECK(lane.kind == FaultKind::UninitialisedRead);
  CHECK(lane.bytes.startPartition == 4);
  isa::Inst inst;
  REQUIRE(isa::parseInst("vector.memset sbuf.f32[0:4]@0 {8}", inst).ok());
  inst.operand[0].base = static_cast<int64_t>(b.core.machine.sbufPartitionBytes) - 28;
  CHECK_FALSE(b.execute(inst).ok());
  CHECK(b.core.fault().kind == FaultKind::OutOfBounds);
  inst.operand[0].base = -4;
  CHECK_FALSE(b.execute(inst).ok());
  CHECK(b.core.fault().kind == FaultKind::OutOfBounds);
  inst.operand[0].base = 2;
  CHECK_FALSE(b.execute(inst).ok());
  CHECK(b.core.fault().kind == FaultKind::UndefinedBehaviour);
}

TEST_CASE("a destination that overlaps a source elsewhere, or itself, is refused") {
  ExecBench b;
  b.put("sbuf.f32[0:1]@0 {16}", Values(16, 1));
  CHECK(b.bad("vector.tensor_copy sbuf.f32[0:1]@4 {8}, sbuf.f32[0:1]@0 {8}").kind ==
        FaultKind::UndefinedBehaviour);
  CHECK(b.bad("vector.memset sbuf.f32[0:1]@0 {4:1, 4}").kind == FaultKind::UndefinedBehaviour);
  b.good("vector.tensor_copy sbuf.f32[0:1]@32 {8}, sbuf.f32[0:1]@0 {8}");
}

TEST_CASE("a NaN that an operation makes is canonical, infinities behave") {
  ExecBench b;
  const double infinity = double(floatOf(0x7f800000));
  b.put("sbuf.f32[0:1]@0 {3}", {infinity, -infinity, 0});
  b.put("sbuf.f32[0:1]@64 {3}", {infinity, infinity, -1});
  b.good("vector.tensor_tensor sbuf.f32[0:1]@128 {3}, sbuf.f32[0:1]@0 {3}, sbuf.f32[0:1]@64 {3} "
         "op=subtract");
  CHECK(b.get("sbuf.u32[0:1]@128 {3}") == Values{0x7fc00000, 0xff800000, 0x3f800000});
  b.good("vector.tensor_tensor sbuf.f32[0:1]@192 {1}, sbuf.f32[0:1]@128 {1}, sbuf.f32[0:1]@64 {1} "
         "op=max");
  CHECK(b.get("sbuf.u32[0:1]@192 {1}") == Values{0x7fc00000});
}
