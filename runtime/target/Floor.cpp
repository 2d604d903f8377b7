// Rates of the machine row into least times.
#include "runtime/target/Floor.h"

#include <algorithm>

namespace neuron::target {

double transferRate(const Machine &machine) {
  return static_cast<double>(
      std::min(machine.hbmBytesPerUs, machine.dmaEngines * machine.dmaEngineBytesPerUs));
}

Floor floorOf(const Machine &machine, uint64_t hbmBytes, uint64_t tensorCycles) {
  return {static_cast<double>(hbmBytes) / transferRate(machine),
          static_cast<double>(tensorCycles) / static_cast<double>(machine.tensorMHz)};
}

} // namespace neuron::target
