// Diagnostics: what the user reads when something is wrong, and the exit status that follows.
//
// Every error has a code from Diagnostics.def, a place (file, byte or node path), one sentence,
// and notes. Rooms that know this header report through Diagnostics::error; passes report
// through MLIR's diagnostics and put the code in front of their text as "[NC3008] ", which
// Diagnostics::attach understands. The exit status of a run is that of its first error.

#ifndef NEURON_COMPILER_DRIVER_DIAGNOSTICS_H
#define NEURON_COMPILER_DRIVER_DIAGNOSTICS_H

#include "compiler/driver/Options.h"

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/ADT/Twine.h"
#include "llvm/Support/LogicalResult.h"
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace llvm {
class raw_ostream;
}
namespace mlir {
class Diagnostic;
}

namespace neuron::driver {

/// Exit status of a run.
enum class Exit : int {
  Success = 0,
  Usage = 2,
  Unsupported = 3,
  Limit = 4,
  Verification = 5,
  Fault = 6,
  Malformed = 65,
  Missing = 66,
  InternalError = 70,
  InputOutput = 74,
};

/// The rows of Diagnostics.def; the value is the printed number.
enum class Code : uint16_t {
#define DIAGNOSTIC(name, number, exitClass, title, explanation, remedy) name = number,
#include "compiler/driver/Diagnostics.def"
};

/// One row of the table.
struct CodeRow {
  Code code;
  Exit exit;
  llvm::StringRef title, explanation, remedy;
};

/// Returns all rows in ascending order of their number.
llvm::ArrayRef<CodeRow> allCodes();

/// Returns the row of `code`.
const CodeRow &rowOf(Code code);

/// Returns the code spelled "NC3001" (or "3001"), or nothing.
std::optional<Code> parseCode(llvm::StringRef text);

/// Returns "NC3001".
std::string spelling(Code code);

/// Prints the page of a code.
void explain(Code code, llvm::raw_ostream &out);

/// Returns `text` with control and non-ASCII bytes escaped and at most `limit` bytes kept: names
/// come from files and must not reach a terminal as they are.
std::string printable(llvm::StringRef text, size_t limit = 120);

/// Collects and prints the errors of one run.
class Diagnostics {
public:
  explicit Diagnostics(llvm::raw_ostream &out, Verbosity verbosity = Verbosity::Info)
      : out(out), verbosity(verbosity) {}

  /// Prints "where: error [NC1234]: what" and one line per note; returns failure.
  llvm::LogicalResult error(Code code, llvm::StringRef where, const llvm::Twine &what,
                            llvm::ArrayRef<std::string> notes = {});

  /// Prints "where: warning: what".
  void warning(llvm::StringRef where, const llvm::Twine &what);

  /// Prints "where: what" as a line of information.
  void note(llvm::StringRef where, const llvm::Twine &what);

  /// Prints an MLIR diagnostic; an error's code is the "[NCnnnn] " its text begins with, or else
  /// `otherwise`; its place is `where`, or else the diagnostic's location.
  void attach(const mlir::Diagnostic &diagnostic, Code otherwise = Code::Internal,
              llvm::StringRef where = "");

  /// Returns whether an error was reported.
  bool failed() const { return firstError.has_value(); }

  /// Returns the exit status of the first error, or success.
  Exit exit() const { return firstError ? rowOf(*firstError).exit : Exit::Success; }

  /// Returns the code of the first error.
  std::optional<Code> first() const { return firstError; }

private:
  llvm::raw_ostream &out;
  Verbosity verbosity;
  std::optional<Code> firstError;
  std::vector<Code> helped;
};

} // namespace neuron::driver

#endif
