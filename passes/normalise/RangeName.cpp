// Names of equal things as one; see RangeName.h.
#include "passes/normalise/RangeName.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringExtras.h"

using llvm::StringRef;

/// "a.12b" as "a.", "12", "b".
static llvm::SmallVector<StringRef> partsOf(StringRef name) {
  llvm::SmallVector<StringRef> parts;
  while (!name.empty()) {
    bool digits = llvm::isDigit(name[0]);
    StringRef part = name.take_while([&](char c) { return llvm::isDigit(c) == digits; });
    parts.push_back(part);
    name = name.drop_front(part.size());
  }
  return parts;
}

std::string neuron::passes::rangeName(llvm::ArrayRef<StringRef> names) {
  StringRef first = names.front(), last = names.back();
  llvm::SmallVector<StringRef> from = partsOf(first), to = partsOf(last);
  std::string name;
  for (size_t i = 0; i < from.size() && from.size() == to.size(); ++i) {
    bool isNumber = llvm::isDigit(from[i][0]) && llvm::isDigit(to[i][0]);
    if (from[i] != to[i] && !isNumber)
      return (first + ".." + last).str();
    name += from[i] == to[i] ? from[i].str() : (from[i] + "-" + to[i]).str();
  }
  return from.size() == to.size() ? name : (first + ".." + last).str();
}
