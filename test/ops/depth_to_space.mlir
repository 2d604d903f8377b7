// nn.depth_to_space: values by both evaluators and by its decomposition.
// RUN: neuron-opt %s --split-input-file --verify-diagnostics --neuron-fold-constants | FileCheck %s
// RUN: neuron-opt %s --split-input-file --verify-diagnostics --neuron-fold-constants=evaluator=reference | FileCheck %s
// RUN: neuron-opt %s --split-input-file --verify-diagnostics --neuron-decompose --neuron-fold-constants | FileCheck %s

// CHECK-LABEL: func.func @depth_to_space
// CHECK-NEXT{LITERAL}: nn.constant dense<[[[[0, 4, 1, 5], [8, 12, 9, 13]], [[2, 6, 3, 7], [10, 14, 11, 15]]]]> : tensor<1x2x2x4xi64>
// CHECK-NEXT: return
func.func @depth_to_space() -> tensor<1x2x2x4xi64> {
  %x = nn.constant dense<[[[[0.0, 1.0]], [[2.0, 3.0]], [[4.0, 5.0]], [[6.0, 7.0]], [[8.0, 9.0]], [[10.0, 11.0]], [[12.0, 13.0]], [[14.0, 15.0]]]]> : tensor<1x8x1x2xf32>
  %r0 = nn.depth_to_space %x {block = 2 : i64} : (tensor<1x8x1x2xf32>) -> tensor<1x2x2x4xf32>
  %s0 = nn.constant dense<1.0> : tensor<1x1x1x1xf32>
  %m0 = nn.multiply %r0, %s0 : (tensor<1x2x2x4xf32>, tensor<1x1x1x1xf32>) -> tensor<1x2x2x4xf32>
  %n0 = nn.round %m0 : (tensor<1x2x2x4xf32>) -> tensor<1x2x2x4xf32>
  %i0 = nn.cast %n0 : (tensor<1x2x2x4xf32>) -> tensor<1x2x2x4xi64>
  return %i0 : tensor<1x2x2x4xi64>
}

// CHECK-LABEL: func.func @depth_to_space_crd
// CHECK-NEXT{LITERAL}: nn.constant dense<[[[[0, 2, 1, 3], [4, 6, 5, 7]], [[8, 10, 9, 11], [12, 14, 13, 15]]]]> : tensor<1x2x2x4xi64>
// CHECK-NEXT: return
func.func @depth_to_space_crd() -> tensor<1x2x2x4xi64> {
  %x = nn.constant dense<[[[[0.0, 1.0]], [[2.0, 3.0]], [[4.0, 5.0]], [[6.0, 7.0]], [[8.0, 9.0]], [[10.0, 11.0]], [[12.0, 13.0]], [[14.0, 15.0]]]]> : tensor<1x8x1x2xf32>
  %r0 = nn.depth_to_space %x {block = 2 : i64, mode = "CRD"} : (tensor<1x8x1x2xf32>) -> tensor<1x2x2x4xf32>
  %s0 = nn.constant dense<1.0> : tensor<1x1x1x1xf32>
  %m0 = nn.multiply %r0, %s0 : (tensor<1x2x2x4xf32>, tensor<1x1x1x1xf32>) -> tensor<1x2x2x4xf32>
  %n0 = nn.round %m0 : (tensor<1x2x2x4xf32>) -> tensor<1x2x2x4xf32>
  %i0 = nn.cast %n0 : (tensor<1x2x2x4xf32>) -> tensor<1x2x2x4xi64>
  return %i0 : tensor<1x2x2x4xi64>
}

// -----

func.func @refused(%x: tensor<1x8x1x2xf32>) {
  // expected-error @+2 {{(C1) blocks of 3 do not divide the channels of f32[1, 8, 1, 2]}}
  // expected-error @+1 {{failed to infer returned types}}
  %r = nn.depth_to_space %x {block = 3 : i64} : (tensor<1x8x1x2xf32>) -> tensor<1x8x1x2xf32>
  return
}

// -----

func.func @refused(%x: tensor<1x8x1x2xf32>) {
  // expected-error @+2 {{(C2) mode "ABC" is not DCR or CRD}}
  // expected-error @+1 {{failed to infer returned types}}
  %r = nn.depth_to_space %x {block = 2 : i64, mode = "ABC"} : (tensor<1x8x1x2xf32>) -> tensor<1x2x2x4xf32>
  return
}
