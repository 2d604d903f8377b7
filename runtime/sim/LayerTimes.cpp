// Attribution of the time to layers; see LayerTimes.h.
#include "runtime/sim/LayerTimes.h"

#include "runtime/base/Json.h"
#include "runtime/isa/Text.h"
#include "runtime/sim/Dma.h"

#include <algorithm>
#include <tuple>

namespace neuron::sim {
namespace {

constexpr double kFsPerUs = 1e9;
constexpr double kBound = 0.5; ///< share of a layer's time from which something bounds it

double peakFlopsPerUs(const target::Machine &m) {
  return 2.0 * isa::kNumPartitions * isa::kNumPartitions * static_cast<double>(m.tensorMHz);
}

const char *engineName(unsigned s) { return isa::toText(static_cast<isa::Engine>(s)); }

std::string limitOf(const LayerTime &layer) {
  double most = layer.dmaUs;
  std::string who = "dma";
  for (unsigned s = 0; s < isa::kNumEngines; ++s)
    if (layer.engineUs[s] > most) {
      most = layer.engineUs[s];
      who = engineName(s);
    }
  return most < kBound * layer.us || most == 0 ? "latency" : who;
}

} // namespace

LayerTime &LayerTimes::layerAt(uint32_t row) {
  if (row >= layers.size())
    layers.resize(size_t(row) + 1);
  return layers[row];
}

void LayerTimes::instruction(const Issue &issue, uint64_t start, uint64_t intervalEnd,
                             uint64_t complete) {
  uint32_t row = index.rowOf(issue.inst->opId, issue.iteration);
  LayerTime &layer = layerAt(row);
  if (modelFlops && !layer.modelFlops)
    layer.modelFlops = modelFlops(issue.inst->opId);
  ++layer.instructions;
  layer.engineUs[static_cast<unsigned>(issue.stream)] +=
      static_cast<double>(intervalEnd - start) / kFsPerUs;
  if (issue.inst->opcode == isa::Opcode::Matmul && issue.executes) {
    isa::Inst resolved = issue.resolved();
    isa::Matmul matmul(resolved);
    layer.flops += 2 * matmul.moving().elements() * matmul.moving().partitions *
                   uint64_t(matmul.dst().partitions);
  }
  completions.push_back({complete, row});
}

void LayerTimes::control(const Issue &, uint64_t) {}

void LayerTimes::transfer(const Place &trigger, const DmaCompletion &completion) {
  uint32_t row = index.rowOf(trigger.opId, trigger.iteration);
  layerAt(row).dmaBytes += completion.bytes;
  completions.push_back({completion.time, row});
}

std::vector<LayerTime> LayerTimes::finish() {
  std::sort(completions.begin(), completions.end(), [](const Completion &a, const Completion &b) {
    return std::tie(a.time, a.row) < std::tie(b.time, b.row);
  });
  uint64_t latest = 0;
  std::vector<uint32_t> order;
  std::vector<bool> isSeen(layers.size(), false);
  for (const Completion &one : completions) {
    layers[one.row].us += static_cast<double>(one.time - latest) / kFsPerUs;
    latest = one.time;
    if (!isSeen[one.row])
      order.push_back(one.row);
    isSeen[one.row] = true;
  }
  double rate = static_cast<double>(machine.dmaEngines * machine.dmaEngineBytesPerUs);
  std::vector<LayerTime> sorted;
  for (uint32_t row : order) {
    LayerTime &layer = layers[row];
    layer.name = index.nameOf(row);
    layer.dmaUs = static_cast<double>(layer.dmaBytes) / rate;
    double peak = layer.us * peakFlopsPerUs(machine);
    layer.mfu = peak > 0 ? static_cast<double>(layer.modelFlops) / peak : 0;
    layer.hfu = peak > 0 ? static_cast<double>(layer.flops) / peak : 0;
    layer.limit = limitOf(layer);
    sorted.push_back(layer);
  }
  return sorted;
}

std::string toText(const std::vector<LayerTime> &layers, size_t most) {
  std::vector<const LayerTime *> rows;
  double whole = 0;
  for (const LayerTime &layer : layers) {
    rows.push_back(&layer);
    whole += layer.us;
  }
  std::sort(rows.begin(), rows.end(), [](const LayerTime *a, const LayerTime *b) {
    return a->us != b->us ? a->us > b->us : a < b;
  });
  std::string text = formatText("\n%10s %6s %10s %10s %10s %10s %10s %10s %6s %6s  %-8s layer\n",
                                "us", "part", "tensor us", "vector us", "scalar us", "gpsimd us",
                                "dma us", "dma KiB", "mfu", "hfu", "limit");
  for (size_t i = 0; i < std::min(most, rows.size()); ++i) {
    const LayerTime &row = *rows[i];
    text += formatText(
        "%10.3f %5.1f%% %10.3f %10.3f %10.3f %10.3f %10.3f %10.1f %5.1f%% %5.1f%%  %-8s %s\n",
        row.us, whole > 0 ? 100 * row.us / whole : 0, row.engineUs[0], row.engineUs[1],
        row.engineUs[2], row.engineUs[3], row.dmaUs, static_cast<double>(row.dmaBytes) / 1024,
        100 * row.mfu, 100 * row.hfu, row.limit.c_str(), row.name.empty() ? "-" : row.name.c_str());
  }
  if (rows.size() > most)
    text += formatText("and %zu more layers\n", rows.size() - most);
  return text;
}

void writeJson(const std::vector<LayerTime> &layers, JsonWriter &json) {
  json.beginArray();
  for (const LayerTime &layer : layers) {
    json.beginObject();
    json.member("layer", std::string_view(layer.name));
    json.member("us", layer.us);
    json.member("instructions", layer.instructions);
    json.member("flops_model", layer.modelFlops);
    json.member("flops_hardware", layer.flops);
    json.member("dma_bytes", layer.dmaBytes);
    json.key("engine_us");
    json.beginObject();
    for (unsigned s = 0; s < isa::kNumEngines; ++s)
      json.member(engineName(s), layer.engineUs[s]);
    json.endObject();
    json.member("dma_us", layer.dmaUs);
    json.member("mfu", layer.mfu);
    json.member("hfu", layer.hfu);
    json.member("limit", std::string_view(layer.limit));
    json.endObject();
  }
  json.endArray();
}

} // namespace neuron::sim
