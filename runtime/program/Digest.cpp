// The only file that sees xxhash, inlined so that nothing has to be linked.
#include "runtime/program/Digest.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

namespace neuron::rt {

struct RunningDigest::State {
  XXH3_state_t xxh;
};

uint64_t digestOf(ByteSpan bytes) { return XXH3_64bits(bytes.data, bytes.size); }

RunningDigest::RunningDigest() : state(std::make_unique<State>()) {
  XXH3_64bits_reset(&state->xxh);
}

RunningDigest::~RunningDigest() = default;

void RunningDigest::update(const void *bytes, uint64_t size) {
  XXH3_64bits_update(&state->xxh, bytes, size);
}

uint64_t RunningDigest::value() const { return XXH3_64bits_digest(&state->xxh); }

} // namespace neuron::rt
