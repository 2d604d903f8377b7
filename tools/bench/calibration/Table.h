// The calibration report: cases with their errors, parameters with what they move.
#pragma once

#include "tools/bench/calibration/Measure.h"

#include <memory>
#include <string>
#include <vector>

namespace neuron::calibration {

/// A case with its time.
struct Outcome {
  kernels::Case one;
  std::unique_ptr<Timed> timed;
  double us = 0;

  double simulated() const { return inUnit(one, us); }
  double error() const { return one.published > 0 ? simulated() / one.published - 1 : 0; }
};

/// exp(mean |ln(simulated / published)|) - 1 over the cases of a role, and the worst.
struct Statistic {
  unsigned count = 0;
  double mean = 0, worst = 0;
  const Outcome *worstCase = nullptr;
};
Statistic statisticOf(const std::vector<Outcome> &outcomes, kernels::Role role);

/// Everything above the parameters: it alone is compared with what is committed.
std::string casesText(const std::vector<Outcome> &outcomes);

/// Every parameter that is a time, a rate or a number of either: its values, where they come
/// from, and what a tenth more of it moves. Errors: those of the walks.
Result<std::string> parametersText(const std::vector<Outcome> &outcomes);

} // namespace neuron::calibration
