// ExternalData: the path of a file that a model names, confined to the model's folder.
//
// A model is input from a stranger, and so is the path in it. Accepted is a relative path
// without "..", whose real path, after all symbolic links, lies below the real path of the
// model's folder.

#ifndef NEURON_COMPILER_IMPORT_ONNX_EXTERNALDATA_H
#define NEURON_COMPILER_IMPORT_ONNX_EXTERNALDATA_H

#include "compiler/driver/Diagnostics.h"

#include "llvm/ADT/StringRef.h"
#include <optional>
#include <string>

namespace neuron::importer {

/// Why a location was refused.
struct LocationError {
  driver::Code code;
  std::string what;
};

/// Returns the real path of `location` below `folder`, or nothing with `error` filled:
/// ExternalEscape, ExternalMissing (no such regular file).
std::optional<std::string> confine(llvm::StringRef folder, llvm::StringRef location,
                                   LocationError &error);

} // namespace neuron::importer

#endif
