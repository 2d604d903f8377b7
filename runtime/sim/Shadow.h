// One bit per byte: which bytes of a memory have been written.
//
// Ranges are handled a word (64 bytes) at a time, so that the check of a contiguous row costs
// a small part of reading it.
#pragma once

#include <cstdint>
#include <vector>

namespace neuron::sim {

class Shadow {
public:
  /// Covers `bytes` bytes, none of them written.
  void resize(uint64_t bytes) { words.assign((bytes + 63) / 64, 0); }
  void clear() { words.assign(words.size(), 0); }
  bool empty() const { return words.empty(); }

  void mark(uint64_t first, uint64_t bytes) {
    uint64_t word = first / 64, low = first % 64;
    if (low + bytes <= 64) {
      if (bytes)
        words[word] |= ones(bytes) << low;
      return;
    }
    words[word++] |= ~uint64_t(0) << low;
    bytes -= 64 - low;
    for (; bytes >= 64; bytes -= 64)
      words[word++] = ~uint64_t(0);
    if (bytes)
      words[word] |= ones(bytes);
  }

  bool written(uint64_t first, uint64_t bytes) const {
    uint64_t word = first / 64, low = first % 64;
    if (low + bytes <= 64)
      return bytes == 0 || (~words[word] & (ones(bytes) << low)) == 0;
    if (~words[word++] & (~uint64_t(0) << low))
      return false;
    bytes -= 64 - low;
    uint64_t missing = 0;
    for (; bytes >= 64; bytes -= 64)
      missing |= ~words[word++];
    return missing == 0 && (bytes == 0 || (~words[word] & ones(bytes)) == 0);
  }

  /// The first byte of a range that is not written; its end when all are.
  uint64_t firstUnwritten(uint64_t first, uint64_t bytes) const {
    uint64_t at = first;
    while (at < first + bytes && written(at, 1))
      ++at;
    return at;
  }

private:
  /// The lowest `count` bits, 1 to 64.
  static uint64_t ones(uint64_t count) { return ~uint64_t(0) >> (64 - count); }
  std::vector<uint64_t> words;
};

} // namespace neuron::sim
