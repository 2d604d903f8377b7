// What the critical path was spent on: by resource, by layer, by how far its numbers can be
// trusted.
//
// Three ways to cut the same time; each adds up to the latency. The kind of a stretch is the kind
// of the one parameter of the machine table that its duration follows from (Causes.cpp).
#pragma once

#include "runtime/sim/Causes.h"

#include <string>
#include <vector>

namespace neuron {
class JsonWriter;
}

namespace neuron::sim {

/// Femtoseconds on the critical path.
struct PathLayer {
  std::string name;
  uint64_t whole = 0;
  std::array<uint64_t, kNumResources> byResource{};
};
struct PathAccount {
  uint64_t whole = 0; ///< the latency
  std::array<uint64_t, kNumResources> byResource{};
  std::array<uint64_t, 4> byKind{}; ///< of the number that each stretch comes from
  std::vector<PathLayer> layers;    ///< in the order of the index
};

/// For people: resources, kinds of numbers, and the layers that cost most, at most `most`.
std::string toText(const PathAccount &account, size_t most);
/// One object: us, by_resource, by_kind, layers. Units: us.
void writeJson(const PathAccount &account, JsonWriter &json);

} // namespace neuron::sim
