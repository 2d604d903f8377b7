// Throwing away and merging; see CauseTree.h.
#include "runtime/sim/CauseTree.h"

#include <algorithm>

namespace neuron::sim {

void CauseTree::compact(const std::vector<Node *> &alive) {
  // What is needed, and what has to stay a node of its own: alive, or a parent of several.
  std::vector<uint32_t> children(nodes.size(), 0);
  std::vector<bool> isNeeded(nodes.size(), false), stays(nodes.size(), false);
  for (const Node *node : alive)
    isNeeded[*node] = stays[*node] = true;
  for (size_t n = nodes.size(); n-- > 1;)
    if (isNeeded[n]) {
      isNeeded[nodes[n].parent] = true;
      ++children[nodes[n].parent];
    }
  stays[kRoot] = true;
  std::vector<Stretch> kept(1);
  std::vector<Node> number(nodes.size(), kRoot);
  std::map<uint32_t, uint64_t> merged;
  for (size_t n = 1; n < nodes.size(); ++n) {
    if (!isNeeded[n] || !(stays[n] || children[n] != 1))
      continue;
    merged.clear();
    Node at = static_cast<Node>(n);
    do {
      merged[nodes[at].key] += nodes[at].duration;
      at = nodes[at].parent;
    } while (!stays[at] && children[at] == 1);
    Node parent = number[at];
    for (const auto &[key, duration] : merged) {
      kept.push_back({parent, key, duration});
      parent = static_cast<Node>(kept.size() - 1);
    }
    number[n] = parent;
  }
  for (Node *node : alive)
    *node = number[*node];
  nodes.swap(kept);
  limit = std::max(least, 2 * nodes.size());
}

std::map<uint32_t, uint64_t> CauseTree::accountOf(Node node) const {
  std::map<uint32_t, uint64_t> account;
  for (; node != kRoot; node = nodes[node].parent)
    account[nodes[node].key] += nodes[node].duration;
  return account;
}

} // namespace neuron::sim
