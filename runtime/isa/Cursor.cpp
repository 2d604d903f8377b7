// Words, numbers and names of assembly.
#include "runtime/isa/Cursor.h"

#include "runtime/isa/Isa.h"

#include <charconv>
#include <cmath>

namespace neuron::isa {
namespace {

bool isDigit(char c) { return c >= '0' && c <= '9'; }
bool isLetter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
bool isWord(char c) { return isLetter(c) || isDigit(c); }

size_t wordLength(std::string_view text) {
  size_t length = 0;
  while (length < text.size() && isWord(text[length]))
    ++length;
  return length;
}

} // namespace

void Cursor::skipSpaces() {
  while (at < text.size() && (text[at] == ' ' || text[at] == '\t' || text[at] == '\r'))
    ++at;
}

std::string_view Cursor::rest() {
  skipSpaces();
  return text.substr(at);
}

bool Cursor::atEnd() { return rest().empty(); }

bool Cursor::sees(std::string_view what) {
  std::string_view left = rest();
  if (left.substr(0, what.size()) != what)
    return false;
  return !isWord(what.back()) || left.size() == what.size() || !isWord(left[what.size()]);
}

bool Cursor::accept(std::string_view what) {
  if (!sees(what))
    return false;
  at += what.size();
  return true;
}

Status Cursor::expect(std::string_view what) {
  if (accept(what))
    return Status::success();
  return error("expected '" + std::string(what) + "'");
}

bool Cursor::seesWord() {
  std::string_view left = rest();
  return !left.empty() && isLetter(left[0]);
}

std::string_view Cursor::nextWord() {
  return seesWord() ? rest().substr(0, wordLength(rest())) : std::string_view();
}

Status Cursor::word(const char *what, std::string &value) {
  if (!seesWord())
    return error(std::string("expected ") + what);
  size_t length = wordLength(rest());
  value = std::string(rest().substr(0, length));
  at += length;
  return Status::success();
}

Status Cursor::name(const char *what, std::string &value) {
  std::string_view left = rest();
  if (left.empty() || left[0] != '"')
    return word(what, value);
  size_t end = left.find('"', 1);
  if (end == std::string_view::npos)
    return error("a quote is not closed");
  value = std::string(left.substr(1, end - 1));
  at += end + 1;
  return Status::success();
}

Status Cursor::kind(const char *what, std::string &value) {
  NEURON_TRY(word(what, value));
  while (at + 1 < text.size() && text[at] == '-' && isLetter(text[at + 1])) {
    size_t length = 1 + wordLength(text.substr(at + 1));
    value += std::string(text.substr(at, length));
    at += length;
  }
  return Status::success();
}

bool Cursor::seesLabel() {
  size_t length = seesWord() ? wordLength(rest()) : 0;
  return length != 0 && rest().substr(length, 1) == ":";
}

bool Cursor::seesSetting() {
  std::string_view left = rest();
  size_t length = seesWord() ? wordLength(left) : 0;
  return length != 0 && left.substr(length, 1) == "=" && left.substr(length, 2) != "==";
}

bool Cursor::seesNumber() {
  std::string_view left = rest();
  size_t sign = !left.empty() && left[0] == '-';
  return left.size() > sign && isDigit(left[sign]);
}

Status Cursor::number(const char *what, int64_t least, int64_t most, int64_t &value) {
  if (!seesNumber())
    return error(std::string("expected ") + what);
  unsigned begin = column();
  bool negative = accept("-");
  std::string_view left = rest();
  bool hexadecimal = left.size() > 2 && left[0] == '0' && (left[1] == 'x' || left[1] == 'X');
  if (hexadecimal)
    left.remove_prefix(2);
  uint64_t magnitude = 0;
  auto [end, problem] =
      std::from_chars(left.data(), left.data() + left.size(), magnitude, hexadecimal ? 16 : 10);
  size_t length = static_cast<size_t>(end - left.data());
  bool broken = length == 0 || (length < left.size() && isWord(left[length]));
  if (broken)
    return errorAt(begin, std::string("expected ") + what);
  at += length + (hexadecimal ? 2 : 0);
  bool huge = problem != std::errc() || magnitude > uint64_t(INT64_MAX);
  value = negative ? -static_cast<int64_t>(magnitude) : static_cast<int64_t>(magnitude);
  if (huge || value < least || value > most)
    return errorAt(begin, formatText("%s is out of range, legal are %lld to %lld", what,
                                     static_cast<long long>(least), static_cast<long long>(most)));
  return Status::success();
}

namespace {

/// Length of the number at the beginning of `text`, 0 when there is none that fits T.
template <typename T> size_t readFraction(std::string_view text, T &value) {
  auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), value);
  size_t length = problem == std::errc() ? static_cast<size_t>(end - text.data()) : 0;
  return length < text.size() && isWord(text[length]) ? 0 : length;
}

} // namespace

Status Cursor::floatBits(uint32_t &bits) {
  if (rest().substr(0, 2) == "0x") {
    int64_t value = 0;
    NEURON_TRY(number("the bits of an f32", 0, 0xffffffff, value));
    bits = static_cast<uint32_t>(value);
    return Status::success();
  }
  float value = 0;
  size_t length = readFraction(rest(), value);
  if (length == 0)
    return error("expected a number that fits f32");
  at += length;
  bits = std::isnan(value) ? 0x7fc00000u : immBits(value);
  return Status::success();
}

Status Cursor::decimal(double &value) {
  size_t length = readFraction(rest(), value);
  at += length;
  return length ? Status::success() : error("expected a number");
}

bool Cursor::seesRegister() {
  std::string_view left = rest();
  size_t length = wordLength(left);
  if (length < 2 || left[0] != 'r')
    return false;
  for (size_t i = 1; i < length; ++i)
    if (!isDigit(left[i]))
      return false;
  return true;
}

Status Cursor::registerNumber(uint8_t &reg) {
  if (!seesRegister())
    return error("expected a register r0 to r63");
  unsigned begin = column();
  ++at;
  int64_t value = 0;
  if (!number("a register", 0, kNumRegisters - 1, value).ok())
    return errorAt(begin, "expected a register r0 to r63");
  reg = static_cast<uint8_t>(value);
  return Status::success();
}

unsigned Cursor::column() {
  skipSpaces();
  return firstColumn + static_cast<unsigned>(at);
}

Status Cursor::error(const std::string &what) {
  std::string_view left = rest();
  if (left.empty())
    return errorAt(column(), what + ", found the end of the line");
  size_t length = wordLength(left);
  return errorAt(column(),
                 what + ", found '" + std::string(left.substr(0, length ? length : 1)) + "'");
}

Status Cursor::errorAt(unsigned column, const std::string &what) const {
  return Status(ErrorCode::InvalidArgument, formatText("%u:%u: %s", line, column, what.c_str()));
}

} // namespace neuron::isa
