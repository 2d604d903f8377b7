// What becomes of the outputs of all runs: compared, scored, written.
#pragma once

#include "runtime/program/Program.h"
#include "tools/neuron-run/Labels.h"
#include "tools/neuron-run/Options.h"
#include "tools/neuron-run/TensorSource.h"

#include <cstdio>
#include <map>

namespace neuron::run {

class Results {
public:
  /// Errors: InvalidArgument for names that are no outputs of the program, or texts that are no
  /// sources.
  static Result<Results> create(const rt::Program &program, const Options &options);

  /// Takes the output of segment `segment` of one run, in the model's own type.
  Status take(uint32_t run, uint32_t segment, HostTensor output);

  /// Writes what is written once, prints comparisons and accuracies to `messages`.
  /// Errors: Mismatch when an output was beyond the tolerance in any run; Io.
  Status finish(bool inputsAreSplit, std::FILE *messages);

private:
  struct Expectation {
    TensorSource source;
    uint64_t runsOutside = 0;
    uint32_t worstRun = 0;
    Difference worst;
  };
  struct Labelling {
    TensorSource source;
    Score score, expectedScore;
    bool hasExpected = false;
  };

  Results(const rt::Program &program, const Options &options)
      : program(program), options(options) {}
  Status compareOne(uint32_t run, uint32_t segment, const HostTensor &output,
                    std::optional<HostTensor> &expected);
  Status scoreOne(uint32_t run, uint32_t segment, const HostTensor &output,
                  const std::optional<HostTensor> &expected);
  Status writeOutputs(bool inputsAreSplit);

  const rt::Program &program;
  const Options &options;
  std::map<uint32_t, Expectation> expectations; ///< by segment
  std::map<uint32_t, Labelling> labellings;     ///< by segment
  std::map<uint32_t, HostTensor> kept;          ///< the last run's, or all runs' one behind another
};

/// The file name of an output: characters that a path could not hold become '_'.
std::string fileNameOf(const std::string &output);

} // namespace neuron::run
