// Stand-alone copies of single ops.
#include "compiler/verify/Reproducer.h"

#include "runtime/base/File.h"
#include "runtime/base/Npy.h"

#include "mlir/IR/Builders.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/IRMapping.h"
#include "mlir/IR/OwningOpRef.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/raw_ostream.h"

using namespace mlir;
using namespace neuron;

namespace {

/// A module whose @main is `op`, operands as arguments "a0", "a1", ...
OwningOpRef<ModuleOp> isolate(Operation *op) {
  OpBuilder builder(op->getContext());
  OwningOpRef<ModuleOp> module(ModuleOp::create(builder, op->getLoc()));
  builder.setInsertionPointToEnd(module->getBody());
  auto function =
      func::FuncOp::create(builder, op->getLoc(), "main",
                           builder.getFunctionType(op->getOperandTypes(), op->getResultTypes()));
  for (unsigned i = 0; i < op->getNumOperands(); ++i)
    function.setArgAttr(i, "nn.name", builder.getStringAttr("a" + std::to_string(i)));
  function.setResultAttr(0, "nn.name", builder.getStringAttr("y"));
  Block *body = function.addEntryBlock();
  builder.setInsertionPointToStart(body);
  IRMapping mapping;
  mapping.map(op->getOperands(), body->getArguments());
  Operation *copy = builder.clone(*op, mapping);
  func::ReturnOp::create(builder, op->getLoc(), copy->getResults());
  return module;
}

std::string textOf(Operation *op) {
  std::string text = "// One layer, with its operands and what it should give.\n"
                     "//   neuron-compile layer.mlir -o layer.nprog\n"
                     "//   neuron-run layer.nprog --expect y=expected.npy --rtol 1e-3 --atol 1e-4";
  for (unsigned i = 0; i < op->getNumOperands(); ++i) {
    std::string name = "a" + std::to_string(i);
    text += " --input " + name + "=" + name + ".npy";
  }
  text += "\n";
  llvm::raw_string_ostream stream(text);
  OwningOpRef<ModuleOp> module = isolate(op);
  module->print(stream);
  stream << "\n";
  return text;
}

Status writeTensor(const std::string &path, const eval::HostTensor &tensor) {
  HostTensor file;
  file.dtype = tensor.type;
  file.shape.assign(tensor.shape.begin(), tensor.shape.end());
  file.bytes.assign(tensor.bytes.begin(), tensor.bytes.end());
  return writeNpy(path, file);
}

} // namespace

Status verify::writeReproducer(Operation *op, ArrayRef<eval::HostTensor> operands,
                               const eval::HostTensor &expected, const std::string &folder) {
  if (std::error_code error = llvm::sys::fs::create_directories(folder))
    return {ErrorCode::Io, folder + ": cannot make the folder: " + error.message()};
  std::string text = textOf(op);
  NEURON_TRY(writeFile(folder + "/layer.mlir",
                       {reinterpret_cast<const uint8_t *>(text.data()), text.size()}));
  for (auto [i, operand] : llvm::enumerate(operands))
    NEURON_TRY(writeTensor(folder + "/a" + std::to_string(i) + ".npy", operand));
  return writeTensor(folder + "/expected.npy", expected);
}
