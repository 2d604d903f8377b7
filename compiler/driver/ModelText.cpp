// ModelText: a walk over brackets, with strings and comments left out.

#include "compiler/driver/ModelText.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"

using namespace neuron::driver;
using llvm::StringRef;

namespace {

constexpr StringRef kBytecodeMagic = "ML\xefR";
constexpr StringRef kArray = "array<";
/// Modules as --emit nn prints them nest less than ten deep.
constexpr unsigned kMaxDepth = 256;
constexpr StringRef kArrayTypes[] = {"i1", "i8", "i16", "i32", "i64", "f32", "f64"};

class Scanner {
public:
  explicit Scanner(StringRef text) : text(text) {}

  std::optional<TextProblem> run() {
    if (text.starts_with(kBytecodeMagic))
      return refuse("bytecode, expected the text of a module");
    while (at < text.size()) {
      if (skipString() || skipComment())
        continue;
      if (text.substr(at).starts_with(kArray) && !isKnownArray())
        return refuse("an array of elements that no operation has; known are i1 i8 i16 i32 i64 "
                      "f32 f64");
      if (!countBracket())
        return refuse("brackets nested more than 256 deep");
      ++at;
    }
    return std::nullopt;
  }

private:
  std::optional<TextProblem> refuse(StringRef what) const {
    StringRef before = text.take_front(at);
    size_t line = before.rfind('\n');
    size_t column = line == StringRef::npos ? at : at - line - 1;
    return TextProblem{unsigned(before.count('\n') + 1), unsigned(column + 1), what.str()};
  }

  bool skipString() {
    if (text[at] != '"')
      return false;
    for (++at; at < text.size() && text[at] != '"' && text[at] != '\n'; ++at)
      at += text[at] == '\\';
    ++at;
    return true;
  }

  bool skipComment() {
    if (!text.substr(at).starts_with("//"))
      return false;
    at = std::min(text.find('\n', at), text.size());
    return true;
  }

  bool isKnownArray() const {
    StringRef type = text.substr(at + kArray.size()).ltrim();
    return llvm::is_contained(kArrayTypes,
                              type.take_while([](char c) { return llvm::isAlnum(c); }));
  }

  /// False where the brackets are too deep. The > of an arrow closes nothing.
  bool countBracket() {
    if (StringRef("([{<").contains(text[at]))
      return ++depth <= kMaxDepth;
    bool isArrow = text[at] == '>' && at > 0 && text[at - 1] == '-';
    if (depth > 0 && !isArrow && StringRef(")]}>").contains(text[at]))
      --depth;
    return true;
  }

  StringRef text;
  size_t at = 0;
  unsigned depth = 0;
};

} // namespace

std::optional<TextProblem> neuron::driver::findProblem(StringRef text) {
  return Scanner(text).run();
}
