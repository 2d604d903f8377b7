// What the host can hold, and what the tools do when it cannot.
//
// A program file may describe tensors of any size. The tools compare their sum with the host's
// memory before they allocate; what is refused nevertheless ends the process with a word.
#pragma once

#include "runtime/base/Status.h"

#include <cstdint>

namespace neuron {

/// The physical memory of the host in bytes; 0 where the system does not say.
uint64_t hostMemoryBytes();

/// Of `bytes` that a tool is about to allocate. Errors: ResourceLimit above hostMemoryBytes().
Status fitsHost(uint64_t bytes);

/// From now on an allocation that fails ends the process: "TOOL: error: ..." and exit status 4.
/// For a tool's main only.
void exitWhenOutOfMemory(const char *tool);

} // namespace neuron
