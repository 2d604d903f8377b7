// The use of the memories for people and programs, and as a picture.
#include "runtime/base/Json.h"
#include "runtime/sim/MemoryMap.h"

#include <algorithm>

namespace neuron::sim {
namespace {

constexpr size_t kLayersShown = 5;

// Of the picture, in pixels.
constexpr double kWidth = 900, kPanel = 180, kLeft = 90, kTop = 40, kGap = 50, kRight = 20;
constexpr double kPlot = kWidth - kLeft - kRight;

double percent(double part, double whole) { return whole > 0 ? 100 * part / whole : 0; }

std::string spaceText(const char *name, const MemoryUse::Space &space) {
  std::string text = formatText("%-8s at most %.0f of %.0f bytes a partition (%.0f%%), at %.3f us",
                                name, space.peakBytes, space.capacityBytes,
                                percent(space.peakBytes, space.capacityBytes), space.peakUs);
  for (size_t i = 0; i < std::min(kLayersShown, space.atPeak.size()); ++i)
    text += formatText("\n%14.0f  %s", space.atPeak[i].second,
                       space.atPeak[i].first.empty() ? "-" : space.atPeak[i].first.c_str());
  if (space.atPeak.size() > kLayersShown)
    text += formatText("\nand %zu more layers", space.atPeak.size() - kLayersShown);
  return text + "\n";
}

void writeSpace(const MemoryUse::Space &space, JsonWriter &json) {
  json.beginObject();
  json.member("capacity_bytes", space.capacityBytes);
  json.member("peak_bytes", space.peakBytes);
  json.member("peak_us", space.peakUs);
  json.key("peak_layers");
  json.beginArray();
  for (const auto &[layer, bytes] : space.atPeak) {
    json.beginObject();
    json.member("layer", std::string_view(layer));
    json.member("bytes", bytes);
    json.endObject();
  }
  json.endArray();
  json.key("bytes");
  json.beginArray();
  for (double bytes : space.bytes)
    json.value(bytes);
  json.endArray();
  json.endObject();
}

/// Characters that XML keeps for itself.
std::string xmlText(const std::string &text) {
  std::string safe;
  for (char c : text)
    safe += c == '&' ? "&amp;" : c == '<' ? "&lt;" : c == '>' ? "&gt;" : std::string(1, c);
  return safe;
}

std::string label(double x, double y, const char *anchor, const std::string &text) {
  return formatText("<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\">", x, y, anchor) +
         xmlText(text) + "</text>\n";
}

/// One memory: steps as an area, the capacity as a line, the peak with its largest layer.
std::string panel(const char *name, const MemoryUse::Space &space, double top, const char *colour) {
  double bottom = top + kPanel;
  auto yOf = [&](double bytes) {
    return bottom - kPanel * std::min(1.0, bytes / std::max(space.capacityBytes, 1.0));
  };
  double step = space.bytes.empty() ? 0 : kPlot / static_cast<double>(space.bytes.size());
  std::string area = formatText("M%.1f %.1f", kLeft, bottom);
  for (size_t i = 0; i < space.bytes.size(); ++i) {
    double x = kLeft + static_cast<double>(i) * step, y = yOf(space.bytes[i]);
    area += formatText("L%.1f %.1fL%.1f %.1f", x, y, x + step, y);
  }
  area += formatText("L%.1f %.1fZ", kLeft + kPlot, bottom);
  std::string text = formatText("<path d=\"%s\" fill=\"%s\"/>\n", area.c_str(), colour);
  text += formatText("<path d=\"M%.1f %.1fH%.1fM%.1f %.1fH%.1f\" stroke=\"#444\" fill=\"none\"/>\n",
                     kLeft, top, kLeft + kPlot, kLeft, bottom, kLeft + kPlot);
  text += label(kLeft - 8, top + 5, "end", formatText("%.0f B", space.capacityBytes));
  text += label(kLeft - 8, bottom, "end", "0");
  text += label(kLeft - 8, top + kPanel / 2, "end", name);
  std::string peak = formatText("peak %.0f B at %.1f us", space.peakBytes, space.peakUs);
  if (!space.atPeak.empty() && !space.atPeak[0].first.empty())
    peak += formatText(", %.0f B of ", space.atPeak[0].second) + space.atPeak[0].first;
  return text + label(kLeft, top - 6, "start", peak);
}

} // namespace

std::string toText(const MemoryUse &use) {
  return "\n" + spaceText("SBUF", use.sbuf) + spaceText("PSUM", use.psum);
}

void writeJson(const MemoryUse &use, JsonWriter &json) {
  json.beginObject();
  json.member("step_us", use.stepUs);
  json.key("sbuf");
  writeSpace(use.sbuf, json);
  json.key("psum");
  writeSpace(use.psum, json);
  json.endObject();
}

std::string toSvg(const MemoryUse &use, const std::string &title) {
  double second = kTop + kPanel + kGap, height = second + kPanel + kGap;
  std::string text =
      formatText("<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%.0f\" height=\"%.0f\" "
                 "font-family=\"sans-serif\" font-size=\"12\">\n"
                 "<rect width=\"100%%\" height=\"100%%\" fill=\"white\"/>\n",
                 kWidth, height);
  text += label(kWidth / 2, 16, "middle", title);
  text += panel("SBUF", use.sbuf, kTop, "#1b6ca8");
  text += panel("PSUM", use.psum, second, "#c1440e");
  double endUs = use.stepUs * static_cast<double>(use.sbuf.bytes.size());
  text += label(kLeft, height - 30, "start", "0");
  text += label(kLeft + kPlot, height - 30, "end", formatText("%.1f us", endUs));
  text += label(kLeft + kPlot / 2, height - 12, "middle",
                formatText("bytes of a partition in use, mean over %.3f us", use.stepUs));
  return text + "</svg>\n";
}

} // namespace neuron::sim
