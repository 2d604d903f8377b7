// The text of a module, judged before MLIR's parser sees it.
//
// The parser recurses once for every open bracket and takes the width of any element type of
// array<...> for granted: both end the process. What it would not survive is refused here with
// its place; everything else is left to it.

#ifndef NEURON_COMPILER_DRIVER_MODELTEXT_H
#define NEURON_COMPILER_DRIVER_MODELTEXT_H

#include "llvm/ADT/StringRef.h"
#include <optional>
#include <string>

namespace neuron::driver {

/// What is wrong with a text, and where; lines and columns count from 1.
struct TextProblem {
  unsigned line = 1, column = 1;
  std::string what;
};

/// Returns the first thing that the parser must not meet, or nothing. Cost: one walk.
std::optional<TextProblem> findProblem(llvm::StringRef text);

} // namespace neuron::driver

#endif // NEURON_COMPILER_DRIVER_MODELTEXT_H
