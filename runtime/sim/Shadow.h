// One bit per byte: which bytes of a memory have been written.
//
// Most writes cover whole words of 64 bytes. Such a word has a flag of one byte and its bits are
// not touched: the check of a row then reads a 64th of its size, and flags of a whole SBUF fit
// into a core's cache where the bits do not. Words of different rows are different memory, so
// that threads may work on different rows.
#pragma once

#include <cstdint>
#include <cstring>
#include <vector>

namespace neuron::sim {

class Shadow {
public:
  /// Covers `bytes` bytes, none of them written.
  void resize(uint64_t bytes) {
    words.assign((bytes + 63) / 64, 0);
    full.assign(words.size(), 0);
  }
  void clear() { resize(words.size() * 64); }
  bool empty() const { return words.empty(); }

  void mark(uint64_t first, uint64_t bytes) {
    uint64_t word = first / 64, low = first % 64;
    if (low + bytes < 64) {
      if (bytes)
        words[word] |= ones(bytes) << low;
      return;
    }
    if (low) {
      words[word++] |= ~uint64_t(0) << low;
      bytes -= 64 - low;
    }
    std::memset(full.data() + word, 1, bytes / 64);
    if (bytes % 64)
      words[word + bytes / 64] |= ones(bytes % 64);
  }

  bool written(uint64_t first, uint64_t bytes) const {
    uint64_t word = first / 64, low = first % 64;
    if (low + bytes < 64)
      return bytes == 0 || has(word, ones(bytes) << low);
    if (low) {
      if (!has(word++, ~uint64_t(0) << low))
        return false;
      bytes -= 64 - low;
    }
    uint8_t missing = 0;
    const uint8_t *flags = full.data() + word;
    for (uint64_t i = 0; i < bytes / 64; ++i)
      missing |= flags[i] ^ 1;
    if (missing && !bitsWritten(word, bytes / 64))
      return false;
    return bytes % 64 == 0 || has(word + bytes / 64, ones(bytes % 64));
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
  bool has(uint64_t word, uint64_t bits) const { return full[word] || (~words[word] & bits) == 0; }
  /// For whole words that were written in parts.
  bool bitsWritten(uint64_t word, uint64_t count) const {
    for (uint64_t i = word; i < word + count; ++i)
      if (!has(i, ~uint64_t(0)))
        return false;
    return true;
  }

  std::vector<uint64_t> words; ///< bits of those that were never written at once
  std::vector<uint8_t> full;   ///< 1: all of the word is written
};

} // namespace neuron::sim
