// calibration: the simulator against published measurements.
#include "tools/bench/calibration/Measure.h"

#include <chrono>
#include <cstdio>
#include <cstring>

using namespace neuron;
using namespace neuron::calibration;

int main(int argc, char **argv) {
  for (const kernels::Case &one : kernels::allCases()) {
    if (argc > 1 && !std::strstr(one.name.c_str(), argv[1]))
      continue;
    Status values = checkValues(one);
    if (!values.ok())
      std::printf("%s: %s\n", one.name.c_str(), values.message().c_str());
    auto begin = std::chrono::steady_clock::now();
    auto timed = Timed::create(one);
    if (!timed) {
      std::printf("%s: %s\n", one.name.c_str(), timed.status().message().c_str());
      continue;
    }
    if (argc > 2)
      std::fputs(isa::toText((*timed)->file()).c_str(), stdout);
    auto measured = (*timed)->run((*timed)->machine());
    if (!measured) {
      std::printf("%s: %s\n", one.name.c_str(), measured.status().message().c_str());
      continue;
    }
    double have = *measured;
    double host = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
    std::printf("%-40s %s published %10.3f simulated %10.3f %s  error %+6.1f %%   (%.2f s)\n",
                one.name.c_str(), one.machine.c_str(), one.published, have, one.unit.c_str(),
                one.published > 0 ? 100 * (have / one.published - 1) : 0, host);
    std::fflush(stdout);
  }
}
