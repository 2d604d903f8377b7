// Transfers, registers and memory, and the instructions that move between lanes or look for
// values.
#include "test/runtime/sim/ExecBench.h"

#include <numeric>

using namespace neuron;
using namespace neuron::sim;
using namespace neuron::sim::testing;
using Values = std::vector<double>;

namespace {

Values counting(unsigned n, double first = 0) {
  Values out(n);
  std::iota(out.begin(), out.end(), first);
  return out;
}

} // namespace

TEST_CASE("dma moves elements in order between any two patterns") {
  ExecBench b;
  uint8_t *data = b.segment(1, 64);
  b.good("sync.dma sbuf.u8[0:4]@16 {8}, hbm.u8@1:0 {4:8, 8}");
  CHECK(b.get("sbuf.u8[0:4]@16 {8}") == counting(32));
  // Transposed into HBM: the outermost dim there runs over the partitions.
  b.segment(2, 64, false);
  b.good("sync.dma hbm.u8@2:0 {4:1, 8:4}, sbuf.u8[0:4]@16 {8}");
  CHECK(b.segments[1][0] == 0);
  CHECK(b.segments[1][1] == 8);
  CHECK(b.segments[1][4] == 1);
  // HBM to HBM, backwards.
  b.good("sync.dma hbm.u16@2:32 {4}, hbm.u16@1:6 {4:-2}");
  CHECK(b.segments[1][32] == data[6]);
  CHECK(b.segments[1][38] == data[0]);
  // SBUF to SBUF, other shape, broadcast.
  b.good("sync.dma sbuf.u8[0:8]@64 {8}, sbuf.u8[0:4]@16 {2:0, 8}");
  CHECK(b.get("sbuf.u8[2:3]@64 {8}") == counting(8, 8));
  CHECK(b.get("sbuf.u8[3:4]@64 {8}") == counting(8, 8));
}

TEST_CASE("dma casts through fp32") {
  ExecBench b;
  b.put("sbuf.f32[0:2]@0 {3}", {1.5, 2.5, -3.7, 1e9, 0.1, 7});
  b.good("sync.dma sbuf.i16[0:2]@64 {3}, sbuf.f32[0:2]@0 {3}");
  CHECK(b.get("sbuf.i16[0:2]@64 {3}") == Values{2, 2, -4, 32767, 0, 7});
  b.good("sync.dma sbuf.bf16[0:2]@128 {3}, sbuf.f32[0:2]@0 {3}");
  CHECK(b.get("sbuf.bf16[0:2]@128 {3}")[4] == 0.10009765625);
}

TEST_CASE("what a transfer refuses") {
  ExecBench b;
  b.segment(1, 64);
  b.segment(2, 64, true, false);
  b.segment(3, 64, false);
  CHECK(b.bad("sync.dma sbuf.u8[0:1]@0 {8}, hbm.u8@1:60 {1, 8}").kind == FaultKind::OutOfBounds);
  CHECK(b.bad("sync.dma sbuf.u8[0:1]@0 {8}, hbm.u8@9:0 {1, 8}").kind == FaultKind::OutOfBounds);
  CHECK(b.bad("sync.dma hbm.u8@2:0 {1, 8}, hbm.u8@1:0 {1, 8}").kind == FaultKind::OutOfBounds);
  CHECK(b.bad("sync.dma sbuf.u8[0:1]@0 {8}, hbm.u8@3:0 {1, 8}").kind ==
        FaultKind::UninitialisedRead);
  CHECK(b.bad("sync.dma hbm.u8@1:4 {1, 8}, hbm.u8@1:0 {1, 8}").kind ==
        FaultKind::UndefinedBehaviour);
  CHECK(b.bad("sync.dma hbm.u8@3:0 {2:4, 8}, hbm.u8@1:0 {16}").kind ==
        FaultKind::UndefinedBehaviour);
  b.good("sync.dma hbm.u8@1:8 {1, 8}, hbm.u8@1:0 {1, 8}");
}

TEST_CASE("dma_accumulate adds in fp32") {
  ExecBench b;
  b.put("sbuf.bf16[0:2]@0 {2}", {1, 2, 3, 4});
  b.put("sbuf.f32[0:2]@64 {2}", {0.5, 10, 0.25, 100});
  b.good("gpsimd.dma_accumulate sbuf.bf16[0:2]@0 {2}, sbuf.f32[0:2]@64 {2} queue=10");
  CHECK(b.get("sbuf.bf16[0:2]@0 {2}") == Values{1.5, 12, 3.25, 104});
}

TEST_CASE("dma_gather and dma_scatter move rows by index, and record them") {
  ExecBench b;
  ControlRecord record;
  b.core.record = &record;
  b.segment(1, 80);
  b.put("sbuf.i32[0:3]@0", {4, 0, 2});
  b.good("gpsimd.dma_gather sbuf.u8[0:3]@64 {8}, hbm.u8@1:0 {8}, sbuf.i32[0:3]@0 queue=10 "
         "rowBytes=16 rows=5");
  CHECK(b.get("sbuf.u8[0:1]@64 {8}") == counting(8, 64));
  CHECK(b.get("sbuf.u8[2:3]@64 {8}") == counting(8, 32));
  CHECK(record.stream[3].rows == std::vector<std::vector<uint32_t>>{{4, 0, 2}});
  b.segment(2, 80, false);
  b.good("gpsimd.dma_gather hbm.u8@2:0 {3:8, 8}, hbm.u8@1:0 {8}, sbuf.i32[0:3]@0 queue=10 "
         "rowBytes=16 rows=5");
  CHECK(b.segments[1][16] == 32);
  b.segment(3, 80, false);
  b.good("gpsimd.dma_scatter hbm.u8@3:0 {8}, sbuf.u8[0:3]@64 {8}, sbuf.i32[0:3]@0 queue=10 "
         "rowBytes=16 rows=5");
  CHECK(b.segments[2][64] == 64);
  CHECK(b.segments[2][33] == 33);
  CHECK(b.bad("gpsimd.dma_gather sbuf.u8[0:3]@64 {8}, hbm.u8@1:0 {8}, sbuf.i32[0:3]@0 queue=10 "
              "rowBytes=16 rows=4")
            .kind == FaultKind::OutOfBounds);
  b.put("sbuf.i32[0:3]@0", {1, 0, 1});
  CHECK(b.bad("gpsimd.dma_scatter hbm.u8@3:0 {8}, sbuf.u8[0:3]@64 {8}, sbuf.i32[0:3]@0 queue=10 "
              "rowBytes=16 rows=5")
            .kind == FaultKind::Race);
}

TEST_CASE("dma_transpose") {
  ExecBench b("trn2");
  b.put("sbuf.u16[0:16]@0 {32}", counting(512));
  b.good("sync.dma_transpose sbuf.u16[0:32]@256 {16}, sbuf.u16[0:16]@0 {32}");
  CHECK(b.get("sbuf.u16[5:6]@256 {16}")[3] == 3 * 32 + 5);
}

TEST_CASE("registers and memory") {
  ExecBench b;
  b.put("sbuf.i32[7:8]@8 {1}", {-3});
  b.put("sbuf.u32[7:8]@12 {1}", {4294967295.0});
  b.good("vector.reg_load sbuf.i32[7:8]@8 dst=r5");
  CHECK(b.core.loaded == -3);
  b.good("vector.reg_load sbuf.u32[7:8]@12 dst=r5");
  CHECK(b.core.loaded == 4294967295);
  b.segment(1, 16, false);
  b.core.registerValue = 77;
  b.good("sync.reg_store hbm.u32@1:4 src=r5");
  CHECK(b.segments[0][4] == 77);
  CHECK(b.bad("sync.reg_load hbm.u32@1:8 dst=r5").kind == FaultKind::UninitialisedRead);
}

TEST_CASE("max8, find_index8, match_replace8") {
  ExecBench b;
  b.put("sbuf.f32[0:1]@0 {12}", {3, 9, 1, 9, 5, 2, 8, 7, 6, 4, 0, -1});
  b.good("vector.max8 sbuf.f32[0:1]@64 {8}, sbuf.f32[0:1]@0 {12}");
  CHECK(b.get("sbuf.f32[0:1]@64 {8}") == Values{9, 9, 8, 7, 6, 5, 4, 3});
  b.good("vector.find_index8 sbuf.u32[0:1]@128 {8}, sbuf.f32[0:1]@0 {12}, sbuf.f32[0:1]@64 {8}");
  CHECK(b.get("sbuf.u32[0:1]@128 {8}") == Values{1, 3, 6, 7, 8, 4, 9, 0});
  b.put("sbuf.f32[0:1]@64 {8}", {9, 9, 9, 42, 0, 1, 2, 3});
  b.good("vector.find_index8 sbuf.u16[0:1]@128 {8}, sbuf.f32[0:1]@0 {12}, sbuf.f32[0:1]@64 {8}");
  CHECK(b.get("sbuf.u16[0:1]@128 {8}") == Values{1, 3, 65535, 65535, 10, 2, 5, 0});
  b.good("vector.match_replace8 sbuf.f32[0:1]@256 {12}, sbuf.f32[0:1]@0 {12}, "
         "sbuf.f32[0:1]@64 {8} value=-100");
  CHECK(b.get("sbuf.f32[0:1]@256 {12}") ==
        Values{-100, -100, -100, -100, 5, -100, 8, 7, 6, 4, -100, -1});
}

TEST_CASE("stream_shuffle, transpose32") {
  ExecBench b;
  b.put("sbuf.u16[0:64]@0 {2}", counting(128));
  b.put("sbuf.u16[0:64]@64 {2}", Values(128, 7));
  b.put("sbuf.u8[0:1]@128 {32}", [](unsigned, uint64_t i) { return i == 5 ? 255.0 : 31.0 - i; });
  b.good("vector.stream_shuffle sbuf.u16[0:64]@64 {2}, sbuf.u16[0:64]@0 {2}, sbuf.u8[0:1]@128 "
         "{32}");
  CHECK(b.get("sbuf.u16[0:1]@64 {2}") == Values{62, 63});
  CHECK(b.get("sbuf.u16[5:6]@64 {2}") == Values{7, 7});
  CHECK(b.get("sbuf.u16[40:41]@64 {2}") == Values{110, 111});
  b.put("sbuf.f32[0:64]@256 {64}", counting(64 * 64));
  b.good("vector.transpose32 sbuf.f32[0:64]@1024 {64}, sbuf.f32[0:64]@256 {64}");
  CHECK(b.get("sbuf.f32[1:2]@1024 {64}")[2] == 2 * 64 + 1);
  CHECK(b.get("sbuf.f32[33:34]@1024 {64}")[34] == 34 * 64 + 33);
  CHECK(b.get("sbuf.f32[33:34]@1024 {64}")[2] == 34 * 64 + 1);
  b.good("vector.transpose32 sbuf.f32[32:40]@2048 {16}, sbuf.f32[0:16]@256 {8}");
  CHECK(b.get("sbuf.f32[35:36]@2048 {16}")[9] == 9 * 64 + 3);
}

TEST_CASE("iota, affine_select, gather_free, partition_reduce, range_select") {
  ExecBench b("trn2");
  b.good("iota sbuf.i32[0:3]@0 {2, 2} offset=5 channelMultiplier=-10");
  CHECK(b.get("sbuf.i32[0:3]@0 {2, 2}") == Values{5, 6, 7, 8, -5, -4, -3, -2, -15, -14, -13, -12});
  b.put("sbuf.f32[0:3]@64 {4}", counting(12));
  // Causal mask: keep column i where row - i >= 0.
  b.good("affine_select sbuf.f32[0:3]@128 {4}, sbuf.f32[0:3]@64 {4} op=is_greater_equal "
         "fill=-1 packed=0xffff0001");
  CHECK(b.get("sbuf.f32[0:3]@128 {4}") == Values{0, -1, -1, -1, 4, 5, -1, -1, 8, 9, 10, -1});
  b.put("sbuf.u32[0:3]@256 {2}", {3, 0, 1, 1, 2, 3});
  b.good("gather_free sbuf.f32[0:3]@192 {2}, sbuf.f32[0:3]@64 {4}, sbuf.u32[0:3]@256 {2}");
  CHECK(b.get("sbuf.f32[0:3]@192 {2}") == Values{3, 0, 5, 5, 10, 11});
  b.put("sbuf.u32[0:1]@256 {2}", {4, 0});
  CHECK(b.bad("gather_free sbuf.f32[0:3]@192 {2}, sbuf.f32[0:3]@64 {4}, sbuf.u32[0:3]@256 {2}")
            .kind == FaultKind::OutOfBounds);
  b.good("partition_reduce sbuf.f32[0:1]@320 {4}, sbuf.f32[0:3]@64 {4} op=add");
  CHECK(b.get("sbuf.f32[0:1]@320 {4}") == Values{12, 15, 18, 21});
  b.put("sbuf.f32[0:3]@384", {0, 1, 2});
  b.put("sbuf.f32[0:3]@388", {2, 3, 9});
  b.good("range_select sbuf.f32[0:3]@448 {4}, sbuf.f32[0:3]@64 {4}, sbuf.f32[0:3]@384, "
         "sbuf.f32[0:3]@388 op0=is_greater_equal op1=is_less fill=-9");
  CHECK(b.get("sbuf.f32[0:3]@448 {4}") == Values{0, 1, -9, -9, -9, 5, 6, -9, -9, -9, 10, 11});
}
