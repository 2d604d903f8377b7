// Counts of engine instructions; see EngineWork.h.
#include "passes/isa/EngineWork.h"

#include <algorithm>

using namespace neuron;
using namespace neuron::isa;

namespace {
constexpr uint64_t kMany = 1 << 20; ///< far beyond what `after` can say
}

EngineWork::EngineWork(const Sequence &sequence) {
  before.resize(sequence.regions.size());
  for (size_t r = sequence.regions.size(); r-- > 0;) {
    const RegionNode &region = sequence.regions[r];
    Counts counts{};
    before[r].reserve(region.children.size() + 1);
    for (size_t c = 0; c < region.children.size(); ++c) {
      const Child &child = region.children[c];
      before[r].push_back(counts);
      if (child.kind == Child::Instruction) {
        const Inst &inst = sequence.insts[child.index];
        if (isEngineWork(inst))
          ++counts[static_cast<unsigned>(inst.engine)];
      } else if (child.kind == Child::Loop) {
        uint64_t times = std::min(sequence.regions[child.index].count, kMany);
        for (unsigned e = 0; e < kNumEngines; ++e)
          counts[e] = std::min(kMany, counts[e] + times * before[child.index].back()[e]);
      }
    }
    before[r].push_back(counts);
  }
}

uint64_t EngineWork::between(uint32_t from, uint32_t to, uint32_t region, int64_t distance,
                             Engine engine) const {
  unsigned e = static_cast<unsigned>(engine);
  uint64_t total = before[region].back()[e];
  uint64_t steps = distance > 0 ? std::min<uint64_t>(distance, kMany) * total : 0;
  return steps + before[region][to][e] - before[region][from + 1][e] + 1;
}
