// sysconf, and a new-handler that leaves without unwinding.
#include "runtime/base/HostMemory.h"

#include <cstring>
#include <new>
#include <unistd.h>

namespace neuron {
namespace {

const char *toolName = "";

void put(const char *text) {
  ssize_t ignored = ::write(2, text, std::strlen(text));
  (void)ignored;
}

[[noreturn]] void leave() {
  put(toolName);
  put(": error: the host ran out of memory\n");
  ::_exit(exitCode(ErrorCode::ResourceLimit));
}

} // namespace

uint64_t hostMemoryBytes() {
  long pages = ::sysconf(_SC_PHYS_PAGES), size = ::sysconf(_SC_PAGESIZE);
  return pages > 0 && size > 0 ? static_cast<uint64_t>(pages) * static_cast<uint64_t>(size) : 0;
}

Status fitsHost(uint64_t bytes) {
  uint64_t held = hostMemoryBytes();
  if (!held || bytes <= held)
    return Status::success();
  return Status::error(
      ErrorCode::ResourceLimit, "tensors and scratch take %llu bytes, the host has %llu",
      static_cast<unsigned long long>(bytes), static_cast<unsigned long long>(held));
}

void exitWhenOutOfMemory(const char *tool) {
  toolName = tool;
  std::set_new_handler(leave);
}

} // namespace neuron
