// nn.space_to_depth: values by both evaluators and by its decomposition.
// RUN: neuron-opt %s --split-input-file --verify-diagnostics --neuron-fold-constants | FileCheck %s
// RUN: neuron-opt %s --split-input-file --verify-diagnostics --neuron-fold-constants=evaluator=reference | FileCheck %s
// RUN: neuron-opt %s --split-input-file --verify-diagnostics --neuron-decompose --neuron-fold-constants | FileCheck %s

// CHECK-LABEL: func.func @space_to_depth
// CHECK-NEXT{LITERAL}: nn.constant dense<[[[[0, 2]], [[8, 10]], [[1, 3]], [[9, 11]], [[4, 6]], [[12, 14]], [[5, 7]], [[13, 15]]]]> : tensor<1x8x1x2xi64>
// CHECK-NEXT: return
func.func @space_to_depth() -> tensor<1x8x1x2xi64> {
  %x = nn.constant dense<[[[[0.0, 1.0, 2.0, 3.0], [4.0, 5.0, 6.0, 7.0]], [[8.0, 9.0, 10.0, 11.0], [12.0, 13.0, 14.0, 15.0]]]]> : tensor<1x2x2x4xf32>
  %r0 = nn.space_to_depth %x {block = 2 : i64} : (tensor<1x2x2x4xf32>) -> tensor<1x8x1x2xf32>
  %s0 = nn.constant dense<1.0> : tensor<1x1x1x1xf32>
  %m0 = nn.multiply %r0, %s0 : (tensor<1x8x1x2xf32>, tensor<1x1x1x1xf32>) -> tensor<1x8x1x2xf32>
  %n0 = nn.round %m0 : (tensor<1x8x1x2xf32>) -> tensor<1x8x1x2xf32>
  %i0 = nn.cast %n0 : (tensor<1x8x1x2xf32>) -> tensor<1x8x1x2xi64>
  return %i0 : tensor<1x8x1x2xi64>
}

// -----

func.func @refused(%x: tensor<1x2x2x4xf32>) {
  // expected-error @+2 {{(C1) blocks of 3 do not divide rows and columns of f32[1, 2, 2, 4]}}
  // expected-error @+1 {{failed to infer returned types}}
  %r = nn.space_to_depth %x {block = 3 : i64} : (tensor<1x2x2x4xf32>) -> tensor<1x2x2x4xf32>
  return
}
