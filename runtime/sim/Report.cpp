// From femtoseconds to what people compare.
#include "runtime/sim/Report.h"

#include "runtime/base/Json.h"
#include "runtime/isa/Cost.h"

#include <algorithm>

namespace neuron::sim {
namespace {

using isa::Engine;

constexpr double kFsPerUs = 1e9;
constexpr size_t kLayersShown = 20;
constexpr double kBound = 0.6; ///< share of the time from which something counts as the bound

double share(double part, double whole) { return whole > 0 ? part / whole : 0; }

/// bf16: 128 x 128 multiply-adds a cycle.
double peakFlopsPerUs(const target::Machine &m) {
  return 2.0 * isa::kNumPartitions * isa::kNumPartitions * static_cast<double>(m.tensorMHz);
}

/// The wait that keeps the TensorE, or the longest stream, from working.
std::string waitText(const TimeResult &time) {
  unsigned longest = 0;
  for (unsigned s = 0; s < isa::kNumEngines; ++s)
    if (time.engine[s].executed && time.engine[s].end > time.engine[longest].end)
      longest = s;
  unsigned s = time.engine[0].executed ? 0 : longest;
  return formatText("%s waits %.0f %% of it for semaphores", streamText(static_cast<Engine>(s)),
                    100 * share(static_cast<double>(time.engine[s].semaphoreWait),
                                static_cast<double>(time.end)));
}

/// ", 84 % of its HBM bytes are weights": what most of them are.
std::string roleText(const DmaTime &dma) {
  constexpr const char *kPlural[kNumSegmentRoles] = {
      "inputs", "outputs", "states", "weights", "values between ops", "unused"};
  unsigned largest = 0;
  auto bytesOf = [&](unsigned role) { return dma.readOf[role] + dma.writtenOf[role]; };
  for (unsigned role = 1; role < kNumSegmentRoles; ++role)
    if (bytesOf(role) > bytesOf(largest))
      largest = role;
  if (!bytesOf(largest))
    return "";
  return formatText(", %.0f %% of its HBM bytes are %s",
                    100 * share(static_cast<double>(bytesOf(largest)),
                                static_cast<double>(dma.hbmRead + dma.hbmWritten)),
                    kPlural[largest]);
}

std::string verdictOf(const Report &report) {
  double most = report.dmaActive;
  std::string who = "DMA", how = "engines have work";
  for (unsigned s = 0; s < isa::kNumEngines; ++s)
    if (report.engineBusy[s] > most) {
      most = report.engineBusy[s];
      who = streamText(static_cast<Engine>(s));
      how = "is busy";
    }
  if (report.time.end == 0)
    return "nothing takes time";
  if (most >= kBound)
    return formatText("%s-bound: %s %.0f %% of the time", who.c_str(), how.c_str(), 100 * most) +
           (who == "DMA" ? roleText(report.time.dma) : "");
  return formatText("latency-bound: the busiest (%s) works %.0f %% of the time; ", who.c_str(),
                    100 * most) +
         waitText(report.time);
}

void derive(const target::Machine &m, Report &report) {
  const TimeResult &time = report.time;
  double end = static_cast<double>(time.end), us = end / kFsPerUs;
  report.latencyUs = us;
  report.launchUs = static_cast<double>(time.launch) / kFsPerUs;
  report.mfu = share(static_cast<double>(report.facts.modelFlops), us * peakFlopsPerUs(m));
  report.hfu = share(static_cast<double>(time.flops), us * peakFlopsPerUs(m));
  report.mbu = share(static_cast<double>(time.dma.hbmRead + time.dma.hbmWritten),
                     us * static_cast<double>(m.hbmBytesPerUs));
  double rate = static_cast<double>(m.dmaEngines * m.dmaEngineBytesPerUs);
  report.dmaEfficiency = share(static_cast<double>(time.dma.bytes),
                               static_cast<double>(time.dma.active) / kFsPerUs * rate);
  report.dmaActive = share(static_cast<double>(time.dma.active), end);
  report.assumedTimeFraction =
      time.end ? std::max(0.0, 1 - static_cast<double>(report.endWithoutAssumed) / end) : 0;
  for (unsigned s = 0; s < isa::kNumEngines; ++s) {
    report.engineActive[s] = share(static_cast<double>(time.engine[s].active), end);
    report.engineBusy[s] = share(static_cast<double>(time.engine[s].busy), end);
    double mhz = static_cast<double>(isa::clockMHz(m, static_cast<Engine>(s)));
    report.busyCycles[s] =
        static_cast<uint64_t>(static_cast<double>(time.engine[s].busy) * mhz / kFsPerUs + 0.5);
  }
  report.floor = target::floorOf(m, report.facts.leastHbmBytes, report.facts.leastTensorCycles);
  report.verdict = verdictOf(report);
}

template <typename F> void perEngine(JsonWriter &json, const char *name, F value) {
  json.key(name);
  json.beginObject();
  for (unsigned s = 0; s < isa::kNumEngines; ++s)
    json.member(streamText(static_cast<Engine>(s)), value(s));
  json.endObject();
}

void perRole(JsonWriter &json, const char *name,
             const std::array<uint64_t, kNumSegmentRoles> &bytes) {
  json.key(name);
  json.beginObject();
  for (unsigned role = 0; role < kNumSegmentRoles; ++role)
    if (bytes[role])
      json.member(toText(static_cast<SegmentRole>(role)), bytes[role]);
  json.endObject();
}

void writeInstructions(const Report &report, JsonWriter &json) {
  json.key("instructions");
  json.beginObject();
  perEngine(json, "static", [&](unsigned s) { return report.staticInstructions[s]; });
  perEngine(json, "executed", [&](unsigned s) { return report.time.engine[s].instructions; });
  json.endObject();
}

std::string bytesText(double bytes) {
  const char *units[] = {"B", "KiB", "MiB", "GiB"};
  unsigned u = 0;
  for (; bytes >= 10240 && u < 3; ++u)
    bytes /= 1024;
  return formatText(u ? "%.1f %s" : "%.0f %s", bytes, units[u]);
}

/// "" where there is none.
std::string digestText(uint64_t digest) {
  return digest ? formatText("%016llx", static_cast<unsigned long long>(digest)) : "";
}

/// "floor    1271.9 us by DMA (330.0 MiB), TensorE 243.5 us; latency is 4.21 times the floor".
std::string floorText(const Report &report) {
  const target::Floor &floor = report.floor;
  if (floor.us() == 0)
    return "";
  std::string bytes = bytesText(static_cast<double>(report.facts.leastHbmBytes));
  return formatText("floor    %.3f us by %s (DMA %.3f us for %s, TensorE %.3f us); latency is "
                    "%.2f times the floor\n",
                    floor.us(), floor.dmaUs >= floor.tensorUs ? "DMA" : "TensorE", floor.dmaUs,
                    bytes.c_str(), floor.tensorUs, report.latencyUs / floor.us());
}

/// Null where nobody said what the model needs.
void writeFloor(const Report &report, JsonWriter &json) {
  const target::Floor &floor = report.floor;
  if (floor.us() == 0) {
    for (const char *key : {"floor_us", "floor_bound_by", "floor_dma_us", "floor_tensor_us",
                            "floor_hbm_bytes", "latency_over_floor"}) {
      json.key(key);
      json.null();
    }
    return;
  }
  json.member("floor_us", floor.us());
  json.member("floor_bound_by", floor.boundBy());
  json.member("floor_dma_us", floor.dmaUs);
  json.member("floor_tensor_us", floor.tensorUs);
  json.member("floor_hbm_bytes", report.facts.leastHbmBytes);
  json.member("latency_over_floor", report.latencyUs / floor.us());
}

} // namespace

Status makeReport(const Image &image, const TimeOptions &options, Report &report) {
  report.target = image.machine->name;
  report.machineDigest = target::digest(*image.machine);
  for (unsigned s = 0; s < isa::kNumEngines; ++s)
    report.staticInstructions[s] = image.stream[s].size();
  NEURON_TRY(walkTime(image, options, report.time));
  if (report.time.fault.raised())
    return Status::success();
  target::Machine shared = target::sharedBy(*image.machine, image.cores);
  target::Machine certain = target::withoutAssumedCosts(*image.machine);
  Image other = image;
  other.machine = &certain;
  TimeOptions quiet = options;
  quiet.observer = nullptr;
  TimeResult without;
  NEURON_TRY(walkTime(other, quiet, without));
  report.endWithoutAssumed = without.end;
  derive(shared, report);
  return Status::success();
}

std::string toText(const Report &report) {
  const TimeResult &time = report.time;
  std::string text =
      formatText("%s: %.3f us (launch of %.1f us not included)\n%s\n\n", report.target.c_str(),
                 report.latencyUs, report.launchUs, report.verdict.c_str());
  text += formatText("%-8s %12s %12s %8s %8s %12s %10s\n", "engine", "instructions", "busy cycles",
                     "busy", "active", "waits us", "ports us");
  for (unsigned s = 0; s < isa::kNumEngines; ++s) {
    const EngineTime &engine = time.engine[s];
    text += formatText("%-8s %12llu %12llu %7.1f%% %7.1f%% %12.3f %10.3f\n",
                       streamText(static_cast<Engine>(s)),
                       static_cast<unsigned long long>(engine.instructions),
                       static_cast<unsigned long long>(report.busyCycles[s]),
                       100 * report.engineBusy[s], 100 * report.engineActive[s],
                       static_cast<double>(engine.semaphoreWait + engine.queueWait) / kFsPerUs,
                       static_cast<double>(engine.portWait) / kFsPerUs);
  }
  text += formatText("\nDMA      %llu transfers, %s, active %.1f%%, efficiency %.1f%%\n",
                     static_cast<unsigned long long>(time.dma.transfers),
                     bytesText(static_cast<double>(time.dma.bytes)).c_str(), 100 * report.dmaActive,
                     100 * report.dmaEfficiency);
  text += formatText("HBM      read %s, written %s, utilisation (mbu) %.1f%%\n",
                     bytesText(static_cast<double>(time.dma.hbmRead)).c_str(),
                     bytesText(static_cast<double>(time.dma.hbmWritten)).c_str(), 100 * report.mbu);
  text += formatText("TensorE  mfu %.1f%%, hfu %.1f%%\n", 100 * report.mfu, 100 * report.hfu);
  text += floorText(report);
  text += formatText("memory   SBUF peak %llu bytes a partition, PSUM peak %u banks, spilled %s\n",
                     static_cast<unsigned long long>(report.facts.sbufPeakBytes),
                     report.facts.psumPeakBanks,
                     bytesText(static_cast<double>(report.facts.spillBytes)).c_str());
  text += formatText("assumed  %.1f%% of the time rests on numbers without a public source\n",
                     100 * report.assumedTimeFraction);
  if (!report.layers.empty())
    text += toText(report.layers, kLayersShown);
  if (report.path.whole)
    text += toText(report.path, kLayersShown);
  if (report.memory.stepUs > 0)
    text += toText(report.memory);
  if (!report.comparison.place.empty())
    text += toText(report.comparison);
  return text;
}

void writeJson(const Report &report, JsonWriter &json) {
  const TimeResult &time = report.time;
  json.beginObject();
  json.member("report_version", kReportVersion);
  json.member("target", std::string_view(report.target));
  json.member("machine_digest", std::string_view(digestText(report.machineDigest)));
  json.member("model", std::string_view(report.facts.model));
  json.member("model_digest", std::string_view(digestText(report.facts.modelDigest)));
  json.member("latency_us", report.latencyUs);
  json.member("launch_us", report.launchUs);
  perEngine(json, "cycles_by_engine", [&](unsigned s) { return report.busyCycles[s]; });
  perEngine(json, "engine_active", [&](unsigned s) { return report.engineActive[s]; });
  perEngine(json, "engine_busy", [&](unsigned s) { return report.engineBusy[s]; });
  perEngine(json, "semaphore_wait_us", [&](unsigned s) {
    return static_cast<double>(time.engine[s].semaphoreWait) / kFsPerUs;
  });
  writeInstructions(report, json);
  json.member("flops_model", report.facts.modelFlops);
  json.member("flops_hardware", time.flops);
  json.member("mfu", report.mfu);
  json.member("hfu", report.hfu);
  json.member("mbu", report.mbu);
  json.member("hbm_bytes_read", time.dma.hbmRead);
  json.member("hbm_bytes_written", time.dma.hbmWritten);
  perRole(json, "hbm_read_by_role", time.dma.readOf);
  perRole(json, "hbm_written_by_role", time.dma.writtenOf);
  json.member("dma_transfers", time.dma.transfers);
  json.member("dma_active", report.dmaActive);
  json.member("dma_descriptor_bytes", time.dma.descriptorBytes);
  json.member("dma_efficiency", report.dmaEfficiency);
  json.member("spill_bytes", report.facts.spillBytes);
  json.member("sbuf_peak_bytes", report.facts.sbufPeakBytes);
  json.member("psum_peak_banks", report.facts.psumPeakBanks);
  writeFloor(report, json);
  json.member("assumed_time_fraction", report.assumedTimeFraction);
  json.member("verdict", std::string_view(report.verdict));
  json.member("host_seconds", report.hostSeconds);
  if (!report.layers.empty()) {
    json.key("layers");
    writeJson(report.layers, json);
  }
  if (report.path.whole) {
    json.key("critical_path");
    writeJson(report.path, json);
  }
  if (report.memory.stepUs > 0) {
    json.key("memory_map");
    writeJson(report.memory, json);
  }
  if (!report.comparison.place.empty()) {
    json.key("comparison");
    writeJson(report.comparison, json);
  }
  json.endObject();
}

std::string toJson(const Report &report) {
  JsonWriter json;
  writeJson(report, json);
  return json.text();
}

} // namespace neuron::sim
