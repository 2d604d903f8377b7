// The caller's element types beside the machine's: i64 is held as i32, f64 as f32.
//
// A segment with a `modelType` shows itself to callers in that type. Going in, integers that the
// machine cannot hold are refused with their position; floats are rounded. Coming out, every
// value is exact.
#pragma once

#include "runtime/program/Program.h"

namespace neuron::rt {

/// What the caller sees.
DType hostType(const Segment &segment);
uint64_t hostBytes(const Segment &segment);

/// True if the caller's bytes are not the machine's.
inline bool needsConversion(const Segment &segment) {
  return segment.modelType && *segment.modelType != segment.dtype;
}

/// `count` elements from the caller's type to the machine's.
/// Errors: InvalidArgument for the first integer that does not fit.
Status toMachine(const Segment &segment, const void *host, void *machine, uint64_t count);

/// `count` elements from the machine's type to the caller's.
void toHost(const Segment &segment, const void *machine, void *host, uint64_t count);

} // namespace neuron::rt
