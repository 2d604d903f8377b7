// From Status to the status codes of the C interface, and the words behind the last failure.
#pragma once

#include "runtime/base/Status.h"
#include "runtime/include/neuron/nrt.h"
#include "runtime/sim/Faults.h"

namespace neuron::rt {

/// Keeps the message for neuron_last_error on this thread and returns `code`.
NRT_STATUS fail(NRT_STATUS code, std::string message);

/// The code of a failed load.
NRT_STATUS failLoad(const Status &status);

/// The code of a failed execute.
NRT_STATUS failExecute(const Status &status, sim::FaultKind fault);

} // namespace neuron::rt
