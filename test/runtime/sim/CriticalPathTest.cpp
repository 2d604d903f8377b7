// The critical path: what it says of small programs, and that its pieces add up on random ones.
#include "runtime/sim/CriticalPath.h"
#include "runtime/base/Json.h"
#include "test/runtime/sim/RandomProgram.h"

#include <catch2/catch.hpp>

using namespace neuron;
using namespace neuron::sim;
using namespace neuron::sim::testing;

namespace {

constexpr auto V = Engine::Vector;
constexpr auto A = Engine::Scalar;
constexpr auto Y = Engine::Sync;

std::string layerName(uint32_t opId, uint64_t) {
  constexpr const char *kNames[] = {"", "load", "copy"};
  return opId < 3 ? kNames[opId] : "";
}

uint64_t us(double microseconds) { return static_cast<uint64_t>(microseconds * 1e9 + 0.5); }

PathAccount pathOf(const Image &image, size_t limit = 0, size_t *nodes = nullptr) {
  LayerIndex index(layerName);
  CriticalPath path(image, index);
  if (limit)
    path.setLimit(limit);
  TimeOptions options;
  options.observer = &path;
  TimeResult result;
  REQUIRE(walkTime(image, options, result).ok());
  REQUIRE_FALSE(result.fault.raised());
  PathAccount account;
  Status status = path.finish(result.end, account);
  INFO(status.message());
  REQUIRE(status.ok());
  uint64_t byResource = 0, byKind = 0, byLayer = 0;
  for (uint64_t part : account.byResource)
    byResource += part;
  for (uint64_t part : account.byKind)
    byKind += part;
  for (const PathLayer &layer : account.layers)
    byLayer += layer.whole;
  CHECK(byResource == result.end);
  CHECK(byKind == result.end);
  CHECK(byLayer == result.end);
  if (nodes)
    *nodes = path.nodes();
  return account;
}

uint64_t of(const PathAccount &account, Resource resource) {
  return account.byResource[static_cast<unsigned>(resource)];
}

} // namespace

TEST_CASE("a copy behind a load: every piece by hand") {
  StreamBuilder s;
  uint32_t x = s.segment(1 << 20, SegmentRole::Input);
  Inst &load = s.dma(Y, 0, sbuf(0, 16), hbm(x, 0, 16));
  load.opId = 1;
  signals(load, 1);
  Inst &use = s.copy(V, sbuf(65536, 64), sbuf(0, 64));
  use.opId = 2;
  waits(use, 1);
  REQUIRE(s.finish().ok());
  PathAccount account = pathOf(s.image);
  // trn1: 1 cycle of 1.4 GHz, trigger, transfer; semaphore; 64 columns and 200 cycles at 1.12 GHz.
  CHECK(of(account, Resource::Dispatch) == 714286);
  CHECK(of(account, Resource::DmaTrigger) == us(0.03));
  CHECK(of(account, Resource::DmaLatency) == us(1.18));
  CHECK(of(account, Resource::Semaphores) == us(0.03));
  CHECK(of(account, Resource::Vector) == femtoseconds(64, 1120));
  CHECK(of(account, Resource::EngineLatency) == femtoseconds(264, 1120) - femtoseconds(64, 1120));
  REQUIRE(account.layers.size() == 2);
  CHECK(account.layers[0].name == "load");
  CHECK(account.layers[0].whole == 714286 + us(0.03) + us(1.18));
  CHECK(account.layers[1].name == "copy");
  // Trigger and dispatch are assumed, the latency of a transfer and of the VectorE are fitted.
  CHECK(account.byKind[unsigned(target::ValueKind::Assumed)] == 714286 + us(0.03));
  CHECK(account.byKind[unsigned(target::ValueKind::Measured)] == us(0.03));
  CHECK(account.byKind[unsigned(target::ValueKind::Documented)] == femtoseconds(64, 1120));
  JsonWriter json;
  writeJson(account, json);
  CHECK(json.text().find("\"dma_latency\": 1.18") != std::string::npos);
  CHECK(toText(account, 1).find("and 1 more layers") != std::string::npos);
  CHECK(toText(account, 1).find("dma_latency 97%") != std::string::npos);
}

TEST_CASE("bytes beyond the latency are bandwidth, a full queue is waited for") {
  StreamBuilder s;
  uint32_t x = s.segment(64 << 20, SegmentRole::Input);
  s.loop(Y, 100);
  s.dma(Y, 0, sbuf(0, 4096), hbm(x, 0, 4096));
  s.endLoop(Y);
  Inst done = isa::QueueSignal::make(Y);
  signals(s.add(Y, done), 1);
  waits(s.memset(V, sbuf(65536, 64)), 1);
  REQUIRE(s.finish().ok());
  PathAccount account = pathOf(s.image);
  CHECK(of(account, Resource::DmaBandwidth) * 10 > account.whole * 9);
}

TEST_CASE("a port that another engine holds is named") {
  StreamBuilder s;
  s.loop(A, 50);
  s.activate(psum(0, 512), psum(2048, 512));
  s.endLoop(A);
  s.loop(V, 50);
  s.copy(V, psum(4096, 512), psum(6144, 512));
  s.endLoop(V);
  REQUIRE(s.finish().ok());
  CHECK(of(pathOf(s.image), Resource::Ports) > 0);
  s.image.machine = target::findMachine("trn2"); // nobody is excluded
  target::Machine lifted = *target::findMachine("trn1");
  lifted.portExclusionPsum = 0;
  s.image.machine = &lifted;
  CHECK(of(pathOf(s.image), Resource::Ports) == 0);
}

TEST_CASE("streams go on behind a barrier for the last of them") {
  StreamBuilder s;
  for (unsigned round = 0; round < 3; ++round) {
    s.memset(V, sbuf(0, 2048));
    s.memset(Engine::GpSimd, sbuf(65536, 16));
    s.barrier();
  }
  s.memset(Engine::GpSimd, sbuf(65536, 16));
  REQUIRE(s.finish().ok());
  PathAccount account = pathOf(s.image);
  CHECK(of(account, Resource::Vector) > 0);
  CHECK(of(account, Resource::GpSimd) > 0);
}

TEST_CASE("the pieces add up on random programs, however often the tree is compacted") {
  std::vector<target::Machine> machines = {
      *target::findMachine("trn1"), *target::findMachine("trn2"), *target::findMachine("trn1")};
  machines[2].dmaInFlight = 1;
  machines[2].dmaQueueDepth = 2;
  machines[2].engineQueueDepth = 1;
  for (uint32_t seed = 1; seed <= 40; ++seed)
    for (const target::Machine &machine : machines) {
      RandomProgram program = makeRandomProgram(seed);
      INFO("seed " << seed << ", " << machine.name << ":" << program.description);
      StreamBuilder builder;
      program.build(builder);
      builder.image.machine = &machine;
      REQUIRE(builder.finish().ok());
      PathAccount whole = pathOf(builder.image), pieces = pathOf(builder.image, 64);
      CHECK(whole.byResource == pieces.byResource);
      CHECK(whole.byKind == pieces.byKind);
    }
}

TEST_CASE("memory does not grow with the length of a program") {
  size_t nodes[2];
  for (unsigned which = 0; which < 2; ++which) {
    StreamBuilder s;
    uint32_t x = s.segment(64 << 20, SegmentRole::Input);
    s.image.semaphores[2].initial = 2;
    s.loop(Y, which ? 40000 : 2000);
    signals(waits(s.dma(Y, 0, sbuf(0, 512), hbm(x, 0, 512)), 2), 1);
    s.endLoop(Y);
    s.loop(V, which ? 40000 : 2000);
    signals(waits(s.copy(V, sbuf(65536, 64), sbuf(0, 64)), 1), 2);
    s.endLoop(V);
    REQUIRE(s.finish().ok());
    pathOf(s.image, 4096, &nodes[which]);
  }
  CHECK(nodes[0] <= 8192);
  CHECK(nodes[1] <= 8192);
}
