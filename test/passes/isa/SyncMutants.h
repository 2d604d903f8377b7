// One piece of a program's synchronisation taken away or weakened.
#pragma once

#include "dialects/isa/Isa.h"

#include "mlir/IR/BuiltinOps.h"

#include <cstdint>
#include <string>

namespace neuron::isa::testing {

/// Changes the module and says how; empty when the seed's choice finds nothing to change.
std::string mutateSync(mlir::ModuleOp module, uint32_t seed);

} // namespace neuron::isa::testing
