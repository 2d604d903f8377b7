// A model of f64 is computed as f32, and that is said.
// RUN: neuron-compile %s -o %t.nprog 2>&1 | FileCheck %s
// CHECK: doubles.mlir: warning: values of f64 are computed and kept as f32

func.func @main(%x: tensor<2xf64> {nn.name = "x"}) -> (tensor<2xf64> {nn.name = "y"}) {
  %y = nn.negate %x : (tensor<2xf64>) -> tensor<2xf64>
  return %y : tensor<2xf64>
}
