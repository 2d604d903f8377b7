// neuron-tblgen: C++ and manuals from the tables in dialects/.
//
// Each generator registers itself under the option that its file defines (--gen-isa,
// --gen-isa-doc, --gen-machines, --gen-machines-doc, ...); this file only parses the command
// line and the records. Broken rows are reported at their line of the .td file.
#include "llvm/TableGen/Main.h"
#include "llvm/Support/CommandLine.h"
#include "llvm/Support/InitLLVM.h"
#include "llvm/TableGen/TableGenBackend.h"

int main(int argc, char **argv) {
  llvm::InitLLVM init(argc, argv);
  llvm::cl::ParseCommandLineOptions(argc, argv);
  return llvm::TableGenMain(argv[0], llvm::MultiFileTableGenMainFn());
}
