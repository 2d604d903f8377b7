// Formatted text for Status: printf into a string of the right size.
#include "runtime/base/Status.h"

#include <cstdarg>
#include <cstdio>

namespace neuron {
namespace {

std::string formatList(const char *format, va_list list) {
  va_list again;
  va_copy(again, list);
  int length = std::vsnprintf(nullptr, 0, format, again);
  va_end(again);
  if (length < 0)
    return format;
  std::string text(static_cast<size_t>(length), '\0');
  std::vsnprintf(&text[0], text.size() + 1, format, list);
  return text;
}

} // namespace

std::string formatText(const char *format, ...) {
  va_list list;
  va_start(list, format);
  std::string text = formatList(format, list);
  va_end(list);
  return text;
}

Status Status::error(ErrorCode code, const char *format, ...) {
  va_list list;
  va_start(list, format);
  std::string text = formatList(format, list);
  va_end(list);
  return {code, std::move(text)};
}

} // namespace neuron
