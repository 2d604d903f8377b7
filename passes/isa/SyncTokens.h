// The tokens of one region: which give every take gets.
#pragma once

#include "passes/isa/Sequence.h"

#include <array>
#include <functional>
#include <map>
#include <string>
#include <vector>

namespace neuron::isa {

/// A take and the give that it gets, `distance` executions of the body earlier.
struct TokenEdge {
  Agent agent = 0;
  Engine consumer = Engine::Sync;
  uint32_t from = 0, to = 0;
  int64_t distance = 0;
};

class SyncTokens {
public:
  using Refuse = std::function<void(uint32_t child, std::string what)>;

  /// Reads the gives and takes of the region's own children.
  SyncTokens(const Sequence &sequence, uint32_t region, const Refuse &refuse);

  /// Bit per semaphore that is given or taken here.
  const std::array<uint64_t, kNumSemaphores / 64> &used() const { return uses; }

  /// Edges by `to`; takes that nothing here gives, or too late, are refused.
  std::vector<TokenEdge> match(const std::array<uint32_t, kNumSemaphores> &credits, bool repeats,
                               const Refuse &refuse) const;

private:
  struct Give {
    uint32_t child;
    Agent agent;
  };
  struct Take {
    uint32_t child;
    Engine stream;
    uint32_t count;
  };
  void read(const Inst &inst, uint32_t child, const Refuse &refuse);

  std::map<unsigned, std::vector<Give>> gives;
  std::map<unsigned, std::vector<Take>> takes;
  std::array<uint64_t, kNumSemaphores / 64> uses{};
};

} // namespace neuron::isa
