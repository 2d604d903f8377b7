// The machine that a program is made for: one number per parameter, from the table or a file.
//
// dialects/target/Machines.td has a row for inf1, trn1, inf2, trn2 and trn3, and says for every
// number where it comes from. A user's machine file starts from a row and replaces numbers:
//   {"base": "trn1", "sbufPartitionBytes": 24576}
// What a file replaces counts as documented: it is then the machine by definition.
#pragma once

#include "runtime/base/Status.h"

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace neuron::target {

#define NEURON_MACHINE_TABLE
#include "runtime/target/Machines.inc"
#undef NEURON_MACHINE_TABLE

/// How far a number can be trusted.
enum class ValueKind : uint8_t {
  Documented,
  Measured,
  Fitted, ///< to published timings
  Assumed ///< no public figure
};

struct Machine {
  std::string name;
#define NEURON_MACHINE_FIELDS
#include "runtime/target/Machines.inc"
#undef NEURON_MACHINE_FIELDS
  std::array<ValueKind, kNumParams> kind{}; ///< by parameter, in the order of params()
};

struct ParamFacts {
  const char *name; ///< the field of Machine, and the key of a machine file
  const char *unit;
  const char *doc;
  bool isCost; ///< a time, which may be 0
  uint64_t least, most;
  uint64_t Machine::*field;
};

/// All parameters, in the order of the table.
const std::array<ParamFacts, kNumParams> &params();

/// The row of this name, or null. Valid forever.
const Machine *findMachine(std::string_view name);

/// The names of all rows, for messages: "inf1, trn1, ...".
std::string machineNames();

/// Where the number of a row comes from, or null for a name that is no row.
const char *sourceOf(std::string_view machine, unsigned param);

/// Checks what several parameters must keep together. Errors: InvalidArgument.
Status check(const Machine &machine);

/// Reads the text of a machine file; `place` begins messages, as in "place:2:5: ...".
/// The machine is named `place` without folder and ending, unless the file has a "name".
/// Errors: Malformed for text that is no JSON object of numbers; InvalidArgument for an unknown
/// base or key or a number out of range.
Result<Machine> parseMachine(std::string_view text, const std::string &place);

/// The row of this name, else the machine file at this path.
/// Errors: those of parseMachine; MissingInput and Io.
Result<Machine> loadMachine(const std::string &nameOrPath);

/// The machine with every assumed cost set to 0: the difference is what rests on assumptions.
Machine withoutAssumedCosts(const Machine &machine);

/// The machine as one of `cores` that run a copy of a program at the same time sees it: its part
/// of the HBM's rate. 0 or more than the chip has: all of them, as in the table.
Machine sharedBy(const Machine &machine, unsigned cores);

/// Identifies the numbers, not the name. Stored in every program.
uint64_t digest(const Machine &machine);

} // namespace neuron::target
