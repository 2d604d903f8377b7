// The list of all cases.
#include "models/kernels/Cases.h"

namespace neuron::kernels {

namespace {

/// What the calibration sheet allows, by the C-number in a case's source.
void setAllowed(Cases &cases) {
  struct Limit {
    const char *number;
    double allowed;
  };
  constexpr Limit limits[] = {{"C1", .05},  {"C2", .10},  {"C3", .05},  {"C4", .08},
                              {"C5", .12},  {"C7", .15},  {"C8", .15},  {"C9", .08},
                              {"C10", .25}, {"C11", .25}, {"C14", .05}, {"C15", .12}};
  for (Case &one : cases)
    for (const Limit &limit : limits) {
      size_t at = one.source.find(limit.number);
      size_t end = at + std::string(limit.number).size();
      bool whole = at != std::string::npos &&
                   (end == one.source.size() || one.source[end] < '0' || one.source[end] > '9');
      if (!whole || one.role == Role::Informative)
        continue;
      // Of the kernels the sheet limits what it names: RoPE's and Mamba's VectorE, and engines'
      // own times closer than whole kernels.
      bool isActive =
          one.quantity == Quantity::VectorActive || one.quantity == Quantity::ScalarActive;
      bool ofVector = std::string(limit.number) == "C3" || std::string(limit.number) == "C9";
      if (ofVector && !isActive)
        continue;
      one.allowed = std::string(limit.number) == "C11" && isActive ? .15 : limit.allowed;
    }
}

} // namespace

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
  setAllowed(cases);
  return cases;
}

} // namespace neuron::kernels
