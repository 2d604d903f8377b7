// Reading of reports, and the difference of two.
#include "runtime/sim/Comparison.h"

#include "runtime/base/File.h"
#include "runtime/base/Json.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <map>

namespace neuron::sim {
namespace {

using Json = nlohmann::ordered_json;
using Rows = ReportFigures::Rows;

/// What adds up to the latency comes sorted by its part of the difference.
enum class Order { AsReported, ByDifference };
struct GroupFacts {
  const char *name, *title;
  Order order;
  const char *option; ///< that asks for it; null: always there
};
constexpr GroupFacts kGroups[] = {
    {"critical_path", "us on the critical path, by resource", Order::ByDifference,
     "--critical-path"},
    {"critical_path_layers", "us on the critical path, by layer", Order::ByDifference,
     "--critical-path"},
    {"layers", "us by layer", Order::ByDifference, "--layers"},
    {"engine_busy_us", "us busy, by engine", Order::ByDifference, nullptr},
    {"hbm_bytes", "bytes across HBM, by role", Order::ByDifference, nullptr},
    {"limits", "utilisation and limits", Order::AsReported, nullptr},
};
constexpr const char *kLimits[] = {"mfu",
                                   "hfu",
                                   "mbu",
                                   "dma_active",
                                   "dma_efficiency",
                                   "floor_us",
                                   "latency_over_floor",
                                   "assumed_time_fraction",
                                   "sbuf_peak_bytes",
                                   "psum_peak_banks",
                                   "spill_bytes"};
constexpr size_t kRowsShown = 20;
constexpr double kVisible = 0.0005; ///< a difference that is more than zero as it is printed

class Reader {
public:
  Reader(const Json &json, const std::string &place) : json(json) { figures.place = place; }

  Status read() {
    if (!json.is_object() || !json.contains("latency_us") || !json.contains("report_version"))
      return {ErrorCode::Malformed, "no report of neuron-run or neuron-sim: it has no "
                                    "\"latency_us\" or no \"report_version\""};
    double version = 0;
    NEURON_TRY(number(json, "report_version", version));
    if (version != kReportVersion)
      return Status::error(ErrorCode::VersionMismatch,
                           "a report of version %.0f, this tool compares version %u", version,
                           kReportVersion);
    NEURON_TRY(number(json, "latency_us", figures.latencyUs));
    for (auto [key, text] :
         {std::pair("target", &figures.target), std::pair("machine_digest", &figures.machineDigest),
          std::pair("model", &figures.model), std::pair("model_digest", &figures.modelDigest),
          std::pair("verdict", &figures.verdict)})
      NEURON_TRY(readText(key, *text));
    for (const GroupFacts &facts : kGroups)
      figures.groups.push_back({facts.name, facts.option == nullptr, {}});
    if (json.contains("critical_path"))
      NEURON_TRY(readPath(json["critical_path"]));
    if (json.contains("layers"))
      NEURON_TRY(readLayers(json["layers"], "layers"));
    NEURON_TRY(readEngines());
    NEURON_TRY(readBytes());
    for (const char *key : kLimits)
      if (json.contains(key) && !json[key].is_null())
        NEURON_TRY(append(json, key, key, group("limits")));
    return Status::success();
  }
  ReportFigures figures;

private:
  static Status number(const Json &object, const char *key, double &value) {
    if (!object.contains(key) || !object[key].is_number())
      return Status::error(ErrorCode::Malformed, "\"%s\" is no number", key);
    value = object[key].get<double>();
    return Status::success();
  }

  Status readText(const char *key, std::string &text) {
    if (!json.contains(key))
      return Status::success();
    if (!json[key].is_string())
      return Status::error(ErrorCode::Malformed, "\"%s\" is no text", key);
    text = json[key].get<std::string>();
    return Status::success();
  }

  static Status append(const Json &object, const char *key, const std::string &name, Rows &rows) {
    double value = 0;
    NEURON_TRY(number(object, key, value));
    rows.emplace_back(name, value);
    return Status::success();
  }

  /// The rows of a group; the report has it.
  Rows &group(std::string_view name) {
    for (ReportFigures::Group &one : figures.groups)
      if (one.name == name) {
        one.isThere = true;
        return one.rows;
      }
    return figures.groups[0].rows;
  }

  Status readMembers(const Json &object, const char *what, const std::string &prefix, Rows &rows) {
    if (!object.is_object())
      return Status::error(ErrorCode::Malformed, "\"%s\" is no object", what);
    for (const auto &[key, value] : object.items())
      NEURON_TRY(append(object, key.c_str(), prefix + key, rows));
    return Status::success();
  }

  Status readLayers(const Json &layers, const char *name) {
    Rows &rows = group(name);
    if (!layers.is_array())
      return Status::error(ErrorCode::Malformed, "\"layers\" is no array");
    for (const Json &layer : layers) {
      if (!layer.is_object() || !layer.contains("layer") || !layer["layer"].is_string())
        return Status::error(ErrorCode::Malformed, "\"layers\" has an entry without a name");
      NEURON_TRY(append(layer, "us", layer["layer"].get<std::string>(), rows));
    }
    return Status::success();
  }

  Status readPath(const Json &path) {
    if (!path.is_object() || !path.contains("by_resource") || !path.contains("layers"))
      return {ErrorCode::Malformed, "\"critical_path\" has no \"by_resource\" or no \"layers\""};
    NEURON_TRY(readMembers(path["by_resource"], "by_resource", "", group("critical_path")));
    return readLayers(path["layers"], "critical_path_layers");
  }

  Status readEngines() {
    if (!json.contains("engine_busy"))
      return Status::success();
    Rows &rows = group("engine_busy_us");
    NEURON_TRY(readMembers(json["engine_busy"], "engine_busy", "", rows));
    for (auto &[engine, busy] : rows)
      busy *= figures.latencyUs;
    return Status::success();
  }

  Status readBytes() {
    for (auto [key, prefix] :
         {std::pair("hbm_read_by_role", "read "), std::pair("hbm_written_by_role", "written ")})
      if (json.contains(key))
        NEURON_TRY(readMembers(json[key], key, prefix, group("hbm_bytes")));
    return Status::success();
  }

  const Json &json;
};

std::vector<Comparison::Row> join(const Rows &now, const Rows &then, Order order) {
  std::vector<Comparison::Row> rows;
  std::map<std::string, size_t> at;
  auto rowOf = [&](const std::string &name) -> Comparison::Row & {
    auto [entry, isNew] = at.try_emplace(name, rows.size());
    if (isNew) {
      rows.emplace_back();
      rows.back().name = name;
    }
    return rows[entry->second];
  };
  for (const auto &[name, value] : now) {
    Comparison::Row &row = rowOf(name);
    row.isNow = true;
    row.now += value;
  }
  for (const auto &[name, value] : then) {
    Comparison::Row &row = rowOf(name);
    row.wasThen = true;
    row.then += value;
  }
  if (order == Order::ByDifference)
    std::sort(rows.begin(), rows.end(), [](const Comparison::Row &a, const Comparison::Row &b) {
      double left = std::abs(a.now - a.then), right = std::abs(b.now - b.then);
      return left != right ? left > right : a.name < b.name;
    });
  return rows;
}

std::string numberText(double value) {
  return value == std::floor(value) && std::abs(value) >= 1000 ? formatText("%.0f", value)
                                                               : formatText("%.3f", value);
}

std::string rowText(const Comparison::Row &row) {
  std::string difference = numberText(row.now - row.then);
  if (row.now > row.then)
    difference.insert(0, "+");
  return formatText("%14s %14s %14s  %s\n", row.isNow ? numberText(row.now).c_str() : "-",
                    row.wasThen ? numberText(row.then).c_str() : "-", difference.c_str(),
                    row.name.empty() ? "-" : row.name.c_str());
}

std::string groupText(const Comparison::Group &group, const char *title) {
  std::string lines;
  size_t shown = 0, equal = 0, more = 0;
  for (const Comparison::Row &row : group.rows) {
    if (std::abs(row.now - row.then) < kVisible && row.isNow == row.wasThen)
      ++equal;
    else if (shown == kRowsShown)
      ++more;
    else {
      ++shown;
      lines += rowText(row);
    }
  }
  if (!shown)
    return formatText("\nunchanged: %s\n", title);
  std::string text = formatText("\n%14s %14s %14s  %s\n", "now", "then", "difference", title);
  text += lines;
  if (more)
    text += formatText("and %zu more that differ\n", more);
  if (equal)
    text += formatText("and %zu that are equal\n", equal);
  return text;
}

const char *titleOf(const std::string &group) {
  for (const GroupFacts &facts : kGroups)
    if (group == facts.name)
      return facts.title;
  return "";
}

void writeTexts(const char *key, const std::vector<std::string> &texts, JsonWriter &json) {
  json.key(key);
  json.beginArray();
  for (const std::string &text : texts)
    json.value(std::string_view(text));
  json.endArray();
}

void writeRow(const Comparison::Row &row, JsonWriter &json) {
  json.beginObject();
  json.member("name", std::string_view(row.name));
  for (auto [key, isThere, value] :
       {std::tuple("now", row.isNow, row.now), std::tuple("then", row.wasThen, row.then)}) {
    json.key(key);
    if (isThere)
      json.value(value);
    else
      json.null();
  }
  json.member("difference", row.now - row.then);
  json.endObject();
}

} // namespace

bool ReportFigures::has(std::string_view group) const {
  for (const Group &one : groups)
    if (one.name == group)
      return one.isThere;
  return false;
}

Result<ReportFigures> readReport(std::string_view text, const std::string &place) {
  Json json = Json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (json.is_discarded())
    return Status(ErrorCode::Malformed, place + ": no JSON");
  Reader reader(json, place);
  NEURON_TRY(reader.read().within(place));
  return std::move(reader.figures);
}

Result<ReportFigures> loadReport(const std::string &path) {
  auto file = MappedFile::open(path);
  if (!file)
    return file.status();
  ByteSpan bytes = file->bytes();
  return readReport({reinterpret_cast<const char *>(bytes.data), bytes.size}, path);
}

Comparison compare(const ReportFigures &now, const ReportFigures &then) {
  Comparison result;
  result.place = then.place;
  result.nowUs = now.latencyUs;
  result.thenUs = then.latencyUs;
  result.nowVerdict = now.verdict;
  result.thenVerdict = then.verdict;
  if (now.target != then.target || now.machineDigest != then.machineDigest)
    result.differing.push_back(formatText("machine: %s (%s) now, %s (%s) then", now.target.c_str(),
                                          now.machineDigest.c_str(), then.target.c_str(),
                                          then.machineDigest.c_str()));
  if (now.model != then.model || now.modelDigest != then.modelDigest)
    result.differing.push_back(formatText("model: '%s' (%s) now, '%s' (%s) then", now.model.c_str(),
                                          now.modelDigest.c_str(), then.model.c_str(),
                                          then.modelDigest.c_str()));
  for (size_t g = 0; g < std::size(kGroups); ++g) {
    const ReportFigures::Group &mine = now.groups[g], &other = then.groups[g];
    if (mine.isThere && other.isThere)
      result.groups.push_back({mine.name, join(mine.rows, other.rows, kGroups[g].order)});
    else if (mine.isThere != other.isThere)
      result.missing.push_back(formatText("%s: the report %s was made without %s", kGroups[g].name,
                                          mine.isThere ? "then" : "now",
                                          kGroups[g].option ? kGroups[g].option : "it"));
  }
  return result;
}

std::string toText(const Comparison &comparison) {
  double difference = comparison.nowUs - comparison.thenUs;
  std::string text =
      formatText("\ncompared with %s: %.3f us, was %.3f us: %+.3f us", comparison.place.c_str(),
                 comparison.nowUs, comparison.thenUs, difference);
  if (comparison.thenUs > 0)
    text += formatText(" (%+.1f %%)", 100 * difference / comparison.thenUs);
  text += "\n";
  for (const std::string &one : comparison.differing)
    text += "another " + one + "\n";
  for (const std::string &one : comparison.missing)
    text += "not compared: " + one + "\n";
  if (comparison.nowVerdict != comparison.thenVerdict)
    text += "now  " + comparison.nowVerdict + "\nthen " + comparison.thenVerdict + "\n";
  for (const Comparison::Group &group : comparison.groups)
    text += groupText(group, titleOf(group.name));
  return text;
}

void writeJson(const Comparison &comparison, JsonWriter &json) {
  json.beginObject();
  json.member("with", std::string_view(comparison.place));
  Comparison::Row latency{"latency_us", true, true, comparison.nowUs, comparison.thenUs};
  json.key("latency_us");
  writeRow(latency, json);
  writeTexts("differing", comparison.differing, json);
  writeTexts("not_compared", comparison.missing, json);
  json.key("verdict");
  json.beginObject();
  json.member("now", std::string_view(comparison.nowVerdict));
  json.member("then", std::string_view(comparison.thenVerdict));
  json.endObject();
  for (const Comparison::Group &group : comparison.groups) {
    json.key(group.name);
    json.beginArray();
    for (const Comparison::Row &row : group.rows)
      writeRow(row, json);
    json.endArray();
  }
  json.endObject();
}

} // namespace neuron::sim
