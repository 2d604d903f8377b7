// The border between the caller's tensors and the program's: types, shapes, generated values.
//
// The machine holds i64 as i32 and f64 as f32. A tensor of another type than the program's is
// converted when nothing but rounding of floats can be lost, and refused, with the element,
// when an integer does not fit.
#pragma once

#include "runtime/base/HostTensor.h"

namespace neuron::run {

/// The tensor with the elements of `dtype`. Floats become other floats by rounding, integers and
/// booleans other integers exactly.
/// Errors: InvalidArgument for another shape, a float where an integer belongs or the other
/// way, and the first element that does not fit.
Result<HostTensor> convertTo(const HostTensor &tensor, DType dtype,
                             const std::vector<uint64_t> &shape);

/// Reads a finite number that is the whole text.
bool parseNumber(const std::string &text, double &value);

/// What "random:SEED" and "random:SEED:LOW:HIGH" ask for.
struct RandomSpec {
  uint64_t seed = 0;
  bool hasRange = false;
  double low = 0, high = 0;
};

/// Reads the text behind "random:". Errors: InvalidArgument.
Result<RandomSpec> parseRandom(const std::string &text);

/// A tensor of values that depend on the seed, the name and the position only. Without a range
/// floats are uniform in [-1, 1) and integers are 0 or 1, which every index and mask allows.
/// Integers of a range include both ends.
/// Errors: InvalidArgument for a range that the type does not hold; ResourceLimit.
Result<HostTensor> randomTensor(const RandomSpec &spec, const std::string &name, DType dtype,
                                const std::vector<uint64_t> &shape);

} // namespace neuron::run
