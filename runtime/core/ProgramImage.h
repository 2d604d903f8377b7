// A loaded program as the simulator wants it: machine found, jumps resolved, segments mapped.
#pragma once

#include "runtime/program/Program.h"
#include "runtime/sim/Image.h"
#include "runtime/sim/Report.h"
#include "runtime/target/Machine.h"

#include <memory>

namespace neuron::rt {

/// What the maker of a program said about it, for a report.
sim::ProgramFacts factsOf(const Program &program);

/// Owns the program, its machine and the image that refers to both.
class ProgramImage {
public:
  /// Errors: VersionMismatch when the machine table of this library differs from the one that
  /// the program was made with; Unsupported for a machine that it has not; Malformed for code
  /// whose jumps lead nowhere.
  static Result<std::unique_ptr<ProgramImage>> create(Program program);

  ProgramImage(const ProgramImage &) = delete;
  ProgramImage &operator=(const ProgramImage &) = delete;

  const Program &program() const { return source; }
  const target::Machine &machine() const { return target; }
  const sim::Image &image() const { return built; }

private:
  explicit ProgramImage(Program program) : source(std::move(program)) {}
  Status findMachine();
  Status makeStreams();
  void makePlans();

  const Program source;
  target::Machine target;
  sim::Image built;
};

} // namespace neuron::rt
