// The language of scalar bodies, parsed into steps.
//
//   body    = { name "=" expr ";" } expr
//   expr    = primitive "(" expr { "," expr } ")" | name | number | "inf" | "-inf"
//
// Names are operands, scalars of the row or earlier bindings. Equal steps are one step, and a
// copy of a copy is the copy.
#pragma once

#include "llvm/ADT/StringRef.h"
#include "llvm/TableGen/Record.h"

#include <string>
#include <vector>

namespace neuron::tblgen {

/// The names that a body may use.
struct BodyNames {
  std::vector<llvm::StringRef> operands, scalars;
};

/// The steps of `text` as C++ initialisers of ScalarStep, in order.
/// Errors: fatal, at the record's line: unknown name or primitive, wrong number of arguments,
/// anything that is not of the language.
std::vector<std::string> parseBody(const llvm::Record &record, llvm::StringRef text,
                                   const BodyNames &names);

} // namespace neuron::tblgen
