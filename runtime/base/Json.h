// JSON as it is written: reports and descriptions, in the order in which they are told.
//
//   JsonWriter json;
//   json.beginObject();
//   json.member("latency_us", 12.5);
//   json.key("shape"); json.beginArray(); json.value(uint64_t(2)); json.endArray();
//   json.endObject();
//   json.text()
//
// Numbers are the shortest that read back the same, whatever the locale; NaN and infinities,
// which JSON lacks, become null. Text is escaped, bytes that are no UTF-8 become U+FFFD.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

namespace neuron {

class JsonWriter {
public:
  void beginObject() { open('{'); }
  void endObject() { close('}'); }
  void beginArray() { open('['); }
  void endArray() { close(']'); }

  /// The name of the member whose value comes next.
  void key(std::string_view name);

  void value(std::string_view text);
  void value(const char *text) { value(std::string_view(text)); }
  void value(double number);
  void null();
  template <typename T, std::enable_if_t<std::is_integral<T>::value, int> = 0>
  void value(T number) {
    if constexpr (std::is_same<T, bool>::value)
      raw(number ? "true" : "false");
    else
      raw(std::to_string(number));
  }

  template <typename T> void member(std::string_view name, const T &content) {
    key(name);
    value(content);
  }

  /// What was written, with a newline at the end.
  std::string text() const { return out + "\n"; }

private:
  void open(char bracket);
  void close(char bracket);
  void raw(std::string_view token);
  void separate();
  void newLine();

  std::string out;
  std::vector<bool> filled; ///< per open bracket: whether something stands in it
  bool afterKey = false;
};

/// The text between quotes, escaped.
std::string jsonEscape(std::string_view text);

} // namespace neuron
