// Where the values of one tensor come from, run by run.
//
// A file whose name holds "{run}" is another file for every run. A file that has the tensors of
// all runs along its first dim is split: 360 images in one file, a program that takes one, 360
// runs. Everything else is the same for all runs.
#pragma once

#include "tools/neuron-run/Interface.h"

#include <optional>

namespace neuron::run {

class TensorSource {
public:
  /// `text` is what stood behind "name=". Errors: InvalidArgument.
  static Result<TensorSource> parse(const std::string &name, const std::string &text);

  /// The tensor of one of `runs` runs, as `dtype` and `shape`.
  /// Errors: those of the file's reader and of convertTo.
  Result<HostTensor> get(uint32_t run, uint32_t runs, DType dtype,
                         const std::vector<uint64_t> &shape);

  const std::string &name() const { return tensorName; }
  /// True once a file was found to hold all runs.
  bool isSplit() const { return split; }

private:
  Result<HostTensor> read(uint32_t run) const;

  std::string tensorName, path;
  std::optional<RandomSpec> random;
  std::optional<HostTensor> kept; ///< of a file that is read once
  bool split = false;
};

/// `shape` with its first dim `runs` times as large, or nothing for a scalar.
std::optional<std::vector<uint64_t>> stackedShape(const std::vector<uint64_t> &shape,
                                                  uint32_t runs);

} // namespace neuron::run
