// Dependences of a kernel: which accesses have to wait for which.
#include "models/kernels/Weave.h"

#include <algorithm>

namespace neuron::kernels {
namespace {

using isa::Role;

/// `after` reaches so far back.
constexpr uint64_t kFarthest = 15;

/// Loops around a node from inside `level` on, outermost first, and the node itself.
std::vector<Node *> pathBelow(Node *level, Node *node) {
  std::vector<Node *> path;
  for (Node *at = node; at != level; at = at->parent)
    path.insert(path.begin(), at);
  return path;
}

} // namespace

void Weaver::collect(Node &node, int tile, std::vector<Access> &accesses) {
  if (node.isLoop) {
    for (auto &child : node.children)
      collect(*child, tile, accesses);
    return;
  }
  const isa::InstFacts &facts = isa::factsOf(node.inst.opcode);
  Access access;
  access.node = &node;
  access.agent = static_cast<unsigned>(node.inst.engine);
  if (node.isDma())
    access.agent = isa::kNumEngines + node.queue();
  for (const Node *at = &node; at; at = at->parent)
    access.lags.push_back(at->lag);
  for (unsigned k = 0; k < facts.numOperands; ++k) {
    if (node.view[k].tile != tile || !node.view[k].operand.present())
      continue;
    access.reads |= facts.operand[k].role != Role::Write;
    access.writes |= facts.operand[k].role != Role::Read;
    access.bytes = node.view[k].bytes;
  }
  if (access.reads || access.writes)
    accesses.push_back(access);
}

/// Loops that both are in and that do not walk the tile are where they meet; below, loops in
/// step are followed.
Weaver::Meeting Weaver::meet(const Access &p, const Access &q, int tile) const {
  const Kernel::TileFacts &facts = kernel.tiles[static_cast<size_t>(tile)];
  Meeting meeting;
  meeting.level = facts.level;
  meeting.slots = facts.slots;
  std::vector<Node *> a = pathBelow(facts.level, p.node), b = pathBelow(facts.level, q.node);
  for (size_t t = 0; t + 1 < a.size() && t + 1 < b.size(); ++t) {
    int64_t mine = p.bytes.factorOf(a[t]->loop), theirs = q.bytes.factorOf(b[t]->loop);
    bool inStep = a[t]->count == b[t]->count && mine == theirs && mine != 0;
    if (a[t] == b[t] && !inStep) {
      meeting = Meeting();
      meeting.level = a[t];
    } else if (inStep) {
      ++meeting.aligned;
      meeting.pieces *= a[t]->count;
    } else {
      break;
    }
  }
  return meeting;
}

/// True if other edges, and the order within agents, lead from one access to the other.
bool Weaver::implied(const std::vector<Access> &accesses, const std::vector<Edge> &edges,
                     size_t from, size_t to, bool carried) const {
  size_t n = accesses.size();
  std::vector<uint8_t> reached(4 * n); // by (access, iteration, after an edge)
  std::vector<size_t> open;
  auto visit = [&](size_t access, unsigned iteration, bool crossed) {
    size_t key = 2 * (access + iteration * n) + crossed;
    if (!reached[key]) {
      reached[key] = 1;
      open.push_back(key);
    }
  };
  visit(from, 0, false);
  while (!open.empty()) {
    size_t key = open.back();
    open.pop_back();
    bool crossed = key % 2;
    size_t access = key / 2 % n;
    unsigned iteration = static_cast<unsigned>(key / 2 / n);
    if (crossed && access == to && iteration == unsigned(carried))
      return true;
    for (const Edge &edge : edges)
      if (!edge.dropped && edge.from == access && iteration + edge.carried <= 1)
        visit(edge.to, iteration + edge.carried, true);
    for (size_t other = 0; other < n; ++other) // program order of one agent
      if (inOrder(accesses[other], accesses[access])) {
        if (other > access)
          visit(other, iteration, crossed);
        if (iteration == 0)
          visit(other, 1, crossed);
      }
  }
  return false;
}

void Weaver::dropImplied(const std::vector<Access> &accesses, std::vector<Edge> &edges) const {
  size_t n = accesses.size();
  auto span = [&](const Edge &e) { return e.carried ? n + e.to - e.from : e.to - e.from; };
  std::stable_sort(edges.begin(), edges.end(),
                   [&](const Edge &a, const Edge &b) { return span(a) > span(b); });
  for (Edge &edge : edges) {
    edge.dropped = true;
    edge.dropped = implied(accesses, edges, edge.from, edge.to, edge.carried);
  }
}

// --- Semaphores ------------------------------------------------------------------------------

void Weaver::synchronise(const std::vector<Access> &accesses, const Edge &edge,
                         const Meeting &meeting) {
  const Access &p = accesses[edge.from], &q = accesses[edge.to];
  bool everWrites = std::any_of(accesses.begin(), accesses.end(), [&](const Access &one) {
    return one.agent == p.agent && one.writes;
  });
  bool byQueue = p.agent >= isa::kNumEngines;
  Sync sync;
  sync.at = everWrites || byQueue ? isa::When::Complete : isa::When::Read;
  sync.queue = byQueue ? static_cast<int>(p.agent - isa::kNumEngines) : -1;
  sync.semaphore =
      semaphore(byQueue      ? isa::AsmSemaphore::Queue
                : everWrites ? isa::AsmSemaphore::Complete
                             : isa::AsmSemaphore::Read,
                byQueue ? p.agent - isa::kNumEngines : p.agent,
                edge.carried ? static_cast<uint32_t>(meeting.slots * meeting.pieces) : 0);
  std::vector<Node *> a = pathBelow(meeting.level, p.node), b = pathBelow(meeting.level, q.node);
  Node *giver = a[meeting.aligned], *taker = b[meeting.aligned];
  sync.stream = p.node->inst.engine;
  if (giver->isLoop && a.size() == meeting.aligned + 2) {
    sync.lastOf = static_cast<int>(giver->loop);
    giver = p.node;
  }
  giver->signals.push_back(sync);
  sync.stream = q.node->inst.engine;
  taker->takes.push_back(sync);
  isa::AsmSemaphore &facts = kernel.file.semaphores[sync.semaphore];
  facts.consumers = static_cast<uint8_t>(1u << static_cast<unsigned>(sync.stream));
}

// --- Within an engine ------------------------------------------------------------------------

/// Instructions that the engine gets from a whole node.
uint64_t Weaver::work(const Node &node, unsigned engine) const {
  if (!node.isLoop)
    return static_cast<unsigned>(node.inst.engine) == engine;
  uint64_t sum = 0;
  for (const auto &child : node.children)
    sum += work(*child, engine);
  return sum * node.count;
}

/// Instructions of one iteration that have this lag.
uint64_t Weaver::bodyWork(const Node &loop, unsigned lag, unsigned engine) const {
  uint64_t sum = 0;
  for (const auto &child : loop.children)
    if (child->lag == lag)
      sum += work(*child, engine);
  return sum;
}

/// Instructions beside the path from a node up to `level`: behind it, or before it.
uint64_t Weaver::beside(const Node &node, const Node *level, bool behind, unsigned engine) const {
  uint64_t sum = 0;
  for (const Node *at = &node; at != level; at = at->parent) {
    bool passed = false;
    for (const auto &child : at->parent->children) {
      if (child.get() == at)
        passed = true;
      else if (passed == behind && child->lag == at->lag)
        sum += work(*child, engine);
    }
  }
  return sum;
}

/// How many instructions later on the engine the second access comes, at least. Of loops in
/// step only equal iterations meet.
uint64_t Weaver::distance(Node &p, Node &q, const Meeting &meeting, bool carried,
                          unsigned engine) const {
  std::vector<Node *> a = pathBelow(meeting.level, &p), b = pathBelow(meeting.level, &q);
  if (carried) {
    uint64_t body = bodyWork(*meeting.level, a[0]->lag, engine);
    if (meeting.aligned) {
      const Node &inner = *a[meeting.aligned - 1];
      return std::max<uint64_t>(body * meeting.slots - work(inner, engine) / inner.count, 1);
    }
    return beside(p, meeting.level, true, engine) + beside(q, meeting.level, false, engine) + 1 +
           body * (meeting.slots - 1);
  }
  size_t same = 0; // loops around both
  while (a[same] == b[same])
    ++same;
  const Node *common = a[same]->parent;
  uint64_t sum = 1;
  bool between = false;
  for (const auto &child : common->children) {
    between &= child.get() != b[same];
    if (between && child->lag == a[same]->lag)
      sum += work(*child, engine);
    between |= child.get() == a[same];
  }
  if (same < meeting.aligned) {
    uint64_t least = std::min(work(*a[same], engine), work(*b[same], engine)) / a[same]->count;
    sum += least * (a[same]->count - 1);
  }
  return sum + beside(p, a[same], true, engine) + beside(q, b[same], false, engine);
}

void Weaver::waitWithin(const Access &p, const Access &q, bool carried, const Meeting &meeting) {
  uint64_t far = std::min(distance(*p.node, *q.node, meeting, carried, p.agent), kFarthest);
  uint8_t &after = q.node->inst.after;
  if (after == 0 || far < after)
    after = static_cast<uint8_t>(far);
}

// --- All of it -------------------------------------------------------------------------------

void Weaver::orderTile(int tile) {
  std::vector<Access> accesses;
  collect(*kernel.tiles[static_cast<size_t>(tile)].level, tile, accesses);
  bool inPsum = kernel.tiles[static_cast<size_t>(tile)].space == Space::Psum;
  constexpr unsigned tensor = static_cast<unsigned>(Engine::Tensor);
  std::map<Meeting, std::vector<Edge>> across, within;
  for (size_t i = 0; i < accesses.size(); ++i)
    for (size_t j = 0; j < accesses.size(); ++j) {
      const Access &p = accesses[i], &q = accesses[j];
      bool sameEngine = inOrder(p, q) && p.agent < isa::kNumEngines;
      if (!p.writes && !q.writes)
        continue;
      if (sameEngine && (!p.writes || (p.agent == tensor && inPsum)))
        continue; // an engine reads in order, and the array accumulates in order
      Meeting meeting = meet(p, q, tile);
      auto &edges = sameEngine ? within[meeting] : across[meeting];
      if (i < j)
        edges.push_back({i, j, false});
      if (meeting.level->parent)
        edges.push_back({i, j, true});
    }
  for (auto &[meeting, edges] : across) {
    dropImplied(accesses, edges);
    for (const Edge &edge : edges)
      if (!edge.dropped)
        synchronise(accesses, edge, meeting);
  }
  for (const auto &[meeting, edges] : within)
    for (const Edge &edge : edges)
      if (!implied(accesses, across[meeting], edge.from, edge.to, edge.carried))
        waitWithin(accesses[edge.from], accesses[edge.to], edge.carried, meeting);
}

void Weaver::run() {
  std::function<void(const Node &)> name = [&](const Node &node) {
    if (node.isLoop && node.parent)
      loops[node.loop] = &node;
    for (const auto &child : node.children)
      name(*child);
  };
  name(*kernel.root);
  for (size_t tile = 0; tile < kernel.tiles.size(); ++tile)
    orderTile(static_cast<int>(tile));
  for (unsigned s = 0; s < isa::kNumEngines; ++s) {
    now = static_cast<Engine>(s);
    used.clear();
    kernel.file.functions[0].entry[s] = 0;
    for (const auto &child : kernel.root->children)
      emit(*child, now);
    drainQueues();
    push(isa::Return::make(now));
  }
}

} // namespace neuron::kernels
