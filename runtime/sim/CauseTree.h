// Why a time is what it is: stretches of time, each behind the one that it followed.
//
// A node is a stretch with a key that says what it was spent on; its parent is the stretch that
// had to be over first. The durations from a node back to the root add up to a time. A walk
// asks only about times that something later can still wait for; what none of these leads to is
// thrown away, and a chain of nodes that nothing branches off becomes one node a key. So the
// tree is as large as what is alive, never as long as the program.
//
// Worked example: root - a 5 - b 2 - a 3 - c 1, of which b and c are alive. After `compact`:
// root - a 5 - b 2 - a 3 - c 1; once only c is: root - a 8 - b 2 - c 1.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <vector>

namespace neuron::sim {

class CauseTree {
public:
  using Node = uint32_t;
  static constexpr Node kRoot = 0;

  CauseTree() : nodes(1) {}

  /// The node of `duration` spent on `key` behind `parent`; the parent itself where it is none.
  Node add(Node parent, uint32_t key, uint64_t duration) {
    if (duration == 0)
      return parent;
    nodes.push_back({parent, key, duration});
    return static_cast<Node>(nodes.size() - 1);
  }
  bool isLarge() const { return nodes.size() >= limit; }
  size_t size() const { return nodes.size(); }
  /// From how many nodes on the tree is large; for tests.
  void setLimit(size_t nodes) { least = limit = nodes; }

  /// Keeps what leads to the nodes that `alive` points to, and renumbers these.
  /// Cost: linear, amortised constant for every node added.
  void compact(const std::vector<Node *> &alive);

  /// Durations by key on the way from the root to a node.
  std::map<uint32_t, uint64_t> accountOf(Node node) const;

private:
  struct Stretch {
    Node parent = kRoot;
    uint32_t key = 0;
    uint64_t duration = 0;
  };
  static constexpr size_t kLeast = size_t(1) << 20;

  std::vector<Stretch> nodes; ///< parents before children; the first is the root
  size_t least = kLeast, limit = kLeast;
};

} // namespace neuron::sim
