// What is simulated: an assembly file or a program, with buffers for its interface.
#pragma once

#include "runtime/core/ProgramImage.h"
#include "runtime/sim/AsmImage.h"

namespace neuron::simtool {

/// One interface segment: what it holds before every run, and what it holds now.
struct Buffer {
  uint32_t segment = 0;
  std::string name;
  bool result = false; ///< an output or a state: to be compared
  std::vector<uint8_t> initial, bytes;
};

class Subject {
public:
  /// Reads FILE.s or a program. A program's inputs get random values: multiples of 1/8 in [-1, 1]
  /// for floats, 0 and 1 for integers.
  /// Errors: of the parser or loader, located; MissingInput, Io; ResourceLimit where the host
  /// cannot hold the segments.
  static Result<std::unique_ptr<Subject>> open(const std::string &path, uint64_t seed);

  const sim::Image &image() const { return assembly ? assembly->image() : program->image(); }
  /// Null for a program.
  const sim::AsmImage *asmImage() const { return assembly.get(); }
  /// Null for assembly.
  const rt::Program *programFile() const { return program ? &program->program() : nullptr; }

  /// Every buffer as it is before a run.
  void restore();
  sim::Bindings bindings();
  const std::vector<Buffer> &buffers() const { return all; }
  /// The buffer of a segment, or null.
  const Buffer *buffer(uint32_t segment) const;

private:
  void addBuffers(uint64_t seed);
  std::unique_ptr<sim::AsmImage> assembly;
  std::unique_ptr<rt::ProgramImage> program;
  std::vector<Buffer> all;
};

} // namespace neuron::simtool
