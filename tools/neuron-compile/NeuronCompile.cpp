// neuron-compile: an ONNX model in, a program out.

#include "compiler/driver/Driver.h"
#include "tools/neuron-compile/CommandLine.h"

#include "llvm/Support/ErrorHandling.h"
#include "llvm/Support/raw_ostream.h"
#include <cstdio>
#include <new>
#include <unistd.h>

namespace {

/// Ends the process with a word where memory or an invariant of a library is gone: nothing that
/// could still be unwound is worth more than the message.
[[noreturn]] void die(const char *text) {
  std::fputs(text, stderr);
  std::fflush(stderr);
  _exit(70);
}

void onFatal(void *, const char *reason, bool) {
  std::fprintf(stderr, "neuron-compile: error [NC7001]: %s\n", reason);
  die("  remedy: please report this with the command line (--explain NC7001)\n");
}

void onBadAlloc(void *, const char *, bool) {
  die("neuron-compile: error [NC7003]: the host ran out of memory (--explain NC7003)\n");
}

} // namespace

int main(int argc, char **argv) {
  std::set_new_handler([] { onBadAlloc(nullptr, "", false); });
  llvm::install_fatal_error_handler(onFatal);
  llvm::install_bad_alloc_error_handler(onBadAlloc);
  neuron::driver::Options options;
  if (std::optional<int> status = neuron::parseCommandLine(argc, argv, options))
    return *status;
  return static_cast<int>(neuron::driver::runCompiler(options, llvm::outs(), llvm::errs()));
}
