// neuron-compile: an ONNX model in, a program out.

#include "compiler/driver/Driver.h"
#include "tools/neuron-compile/CommandLine.h"

#include "llvm/Support/ErrorHandling.h"
#include "llvm/Support/raw_ostream.h"
#include <csignal>
#include <cstdio>
#include <new>
#include <unistd.h>

#ifndef __has_feature
#define __has_feature(feature) 0
#endif

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

/// A signal that only a mistake of ours or of a library raises. A sanitizer has its own report.
void onCrash(int) {
  constexpr char text[] = "neuron-compile: error [NC7001]: the compiler crashed\n"
                          "  remedy: please report this with the model and the command line "
                          "(--explain NC7001)\n";
  ssize_t ignored = write(STDERR_FILENO, text, sizeof(text) - 1);
  (void)ignored;
  _exit(70);
}

/// Handlers run on a stack of their own: a stack that is used up is one of the crashes.
void catchCrashes() {
#if !__has_feature(address_sanitizer) && !__has_feature(thread_sanitizer)
  static char memory[16384];
  stack_t stack = {};
  stack.ss_sp = memory;
  stack.ss_size = sizeof(memory);
  sigaltstack(&stack, nullptr);
  struct sigaction action = {};
  action.sa_handler = onCrash;
  action.sa_flags = SA_ONSTACK;
  for (int signal : {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT})
    sigaction(signal, &action, nullptr);
#else
  (void)onCrash;
#endif
}

} // namespace

int main(int argc, char **argv) {
  catchCrashes();
  std::set_new_handler([] { onBadAlloc(nullptr, "", false); });
  llvm::install_fatal_error_handler(onFatal);
  llvm::install_bad_alloc_error_handler(onBadAlloc);
  neuron::driver::Options options;
  if (std::optional<int> status = neuron::parseCommandLine(argc, argv, options))
    return *status;
  return static_cast<int>(neuron::driver::runCompiler(options, llvm::outs(), llvm::errs()));
}
