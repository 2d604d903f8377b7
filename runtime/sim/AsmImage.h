// An assembly file as an image: jumps resolved, tensors with their contents, expectations.
//
// Tensors become segments in the order of the file. Inputs and states get buffers with the
// contents that the file gives them; what a tensor is expected to hold is compared afterwards.
#pragma once

#include "runtime/isa/AsmFile.h"
#include "runtime/sim/Machine.h"

#include <memory>

namespace neuron::sim {

class AsmImage {
public:
  /// `folder` is where contents from files are looked for: "" or ending in /.
  /// Errors: InvalidArgument for contents that do not fit their tensor; those of StreamCode;
  /// MissingInput, Io for files.
  static Result<std::unique_ptr<AsmImage>> create(isa::AsmFile file, const std::string &folder);
  AsmImage(const AsmImage &) = delete;
  AsmImage &operator=(const AsmImage &) = delete;

  const isa::AsmFile &file() const { return source; }
  const Image &image() const { return built; }
  /// The content that the file gives a tensor; empty when it gives none.
  const std::vector<uint8_t> &content(uint32_t tensor) const { return contents[tensor]; }

  /// One sentence for every `.expect_values` that does not hold; `bytes(tensor)` is what a
  /// tensor holds after the run, or null for a tensor that cannot be looked at.
  /// Errors: InvalidArgument for an expectation that cannot be evaluated.
  Result<std::vector<std::string>>
  valueFailures(const std::function<const uint8_t *(uint32_t tensor)> &bytes) const;

private:
  AsmImage() = default;
  Status makeStreams();
  Status makeSegments();
  void makePlans();

  class Tensors;
  isa::AsmFile source;
  std::string folder;
  target::Machine target;
  std::vector<std::vector<uint8_t>> contents; ///< by tensor
  Image built;
};

} // namespace neuron::sim
