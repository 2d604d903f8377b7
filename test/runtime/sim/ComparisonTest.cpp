// Two reports side by side: what differs, in order, what cannot be compared, what is no report.
#include "runtime/sim/Comparison.h"
#include "runtime/base/Json.h"
#include "runtime/sim/Insight.h"
#include "test/runtime/sim/StreamBuilder.h"

#include <catch2/catch.hpp>

using namespace neuron;
using namespace neuron::sim;
using namespace neuron::sim::testing;

namespace {

/// A load of so many elements, and a copy that waits for it.
struct Sample : StreamBuilder {
  explicit Sample(uint32_t elements, const char *machine = "trn1") : StreamBuilder(machine) {
    uint32_t x = segment(64 << 20, SegmentRole::Input);
    Inst &load = dma(Engine::Sync, 0, sbuf(0, elements), hbm(x, 0, elements));
    load.opId = 1;
    signals(load, 1);
    waits(copy(Engine::Vector, sbuf(65536, 64), sbuf(0, 64)), 1).opId = 2;
    image.layer = [](uint32_t opId, uint64_t) { return opId == 1 ? "load" : "copy"; };
    REQUIRE(finish().ok());
  }
  Report run(const InsightOptions &wanted) {
    Insight insight(image, wanted);
    TimeOptions options;
    options.observer = insight.observer();
    Report report;
    report.facts.model = "sample.onnx";
    REQUIRE(makeReport(image, options, report).ok());
    REQUIRE(insight.finish(report).ok());
    return report;
  }
};

InsightOptions all() {
  InsightOptions wanted;
  wanted.layers = wanted.criticalPath = true;
  return wanted;
}

ReportFigures figures(const Report &report) {
  Result<ReportFigures> read = readReport(toJson(report), "then.json");
  REQUIRE(read.status().message() == "");
  return *read;
}

const Comparison::Group &group(const Comparison &comparison, const std::string &name) {
  for (const Comparison::Group &one : comparison.groups)
    if (one.name == name)
      return one;
  FAIL("no group " << name);
  return comparison.groups[0];
}

bool contains(const std::string &text, const std::string &piece) {
  INFO(text);
  bool found = text.find(piece) != std::string::npos;
  CHECK(found);
  return found;
}

} // namespace

TEST_CASE("the difference is split by what it comes from, the largest part first") {
  Report then = Sample(4096).run(all());
  InsightOptions wanted;
  wanted.compare(figures(then)); // asks for what the other has
  Report now = Sample(8192).run(wanted);
  const Comparison &c = now.comparison;
  CHECK(c.place == "then.json");
  CHECK(c.nowUs - c.thenUs == Approx(now.latencyUs - then.latencyUs));
  CHECK(c.differing.empty());
  CHECK(c.missing.empty());
  for (const char *name : {"critical_path", "critical_path_layers", "layers"}) {
    double sum = 0;
    for (const Comparison::Row &row : group(c, name).rows)
      sum += row.now - row.then;
    CHECK(sum == Approx(c.nowUs - c.thenUs));
  }
  CHECK(group(c, "critical_path").rows[0].name == "dma_bandwidth");
  CHECK(group(c, "layers").rows[0].name == "load");
  const Comparison::Row &bytes = group(c, "hbm_bytes").rows[0];
  CHECK(bytes.name == "read input");
  CHECK(bytes.now == 2 * bytes.then);
  std::string text = toText(now);
  contains(text, "compared with then.json: ");
  contains(text, "  dma_bandwidth\n");
  contains(text, "and 1 that are equal");
  contains(toJson(now), "\"comparison\": {");
}

TEST_CASE("what only one side has is named, and what is of another kind") {
  Report then = Sample(4096, "trn2").run({});
  InsightOptions wanted = all();
  wanted.compare(figures(then));
  Sample sample(4096);
  Report now = sample.run(wanted);
  REQUIRE(now.comparison.missing.size() == 3);
  contains(now.comparison.missing[2], "layers: the report then was made without --layers");
  REQUIRE(now.comparison.differing.size() == 1);
  contains(now.comparison.differing[0], "machine: trn1 (");
  contains(toText(now), "another machine: trn1 (");

  ReportFigures other = figures(then);
  other.model = "other.onnx";
  Comparison models = compare(figures(then), other);
  REQUIRE(models.differing.size() == 1);
  contains(models.differing[0], "model: 'sample.onnx' () now, 'other.onnx' () then");
  contains(toText(compare(other, other)), "unchanged: us busy, by engine");
}

TEST_CASE("a layer that is gone and one that is new have only one side") {
  ReportFigures now = figures(Sample(512).run(all())), then = now;
  for (ReportFigures::Group &one : then.groups)
    if (one.name == "layers")
      one.rows[0].first = "loaded";
  Comparison c = compare(now, then);
  const std::vector<Comparison::Row> &rows = group(c, "layers").rows;
  REQUIRE(rows.size() == 3);
  CHECK((rows[0].name == "load" && rows[0].isNow && !rows[0].wasThen));
  CHECK((rows[1].name == "loaded" && !rows[1].isNow && rows[1].wasThen));
  JsonWriter json;
  writeJson(c, json);
  contains(json.text(), "\"then\": null");
}

TEST_CASE("what is no report is refused") {
  struct Case {
    const char *text, *message;
    ErrorCode code;
  };
  for (Case one : {Case{"", "r.json: no JSON", ErrorCode::Malformed},
                   Case{"[1]", "no report of neuron-run", ErrorCode::Malformed},
                   Case{"{\"latency_us\": 1}", "no \"report_version\"", ErrorCode::Malformed},
                   Case{"{\"latency_us\": 1, \"report_version\": 9}", "a report of version 9",
                        ErrorCode::VersionMismatch},
                   Case{"{\"latency_us\": \"fast\", \"report_version\": 1}",
                        "\"latency_us\" is no number", ErrorCode::Malformed},
                   Case{"{\"latency_us\": 1, \"report_version\": 1, \"target\": 1}",
                        "\"target\" is no text", ErrorCode::Malformed},
                   Case{"{\"latency_us\": 1, \"report_version\": 1, \"layers\": 1}",
                        "\"layers\" is no array", ErrorCode::Malformed},
                   Case{"{\"latency_us\": 1, \"report_version\": 1, \"layers\": [{}]}",
                        "without a name", ErrorCode::Malformed},
                   Case{"{\"latency_us\": 1, \"report_version\": 1, \"critical_path\": {}}",
                        "no \"by_resource\"", ErrorCode::Malformed},
                   Case{"{\"latency_us\": 1, \"report_version\": 1, \"engine_busy\": []}",
                        "is no object", ErrorCode::Malformed}}) {
    Result<ReportFigures> read = readReport(one.text, "r.json");
    INFO(one.text);
    REQUIRE_FALSE(read);
    CHECK(read.status().code() == one.code);
    contains(read.status().message(), one.message);
  }
  Result<ReportFigures> none = loadReport("no-such-report.json");
  REQUIRE_FALSE(none);
  CHECK(none.status().code() == ErrorCode::MissingInput);
  REQUIRE(readReport("{\"latency_us\": 1, \"report_version\": 1}", "r.json"));
}
