// Report: phases, memory and the JSON text.

#include "compiler/driver/Report.h"

#include "llvm/Support/JSON.h"
#include "llvm/Support/raw_ostream.h"
#include <algorithm>
#include <cstdio>
#include <cstring>

using namespace neuron::driver;

namespace {

/// Anonymous resident memory of this process now; 0 where the system does not say. File pages
/// are apart: a mapped model is not memory that we hold.
uint64_t anonymousBytes() {
  std::FILE *status = std::fopen("/proc/self/status", "r");
  if (!status)
    return 0;
  char line[256];
  unsigned long long kib = 0;
  while (std::fgets(line, sizeof(line), status))
    if (std::sscanf(line, "RssAnon: %llu kB", &kib) == 1)
      break;
  std::fclose(status);
  return kib * 1024;
}

template <typename T>
void optional(llvm::json::OStream &json, llvm::StringRef name, const std::optional<T> &value) {
  if (value)
    json.attribute(name, *value);
  else
    json.attribute(name, nullptr);
}

void counts(llvm::json::OStream &json, llvm::StringRef name,
            const std::map<std::string, uint64_t> &values) {
  json.attributeObject(name, [&] {
    for (const auto &[key, count] : values)
      json.attribute(llvm::json::fixUTF8(key), count);
  });
}

/// The keys of neuron-run's report, with the prediction in place of the latency.
void writeFloor(llvm::json::OStream &json, const std::optional<neuron::target::Floor> &floor,
                const std::optional<double> &latencyUs) {
  bool isKnown = floor && floor->us() > 0;
  auto number = [&](double value) { return isKnown ? std::optional(value) : std::nullopt; };
  optional(json, "floor_us", number(isKnown ? floor->us() : 0));
  optional(json, "floor_bound_by",
           isKnown ? std::optional(llvm::StringRef(floor->boundBy())) : std::nullopt);
  optional(json, "floor_dma_us", number(isKnown ? floor->dmaUs : 0));
  optional(json, "floor_tensor_us", number(isKnown ? floor->tensorUs : 0));
  optional(json, "latency_over_floor",
           latencyUs ? number(isKnown ? *latencyUs / floor->us() : 0) : std::nullopt);
}

} // namespace

Report::Report() : started(Clock::now()), phaseStarted(started) {}

void Report::beginPhase(llvm::StringRef name) {
  endPhase();
  running = name.str();
  phaseStarted = Clock::now();
}

void Report::endPhase() {
  if (!running.empty()) {
    std::chrono::duration<double> elapsed = Clock::now() - phaseStarted;
    phases.push_back({running, elapsed.count()});
  }
  running.clear();
  peakAnonymousBytes = std::max(peakAnonymousBytes, anonymousBytes());
}

void Report::write(llvm::raw_ostream &out) const {
  llvm::json::OStream json(out, 2);
  std::chrono::duration<double> total = Clock::now() - started;
  json.object([&] {
    json.attribute("model", llvm::json::fixUTF8(model));
    json.attribute("target", target);
    json.attribute("exit_status", exitStatus);
    json.attributeObject("compile_seconds", [&] {
      json.attribute("total", total.count());
      for (const Phase &phase : phases)
        json.attribute(phase.name, phase.seconds);
    });
    json.attribute("peak_rss_bytes", peakAnonymousBytes);
    json.attribute("cached", cached);
    optional(json, "distinct_blocks", distinctBlocks);
    optional(json, "fallback_ops", fallbackOps);
    optional(json, "values_on_chip", valuesOnChip);
    optional(json, "static_instructions", staticInstructions);
    optional(json, "program_bytes", programBytes);
    optional(json, "weight_bytes", weightBytes);
    optional(json, "predicted_latency_us", predictedLatencyUs);
    optional(json, "not_predicted",
             notPredicted.empty() ? std::nullopt : std::optional(notPredicted));
    writeFloor(json, floor, predictedLatencyUs);
    counts(json, "ops", ops);
    counts(json, "unsupported", unsupported);
    json.attributeArray("not_fused", [&] {
      for (const NotFused &miss : notFused)
        json.object([&] {
          json.attribute("op", miss.op);
          json.attribute("layer", llvm::json::fixUTF8(miss.layer));
          json.attribute("reason", llvm::json::fixUTF8(miss.reason));
        });
    });
  });
  out << "\n";
}
