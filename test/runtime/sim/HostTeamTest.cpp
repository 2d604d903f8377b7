// Host threads change nothing: neither the bytes that instructions leave nor the faults they
// raise. The same instructions run one row after the other under the audit's eyes, then without
// it on teams of one to four.
#include "test/runtime/sim/ExecBench.h"

#include <atomic>

using namespace neuron;
using namespace neuron::sim;
using namespace neuron::sim::testing;

namespace {

constexpr uint64_t kHbmBytes = 128 * 4096;

const char *const kProgram[] = {
    // 128 rows of 1024 elements: enough to be shared.
    "sync.dma sbuf.f32[0:128]@0 {1024:4}, hbm.f32@0:0 {128:4096, 1024:4} queue=0",
    "scalar.load_table function=gelu",
    "vector.tensor_copy sbuf.bf16[0:128]@4096 {1024}, sbuf.f32[0:128]@0 {1024}",
    "vector.tensor_tensor sbuf.f32[0:128]@8192 {1024}, sbuf.f32[0:128]@0 {1024}, "
    "sbuf.bf16[0:128]@4096 {1024} op=add",
    "vector.tensor_scalar sbuf.f32[0:128]@8192 {1024}, sbuf.f32[0:128]@8192 {1024} "
    "op0=multiply imm0=0.25 op1=add imm1=-0.5",
    "vector.tensor_scalar sbuf.f32[0:128]@12288 {1024}, sbuf.f32[0:128]@8192 {1024}, "
    "sbuf.f32[0:128]@0 {1} op0=subtract",
    "vector.scalar_tensor_tensor sbuf.f16[0:128]@16384 {1024}, sbuf.f32[0:128]@8192 {1024}, "
    "sbuf.f32[0:128]@0 {1}, sbuf.bf16[0:128]@4096 {1024} op0=multiply op1=add",
    "vector.tensor_reduce sbuf.f32[0:128]@20480 {8}, sbuf.f32[0:128]@8192 {8:128, 128} "
    "op=add axes=1",
    "vector.bn_stats sbuf.f32[0:128]@20544 {6}, sbuf.f32[0:128]@8192 {512}",
    "scalar.activate sbuf.f32[0:128]@24576 {1024}, sbuf.f32[0:128]@12288 {1024} function=gelu "
    "scale=0.5",
    "vector.reciprocal sbuf.f32[0:128]@28672 {1024}, sbuf.f32[0:128]@12288 {1024}",
    "gpsimd.tensor_tensor sbuf.i32[0:128]@32768 {1024}, sbuf.i32[0:128]@0 {1024}, "
    "sbuf.i32[0:128]@8192 {1024} op=add",
    "vector.memset sbuf.bf16[0:128]@36864 {1024} value=1.5",
    "tensor.ldweights sbuf.f32[0:128]@0 {128}",
    "tensor.matmul psum.f32[0:128]@0 {512}, sbuf.f32[0:128]@8192 {512} accumulate",
    "tensor.matmul psum.f32[0:128]@2048 {100}, sbuf.f32[0:128]@8192 {100}",
    // Windows: short runs with gaps that are written, and gaps that are not.
    "tensor.matmul psum.f32[0:128]@6144 {196}, sbuf.f32[0:128]@8192 {14:32, 14}",
    "vector.tensor_copy sbuf.bf16[0:128]@38912 {9, 30}, sbuf.f32[0:128]@8192 {9:64, 30}",
    "sync.dma sbuf.f32[0:128]@39936 {40:4}, hbm.f32@0:0 {128:4096, 8:60, 5:4} queue=0",
    "vector.tensor_copy sbuf.f32[0:128]@40128 {12}, sbuf.f32[0:128]@39936 {12:3}",
    "vector.memset sbuf.f32[0:128]@40448 {8:10, 4} value=2",
    "vector.tensor_copy sbuf.f32[0:128]@40192 {32}, sbuf.f32[0:128]@40448 {8:10, 4}",
    "tensor.ldweights sbuf.bf16[0:128]@4096 {72}",
    "tensor.matmul psum.f32[0:72]@4096 {512}, sbuf.f16[0:128]@16384 {512}",
    "sync.dma hbm.f32@1:0 {128:4096, 1024:4}, sbuf.f32[0:128]@24576 {1024:4} queue=0",
};

/// Everything that the program leaves on chip and in its output, and its fault.
struct Outcome {
  std::vector<uint8_t> bytes;
  std::string fault;
  bool operator==(const Outcome &o) const { return bytes == o.bytes && fault == o.fault; }
};

enum class Watch { Audit, None };

void execute(ExecBench &b, const std::string &text, Watch watch, Outcome &outcome) {
  isa::Inst inst;
  Status status = isa::parseInst(text, inst);
  INFO(text << ": " << status.message());
  REQUIRE(status.ok());
  if (watch == Watch::Audit) {
    status = b.execute(inst);
  } else {
    Issue issue;
    issue.inst = &inst;
    issue.stream = inst.engine;
    issue.accumulates = inst.accumulate == isa::Cond::Always;
    status = executeInst(b.core, issue, inst);
  }
  if (!status.ok() && outcome.fault.empty())
    outcome.fault = b.core.fault().message + toText(b.core.fault());
}

void collect(ExecBench &b, const std::string &operand, std::vector<uint8_t> &into) {
  Runs runs;
  REQUIRE(b.core.memory.makeRuns(b.operand(operand), Steps::Elements, runs).none());
  std::vector<uint8_t> buffer(runs.bytes);
  for (unsigned row = 0; row < runs.rows; ++row)
    for (uint64_t i = 0; i < runs.elements; ++i) {
      Runs one = runs;
      one.list = {{runs.list[0].offset + static_cast<int64_t>(i) * runs.bytes, 4, 1}};
      one.elements = 1;
      const uint8_t *at = b.core.memory.readRow(one, row, buffer.data());
      into.push_back(at != nullptr);
      if (at)
        into.insert(into.end(), at, at + runs.bytes);
    }
}

Outcome outcomeOf(unsigned threads, Watch watch, const std::string &more = "") {
  ExecBench b;
  b.core.team.resize(threads);
  uint8_t *in = b.segment(0, kHbmBytes, true, false);
  for (uint64_t i = 0; i < kHbmBytes / 4; ++i)
    storeFloat(DType::F32, static_cast<float>(i * 37 % 1009) / 512 - 1, in + i * 4);
  uint8_t *out = b.segment(1, kHbmBytes, false);
  std::memset(out, 0, kHbmBytes);
  Outcome outcome;
  b.put("psum.f32[0:128]@0 {512}", [](unsigned r, uint64_t i) { return double(r) - double(i); });
  b.core.memory.setCells(0, 0, 128, 0, 2048, true);
  for (const char *text : kProgram)
    execute(b, text, watch, outcome);
  if (!more.empty())
    execute(b, more, watch, outcome);
  collect(b, "sbuf.u32[0:128]@0 {10240}", outcome.bytes);
  collect(b, "psum.u32[0:128]@0 {2048}", outcome.bytes);
  outcome.bytes.insert(outcome.bytes.end(), out, out + kHbmBytes);
  return outcome;
}

} // namespace

TEST_CASE("every part of a job is done once, whoever does it") {
  for (unsigned threads : {1u, 2u, 4u, 100u}) {
    HostTeam team;
    team.resize(threads);
    CHECK(team.threads() == std::min(threads, kMostHostThreads));
    for (unsigned job = 0; job < 3000; ++job) {
      std::array<std::atomic<unsigned>, 40> done{};
      auto part = [&](unsigned number) {
        done[number].fetch_add(HostTeam::self() < team.threads() ? 1 : 100,
                               std::memory_order_relaxed);
      };
      unsigned parts = job % 41;
      team.run(parts, part);
      unsigned wrong = 0;
      for (unsigned i = 0; i < done.size(); ++i)
        wrong += done[i].load() != (i < parts);
      REQUIRE(wrong == 0);
    }
  }
}

TEST_CASE("instructions leave the same bytes on any number of threads") {
  Outcome audited = outcomeOf(1, Watch::Audit);
  CHECK(audited.fault == "");
  for (unsigned threads : {1u, 2u, 3u, 4u})
    CHECK(outcomeOf(threads, Watch::None) == audited);
}

TEST_CASE("the fault is that of the first row, on any number of threads") {
  // Nothing has written bytes 40960.. of any partition; in the second case rows 0 to 99 are
  // whole: of psum only 72 rows are.
  for (const char *text :
       {"vector.tensor_copy sbuf.f32[0:128]@65536 {1024}, sbuf.f32[0:128]@40960 {1024}",
        "vector.tensor_copy sbuf.f32[0:128]@65536 {512}, psum.f32[0:128]@4096 {512}",
        "sync.dma hbm.f32@1:0 {128:4096, 1024:4}, sbuf.f32[0:128]@40960 {1024:4} queue=0"}) {
    Outcome expected = outcomeOf(1, Watch::None, text);
    CHECK(expected.fault.find("nothing has written") != std::string::npos);
    for (unsigned threads : {2u, 4u})
      CHECK(outcomeOf(threads, Watch::None, text).fault == expected.fault);
    CHECK(outcomeOf(1, Watch::Audit, text).fault == expected.fault);
  }
}
