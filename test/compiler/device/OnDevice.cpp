// Compile, load, execute, compare; see OnDevice.h.
#include "test/compiler/device/OnDevice.h"

#include "compiler/emit/EmitProgram.h"
#include "compiler/verify/Device.h"
#include "runtime/base/File.h"

#include "llvm/Support/FileSystem.h"

using namespace mlir;
using namespace neuron;
using namespace neuron::test;

namespace {

/// The program file of the module. Errors: the first diagnostic, in `why`.
LogicalResult writeProgram(ModuleOp module, const pipeline::CompileOptions &options,
                           WeightStore &store, const std::string &path, std::string &why) {
  ScopedDiagnosticHandler handler(module.getContext(), [&](Diagnostic &diagnostic) {
    if (why.empty() && diagnostic.getSeverity() == DiagnosticSeverity::Error)
      why = diagnostic.str();
    return success();
  });
  OwningOpRef<ModuleOp> copy(module.clone());
  FailureOr<pipeline::CompiledProgram> compiled = pipeline::compile(*copy, options, store);
  if (failed(compiled))
    return failure();
  Status written = emit::writeProgram(compiled->program, compiled->contents, store, path);
  if (written.ok())
    return success();
  why = written.message();
  return failure();
}

} // namespace

Result<pipeline::CompileOptions> test::optionsFor(const std::string &machine) {
  Result<target::Machine> loaded = target::loadMachine(machine.c_str());
  if (!loaded.ok())
    return loaded.status();
  pipeline::CompileOptions options;
  options.machine = *loaded;
  if (target::findMachine(machine.c_str()))
    return options;
  Result<MappedFile> file = MappedFile::open(machine);
  if (!file.ok())
    return file.status();
  ByteSpan bytes = file->bytes();
  options.machineText.assign(reinterpret_cast<const char *>(bytes.data), bytes.size);
  return options;
}

DeviceRun test::runOnDevice(ModuleOp module, const pipeline::CompileOptions &options,
                            WeightStore &store, ArrayRef<eval::HostTensor> inputs,
                            const std::string &scratch) {
  DeviceRun run;
  if (failed(writeProgram(module, options, store, scratch, run.why)))
    return run;
  Result<std::unique_ptr<verify::Device>> device = verify::Device::load(scratch);
  (void)llvm::sys::fs::remove(scratch);
  run.outcome = Outcome::Faulted;
  if (!device) {
    run.why = device.status().message();
    return run;
  }
  auto main = module.lookupSymbol<func::FuncOp>("main");
  Result<eval::Tensors> outputs = (*device)->run(main, inputs);
  if (!outputs) {
    run.why = outputs.status().message();
    return run;
  }
  run.outcome = Outcome::Ran;
  run.outputs = *std::move(outputs);
  return run;
}
