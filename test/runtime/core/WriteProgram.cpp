// Writes the program that the C example runs.
#include "test/runtime/core/RunningSum.h"

int main(int count, char **arguments) {
  return count == 2 && neuron::rt::save(neuron::testing::runningSum(), arguments[1]).ok() ? 0 : 1;
}
