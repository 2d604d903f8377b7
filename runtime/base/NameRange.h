// One name for the names of equal things, and back: "layer.0.bias" to "layer.11.bias" is
// "layer.0-11.bias".
//
// A range of names is its first and its last one. Numbers that differ between them move in equal
// steps; everything else is equal. So a range takes the same space for any number of names.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace neuron {

/// A name for all from `first` to `last`: numbers that differ are written as a range. Names that
/// differ in more than numbers are put side by side, with ".." between them.
std::string rangeName(std::string_view first, std::string_view last);

/// Name `index` of the `count` names from `first` to `last`, or that of the range where the steps
/// between them are not whole or the names differ in more than numbers.
std::string nameInRange(std::string_view first, std::string_view last, uint64_t index,
                        uint64_t count);

} // namespace neuron
