// Nodes are moments, edges are rules of the machine; reachability is computed for all pairs.
#include "test/runtime/sim/NaiveRaces.h"

#include <algorithm>
#include <memory>
#include <vector>

namespace neuron::sim::testing {
namespace {

using isa::Engine;

struct Access {
  unsigned begin, end; ///< nodes
  bool write, accumulates;
  Engine stream;
  isa::Space space;
  unsigned firstPartition, endPartition;
  std::vector<int64_t> bytes; ///< sorted starts of 4-byte elements
  unsigned instruction;       ///< number over the whole walk
  std::string name;
};

class Graph {
public:
  unsigned node() {
    edges.emplace_back();
    return static_cast<unsigned>(edges.size() - 1);
  }
  /// Edges always point from an older node to a newer one.
  void edge(unsigned from, unsigned to) { edges[to].push_back(from); }
  void close() {
    size_t words = edges.size() / 64 + 1;
    before.assign(edges.size(), std::vector<uint64_t>(words));
    for (size_t to = 0; to < edges.size(); ++to)
      for (unsigned from : edges[to]) {
        for (size_t w = 0; w < words; ++w)
          before[to][w] |= before[from][w];
        before[to][from / 64] |= uint64_t(1) << from % 64;
      }
  }
  bool reaches(unsigned from, unsigned to) const {
    return from == to || (before[to][from / 64] >> from % 64 & 1);
  }

private:
  std::vector<std::vector<unsigned>> edges;
  std::vector<std::vector<uint64_t>> before;
};

class Walk {
public:
  explicit Walk(const Image &image) : image(image) {
    for (const StreamCode &code : image.stream)
      streams.push_back(std::make_unique<Stream>(code));
    for (unsigned sem = 0; sem < isa::kNumSemaphores; ++sem)
      values[sem] = image.semaphores[sem].initial;
  }

  NaiveVerdict judge() {
    if (!runAll())
      return {FaultKind::Deadlock, "somebody stands"};
    graph.close();
    for (size_t i = 0; i < accesses.size(); ++i)
      for (size_t j = 0; j < i; ++j)
        if (conflict(accesses[j], accesses[i]))
          return {FaultKind::Race, accesses[j].name + " and " + accesses[i].name};
    for (const Transfer &transfer : transfers)
      if (!waitedFor(transfer))
        return {FaultKind::Race, "a transfer nobody waits for"};
    return {};
  }

private:
  struct Stream {
    explicit Stream(const StreamCode &code) : sequencer(code) {}
    Sequencer sequencer;
    bool ended = false;
    std::vector<unsigned> points;                   ///< the sequencer, instruction by instruction
    std::vector<unsigned> starts, reads, completes; ///< of engine instructions
  };
  struct Transfer {
    unsigned end;
  };

  bool runAll() {
    for (bool moved = true; moved;) {
      moved = false;
      for (auto &stream : streams)
        while (!stream->ended) {
          StepKind step = stream->sequencer.next(values.data());
          if (step == StepKind::Ended)
            stream->ended = moved = true;
          if (step != StepKind::Issued)
            break;
          moved = true;
          issue(*stream);
        }
    }
    return std::all_of(streams.begin(), streams.end(), [](auto &s) { return s->ended; });
  }

  void issue(Stream &s) {
    const Issue &i = s.sequencer.issue();
    unsigned point = graph.node();
    if (!s.points.empty())
      graph.edge(s.points.back(), point);
    for (unsigned w = 0; w < i.numWaits; ++w) // every increment that the level contains
      for (uint64_t n = image.semaphores[i.waits[w].sem].initial; n < i.waits[w].value; ++n)
        graph.edge(increments[i.waits[w].sem].at(n - image.semaphores[i.waits[w].sem].initial),
                   point);
    s.points.push_back(point);
    if (i.control)
      return signalControl(s, i, point);
    unsigned start = graph.node(), read = graph.node(), complete = graph.node();
    graph.edge(point, start);
    graph.edge(start, read);
    graph.edge(read, complete);
    if (!s.starts.empty()) {
      graph.edge(s.reads.back(), start);
      graph.edge(s.reads.back(), read);
      graph.edge(s.completes.back(), complete);
    }
    if (i.inst->after && i.inst->after <= s.completes.size())
      graph.edge(s.completes[s.completes.size() - i.inst->after], start);
    s.starts.push_back(start);
    s.reads.push_back(read);
    s.completes.push_back(complete);
    const isa::InstFacts &facts = *isa::findFacts(static_cast<uint8_t>(i.inst->opcode));
    if (facts.isDma)
      return transfer(i, start);
    addAccesses(i, facts, start, read, complete);
    for (unsigned k = 0; k < 2; ++k)
      if (i.fires[k])
        give(i.inst->signal[k].sem, i.inst->signal[k].at == isa::When::Read ? read : complete);
  }

  void signalControl(Stream &s, const Issue &i, unsigned point) {
    for (unsigned k = 0; k < 2; ++k) {
      if (!i.fires[k])
        continue;
      unsigned fired = graph.node();
      graph.edge(point, fired);
      bool read = i.inst->signal[k].at == isa::When::Read;
      if (!s.starts.empty())
        graph.edge(read ? s.reads.back() : s.completes.back(), fired);
      give(i.inst->signal[k].sem, fired);
    }
  }

  void transfer(const Issue &i, unsigned start) {
    unsigned queue = isa::Dma(*i.inst).queue();
    unsigned end = graph.node(), signal = graph.node();
    graph.edge(start, end);
    graph.edge(end, signal);
    if (lastSignal[queue])
      graph.edge(*lastSignal[queue], signal);
    lastSignal[queue] = signal;
    transfers.push_back({end});
    addAccesses(i, *isa::findFacts(static_cast<uint8_t>(i.inst->opcode)), start, end, end);
    for (unsigned k = 0; k < 2; ++k)
      if (i.fires[k])
        give(i.inst->signal[k].sem, signal);
  }

  void give(unsigned sem, unsigned node) {
    increments[sem].push_back(node);
    ++values[sem];
  }

  void addAccesses(const Issue &i, const isa::InstFacts &facts, unsigned begin, unsigned read,
                   unsigned complete) {
    ++instructions;
    for (unsigned k = 0; k < facts.numOperands; ++k) {
      isa::Operand o = i.operand(k);
      if (!o.present())
        continue;
      Access a;
      a.write = facts.operand[k].role != isa::Role::Read;
      a.begin = begin;
      a.end = a.write ? complete : read;
      a.accumulates = i.accumulates && o.space == isa::Space::Psum;
      a.stream = i.stream;
      a.space = o.space;
      a.firstPartition = o.space == isa::Space::Hbm ? 0 : o.startPartition;
      a.endPartition = o.space == isa::Space::Hbm ? 1 : o.startPartition + unsigned(o.partitions);
      a.bytes = elements(o, facts.operand[k].dmaSide ? 1 : 4);
      a.instruction = instructions;
      a.name = formatText("%s of %s at %u", facts.mnemonic, streamText(i.stream), i.pc);
      accesses.push_back(std::move(a));
    }
  }

  static std::vector<int64_t> elements(const isa::Operand &o, int64_t unit) {
    std::vector<int64_t> list;
    for (uint64_t n = 0; n < o.elements(); ++n) {
      int64_t at = o.base;
      uint64_t left = n;
      for (unsigned d = o.numDims; d-- > 0; left /= o.dim[d].count)
        at += static_cast<int64_t>(left % o.dim[d].count) * o.dim[d].step * unit;
      list.push_back(at);
    }
    std::sort(list.begin(), list.end());
    return list;
  }

  bool conflict(const Access &a, const Access &b) const {
    if (!(a.write || b.write) || a.space != b.space || a.firstPartition >= b.endPartition ||
        b.firstPartition >= a.endPartition)
      return false;
    if (a.instruction == b.instruction && a.write != b.write && a.end != b.end)
      return false; // an engine reads an element before it writes it
    if (a.write && b.write && b.accumulates && a.stream == b.stream)
      return false;
    if (graph.reaches(a.end, b.begin) || graph.reaches(b.end, a.begin))
      return false;
    size_t i = 0, j = 0;
    while (i < a.bytes.size() && j < b.bytes.size()) {
      if (a.bytes[i] < b.bytes[j] + 4 && b.bytes[j] < a.bytes[i] + 4)
        return true;
      a.bytes[i] < b.bytes[j] ? ++i : ++j;
    }
    return false;
  }

  bool waitedFor(const Transfer &transfer) const {
    return std::any_of(streams.begin(), streams.end(), [&](auto &s) {
      return !s->points.empty() && graph.reaches(transfer.end, s->points.back());
    });
  }

  const Image &image;
  Graph graph;
  std::vector<std::unique_ptr<Stream>> streams;
  std::array<uint64_t, isa::kNumSemaphores> values{};
  std::array<std::vector<unsigned>, isa::kNumSemaphores> increments;
  std::array<std::optional<unsigned>, isa::kNumQueues> lastSignal;
  std::vector<Access> accesses;
  std::vector<Transfer> transfers;
  unsigned instructions = 0;
};

} // namespace

NaiveVerdict judgeNaively(const Image &image) { return Walk(image).judge(); }

} // namespace neuron::sim::testing
