// Numbers for layers: every op of a program, in every iteration of a repeat, has a row by its name.
//
// Observers of a walk count by row, an index, and ask for names only when they tell what they
// saw. An op of a repeated layer stands for another layer in every iteration of the outermost
// loop; ops of one name share a row. An op without a layer has the row of the name "".
#pragma once

#include "runtime/sim/Image.h"

#include <functional>
#include <map>
#include <string>
#include <vector>

namespace neuron::sim {

class LayerIndex {
public:
  using Name = std::function<std::string(uint32_t opId, uint64_t iteration)>;
  using Iterations = std::function<uint64_t(uint32_t opId)>;

  /// Without `iterations` every op is one layer. What they refer to must outlive the object.
  explicit LayerIndex(Name name, Iterations iterations = {})
      : name(std::move(name)), iterations(std::move(iterations)) {}
  explicit LayerIndex(const Image &image) : LayerIndex(image.layer, image.layerIterations) {}

  /// Cost: two looks at a table, after the first time.
  uint32_t rowOf(uint32_t opId, uint64_t iteration) {
    if (opId < ops.size()) {
      const Op &op = ops[opId];
      uint64_t slot = iteration < op.repeats ? iteration + 1 : 0;
      if (slot < op.rows.size() && op.rows[slot] != kUnknown)
        return op.rows[slot];
    }
    return find(opId, iteration);
  }
  const std::string &nameOf(uint32_t row) const { return *names[row]; }
  uint32_t size() const { return static_cast<uint32_t>(names.size()); }

private:
  static constexpr uint32_t kUnknown = UINT32_MAX;
  uint32_t find(uint32_t opId, uint64_t iteration);

  Name name;
  Iterations iterations;
  struct Op {
    bool isKnown = false;
    uint64_t repeats = 0;       ///< iterations that have names of their own
    std::vector<uint32_t> rows; ///< of an iteration at 1 + iteration, of all others at 0
  };
  std::vector<Op> ops;
  std::map<std::string, uint32_t> rowsByName;
  std::vector<const std::string *> names; ///< by row, keys of `rowsByName`
};

} // namespace neuron::sim
