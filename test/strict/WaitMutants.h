// Programs whose synchronisation is weaker by one piece: a wait taken away, or waiting for less.
//
// Every place where a stream of a program waits is a mutant or two: the waits of an instruction,
// `take`, `wait_ge`, `after`, a barrier, and the initial values of semaphores that are taken,
// because a credit more is a value less to wait for.
#pragma once

#include "runtime/program/Program.h"

#include <string>
#include <vector>

namespace neuron::testing {

struct WaitMutant {
  enum Change : uint8_t {
    Removed, ///< does not wait there at all
    Lowered, ///< waits for one increment, or one instruction, less
    Credit,  ///< the semaphore starts with one more
  } change = Removed;
  enum Where : uint8_t { Wait0, Wait1, Instruction, After, Initial } where = Instruction;
  unsigned stream = 0;
  uint32_t pc = 0; ///< of `Initial`: the semaphore
};

/// All mutants of the streams, in the order of the code. What lowers a count to zero is `Removed`.
std::vector<WaitMutant> waitMutants(const rt::Program &program);

/// Weakens the program by one of its mutants.
void weaken(rt::Program &program, const WaitMutant &mutant);

/// "stream 2, instruction 12 (layer), wait 1 removed: activate ...", of the program as it was.
std::string toText(const rt::Program &program, const WaitMutant &mutant);

} // namespace neuron::testing
