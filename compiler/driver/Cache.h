// Cache: programs of earlier runs, by the digest of everything that decides their bytes.
//
// The name of an entry is the digest of the compiler itself, the options that can change a
// program, the machine's numbers, the imported module and the bytes of the model's files; the
// entry is the whole program file, on one file system under a second name, elsewhere a copy.
// Entries appear by renaming, so that any number of processes share a folder without locks; one
// that is damaged counts as absent and is written again.
#pragma once

#include "compiler/driver/Options.h"
#include "passes/weights/WeightStore.h"
#include "runtime/program/Program.h"
#include "runtime/target/Machine.h"

#include "mlir/IR/BuiltinOps.h"

#include <optional>
#include <string>

namespace neuron::driver {

class Cache {
public:
  explicit Cache(std::string folder) : folder(std::move(folder)) {}

  /// The name of the entry for a run. Cost: reads the model's files and the compiler once.
  /// Errors: those of WeightStore::findOrAddFile.
  static Result<std::string> keyOf(mlir::ModuleOp imported, WeightStore &store,
                                   const Options &options, const target::Machine &machine);

  /// Writes the program of `key` to `output` and returns it without its contents' bytes, or
  /// nothing where there is none that is whole.
  /// Errors: Io where there is one and `output` cannot be written.
  Result<std::optional<rt::Program>> fetch(const std::string &key, const std::string &output) const;

  /// Makes the file at `program` the entry of `key`. Errors: Io.
  Status keep(const std::string &key, const std::string &program) const;

private:
  std::string pathOf(const std::string &key) const { return folder + "/" + key + ".nprog"; }

  std::string folder;
};

} // namespace neuron::driver
