// nn.cumsum: values by both evaluators and by its decomposition.
// RUN: neuron-opt %s --split-input-file --verify-diagnostics --neuron-fold-constants | FileCheck %s
// RUN: neuron-opt %s --split-input-file --verify-diagnostics --neuron-fold-constants=evaluator=reference | FileCheck %s
// RUN: neuron-opt %s --split-input-file --verify-diagnostics --neuron-decompose --neuron-fold-constants | FileCheck %s

// CHECK-LABEL: func.func @cumsum
// CHECK-NEXT{LITERAL}: nn.constant dense<[[-128, -1280, -128, -1664], [-128, -512, 384, 640]]> : tensor<2x4xi64>
// CHECK-NEXT: return
func.func @cumsum() -> tensor<2x4xi64> {
  %x = nn.constant dense<[[-0.125, -1.125, 1.125, -1.5], [-0.125, -0.375, 0.875, 0.25]]> : tensor<2x4xf32>
  %r0 = nn.cumsum %x {axis = 1 : i64} : (tensor<2x4xf32>) -> tensor<2x4xf32>
  %s0 = nn.constant dense<1024.0> : tensor<1x1xf32>
  %m0 = nn.multiply %r0, %s0 : (tensor<2x4xf32>, tensor<1x1xf32>) -> tensor<2x4xf32>
  %n0 = nn.round %m0 : (tensor<2x4xf32>) -> tensor<2x4xf32>
  %i0 = nn.cast %n0 : (tensor<2x4xf32>) -> tensor<2x4xi64>
  return %i0 : tensor<2x4xi64>
}

// CHECK-LABEL: func.func @cumsum_reverse_exclusive
// CHECK-NEXT{LITERAL}: nn.constant dense<[9, 7, 4, 0]> : tensor<4xi64>
// CHECK-NEXT: return
func.func @cumsum_reverse_exclusive() -> tensor<4xi64> {
  %x = nn.constant dense<[1, 2, 3, 4]> : tensor<4xi64>
  %r0 = nn.cumsum %x {axis = 0 : i64, exclusive = true, reverse = true} : (tensor<4xi64>) -> tensor<4xi64>
  return %r0 : tensor<4xi64>
}

// -----

func.func @refused(%x: tensor<2x2xf32>) {
  // expected-error @+2 {{(C1) axis 2 is not in [0, 2)}}
  // expected-error @+1 {{failed to infer returned types}}
  %r = nn.cumsum %x {axis = 2 : i64} : (tensor<2x2xf32>) -> tensor<2x2xf32>
  return
}
