// One list of a walk's state, read in three ways: noted, compared with what was noted, moved on.
//
// Two states are alike when the walk does the same from both, only later: then everything between
// them happens again, and again, by the same distance in time. What each word of the state may do
// from one to the other depends on what it is for:
//
//   same    must be equal                       program counters, work left, control registers
//   time    is later by the distance            events, the front of a sequencer
//   late    is later by the distance, or        times that are only ever the smaller side of a
//           nothing can depend on it any more   maximum with something that is not before `floor`
//   settled is later by the distance, or equal  the latest of something
//   count   grows by any amount                 counters; they decide nothing
//   countBy grows by a given amount             counters whose differences decide
//
// A part that stood still all the while is `held`: it has to be equal in everything.
// Example: lanes at 1000 and 1400 of a loop with alike states 100 fs and 2 iterations apart, 9
// iterations left: 4 distances are skipped, fronts become 1800, the loop has 1 iteration left.
#pragma once

#include <algorithm>
#include <cstdint>
#include <utility>
#include <vector>

namespace neuron::sim {

class StateReader {
public:
  static constexpr uint64_t kNoTime = UINT64_MAX; ///< an event that is not planned

  /// Notes the state in `words`.
  static StateReader noting(std::vector<uint64_t> &words);
  /// Compares with a state `distance` before; of both, `floor` is a time before which nobody
  /// asks for anything any more.
  static StateReader comparing(const std::vector<uint64_t> &words, uint64_t distance,
                               uint64_t floorThen, uint64_t floorNow);
  /// Moves on by `repeats` times what happened since.
  static StateReader moving(const std::vector<uint64_t> &words, uint64_t distance,
                            uint64_t repeats);

  void same(uint64_t value) {
    if (kind == Kind::Note)
      return note(value);
    alike &= then() == value;
  }
  void time(uint64_t &value) { timeUnless(value, false, 0); }
  /// `slack` is added to the time before the maximum is taken.
  void late(uint64_t &value, uint64_t slack = 0) { timeUnless(value, true, slack); }
  /// The change.
  uint64_t settled(uint64_t &value);
  uint64_t count(uint64_t &value);
  void countBy(uint64_t &value, uint64_t change) { alike &= count(value) == change; }
  /// Iterations left of an open loop: the outermost that went on may have fewer.
  void left(uint64_t &value);
  /// A register that decides nothing; `span` is what it may have been beside.
  void freeRegister(int64_t &value, uint64_t span);

  /// Of a register that was visited as free, how far it rose without wrapping, 0 when it is what
  /// it was.
  uint64_t rise(int64_t value, uint64_t wraps);

  /// How many words of a list follow, none when there are more than `most`. False when they are
  /// not to be visited, because the list is `skipped` or differs in length.
  bool list(uint64_t size, uint64_t most, bool skipped);

  /// Until the next call: whether the part did nothing.
  void hold(bool still) { held = still && kind != Kind::Note; }
  bool isHeld() const { return held; }
  void refuse() { alike &= kind == Kind::Note; }
  /// At most so many repeats.
  void bound(uint64_t most) { repeats = std::min(repeats, most); }

  bool isMoving() const { return kind == Kind::Move; }
  bool isComparing() const { return kind == Kind::Compare; }
  bool isAlike() const { return alike; }
  uint64_t mostRepeats() const { return repeats; }
  uint64_t shift() const { return distance * repeats; }
  /// Loops that went on since this was asked last.
  unsigned loopsWentOn() { return std::exchange(wentOn, 0u); }

private:
  enum class Kind : uint8_t { Note, Compare, Move };

  void note(uint64_t value) { noted->push_back(value); }
  uint64_t then() {
    if (at < words->size())
      return (*words)[at++];
    alike = false;
    return 0;
  }
  void timeUnless(uint64_t &value, bool past, uint64_t slack);

  Kind kind = Kind::Note;
  std::vector<uint64_t> *noted = nullptr;
  const std::vector<uint64_t> *words = nullptr;
  size_t at = 0;
  uint64_t distance = 0, floorThen = 0, floorNow = 0;
  uint64_t repeats = UINT64_MAX;
  unsigned wentOn = 0;
  bool alike = true, held = false;
};

} // namespace neuron::sim
