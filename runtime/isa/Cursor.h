// A place in a line of assembly, with what every parser of it needs.
//
// Nothing here fails silently: a function either moves past what it read or returns a Status
// that begins with "line:column: ". Spaces and tabs are skipped before everything.
#pragma once

#include "runtime/base/Status.h"

#include <cstdint>
#include <string>
#include <string_view>

namespace neuron::isa {

class Cursor {
public:
  Cursor(std::string_view text, unsigned line, unsigned column)
      : text(text), line(line), firstColumn(column) {}

  bool atEnd();
  /// True if `what` comes next. A word is not followed by more of a word.
  bool sees(std::string_view what);
  /// Moves past `what` if it comes next.
  bool accept(std::string_view what);
  /// Moves past `what`. Errors: something else comes next.
  Status expect(std::string_view what);

  /// True if a letter or underscore comes next.
  bool seesWord();
  /// The word that comes next, "" when none does.
  std::string_view nextWord();
  /// A word: letters, digits, underscores. Errors: `what` was expected.
  Status word(const char *what, std::string &value);
  /// A word, or any text in quotes.
  Status name(const char *what, std::string &value);
  /// A word that may have dashes: out-of-bounds.
  Status kind(const char *what, std::string &value);
  /// True for a word and a colon.
  bool seesLabel();
  /// True for a word and =, as in op=add.
  bool seesSetting();
  bool seesNumber();
  /// A decimal or hexadecimal number with an optional minus. Errors: none there, or it does not
  /// fit [least, most].
  Status number(const char *what, int64_t least, int64_t most, int64_t &value);
  /// A decimal fraction, inf, nan, or 0x and eight digits: the bits of an f32.
  Status floatBits(uint32_t &bits);
  /// A decimal fraction, inf or nan.
  Status decimal(double &value);
  /// r0 to r63.
  bool seesRegister();
  Status registerNumber(uint8_t &reg);

  unsigned column();
  unsigned lineNumber() const { return line; }
  /// An error here.
  Status error(const std::string &what);
  Status errorAt(unsigned column, const std::string &what) const;

private:
  std::string_view rest();
  void skipSpaces();

  std::string_view text;
  unsigned line, firstColumn;
  size_t at = 0;
};

} // namespace neuron::isa
