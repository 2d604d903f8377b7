// The list of all cases.
#include "models/kernels/Cases.h"

namespace neuron::kernels {

Cases allCases() {
  Cases cases;
  addMatmul(cases);
  addPoints(cases);
  addTransfers(cases);
  addNorms(cases);
  addMamba(cases);
  addAttention(cases);
  addDiffusion(cases);
  addDecode(cases);
  addKeptBack(cases);
  return cases;
}

} // namespace neuron::kernels
