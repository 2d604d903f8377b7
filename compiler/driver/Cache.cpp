// Keys and entries of the cache.
#include "compiler/driver/Cache.h"

#include "dialects/nn/Nn.h"
#include "runtime/program/Digest.h"

#include "mlir/IR/OperationSupport.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/raw_ostream.h"

using namespace neuron;
using namespace neuron::driver;

namespace {

/// A part of the key, with its length, so that parts do not run together.
void add(rt::RunningDigest &digest, llvm::StringRef text) {
  uint64_t size = text.size();
  digest.update(&size, sizeof(size));
  digest.update(text.data(), text.size());
}

void add(rt::RunningDigest &digest, uint64_t number) { digest.update(&number, sizeof(number)); }

/// Two builds of one version are two compilers.
uint64_t ownDigest() {
  Result<MappedFile> self = MappedFile::open("/proc/self/exe");
  return self.ok() ? rt::digestOf(self->bytes()) : 0;
}

/// Makes `to` a file of the bytes of `from`, which are `bytes`, whole or not at all: another name
/// of the same file where the file system allows it, else a copy.
Status share(const std::string &from, ByteSpan bytes, const std::string &to) {
  llvm::SmallString<256> link;
  llvm::sys::fs::createUniquePath(to + ".%%%%%%%%", link, /*MakeAbsolute=*/false);
  if (llvm::sys::fs::create_hard_link(from, link))
    return writeFile(to, bytes);
  std::error_code error = llvm::sys::fs::rename(link, to);
  // A rename onto another name of the same file leaves both.
  (void)llvm::sys::fs::remove(link);
  return error ? Status(ErrorCode::Io, to + ": " + error.message()) : Status::success();
}

} // namespace

Result<std::string> Cache::keyOf(mlir::ModuleOp imported, WeightStore &store,
                                 const Options &options, const target::Machine &machine) {
  rt::RunningDigest digest;
  add(digest, options.version);
  add(digest, ownDigest());
  add(digest, options.commandLine);
  add(digest, machine.name);
  add(digest, target::digest(machine));
  add(digest, options.model); // layers name their source
  std::string text;
  llvm::raw_string_ostream stream(text);
  imported->print(stream, mlir::OpPrintingFlags().enableDebugInfo());
  add(digest, text);
  for (auto weight : imported.getOps<nn::WeightOp>())
    for (auto blob : weight.getBlobs().getAsRange<nn::FileBlobAttr>()) {
      Result<uint32_t> file = store.findOrAddFile(blob.getFile().getValue());
      if (!file.ok())
        return file.status();
    }
  for (uint32_t file = 0; file < store.fileCount(); ++file) {
    add(digest, store.name(file));
    llvm::StringRef bytes = store.bytes(file);
    add(digest, rt::digestOf({reinterpret_cast<const uint8_t *>(bytes.data()), bytes.size()}));
  }
  return formatText("%016llx", static_cast<unsigned long long>(digest.value()));
}

Result<std::optional<rt::Program>> Cache::fetch(const std::string &key,
                                                const std::string &output) const {
  std::optional<rt::Program> found;
  Result<MappedFile> entry = MappedFile::open(pathOf(key));
  if (!entry.ok())
    return found;
  Result<rt::Program> program = rt::parse(entry->bytes(), pathOf(key));
  if (!program.ok())
    return found;
  NEURON_TRY(share(pathOf(key), entry->bytes(), output));
  for (rt::Segment &segment : program->segments)
    segment.content = {}; // they lie in the mapping that ends here
  found = *std::move(program);
  return found;
}

Status Cache::keep(const std::string &key, const std::string &program) const {
  if (std::error_code error = llvm::sys::fs::create_directories(folder))
    return {ErrorCode::Io, folder + ": cannot make the folder: " + error.message()};
  Result<MappedFile> file = MappedFile::open(program);
  if (!file.ok())
    return file.status();
  return share(program, file->bytes(), pathOf(key));
}
