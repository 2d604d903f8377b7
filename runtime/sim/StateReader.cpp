// The kinds of words that are not compared at sight.
#include "runtime/sim/StateReader.h"

namespace neuron::sim {

StateReader StateReader::noting(std::vector<uint64_t> &words) {
  StateReader reader;
  words.clear();
  reader.noted = &words;
  return reader;
}

StateReader StateReader::comparing(const std::vector<uint64_t> &words, uint64_t distance,
                                   uint64_t floorThen, uint64_t floorNow) {
  StateReader reader;
  reader.kind = Kind::Compare;
  reader.words = &words;
  reader.distance = distance;
  reader.floorThen = floorThen;
  reader.floorNow = floorNow;
  return reader;
}

StateReader StateReader::moving(const std::vector<uint64_t> &words, uint64_t distance,
                                uint64_t repeats) {
  StateReader reader;
  reader.kind = Kind::Move;
  reader.words = &words;
  reader.distance = distance;
  reader.repeats = repeats;
  return reader;
}

void StateReader::timeUnless(uint64_t &value, bool past, uint64_t slack) {
  if (kind == Kind::Note)
    return note(value);
  const uint64_t before = then();
  if (held) {
    alike &= value == before;
    return;
  }
  if (kind == Kind::Move) {
    if (value != kNoTime)
      value += shift();
    return;
  }
  if (value == kNoTime || before == kNoTime)
    alike &= value == before;
  else if (value - before != distance)
    alike &= past && value + slack <= floorNow && before + slack <= floorThen;
}

uint64_t StateReader::count(uint64_t &value) {
  if (kind == Kind::Note) {
    note(value);
    return 0;
  }
  const uint64_t change = value - then();
  if (held || value < change)
    alike &= change == 0;
  else if (kind == Kind::Move)
    value += change * repeats;
  return change;
}

uint64_t StateReader::settled(uint64_t &value) {
  uint64_t change = count(value);
  alike &= change == 0 || change == distance;
  return change;
}

void StateReader::left(uint64_t &value) {
  if (kind == Kind::Note)
    return note(value);
  const uint64_t before = then();
  if (before == value)
    return;
  if (before < value || held) {
    alike = false;
    return;
  }
  const uint64_t change = before - value;
  ++wentOn;
  if (kind == Kind::Move)
    value -= change * repeats;
  else
    bound(value / change);
}

void StateReader::freeRegister(int64_t &value, uint64_t span) {
  if (kind == Kind::Note)
    return note(static_cast<uint64_t>(value));
  const int64_t change = value - static_cast<int64_t>(then());
  if (change == 0)
    return;
  if (held) {
    alike = false;
    return;
  }
  if (kind == Kind::Move) {
    value += change * static_cast<int64_t>(repeats);
    return;
  }
  // Beyond 2^31 on either side lies, or may lie, a fault; it has to be met where it is.
  const uint64_t size = static_cast<uint64_t>(value < 0 ? -value : value) + span;
  const uint64_t step = static_cast<uint64_t>(change < 0 ? -change : change);
  const uint64_t end = uint64_t(1) << 31;
  bound(size < end ? (end - size) / step : 0);
}

bool StateReader::list(uint64_t size, uint64_t most, bool skipped) {
  if (kind == Kind::Note) {
    note(size);
    return true;
  }
  const uint64_t before = then();
  if (!skipped) {
    alike &= before == size;
    return before == size;
  }
  at += before <= most ? before : 0;
  return false;
}

uint64_t StateReader::rise(int64_t value, uint64_t wraps) {
  if (kind == Kind::Note) {
    note(static_cast<uint64_t>(value));
    note(wraps);
    return 0;
  }
  const int64_t change = value - static_cast<int64_t>(then());
  const bool wrapped = wraps != then();
  if (kind == Kind::Move)
    return 0;
  alike &= change == 0 || (change > 0 && !wrapped && value >= change);
  return change > 0 ? static_cast<uint64_t>(change) : 0;
}

} // namespace neuron::sim
