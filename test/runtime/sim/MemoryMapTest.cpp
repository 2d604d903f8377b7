// The use of memories over time: lives of values by hand, peaks, text, JSON and picture.
#include "runtime/base/Json.h"
#include "runtime/sim/Insight.h"
#include "test/runtime/sim/StreamBuilder.h"

#include <catch2/catch.hpp>

using namespace neuron;
using namespace neuron::sim;
using namespace neuron::sim::testing;

namespace {

constexpr auto V = Engine::Vector;
constexpr auto Y = Engine::Sync;

std::string layerName(uint32_t opId, uint64_t) {
  constexpr const char *kNames[] = {"", "load", "copy", "<last>"};
  return opId < 4 ? kNames[opId] : "";
}

MemoryUse useOf(const Image &image, uint64_t *end = nullptr) {
  LayerIndex index(layerName);
  MemoryMap map(image, index);
  TimeOptions options;
  options.observer = &map;
  TimeResult result;
  REQUIRE(walkTime(image, options, result).ok());
  REQUIRE_FALSE(result.fault.raised());
  if (end)
    *end = result.end;
  return map.finish(result.end);
}

/// Bytes times us over all steps; the last one is shorter.
double area(const MemoryUse &use, const MemoryUse::Space &space, uint64_t end) {
  double sum = 0, endUs = static_cast<double>(end) / 1e9;
  for (size_t i = 0; i < space.bytes.size(); ++i)
    sum += space.bytes[i] * std::min(use.stepUs, endUs - static_cast<double>(i) * use.stepUs);
  return sum;
}

bool contains(const std::string &text, const std::string &piece) {
  INFO(text);
  bool found = text.find(piece) != std::string::npos;
  CHECK(found);
  return found;
}

/// A load of `elements` on so many partitions, read by a copy of its first 64.
struct Sample : StreamBuilder {
  explicit Sample(uint32_t elements, unsigned partitions = 128) {
    uint32_t x = segment(64 << 20, SegmentRole::Input);
    Inst &load = dma(Y, 0, sbuf(0, elements, partitions), hbm(x, 0, elements, partitions));
    load.opId = 1;
    signals(load, 1);
    waits(copy(V, psum(0, 64, partitions), sbuf(0, 64, partitions)), 1).opId = 2;
    REQUIRE(finish().ok());
  }
};

} // namespace

TEST_CASE("a value is there from the start of its transfer to its last read") {
  Sample s(64);
  uint64_t end = 0;
  MemoryUse use = useOf(s.image, &end);
  // trn1: trigger 714286 + 30000000 fs, 1180 ns, 30 ns, then an interval of 124 cycles at 1.12 GHz.
  double lived = (1180 + 30 + 124 / 1.12) / 1000;
  CHECK(area(use, use.sbuf, end) == Approx(256 * lived).epsilon(1e-6));
  CHECK(use.sbuf.capacityBytes == 196608);
  CHECK(use.sbuf.peakBytes == Approx(256));
  REQUIRE(use.sbuf.atPeak.size() == 1);
  CHECK(use.sbuf.atPeak[0].first == "load");
  // What is written and never read is there while it is written: 264 cycles.
  CHECK(area(use, use.psum, end) == Approx(256 * 0.264 / 1.12).epsilon(1e-6));
  CHECK(use.psum.capacityBytes == 16384);
  CHECK(use.psum.atPeak[0].first == "copy");
}

TEST_CASE("a tile of some partitions counts for its part") {
  CHECK(useOf(Sample(64, 32).image).sbuf.peakBytes == Approx(64));
  CHECK(useOf(Sample(64, 64).image).sbuf.peakBytes == Approx(128));
}

TEST_CASE("parts of a value live together, a value after it is another") {
  StreamBuilder s;
  for (int64_t part : {0, 16, 32, 48}) // one piece of 64 bytes in four writes
    s.memset(V, sbuf(part, 4)).opId = 1;
  after(s.copy(V, sbuf(4096, 16), sbuf(0, 16)), 1).opId = 2;
  after(s.memset(V, sbuf(0, 16)), 1).opId = 3;
  REQUIRE(s.finish().ok());
  uint64_t end = 0;
  MemoryUse use = useOf(s.image, &end);
  // Three intervals of 64 cycles, the last part's completion, 30 ns, the copy's interval; then
  // the copy's own result while it is written, and that of the memset behind it.
  double first = (3 * 64 + 204 + 76) / 1.12 + 30, others = 2 * 216 / 1.12;
  CHECK(area(use, use.sbuf, end) == Approx(64 * (first + others) / 1000).epsilon(1e-6));
}

TEST_CASE("accumulation goes on with what is there") {
  StreamBuilder s;
  s.ldweights(0);
  for (unsigned k = 0; k < 8; ++k)
    s.matmul(0, 8192, 512, k != 0).opId = k ? 2 : 1;
  REQUIRE(s.finish().ok());
  MemoryUse use = useOf(s.image);
  REQUIRE(use.psum.atPeak.size() == 1);
  CHECK(use.psum.atPeak[0].first == "load"); // the first writer's
  CHECK(use.psum.peakBytes == Approx(2048));
}

TEST_CASE("steps widen with the program, and nothing is lost") {
  StreamBuilder s;
  s.loop(V, 5000);
  s.memset(V, sbuf(0, 1024)).opId = 1;
  after(s.copy(V, sbuf(8192, 1024), sbuf(0, 1024)), 1).opId = 2;
  s.endLoop(V);
  REQUIRE(s.finish().ok());
  uint64_t end = 0;
  MemoryUse use = useOf(s.image, &end);
  CHECK(use.sbuf.bytes.size() <= 512);
  CHECK(use.sbuf.bytes.size() > 200);
  double endUs = static_cast<double>(end) / 1e9, mean = area(use, use.sbuf, end) / endUs;
  CHECK(mean > 4096); // one of the two tiles is always in use
  CHECK(mean < 8192);
  for (size_t i = 2; i + 2 < use.sbuf.bytes.size(); ++i)
    CHECK(use.sbuf.bytes[i] == Approx(mean).epsilon(0.05));
}

TEST_CASE("report, picture and trace show the memories") {
  Sample s(512);
  s.image.layer = layerName;
  InsightOptions wanted;
  wanted.memory = wanted.trace = true;
  Insight insight(s.image, wanted);
  TimeOptions options;
  options.observer = insight.observer();
  Report report;
  REQUIRE(makeReport(s.image, options, report).ok());
  REQUIRE(insight.finish(report).ok());
  contains(toText(report), "SBUF     at most 2048 of 196608 bytes a partition (1%)");
  contains(toText(report), "  load\n");
  std::string json = toJson(report);
  for (const char *key : {"memory_map", "step_us", "sbuf", "psum", "peak_bytes", "peak_layers"})
    contains(json, std::string("\"") + key + "\":");
  for (const char *track : {"SBUF bytes in use", "PSUM bytes in use"})
    contains(insight.finishedTrace()->bytes(), track);
  report.memory.sbuf.atPeak[0].first = "<last>";
  std::string picture = toSvg(report.memory, "a & b");
  contains(picture, "<svg ");
  contains(picture, "a &amp; b");
  contains(picture, "B of &lt;last&gt;");

  wanted.memory = false; // the trace alone leaves the report as it was
  Insight traceOnly(s.image, wanted);
  options.observer = traceOnly.observer();
  Report other;
  REQUIRE(makeReport(s.image, options, other).ok());
  REQUIRE(traceOnly.finish(other).ok());
  CHECK(toText(other).find("at most") == std::string::npos);
}
