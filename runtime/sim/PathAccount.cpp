// The critical path for people and programs.
#include "runtime/sim/PathAccount.h"

#include "runtime/base/Json.h"

#include <algorithm>

namespace neuron::sim {
namespace {

constexpr double kFsPerUs = 1e9;
constexpr const char *kKinds[] = {"documented", "measured", "fitted", "assumed"};
constexpr size_t kShown = 3; ///< resources of a layer's line

double us(uint64_t femtoseconds) { return static_cast<double>(femtoseconds) / kFsPerUs; }

double percent(uint64_t part, uint64_t whole) {
  return whole ? 100 * static_cast<double>(part) / static_cast<double>(whole) : 0;
}

/// The resources that took any time, the longest first.
std::vector<unsigned> ranked(const std::array<uint64_t, kNumResources> &times) {
  std::vector<unsigned> order;
  for (unsigned r = 0; r < kNumResources; ++r)
    if (times[r])
      order.push_back(r);
  std::sort(order.begin(), order.end(), [&](unsigned a, unsigned b) {
    return times[a] != times[b] ? times[a] > times[b] : a < b;
  });
  return order;
}

std::string shortText(const std::array<uint64_t, kNumResources> &times, uint64_t whole) {
  std::string text;
  std::vector<unsigned> order = ranked(times);
  for (size_t i = 0; i < std::min(kShown, order.size()); ++i)
    text += formatText("%s%s %.0f%%", i ? ", " : "", toText(static_cast<Resource>(order[i])),
                       percent(times[order[i]], whole));
  return text;
}

void writeResources(const std::array<uint64_t, kNumResources> &times, JsonWriter &json) {
  json.beginObject();
  for (unsigned r = 0; r < kNumResources; ++r)
    if (times[r])
      json.member(toText(static_cast<Resource>(r)), us(times[r]));
  json.endObject();
}

} // namespace

std::string toText(const PathAccount &account, size_t most) {
  std::string text = formatText("\n%12s %6s  critical path\n", "us", "part");
  for (unsigned r : ranked(account.byResource))
    text +=
        formatText("%12.3f %5.1f%%  %s\n", us(account.byResource[r]),
                   percent(account.byResource[r], account.whole), toText(static_cast<Resource>(r)));
  text += "numbers ";
  for (unsigned k = 0; k < account.byKind.size(); ++k)
    text += formatText("%s %.1f%% %s", k ? "," : "", percent(account.byKind[k], account.whole),
                       kKinds[k]);
  std::vector<const PathLayer *> rows;
  for (const PathLayer &layer : account.layers)
    rows.push_back(&layer);
  std::sort(rows.begin(), rows.end(), [](const PathLayer *a, const PathLayer *b) {
    return a->whole != b->whole ? a->whole > b->whole : a < b;
  });
  text += formatText("\n\n%12s %6s  %-48s layer\n", "us", "part", "on the path");
  for (size_t i = 0; i < std::min(most, rows.size()); ++i)
    text += formatText("%12.3f %5.1f%%  %-48s %s\n", us(rows[i]->whole),
                       percent(rows[i]->whole, account.whole),
                       shortText(rows[i]->byResource, rows[i]->whole).c_str(),
                       rows[i]->name.empty() ? "-" : rows[i]->name.c_str());
  if (rows.size() > most)
    text += formatText("and %zu more layers\n", rows.size() - most);
  return text;
}

void writeJson(const PathAccount &account, JsonWriter &json) {
  json.beginObject();
  json.member("us", us(account.whole));
  json.key("by_resource");
  writeResources(account.byResource, json);
  json.key("by_kind");
  json.beginObject();
  for (unsigned k = 0; k < account.byKind.size(); ++k)
    json.member(kKinds[k], us(account.byKind[k]));
  json.endObject();
  json.key("layers");
  json.beginArray();
  for (const PathLayer &layer : account.layers) {
    json.beginObject();
    json.member("layer", std::string_view(layer.name));
    json.member("us", us(layer.whole));
    json.key("by_resource");
    writeResources(layer.byResource, json);
    json.endObject();
  }
  json.endArray();
  json.endObject();
}

} // namespace neuron::sim
