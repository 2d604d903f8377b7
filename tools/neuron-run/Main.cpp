// neuron-run: runs a compiled program on the simulated machine.
#include "runtime/base/HostMemory.h"
#include "tools/neuron-run/Session.h"

#include <cstdio>

using namespace neuron;

int main(int argc, char **argv) {
  exitWhenOutOfMemory("neuron-run");
  std::string help;
  Result<run::Options> options = run::parseOptions(argc, argv, help);
  if (options && !help.empty()) {
    std::fputs(help.c_str(), stdout);
    return 0;
  }
  Status status = options ? run::runProgram(*options) : options.status();
  std::fflush(stdout);
  if (!status.ok())
    std::fprintf(stderr, "neuron-run: error: %s\n", status.message().c_str());
  return exitCode(status.code());
}
