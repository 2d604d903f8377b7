// What can go wrong below the LLVM line, as a value: no exceptions, nothing ignored.
//
// A `Status` is a code and a sentence; a `Result<T>` is a T or the Status that says why there
// is none. Both are nodiscard. The code decides the exit code of a command and the status of
// the C interface; the sentence is for a person: lower case, no full stop, what was found and
// what was expected. `within` puts the place (a file, a section) in front of the sentence.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>

namespace neuron {

enum class ErrorCode : uint8_t {
  Ok,
  InvalidArgument, ///< the caller's mistake: wrong name, size, option
  Unsupported,     ///< valid, but not something that we do
  ResourceLimit,   ///< does not fit, or exceeds a stated limit
  Mismatch,        ///< values differ from what was expected
  Fault,           ///< the simulated machine faulted
  Timeout,         ///< a bound on cycles or time was reached
  Malformed,       ///< the bytes do not follow their format
  VersionMismatch, ///< well-formed, but made for another format, ISA or machine
  MissingInput,    ///< a file or tensor that should be there is not
  Io,              ///< the operating system refused
  Internal,        ///< our mistake
};

/// The exit code of a command that ends with this code.
constexpr int exitCode(ErrorCode code) {
  switch (code) {
  case ErrorCode::Ok:
    return 0;
  case ErrorCode::InvalidArgument:
    return 2;
  case ErrorCode::Unsupported:
  case ErrorCode::VersionMismatch:
    return 3;
  case ErrorCode::ResourceLimit:
    return 4;
  case ErrorCode::Mismatch:
    return 5;
  case ErrorCode::Fault:
  case ErrorCode::Timeout:
    return 6;
  case ErrorCode::Malformed:
    return 65;
  case ErrorCode::MissingInput:
    return 66;
  case ErrorCode::Io:
    return 74;
  case ErrorCode::Internal:
    break;
  }
  return 70;
}

/// printf into a string.
[[nodiscard]] std::string formatText(const char *format, ...) __attribute__((format(printf, 1, 2)));

class [[nodiscard]] Status {
public:
  Status() = default;
  Status(ErrorCode code, std::string message) : errorCode(code), text(std::move(message)) {}

  static Status success() { return {}; }
  /// A failure whose sentence is formatted as by printf.
  static Status error(ErrorCode code, const char *format, ...)
      __attribute__((format(printf, 2, 3)));

  bool ok() const { return errorCode == ErrorCode::Ok; }
  ErrorCode code() const { return errorCode; }
  const std::string &message() const { return text; }

  /// The same failure with "place: " in front of its sentence; success stays success.
  Status within(const std::string &place) const & {
    return ok() ? Status() : Status(errorCode, place + ": " + text);
  }

private:
  ErrorCode errorCode = ErrorCode::Ok;
  std::string text;
};

template <typename T> class [[nodiscard]] Result {
public:
  Result(T value) : held(std::move(value)) {}
  /// From a failure. A success without a value would be a contradiction and becomes Internal.
  Result(Status status)
      : why(status.ok() ? Status(ErrorCode::Internal, "success without a value")
                        : std::move(status)) {}

  bool ok() const { return held.has_value(); }
  explicit operator bool() const { return ok(); }
  const Status &status() const { return why; }

  T &operator*() & { return *held; }
  const T &operator*() const & { return *held; }
  T &&operator*() && { return std::move(*held); }
  T *operator->() { return &*held; }
  const T *operator->() const { return &*held; }

private:
  std::optional<T> held;
  Status why;
};

/// Returns from the enclosing function when `expression`, a Status, is a failure.
#define NEURON_TRY(expression)                                                                     \
  do {                                                                                             \
    if (::neuron::Status neuronTryStatus = (expression); !neuronTryStatus.ok())                    \
      return neuronTryStatus;                                                                      \
  } while (false)

} // namespace neuron
