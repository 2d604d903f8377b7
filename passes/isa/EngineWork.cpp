// Counts of engine instructions; see EngineWork.h.
#include "passes/isa/EngineWork.h"

#include <algorithm>

using namespace neuron;
using namespace neuron::isa;

namespace {
constexpr uint64_t kMany = 1 << 20; ///< far beyond what `after` can say
}

EngineWork::EngineWork(const Sequence &sequence) : sequence(sequence) {
  instChild.resize(sequence.insts.size());
  instRegion.resize(sequence.insts.size());
  regionChild.resize(sequence.regions.size());
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
        instChild[child.index] = static_cast<uint32_t>(c);
        instRegion[child.index] = static_cast<uint32_t>(r);
        if (isEngineWork(inst))
          ++counts[static_cast<unsigned>(inst.engine)];
      } else if (child.kind == Child::Loop) {
        regionChild[child.index] = static_cast<uint32_t>(c);
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
  uint32_t at = instRegion[from], child = instChild[from];
  uint64_t rest = 0;
  while (at != region) {
    rest += before[at].back()[e] - before[at][child + 1][e];
    child = regionChild[at];
    at = sequence.regions[at].parent;
  }
  uint64_t total = before[region].back()[e];
  uint64_t steps = distance > 0 ? std::min<uint64_t>(distance, kMany) * total : 0;
  return rest + steps + before[region][to][e] - before[region][child + 1][e] + 1;
}
