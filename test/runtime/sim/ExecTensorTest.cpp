// The TensorE and the ScalarE: products, accumulation in PSUM, functions, reduce registers.
#include "test/runtime/sim/ExecBench.h"

using namespace neuron;
using namespace neuron::sim;
using namespace neuron::sim::testing;
using Values = std::vector<double>;

namespace {

double small(unsigned r, uint64_t i) { return double(int(r * 31 + i * 17) % 13) - 6; }

Values product(unsigned k, unsigned m, unsigned n) {
  Values out;
  for (unsigned row = 0; row < m; ++row)
    for (unsigned column = 0; column < n; ++column) {
      double sum = 0;
      for (unsigned i = 0; i < k; ++i)
        sum += small(i, row) * small(i + 1, column);
      out.push_back(sum);
    }
  return out;
}

} // namespace

TEST_CASE("matmul overwrites, then accumulates, in all float types") {
  for (const char *type : {"bf16", "f16", "f32", "tf32", "f8e4m3", "f8e5m2"}) {
    ExecBench b;
    std::string w = std::string("sbuf.") + type + "[0:100]@0 {50}";
    std::string x = std::string("sbuf.") + type + "[0:100]@1024 {37}";
    b.put(w, small);
    b.put(x, [](unsigned r, uint64_t i) { return small(r + 1, i); });
    b.good("ldweights " + w);
    b.good("matmul psum.f32[0:50]@b3 {37}, " + x);
    INFO(type);
    CHECK(b.get("psum.f32[0:50]@b3 {37}") == product(100, 50, 37));
    b.good("matmul psum.f32[0:50]@b3 {37}, " + x + " accumulate");
    Values twice = product(100, 50, 37);
    for (double &value : twice)
      value *= 2;
    CHECK(b.get("psum.f32[0:50]@b3 {37}") == twice);
  }
}

TEST_CASE("moving and result may be strided, row tiles start in the middle") {
  ExecBench b;
  b.put("sbuf.bf16[64:128]@0 {32}", small);
  b.put("sbuf.bf16[64:128]@512 {4:20, 5:3}",
        [](unsigned r, uint64_t i) { return small(r + 1, i); });
  b.good("ldweights sbuf.bf16[64:128]@0 {32}");
  b.good("matmul psum.f32[64:96]@b1 {5:32, 4:8}, sbuf.bf16[64:128]@512 {4:20, 5:3}");
  CHECK(b.get("psum.f32[64:96]@b1 {5:32, 4:8}") == product(64, 32, 20));
}

TEST_CASE("denormals of 8-bit and 16-bit types count as zero, those of fp16 do not") {
  ExecBench b;
  b.put("sbuf.f8e4m3[0:1]@0 {2}", {1.0, 0x1p-9});
  b.put("sbuf.bf16[0:1]@64 {2}", {1.0, 0x1p-130});
  b.put("sbuf.f16[0:1]@128 {2}", {1.0, 0x1p-20});
  b.good("ldweights sbuf.f8e4m3[0:1]@0 {2}");
  b.good("matmul psum.f32[0:2]@b0 {2}, sbuf.bf16[0:1]@64 {2}");
  CHECK(b.get("psum.f32[0:2]@b0 {2}") == Values{1, 0, 0, 0});
  b.good("ldweights sbuf.f16[0:1]@128 {2}");
  b.good("matmul psum.f32[0:2]@b0 {2}, sbuf.f16[0:1]@128 {2}");
  CHECK(b.get("psum.f32[0:2]@b0 {2}") == Values{1, 0x1p-20, 0x1p-20, 0x1p-40});
}

TEST_CASE("what the TensorE refuses") {
  ExecBench b;
  b.put("sbuf.bf16[0:64]@0 {32}", small);
  b.put("sbuf.f32[0:64]@64 {32}", small);
  CHECK(b.bad("matmul psum.f32[0:32]@b0 {32}, sbuf.bf16[0:64]@0 {32}").kind ==
        FaultKind::UndefinedBehaviour); // no weights yet
  b.good("ldweights sbuf.bf16[0:64]@0 {32}");
  CHECK(b.bad("matmul psum.f32[0:32]@b0 {32}, sbuf.f32[0:64]@64 {32}").kind ==
        FaultKind::IllegalInstruction); // mixed with fp32
  CHECK(b.bad("matmul psum.f32[0:16]@b0 {32}, sbuf.bf16[0:64]@0 {32}").kind ==
        FaultKind::IllegalInstruction); // 32 columns of weights
  CHECK(b.bad("matmul psum.f32[0:32]@b0 {32}, sbuf.bf16[0:32]@0 {32}").kind ==
        FaultKind::IllegalInstruction); // 64 rows of weights
}

TEST_CASE("accumulation needs a cell that a matmul has overwritten") {
  ExecBench b;
  b.put("sbuf.bf16[0:64]@0 {32}", small);
  b.good("ldweights sbuf.bf16[0:64]@0 {32}");
  std::string accumulate = "matmul psum.f32[0:32]@b2 {16}, sbuf.bf16[0:64]@0 {16} accumulate";
  CHECK(b.bad(accumulate).kind == FaultKind::UndefinedBehaviour);
  b.good("vector.memset psum.f32[0:32]@b2 {16}");
  CHECK(b.bad(accumulate).kind == FaultKind::UndefinedBehaviour);
  b.good("matmul psum.f32[0:32]@b2 {16}, sbuf.bf16[0:64]@0 {16}");
  b.good(accumulate);
  // A write of another engine into one cell ends the group there.
  b.good("vector.memset psum.f32[0:1]@b2+60 {1}");
  CHECK(b.bad(accumulate).kind == FaultKind::UndefinedBehaviour);
  // The cell is valid, its other half was never written.
  b.good("matmul psum.f32[0:32]@b4 {8}, sbuf.bf16[0:64]@0 {8}");
  CHECK(b.bad("matmul psum.f32[0:32]@b4 {16}, sbuf.bf16[0:64]@0 {16} accumulate").kind ==
        FaultKind::UninitialisedRead);
}

TEST_CASE("passing through copies bits") {
  ExecBench b("trn2");
  b.put("sbuf.bf16[0:32]@0 {32}", [](unsigned r, uint64_t i) { return r == i ? 1.0 : 0.0; });
  b.put("sbuf.bf16[0:32]@512 {32}", [](unsigned r, uint64_t i) { return r == 3 ? -0.0 : r + i; });
  b.put("sbuf.u16[0:1]@512 {1}", {0xff81}); // a NaN with a payload
  // The identity moves, the weights come out transposed.
  b.good("ldweights sbuf.bf16[0:32]@512 {32}");
  b.good("matmul psum.bf16[0:32]@b0 {32}, sbuf.bf16[0:32]@0 {32} passThrough=1");
  CHECK(b.get("psum.u16[0:1]@b0 {1}") == Values{0xff81});
  CHECK(b.get("psum.bf16[5:6]@b0 {32}")[10] == 15);
  CHECK(b.get("psum.u16[5:6]@b0+6 {1}") == Values{0x8000});
  b.put("sbuf.bf16[0:32]@0 {1}", Values(32, 2));
  CHECK(b.bad("matmul psum.bf16[0:32]@b0 {32}, sbuf.bf16[0:32]@0 {32} passThrough=1").kind ==
        FaultKind::UndefinedBehaviour);
}

TEST_CASE("activate: function of scale and bias, from immediates or columns") {
  ExecBench b;
  b.put("psum.f32[0:2]@b0 {3}", {-2, 0, 2, -4, 0, 4});
  b.put("sbuf.f32[0:2]@64", {1, -1});
  b.put("sbuf.f32[0:2]@128", {0.5, 2});
  b.good("activate sbuf.f32[0:2]@256 {3}, psum.f32[0:2]@b0 {3} function=relu scale=3 biasImm=1");
  CHECK(b.get("sbuf.f32[0:2]@256 {3}") == Values{0, 1, 7, 0, 1, 13});
  b.good("activate sbuf.bf16[0:2]@256 {3}, psum.f32[0:2]@b0 {3}, sbuf.f32[0:2]@64, "
         "sbuf.f32[0:2]@128 function=copy");
  CHECK(b.get("sbuf.bf16[0:2]@256 {3}") == Values{0, 1, 2, -9, -1, 7});
  b.good("activate sbuf.f32[0:2]@256 {3}, psum.f32[0:2]@b0 {3} function=square scale=1");
  CHECK(b.get("sbuf.f32[0:2]@256 {3}") == Values{4, 0, 4, 16, 0, 16});
}

TEST_CASE("activation tables have to be loaded") {
  ExecBench b;
  b.put("sbuf.f32[0:1]@0 {2}", {0, 1});
  std::string exp = "activate sbuf.f32[0:1]@64 {2}, sbuf.f32[0:1]@0 {2} function=exp scale=1";
  CHECK(b.bad(exp).kind == FaultKind::UndefinedBehaviour);
  b.good("load_table function=exp");
  b.good(exp);
  CHECK(b.get("sbuf.f32[0:1]@64 {2}") == Values{1, double(2.71828182845f)});
  b.good("load_table function=sqrt");
  CHECK(b.bad(exp).kind == FaultKind::UndefinedBehaviour);
  b.good("activate sbuf.f32[0:1]@64 {2}, sbuf.f32[0:1]@0 {2} function=sqrt scale=4");
  CHECK(b.get("sbuf.f32[0:1]@64 {2}") == Values{0, 2});
}

TEST_CASE("every function runs once its table is loaded") {
  for (unsigned f = 0; f < 20; ++f) {
    ExecBench b;
    std::string name = isa::toText(static_cast<isa::Activation>(f));
    b.put("sbuf.f32[0:1]@0 {2}", {0.5, 1});
    b.good("load_table function=" + name);
    b.good("activate sbuf.f32[0:1]@64 {2}, sbuf.f32[0:1]@0 {2} scale=1 function=" + name);
    double at = b.get("sbuf.f32[0:1]@64 {2}")[0];
    INFO(name);
    CHECK(at == at);
  }
}

TEST_CASE("reduce registers add up over instructions, per partition of the result") {
  ExecBench b;
  b.put("sbuf.f32[0:2]@0 {3}", {1, 2, 3, 4, 5, 6});
  std::string sum = "activate sbuf.bf16[32:34]@64 {3}, sbuf.f32[0:2]@0 {3} function=copy scale=1 ";
  CHECK(b.bad("read_reduce sbuf.f32[32:34]@256").kind == FaultKind::UninitialisedRead);
  CHECK(b.bad(sum + "reduce=reduce").kind == FaultKind::UninitialisedRead);
  b.good(sum + "reduce=reset_reduce");
  b.good(sum + "reduce=reduce");
  b.good(sum);
  b.good("read_reduce sbuf.f32[32:34]@256");
  CHECK(b.get("sbuf.f32[32:34]@256") == Values{12, 30});
  b.good(sum + "reduce=reset");
  b.good("read_reduce sbuf.f32[32:34]@256");
  CHECK(b.get("sbuf.f32[32:34]@256") == Values{0, 0});
}
