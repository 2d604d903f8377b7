// What op ids mean to a person: layer, source file, node; each text stored once.
//
// The op of a repeated layer stands for a layer an iteration. Its name is that of the range; the
// first and the last of the layers are kept beside it, and give the name of any between them.
#pragma once

#include "runtime/base/NameRange.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace neuron::rt {

/// Views into an OpTable.
struct OpInfo {
  const std::string *layer;  ///< "encoder.layer.3.attention"
  const std::string *source; ///< file
  const std::string *node;   ///< name or index of the node in it
};

/// The layers that an op stands for, one an iteration; `first` and `last` index texts.
struct RepeatedOp {
  uint32_t op, iterations, first, last;
};

/// What the model asks of the layer of an op, in one iteration: two per multiply-add.
struct OpFlops {
  uint32_t op;
  uint64_t flops;
};

class OpTable {
public:
  using Row = std::array<uint32_t, 3>; ///< indices into texts(): layer, source, node

  /// Appends a row and returns its op id.
  uint32_t add(const std::string &layer, const std::string &source, const std::string &node) {
    rowList.push_back({intern(layer), intern(source), intern(node)});
    return size() - 1;
  }
  /// As `add`, for an op that is layer `first` in its first of `iterations` and `last` in the last.
  uint32_t addRepeated(const std::string &layer, const std::string &source, uint32_t iterations,
                       const std::string &first, const std::string &last) {
    uint32_t id = add(layer, source, layer);
    repeatedList.push_back({id, iterations, intern(first), intern(last)});
    return id;
  }
  /// Takes over a table that was stored before. False if a row names a text or an op that is not
  /// there, or `repeated` or `work` is not in rising order of ops.
  bool assign(std::vector<std::string> texts, std::vector<Row> rows,
              std::vector<RepeatedOp> repeated, std::vector<OpFlops> work = {}) {
    for (const Row &row : rows)
      for (uint32_t index : row)
        if (index >= texts.size())
          return false;
    for (size_t i = 0; i < repeated.size(); ++i)
      if (repeated[i].op >= rows.size() || repeated[i].first >= texts.size() ||
          repeated[i].last >= texts.size() || (i && repeated[i].op <= repeated[i - 1].op))
        return false;
    for (size_t i = 0; i < work.size(); ++i)
      if (work[i].op >= rows.size() || (i && work[i].op <= work[i - 1].op))
        return false;
    workList = std::move(work);
    repeatedList = std::move(repeated);
    textList = std::move(texts);
    rowList = std::move(rows);
    known.clear();
    for (uint32_t i = 0; i < textList.size(); ++i)
      known.emplace(textList[i], i);
    return true;
  }

  uint32_t size() const { return static_cast<uint32_t>(rowList.size()); }
  bool contains(uint32_t id) const { return id < size(); }
  /// The row of an id that the table contains.
  OpInfo at(uint32_t id) const {
    const Row &row = rowList[id];
    return {&textList[row[0]], &textList[row[1]], &textList[row[2]]};
  }
  /// The layer of an id, "" when the table does not contain it.
  const std::string &layer(uint32_t id) const {
    static const std::string none;
    return contains(id) ? *at(id).layer : none;
  }

  /// The layer of an id in an iteration; the range of layers where the op or the iteration is not
  /// one of a repeat's. "" when the table does not contain the id.
  std::string layer(uint32_t id, uint64_t iteration) const {
    const RepeatedOp *known = findRepeated(id);
    if (!known || iteration >= known->iterations)
      return layer(id);
    return nameInRange(textList[known->first], textList[known->last], iteration, known->iterations);
  }
  /// How many layers an id stands for, one an iteration; 0 where it is not of a repeat.
  uint64_t iterations(uint32_t id) const {
    const RepeatedOp *known = findRepeated(id);
    return known ? known->iterations : 0;
  }

  /// Says what the model asks of the layer of the op that was added last.
  void setFlops(uint64_t flops) {
    if (flops && !rowList.empty())
      workList.push_back({size() - 1, flops});
  }
  /// 0 where nobody said.
  uint64_t flops(uint32_t id) const {
    auto known = std::lower_bound(workList.begin(), workList.end(), id,
                                  [](const OpFlops &one, uint32_t op) { return one.op < op; });
    return known == workList.end() || known->op != id ? 0 : known->flops;
  }
  const std::vector<OpFlops> &work() const { return workList; }

  const std::vector<RepeatedOp> &repeated() const { return repeatedList; }
  const std::vector<std::string> &texts() const { return textList; }
  const std::vector<Row> &rows() const { return rowList; }

private:
  const RepeatedOp *findRepeated(uint32_t id) const {
    auto known = std::lower_bound(repeatedList.begin(), repeatedList.end(), id,
                                  [](const RepeatedOp &one, uint32_t op) { return one.op < op; });
    return known == repeatedList.end() || known->op != id ? nullptr : &*known;
  }
  uint32_t intern(const std::string &text) {
    auto [entry, isNew] = known.try_emplace(text, static_cast<uint32_t>(textList.size()));
    if (isNew)
      textList.push_back(text);
    return entry->second;
  }

  std::map<std::string, uint32_t> known;
  std::vector<std::string> textList;
  std::vector<Row> rowList;
  std::vector<RepeatedOp> repeatedList; ///< by op
  std::vector<OpFlops> workList;        ///< by op
};

} // namespace neuron::rt
