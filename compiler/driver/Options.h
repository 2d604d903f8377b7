// Options: the command line of neuron-compile as plain values.

#ifndef NEURON_COMPILER_DRIVER_OPTIONS_H
#define NEURON_COMPILER_DRIVER_OPTIONS_H

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace neuron::driver {

/// Where compilation stops, and what is written.
enum class Emit : uint8_t { Nn, Tile, Isa, Program };
/// Which f32 operations are computed in a narrower type, and in which.
enum class AutoCast : uint8_t { None, Matmult, All };
enum class CastType : uint8_t { Bf16, Fp16, Tf32, Fp8E4m3 };
/// What is compared with the reference after compiling.
enum class Verify : uint8_t { None, Output, Layer };
/// Whether an input that comes out updated stays on the device between executions.
enum class States : uint8_t { None, Auto };
/// Whether weights are inside the program or stay in the model's files.
enum class Weights : uint8_t { Embed, External };
/// The least severe message that is printed.
enum class Verbosity : uint8_t { Error, Warning, Info, Debug };

struct Options {
  std::string model;
  std::string output; ///< empty: the model's name with another suffix; "-": standard output
  std::string target = "trn1";
  std::map<std::string, std::vector<int64_t>> shapes;
  AutoCast autoCast = AutoCast::None;
  CastType autoCastType = CastType::Bf16;
  int optimisation = 2;
  std::string modelType = "generic";
  Emit emit = Emit::Program;
  bool check = false;
  bool fit = false;
  bool listOps = false;
  Verify verify = Verify::None;
  Weights weights = Weights::Embed;
  States states = States::None;
  std::string cacheDir;
  bool cache = true;
  std::string report;
  std::string explain;
  unsigned threads = 0; ///< 0: one a host core
  Verbosity verbosity = Verbosity::Warning;
  std::string version;     ///< of the compiler, for the program's header
  std::string commandLine; ///< without what cannot change the program
};

} // namespace neuron::driver

#endif
