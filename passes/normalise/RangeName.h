// One name for the names of equal things: "layer.0.bias" to "layer.11.bias" is "layer.0-11.bias".
#pragma once

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"

#include <string>

namespace neuron::passes {

/// A name for all of `names`, of which there is one at least: numbers that differ between the
/// first and the last become a range; names that differ in more than numbers are put side by
/// side, first and last.
std::string rangeName(llvm::ArrayRef<llvm::StringRef> names);

} // namespace neuron::passes
