// The report: derived figures, its JSON keys, and expectations of time.
#include "runtime/sim/Report.h"
#include "runtime/sim/Expect.h"
#include "test/runtime/sim/StreamBuilder.h"

#include <catch2/catch.hpp>

using namespace neuron;
using namespace neuron::sim;
using namespace neuron::sim::testing;

namespace {

constexpr auto V = Engine::Vector;
constexpr auto Y = Engine::Sync;

/// A load that a copy waits for.
struct Sample : StreamBuilder {
  Report report;
  explicit Sample(uint32_t elements = 512) {
    uint32_t x = segment(64 << 20, SegmentRole::Input);
    signals(dma(Y, 0, sbuf(0, elements), hbm(x, 0, elements)), 1);
    waits(copy(V, sbuf(65536, 64), sbuf(0, 64)), 1);
    REQUIRE(finish().ok());
  }
  void run(TimeObserver *observer = nullptr) {
    TimeOptions options;
    options.observer = observer;
    REQUIRE(makeReport(image, options, report).ok());
  }
};

bool contains(const std::string &text, const std::string &piece) {
  INFO(text);
  bool found = text.find(piece) != std::string::npos;
  CHECK(found);
  return found;
}

} // namespace

TEST_CASE("figures follow from the walk") {
  Sample s(4096);
  s.report.facts.modelFlops = 1000000;
  s.run();
  const Report &r = s.report;
  double us = static_cast<double>(r.time.end) / 1e9;
  CHECK(r.latencyUs == Approx(us));
  CHECK(r.launchUs == Approx(13.5));
  CHECK(r.time.dma.bytes == 128 * 4096 * 4);
  CHECK(r.time.dma.readOf[size_t(SegmentRole::Input)] == 128 * 4096 * 4);
  CHECK(r.time.dma.writtenOf == decltype(r.time.dma.writtenOf){});
  CHECK(r.mbu == Approx(128 * 4096 * 4 / (us * 410000)));
  CHECK(r.mfu == Approx(1000000 / (us * 2 * 128 * 128 * 2800)));
  CHECK(r.dmaEfficiency == Approx(1).epsilon(0.01));
  CHECK(r.busyCycles[unsigned(V)] == 64 + 60);
  CHECK(r.assumedTimeFraction > 0);
  CHECK(r.assumedTimeFraction < 0.2);
  CHECK(r.staticInstructions[unsigned(V)] == 2);
  CHECK(contains(r.verdict, "DMA-bound: engines have work"));
  CHECK(contains(r.verdict, "% of the time, 100 % of its HBM bytes are inputs"));
}

TEST_CASE("a program that waits for latency says so") {
  Sample s(16);
  s.run();
  contains(s.report.verdict, "latency-bound");
  contains(s.report.verdict, "vector waits");
}

TEST_CASE("the JSON has the keys of the command line") {
  Sample s;
  s.run();
  std::string json = toJson(s.report);
  for (const char *key : {"report_version",
                          "machine_digest",
                          "model",
                          "model_digest",
                          "target",
                          "latency_us",
                          "cycles_by_engine",
                          "engine_active",
                          "instructions",
                          "static",
                          "executed",
                          "flops_model",
                          "flops_hardware",
                          "mfu",
                          "hfu",
                          "mbu",
                          "hbm_bytes_read",
                          "hbm_bytes_written",
                          "hbm_read_by_role",
                          "hbm_written_by_role",
                          "dma_efficiency",
                          "spill_bytes",
                          "sbuf_peak_bytes",
                          "psum_peak_banks",
                          "floor_us",
                          "floor_bound_by",
                          "latency_over_floor",
                          "assumed_time_fraction",
                          "host_seconds"})
    contains(json, std::string("\"") + key + "\":");
  contains(toText(s.report), "trn1: ");
}

TEST_CASE("the floor is there where the program says what its model needs") {
  Sample s;
  s.run();
  contains(toJson(s.report), "\"floor_us\": null");
  CHECK(toText(s.report).find("floor") == std::string::npos);
  s.report.facts.leastHbmBytes = 544000;
  s.report.facts.leastTensorCycles = 2800;
  s.run();
  CHECK(s.report.floor.us() == Approx(2));
  contains(toJson(s.report), "\"floor_bound_by\": \"dma\"");
  contains(toText(s.report), formatText("latency is %.2f times the floor", s.report.latencyUs / 2));
}

TEST_CASE("expectations fail at a difference of one cycle") {
  Sample s;
  Expectation start;
  start.stream = V;
  start.pc = 0;
  start.label = "use";
  start.line = 7;
  Expectation done;
  done.what = Expectation::Complete;
  done.stream = Y;
  done.pc = 0;
  done.label = "load";
  done.line = 9;
  // trn1: trigger 1 + 42 cycles of 1.4 GHz, 8 rows of 2 KiB at 17 B/ns and 280 ns to the signal,
  // semaphore 30 ns
  uint64_t transfer = 714286 + 30000000 + 8 * 120470588 + 280000000;
  done.cycles = (transfer * 14 + 5000000) / 10000000;
  start.cycles = ((transfer + 30000000) * 112 + 50000000) / 100000000;
  for (int off : {-1, 0, 1}) {
    Expectation wrong = start;
    wrong.cycles += static_cast<uint64_t>(off);
    ExpectationCheck check({wrong, done}, *s.image.machine);
    s.run(&check);
    std::vector<std::string> failures = check.failures();
    REQUIRE(failures.size() == (off ? 1 : 0));
    if (off)
      contains(failures[0], "line 7: start @use[0] = ");
  }
}

TEST_CASE("an instruction that never runs meets no expectation") {
  Sample s;
  Expectation never;
  never.stream = Engine::Tensor;
  never.pc = 3;
  never.label = "ghost";
  ExpectationCheck check({never}, *s.image.machine);
  s.run(&check);
  REQUIRE(check.failures().size() == 1);
  contains(check.failures()[0], "never does");
}
