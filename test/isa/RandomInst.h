// Random instructions of legal form, from the table alone, for properties of encoder and text.
#pragma once

#include "runtime/isa/Isa.h"

#include <random>

namespace neuron::isa::test {

/// Every opcode, field, operand shape and condition comes up; extreme values often.
Inst randomInst(std::mt19937_64 &random);

} // namespace neuron::isa::test
