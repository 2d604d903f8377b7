// XXH3-64, at once or piece by piece.
#pragma once

#include "runtime/base/Bytes.h"

#include <memory>

namespace neuron::rt {

uint64_t digestOf(ByteSpan bytes);

class RunningDigest {
public:
  RunningDigest();
  ~RunningDigest();
  void update(const void *bytes, uint64_t size);
  uint64_t value() const;

private:
  struct State;
  std::unique_ptr<State> state;
};

} // namespace neuron::rt
