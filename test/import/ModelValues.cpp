// ModelValues: an imported model, executed by the reference evaluator, against expected values.
//
// usage: import_values MODEL TOLERANCE NAME=FILE.npy...
//
// Files are bound by name to inputs and outputs of the model. A file that holds several times the
// elements of its value is a batch: the model is executed for the first 32 of them. TOLERANCE
// bounds max |got - want| / max |want| over each output.
#include "compiler/import/onnx/ImportOnnx.h"
#include "passes/eval/Evaluator.h"
#include "runtime/base/Npy.h"

#include "mlir/IR/MLIRContext.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/raw_ostream.h"
#include <cmath>
#include <cstdlib>

using namespace neuron;

namespace {

using Files = std::map<std::string, HostTensor>;

/// Elements of step `step` of a batch, as `type` has them.
eval::HostTensor part(const HostTensor &file, mlir::RankedTensorType type, size_t step) {
  eval::HostTensor tensor = eval::makeTensor(type);
  std::memcpy(tensor.bytes.data(), file.bytes.data() + step * tensor.bytes.size(),
              tensor.bytes.size());
  return tensor;
}

class Check {
public:
  Check(mlir::func::FuncOp function, const Files &files, double tolerance)
      : function(function), files(files), tolerance(tolerance) {}

  /// Steps that all files can serve; nothing where a name or a size does not fit.
  std::optional<size_t> steps();
  bool run(size_t step, WeightStore &store);

private:
  const HostTensor *file(mlir::StringAttr name) const {
    auto found = name ? files.find(name.str()) : files.end();
    return found == files.end() ? nullptr : &found->second;
  }
  bool compare(const eval::HostTensor &got, const eval::HostTensor &want, llvm::StringRef name);

  mlir::func::FuncOp function;
  const Files &files;
  double tolerance;
};

std::optional<size_t> Check::steps() {
  size_t count = 32, used = 0;
  auto bound = [&](mlir::StringAttr name, mlir::Type type) {
    const HostTensor *tensor = file(name);
    size_t bytes = eval::makeTensor(mlir::cast<mlir::RankedTensorType>(type)).bytes.size();
    if (!tensor)
      return true;
    ++used;
    count = std::min(count, tensor->bytes.size() / bytes);
    return tensor->bytes.size() % bytes == 0;
  };
  bool fits = true;
  for (unsigned i = 0; i < function.getNumArguments(); ++i)
    fits &= file(function.getArgAttrOfType<mlir::StringAttr>(i, "nn.name")) &&
            bound(function.getArgAttrOfType<mlir::StringAttr>(i, "nn.name"),
                  function.getArgumentTypes()[i]);
  for (unsigned i = 0; i < function.getNumResults(); ++i)
    fits &= bound(function.getResultAttrOfType<mlir::StringAttr>(i, "nn.name"),
                  function.getResultTypes()[i]);
  return fits && used == files.size() && count > 0 ? std::optional(count) : std::nullopt;
}

bool Check::compare(const eval::HostTensor &got, const eval::HostTensor &want,
                    llvm::StringRef name) {
  std::vector<double> x = eval::load<double>(got), y = eval::load<double>(want);
  double error = 0, scale = 1e-30;
  for (size_t i = 0; i < y.size(); ++i) {
    error = std::isnan(x[i]) ? HUGE_VAL : std::max(error, std::fabs(x[i] - y[i]));
    scale = std::max(scale, std::fabs(y[i]));
  }
  llvm::outs() << name << ": relative error " << error / scale << "\n";
  return error / scale <= tolerance;
}

bool Check::run(size_t step, WeightStore &store) {
  std::vector<eval::HostTensor> inputs;
  for (unsigned i = 0; i < function.getNumArguments(); ++i)
    inputs.push_back(part(*file(function.getArgAttrOfType<mlir::StringAttr>(i, "nn.name")),
                          mlir::cast<mlir::RankedTensorType>(function.getArgumentTypes()[i]),
                          step));
  auto results = eval::evaluate(function, inputs, &store, eval::EvalMode::Reference);
  if (mlir::failed(results))
    return false;
  bool right = true;
  for (unsigned i = 0; i < function.getNumResults(); ++i) {
    auto name = function.getResultAttrOfType<mlir::StringAttr>(i, "nn.name");
    if (const HostTensor *expected = file(name))
      right &= compare(
          (*results)[i],
          part(*expected, mlir::cast<mlir::RankedTensorType>(function.getResultTypes()[i]), step),
          name);
  }
  return right;
}

} // namespace

int main(int argc, char **argv) {
  if (argc < 4)
    return 2;
  Files files;
  for (int i = 3; i < argc; ++i) {
    auto [name, path] = llvm::StringRef(argv[i]).split('=');
    Result<HostTensor> tensor = readNpy(path.str());
    if (!tensor.ok()) {
      llvm::errs() << tensor.status().message() << "\n";
      return 66;
    }
    files.emplace(name.str(), *tensor);
  }
  driver::Diagnostics diagnostics(llvm::errs());
  mlir::MLIRContext context(mlir::MLIRContext::Threading::DISABLED);
  WeightStore store;
  importer::ImportFacts facts;
  auto module = importer::importOnnx(context, argv[1], {}, store, diagnostics, facts);
  if (!module)
    return static_cast<int>(diagnostics.exit());
  Check check(module->lookupSymbol<mlir::func::FuncOp>("main"), files, std::atof(argv[2]));
  std::optional<size_t> steps = check.steps();
  if (!steps) {
    llvm::errs() << "the files do not fit the model's inputs and outputs\n";
    return 2;
  }
  for (size_t step = 0; step < *steps; ++step)
    if (!check.run(step, store))
      return 5;
  return 0;
}
