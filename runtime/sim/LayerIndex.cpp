// Rows by op and iteration; see LayerIndex.h.
#include "runtime/sim/LayerIndex.h"

namespace neuron::sim {

uint32_t LayerIndex::find(uint32_t opId, uint64_t iteration) {
  if (opId >= ops.size())
    ops.resize(size_t(opId) + 1);
  Op &op = ops[opId];
  if (!op.isKnown && iterations) {
    uint64_t repeats = iterations(opId);
    op.repeats = repeats > 1 ? repeats : 0;
  }
  op.isKnown = true;
  bool isOne = iteration < op.repeats;
  std::string text = name ? name(opId, isOne ? iteration : Image::kNoIteration) : std::string();
  auto [entry, isNew] = rowsByName.try_emplace(std::move(text), size());
  if (isNew)
    names.push_back(&entry->first);
  uint64_t slot = isOne ? iteration + 1 : 0;
  if (slot >= op.rows.size())
    op.rows.resize(slot + 1, kUnknown);
  op.rows[slot] = entry->second;
  return entry->second;
}

} // namespace neuron::sim
