// What observers make of a walk in time: the trace's packets, and the times of layers.
#include "runtime/sim/Trace.h"
#include "runtime/base/Json.h"
#include "runtime/sim/Report.h"
#include "test/runtime/sim/StreamBuilder.h"

#include <catch2/catch.hpp>

using namespace neuron;
using namespace neuron::sim;
using namespace neuron::sim::testing;

namespace {

constexpr auto V = Engine::Vector;
constexpr auto Y = Engine::Sync;

std::string layerName(uint32_t opId, uint64_t) {
  constexpr const char *kNames[] = {"", "load", "copy"};
  return opId < 3 ? kNames[opId] : "";
}

/// A load by layer "load", and a copy by layer "copy" that waits for it.
struct Sample : StreamBuilder {
  Sample() {
    uint32_t x = segment(1 << 20, SegmentRole::Input);
    Inst &load = dma(Y, 0, sbuf(0, 512), hbm(x, 0, 512));
    load.opId = 1;
    signals(load, 1);
    Inst &use = copy(V, sbuf(65536, 64), sbuf(0, 64));
    use.opId = 2;
    waits(use, 1);
    REQUIRE(finish().ok());
  }
  TimeResult run(TimeObserver &observer) {
    TimeOptions options;
    options.observer = &observer;
    TimeResult result;
    REQUIRE(walkTime(image, options, result).ok());
    return result;
  }
};

/// Fields of one message: number, and the value of a varint or the bytes.
struct Field {
  uint32_t number;
  uint64_t value;
  std::string bytes;
};

uint64_t varint(const std::string &from, size_t &at) {
  uint64_t value = 0;
  for (unsigned shift = 0;; shift += 7) {
    REQUIRE(at < from.size());
    auto byte = static_cast<uint8_t>(from[at++]);
    value |= uint64_t(byte & 0x7f) << shift;
    if (byte < 0x80)
      return value;
  }
}

std::vector<Field> parse(const std::string &message) {
  std::vector<Field> fields;
  for (size_t at = 0; at < message.size();) {
    uint64_t key = varint(message, at);
    Field field{static_cast<uint32_t>(key >> 3), varint(message, at), ""};
    if ((key & 7) == 2) {
      REQUIRE(at + field.value <= message.size());
      field.bytes = message.substr(at, field.value);
      at += field.value;
    } else {
      REQUIRE((key & 7) == 0);
    }
    fields.push_back(field);
  }
  return fields;
}

/// The fields with that number in all packets of a trace.
std::vector<std::string> packetsWith(const std::string &trace, uint32_t number) {
  std::vector<std::string> found;
  for (const Field &packet : parse(trace))
    for (const Field &field : parse(packet.bytes))
      if (field.number == number)
        found.push_back(field.bytes);
  return found;
}

constexpr uint32_t kTrackEvent = 11, kInterned = 12, kType = 9;

size_t countEvents(const std::string &trace, uint64_t type) {
  size_t count = 0;
  for (const std::string &event : packetsWith(trace, kTrackEvent))
    for (const Field &field : parse(event))
      count += field.number == kType && field.value == type;
  return count;
}

} // namespace

TEST_CASE("a trace has a slice for every layer, instruction, wait and transfer") {
  Sample s;
  LayerIndex index(layerName);
  Trace trace(*s.image.machine, index, {});
  s.run(trace);
  const std::string &bytes = trace.finish();
  CHECK_FALSE(trace.isTruncated());
  // Two layers, their instructions, the returns of the streams are control, one wait, one transfer.
  CHECK(countEvents(bytes, 1) == 2 + 2 + 1 + 1);
  CHECK(countEvents(bytes, 2) == countEvents(bytes, 1));
  CHECK(countEvents(bytes, 4) == 2); // bytes in flight go up and down
  std::string names;
  for (const std::string &interned : packetsWith(bytes, kInterned))
    names += interned;
  for (const char *name : {"load", "copy", "dma", "tensor_copy", "semaphore s1"})
    CHECK(names.find(name) != std::string::npos);
}

TEST_CASE("a window and a bound on the size cut a trace") {
  Sample s;
  LayerIndex index(layerName);
  TraceOptions early;
  early.to = 1000000; // 1 ns: only the trigger has begun
  Trace begin(*s.image.machine, index, early);
  s.run(begin);
  CHECK(countEvents(begin.finish(), 1) < 6);
  CHECK_FALSE(begin.isTruncated());

  TraceOptions small;
  small.maxBytes = 500;
  Trace cut(*s.image.machine, index, small);
  s.run(cut);
  CHECK(cut.finish().size() <= 500);
  CHECK(cut.isTruncated());
}

TEST_CASE("times of layers add up to the latency") {
  Sample s;
  LayerIndex index(layerName);
  LayerTimes times(*s.image.machine, index,
                   [](uint32_t opId) { return uint64_t(opId == 2 ? 1000000 : 0); });
  TimeResult result = s.run(times);
  std::vector<LayerTime> layers = times.finish();
  REQUIRE(layers.size() == 2);
  CHECK(layers[0].name == "load");
  CHECK(layers[1].name == "copy");
  CHECK(layers[0].us + layers[1].us == Approx(static_cast<double>(result.end) / 1e9));
  CHECK(layers[0].us > layers[1].us);
  CHECK(layers[0].dmaBytes == 128 * 512 * 4);
  CHECK(layers[1].dmaBytes == 0);
  CHECK(layers[0].mfu == 0);
  CHECK(layers[1].mfu == Approx(1000000 / (layers[1].us * 2 * 128 * 128 * 2800)));
  CHECK(layers[1].engineUs[static_cast<unsigned>(V)] > 0);
  JsonWriter json;
  writeJson(layers, json);
  CHECK(json.text().find("\"layer\": \"copy\"") != std::string::npos);
  CHECK(toText(layers, 1).find("and 1 more layers") != std::string::npos);
}

TEST_CASE("every iteration of a repeat is a layer of its own") {
  StreamBuilder s;
  s.loop(V, 3);
  s.memset(V, sbuf(0, 64)).opId = 1;
  s.endLoop(V);
  s.memset(V, sbuf(0, 64)).opId = 2;
  REQUIRE(s.finish().ok());
  auto name = [](uint32_t opId, uint64_t iteration) {
    if (opId != 1)
      return std::string(opId == 2 ? "tail" : "");
    return iteration < 3 ? "layer." + std::to_string(iteration) : std::string("layer.0-2");
  };
  auto iterations = [](uint32_t opId) { return uint64_t(opId == 1 ? 3 : 0); };
  LayerIndex index(name, iterations);
  LayerTimes times(*s.image.machine, index);
  Trace trace(*s.image.machine, index, {});
  for (TimeObserver *observer :
       {static_cast<TimeObserver *>(&times), static_cast<TimeObserver *>(&trace)}) {
    TimeOptions options;
    options.observer = observer;
    TimeResult result;
    REQUIRE(walkTime(s.image, options, result).ok());
  }
  std::vector<std::string> found;
  for (const LayerTime &layer : times.finish())
    found.push_back(layer.name);
  CHECK(found == std::vector<std::string>{"layer.0", "layer.1", "layer.2", "tail"});
  std::string names;
  for (const std::string &interned : packetsWith(trace.finish(), kInterned))
    names += interned;
  for (const char *one : {"layer.0", "layer.1", "layer.2", "tail"})
    CHECK(names.find(one) != std::string::npos);
  CHECK(index.nameOf(index.rowOf(1, 7)) == "layer.0-2");
}
