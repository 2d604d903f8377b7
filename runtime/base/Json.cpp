// Separators, indentation, numbers by to_chars, text by UTF-8 rules.
#include "runtime/base/Json.h"

#include <charconv>
#include <cmath>
#include <cstdio>

namespace neuron {
namespace {

/// Bytes of the UTF-8 sequence at the front of `text`, 0 if there is none.
size_t sequenceLength(std::string_view text) {
  unsigned char lead = static_cast<unsigned char>(text[0]);
  size_t length = lead < 0x80   ? 1
                  : lead < 0xc2 ? 0
                  : lead < 0xe0 ? 2
                  : lead < 0xf0 ? 3
                  : lead < 0xf5 ? 4
                                : 0;
  if (length > text.size())
    return 0;
  for (size_t i = 1; i < length; ++i)
    if ((static_cast<unsigned char>(text[i]) & 0xc0) != 0x80)
      return 0;
  unsigned char second = length > 1 ? static_cast<unsigned char>(text[1]) : 0;
  bool overlong = (lead == 0xe0 && second < 0xa0) || (lead == 0xf0 && second < 0x90);
  bool outside = (lead == 0xed && second > 0x9f) || (lead == 0xf4 && second > 0x8f);
  return overlong || outside ? 0 : length;
}

} // namespace

std::string jsonEscape(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    size_t length = sequenceLength(text);
    char c = text[0];
    if (length == 0) {
      out += "\xef\xbf\xbd";
      length = 1;
    } else if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (static_cast<unsigned char>(c) < 0x20) {
      char code[8];
      std::snprintf(code, sizeof(code), "\\u%04x", static_cast<unsigned>(c));
      out += c == '\n' ? "\\n" : c == '\t' ? "\\t" : code;
    } else {
      out += text.substr(0, length);
    }
    text.remove_prefix(length);
  }
  return out;
}

void JsonWriter::newLine() {
  out += '\n';
  out.append(2 * filled.size(), ' ');
}

void JsonWriter::separate() {
  if (afterKey) {
    afterKey = false;
    return;
  }
  if (filled.empty())
    return;
  if (filled.back())
    out += ',';
  filled.back() = true;
  newLine();
}

void JsonWriter::open(char bracket) {
  separate();
  out += bracket;
  filled.push_back(false);
}

void JsonWriter::close(char bracket) {
  bool hadContent = filled.back();
  filled.pop_back();
  if (hadContent)
    newLine();
  out += bracket;
}

void JsonWriter::key(std::string_view name) {
  separate();
  out += '"' + jsonEscape(name) + "\": ";
  afterKey = true;
}

void JsonWriter::raw(std::string_view token) {
  separate();
  out += token;
}

void JsonWriter::value(std::string_view text) { raw('"' + jsonEscape(text) + '"'); }

void JsonWriter::null() { raw("null"); }

void JsonWriter::value(double number) {
  if (!std::isfinite(number))
    return null();
  char buffer[32];
  std::to_chars_result end = std::to_chars(buffer, buffer + sizeof(buffer), number);
  raw(std::string_view(buffer, static_cast<size_t>(end.ptr - buffer)));
}

} // namespace neuron
