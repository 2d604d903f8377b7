// What op ids mean to a person: layer, source file, node; each text stored once.
#pragma once

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

class OpTable {
public:
  using Row = std::array<uint32_t, 3>; ///< indices into texts(): layer, source, node

  /// Appends a row and returns its op id.
  uint32_t add(const std::string &layer, const std::string &source, const std::string &node) {
    rowList.push_back({intern(layer), intern(source), intern(node)});
    return size() - 1;
  }
  /// Takes over a table that was stored before. False if a row names a text that is not there.
  bool assign(std::vector<std::string> texts, std::vector<Row> rows) {
    for (const Row &row : rows)
      for (uint32_t index : row)
        if (index >= texts.size())
          return false;
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

  const std::vector<std::string> &texts() const { return textList; }
  const std::vector<Row> &rows() const { return rowList; }

private:
  uint32_t intern(const std::string &text) {
    auto [entry, isNew] = known.try_emplace(text, static_cast<uint32_t>(textList.size()));
    if (isNew)
      textList.push_back(text);
    return entry->second;
  }

  std::map<std::string, uint32_t> known;
  std::vector<std::string> textList;
  std::vector<Row> rowList;
};

} // namespace neuron::rt
