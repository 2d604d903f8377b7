// The thread-local detail text; everything else is two tables.
#include "runtime/core/ApiError.h"
#include "runtime/include/neuron/runtime.h"

namespace neuron::rt {
namespace {

std::string &lastError() {
  thread_local std::string text;
  return text;
}

} // namespace

NRT_STATUS fail(NRT_STATUS code, std::string message) {
  lastError() = std::move(message);
  return code;
}

NRT_STATUS failLoad(const Status &status) {
  switch (status.code()) {
  case ErrorCode::ResourceLimit:
    return fail(NRT_RESOURCE, status.message());
  case ErrorCode::Unsupported:
  case ErrorCode::VersionMismatch:
    return fail(NRT_UNSUPPORTED_NEFF_VERSION, status.message());
  case ErrorCode::InvalidArgument:
  case ErrorCode::Malformed:
  case ErrorCode::MissingInput:
    return fail(NRT_INVALID, status.message());
  default:
    return fail(NRT_FAILURE, status.message());
  }
}

NRT_STATUS failExecute(const Status &status, sim::FaultKind fault) {
  switch (status.code()) {
  case ErrorCode::InvalidArgument:
  case ErrorCode::MissingInput:
    return fail(NRT_EXEC_BAD_INPUT, status.message());
  case ErrorCode::ResourceLimit:
    return fail(NRT_RESOURCE, status.message());
  case ErrorCode::Timeout:
    return fail(NRT_TIMEOUT, status.message());
  case ErrorCode::Fault:
    return fail(fault == sim::FaultKind::OutOfBounds ? NRT_EXEC_OOB : NRT_EXEC_COMPLETED_WITH_ERR,
                status.message());
  default:
    return fail(NRT_FAILURE, status.message());
  }
}

} // namespace neuron::rt

extern "C" const char *neuron_last_error(void) { return neuron::rt::lastError().c_str(); }
