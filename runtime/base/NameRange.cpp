// Ranges of names; see NameRange.h.
#include "runtime/base/NameRange.h"

#include <charconv>
#include <optional>
#include <vector>

namespace neuron {
namespace {

bool isDigit(char c) { return c >= '0' && c <= '9'; }

/// "a.12b" as "a.", "12", "b".
std::vector<std::string_view> partsOf(std::string_view name) {
  std::vector<std::string_view> parts;
  while (!name.empty()) {
    size_t size = 1;
    while (size < name.size() && isDigit(name[size]) == isDigit(name[0]))
      ++size;
    parts.push_back(name.substr(0, size));
    name.remove_prefix(size);
  }
  return parts;
}

/// The parts of both names, if those that differ are numbers.
struct Parts {
  std::vector<std::string_view> from, to;

  Parts(std::string_view first, std::string_view last) : from(partsOf(first)), to(partsOf(last)) {}

  bool match() const {
    if (from.size() != to.size())
      return false;
    for (size_t i = 0; i < from.size(); ++i)
      if (from[i] != to[i] && !(isDigit(from[i][0]) && isDigit(to[i][0])))
        return false;
    return true;
  }
};

/// The number at step `index` of `last` from `from` to `to`.
std::optional<int64_t> between(std::string_view from, std::string_view to, uint64_t index,
                               uint64_t last) {
  int64_t low = 0, high = 0, steps = static_cast<int64_t>(last);
  auto isWhole = [](std::string_view text, int64_t &value) {
    const char *end = text.data() + text.size();
    std::from_chars_result read = std::from_chars(text.data(), end, value);
    return read.ec == std::errc() && read.ptr == end && value <= (int64_t(1) << 31);
  };
  if (!isWhole(from, low) || !isWhole(to, high) || (high - low) % steps != 0)
    return std::nullopt;
  return low + (high - low) / steps * static_cast<int64_t>(index);
}

} // namespace

std::string rangeName(std::string_view first, std::string_view last) {
  Parts parts(first, last);
  std::string name;
  if (!parts.match())
    return name.append(first).append("..").append(last);
  for (size_t i = 0; i < parts.from.size(); ++i) {
    name += parts.from[i];
    if (parts.from[i] != parts.to[i])
      name.append("-").append(parts.to[i]);
  }
  return name;
}

std::string nameInRange(std::string_view first, std::string_view last, uint64_t index,
                        uint64_t count) {
  Parts parts(first, last);
  if (!parts.match() || count < 2 || count > (uint64_t(1) << 31) || index >= count)
    return rangeName(first, last);
  std::string name;
  for (size_t i = 0; i < parts.from.size(); ++i) {
    if (parts.from[i] == parts.to[i]) {
      name += parts.from[i];
      continue;
    }
    std::optional<int64_t> number = between(parts.from[i], parts.to[i], index, count - 1);
    if (!number)
      return rangeName(first, last);
    name += std::to_string(*number);
  }
  return name;
}

} // namespace neuron
