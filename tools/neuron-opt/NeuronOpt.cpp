// neuron-opt: runs passes on the text form of any level.
#include "dialects/nn/Nn.h"
#include "passes/Passes.h"

#include "mlir/Tools/mlir-opt/MlirOptMain.h"
#include "mlir/Transforms/Passes.h"

int main(int argc, char **argv) {
  mlir::DialectRegistry registry;
  registry.insert<mlir::arith::ArithDialect, mlir::func::FuncDialect, mlir::scf::SCFDialect,
                  neuron::isa::IsaDialect, neuron::nn::NnDialect, neuron::tile::TileDialect>();
  mlir::registerCanonicalizerPass();
  mlir::registerCSEPass();
  mlir::registerSymbolDCEPass();
  neuron::passes::registerNeuronPasses();
  return mlir::asMainReturnCode(
      mlir::MlirOptMain(argc, argv, "neuron-opt: passes on any level of the compiler\n", registry));
}
