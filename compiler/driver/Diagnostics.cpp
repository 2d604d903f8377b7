// Diagnostics: the table, its printed form and the exit status.

#include "compiler/driver/Diagnostics.h"

#include "mlir/IR/BuiltinAttributes.h"
#include "mlir/IR/Diagnostics.h"
#include "mlir/IR/Location.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/raw_ostream.h"

using namespace neuron::driver;

namespace {

constexpr CodeRow rows[] = {
#define DIAGNOSTIC(name, number, exitClass, title, explanation, remedy)                            \
  {Code::name, Exit::exitClass, title, explanation, remedy},
#include "compiler/driver/Diagnostics.def"
};

/// Returns the file and node path that a location names.
std::string placeOf(mlir::Location loc) {
  if (auto name = llvm::dyn_cast<mlir::NameLoc>(loc)) {
    std::string child = placeOf(name.getChildLoc());
    std::string own = "node '" + printable(name.getName().getValue()) + "'";
    return child.empty() ? own : child + ": " + own;
  }
  if (auto file = llvm::dyn_cast<mlir::FileLineColLoc>(loc)) {
    std::string text = file.getFilename().str();
    if (file.getLine() != 0)
      text += ":" + std::to_string(file.getLine()) + ":" + std::to_string(file.getColumn());
    return text;
  }
  if (auto fused = llvm::dyn_cast<mlir::FusedLoc>(loc))
    return fused.getLocations().empty() ? "" : placeOf(fused.getLocations().front());
  if (auto call = llvm::dyn_cast<mlir::CallSiteLoc>(loc))
    return placeOf(call.getCallee());
  return "";
}

/// Removes a leading "[NCnnnn] " from `text` and returns its code.
std::optional<Code> takeCode(llvm::StringRef &text) {
  llvm::StringRef rest = text;
  // Verifiers prefix their text with the op's name; the code may follow it.
  if (rest.starts_with("'")) {
    size_t end = rest.find("' op ");
    if (end != llvm::StringRef::npos)
      rest = rest.drop_front(end + 5);
  }
  if (!rest.consume_front("["))
    return std::nullopt;
  size_t close = rest.find("] ");
  if (close == llvm::StringRef::npos)
    return std::nullopt;
  std::optional<Code> code = parseCode(rest.take_front(close));
  if (code)
    text = rest.drop_front(close + 2);
  return code;
}

} // namespace

llvm::ArrayRef<CodeRow> neuron::driver::allCodes() { return rows; }

const CodeRow &neuron::driver::rowOf(Code code) {
  return *llvm::find_if(rows, [&](const CodeRow &row) { return row.code == code; });
}

std::optional<Code> neuron::driver::parseCode(llvm::StringRef text) {
  if (!text.consume_front("NC"))
    text.consume_front("nc");
  unsigned number = 0;
  if (text.empty() || text.getAsInteger(10, number))
    return std::nullopt;
  for (const CodeRow &row : rows)
    if (static_cast<unsigned>(row.code) == number)
      return row.code;
  return std::nullopt;
}

std::string neuron::driver::spelling(Code code) {
  std::string text;
  llvm::raw_string_ostream stream(text);
  stream << llvm::format("NC%04u", static_cast<unsigned>(code));
  return text;
}

void neuron::driver::explain(Code code, llvm::raw_ostream &out) {
  const CodeRow &row = rowOf(code);
  out << spelling(code) << ": " << row.title << "\n\n"
      << row.explanation << "\n\nWhat to do: " << row.remedy
      << "\nExit status: " << static_cast<int>(row.exit) << "\n";
}

std::string neuron::driver::printable(llvm::StringRef text, size_t limit) {
  std::string result;
  for (unsigned char byte : text.take_front(limit)) {
    if (byte >= 0x20 && byte < 0x7f)
      result += static_cast<char>(byte);
    else
      result += "\\x" + llvm::utohexstr(byte, /*LowerCase=*/true, 2);
  }
  return text.size() > limit ? result + "..." : result;
}

llvm::LogicalResult Diagnostics::error(Code code, llvm::StringRef where, const llvm::Twine &what,
                                       llvm::ArrayRef<std::string> notes) {
  if (!where.empty())
    out << where << ": ";
  out << "error [" << spelling(code) << "]: " << what << "\n";
  for (const std::string &line : notes)
    out << "  " << line << "\n";
  if (!llvm::is_contained(helped, code)) {
    helped.push_back(code);
    out << "  remedy: " << rowOf(code).remedy << " (--explain " << spelling(code) << ")\n";
  }
  if (!firstError)
    firstError = code;
  return llvm::failure();
}

void Diagnostics::warning(llvm::StringRef where, const llvm::Twine &what) {
  if (verbosity < Verbosity::Warning)
    return;
  if (!where.empty())
    out << where << ": ";
  out << "warning: " << what << "\n";
}

void Diagnostics::note(llvm::StringRef where, const llvm::Twine &what) {
  if (verbosity < Verbosity::Info)
    return;
  if (!where.empty())
    out << where << ": ";
  out << what << "\n";
}

void Diagnostics::attach(const mlir::Diagnostic &diagnostic, Code otherwise,
                         llvm::StringRef place) {
  std::string owned = diagnostic.str();
  llvm::StringRef text = owned;
  std::string where = place.empty() ? placeOf(diagnostic.getLocation()) : place.str();
  switch (diagnostic.getSeverity()) {
  case mlir::DiagnosticSeverity::Error: {
    Code code = takeCode(text).value_or(otherwise);
    std::vector<std::string> notes;
    for (const mlir::Diagnostic &attached : diagnostic.getNotes())
      notes.push_back("note: " + attached.str());
    (void)error(code, where, text, notes);
    return;
  }
  case mlir::DiagnosticSeverity::Warning:
    return warning(where, text);
  case mlir::DiagnosticSeverity::Note:
  case mlir::DiagnosticSeverity::Remark:
    return note(where, text);
  }
}
