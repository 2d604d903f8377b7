// The published measurements that the simulator is compared with, and the programs for them.
//
// A case is a program at the size that was measured, the same program at a size whose values are
// checked, and what was published. How a program is written from a description was laid down
// before its first time was seen; README.md has the rule.
#pragma once

#include "models/kernels/Kernel.h"

namespace neuron::kernels {

/// What the published number says.
enum class Quantity : uint8_t {
  Latency,      ///< from the first instruction to the last effect, us
  WithLaunch,   ///< latency and the launch, us
  VectorActive, ///< us
  ScalarActive, ///< us
  VectorBusy,   ///< sum of intervals, us
  ScalarBusy,   ///< sum of intervals, us
  TensorActive, ///< us
  DmaActive,    ///< us
  LastTensor,   ///< start to completion of the engine's last instruction, us
  LastVector,   ///< us
  LastScalar,   ///< us
};

enum class Role : uint8_t {
  Fitted,      ///< a parameter was chosen with it
  Prediction,  ///< no parameter was chosen with it, and no program
  Revised,     ///< no parameter was chosen with it, but its program changed after a time was seen
  Informative, ///< the description does not determine the program
  KeptBack,    ///< the published number is not in this repository
};

struct Case {
  std::string name;
  std::string machine;
  Quantity quantity = Quantity::Latency;
  Role role = Role::Prediction;
  double published = 0; ///< in `unit`; 0 when kept back
  double scale = 1;     ///< simulated us times scale is in `unit`
  std::string unit = "us";
  std::string source;
  std::function<void(Kernel &)> program;
  std::function<void(Kernel &)> small; ///< with values; the machine's
  double allowed = 0;   ///< relative error that the calibration sheet allows; 0: not on it
  std::string residual; ///< the mechanism that a remaining error points to
  bool rate = false;    ///< `unit` is work per time: scale / simulated us
};

using Cases = std::vector<Case>;

void addMatmul(Cases &cases);
void addPoints(Cases &cases);
void addTransfers(Cases &cases);
void addNorms(Cases &cases);
void addAttention(Cases &cases);
void addDiffusion(Cases &cases);
void addMamba(Cases &cases);
void addDecode(Cases &cases);
void addKeptBack(Cases &cases);
void addKeptBackTransfers(Cases &cases);

/// All of them.
Cases allCases();

} // namespace neuron::kernels
