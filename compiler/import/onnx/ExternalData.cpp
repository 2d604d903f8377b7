// ExternalData: confinement of paths.

#include "compiler/import/onnx/ExternalData.h"

#include "llvm/ADT/SmallString.h"
#include "llvm/ADT/Twine.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"

using namespace neuron::importer;
using neuron::driver::Code;
using neuron::driver::printable;
namespace fs = llvm::sys::fs;
namespace path = llvm::sys::path;

std::optional<std::string>
neuron::importer::confine(llvm::StringRef folder, llvm::StringRef location, LocationError &error) {
  auto refuse = [&](Code code, const llvm::Twine &what) {
    error = {code, ("external data '" + printable(location) + "' " + what).str()};
    return std::nullopt;
  };
  if (location.empty() || location.contains('\0') || location.size() > 4096)
    return refuse(Code::ExternalEscape, "is not a path");
  if (path::is_absolute(location))
    return refuse(Code::ExternalEscape, "is an absolute path");
  for (llvm::StringRef part : llvm::make_range(path::begin(location), path::end(location)))
    if (part == "..")
      return refuse(Code::ExternalEscape, "leaves the folder of the model");
  llvm::SmallString<256> joined(folder.empty() ? "." : folder), realFolder, realFile;
  if (fs::real_path(joined, realFolder))
    return refuse(Code::ExternalMissing, "cannot be looked up: the folder is gone");
  path::append(joined, location);
  if (fs::real_path(joined, realFile))
    return refuse(Code::ExternalMissing, "does not exist");
  path::append(realFolder, "x"); // a trailing component, so that the prefix ends at a separator
  realFolder.pop_back();
  if (!realFile.str().starts_with(realFolder))
    return refuse(Code::ExternalEscape, "is a symbolic link out of the folder of the model");
  if (!fs::is_regular_file(realFile))
    return refuse(Code::ExternalMissing, "is not a regular file");
  return realFile.str().str();
}
