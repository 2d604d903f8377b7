// nn.group_norm: values by both evaluators and by its decomposition.
// RUN: neuron-opt %s --split-input-file --verify-diagnostics --neuron-fold-constants | FileCheck %s
// RUN: neuron-opt %s --split-input-file --verify-diagnostics --neuron-fold-constants=evaluator=reference | FileCheck %s
// RUN: neuron-opt %s --split-input-file --verify-diagnostics --neuron-decompose --neuron-fold-constants | FileCheck %s

// CHECK-LABEL: func.func @group_norm
// CHECK-NEXT{LITERAL}: nn.constant dense<[[[[-1229, -1229], [-1769, -623]], [[1678, -614], [1948, -479]], [[-924, -806], [-1108, -974]], [[325, -930], [325, -345]]]]> : tensor<1x4x2x2xi64>
// CHECK-NEXT: return
func.func @group_norm() -> tensor<1x4x2x2xi64> {
  %x = nn.constant dense<[[[[-0.125, -0.125], [0.875, -1.25]], [[-0.875, 1.25], [-1.125, 1.125]], [[0.625, 1.5], [-0.75, 0.25]], [[-1.375, 0.5], [-1.375, -0.375]]]]> : tensor<1x4x2x2xf32>
  %g = nn.constant dense<[-0.5, -1.0, 0.125, -0.625]> : tensor<4xf32>
  %b = nn.constant dense<[-1.25, 0.75, -1.0, -0.5]> : tensor<4xf32>
  %r0 = nn.group_norm %x, %g, %b {groups = 2 : i64} : (tensor<1x4x2x2xf32>, tensor<4xf32>, tensor<4xf32>) -> tensor<1x4x2x2xf32>
  %s0 = nn.constant dense<1024.0> : tensor<1x1x1x1xf32>
  %m0 = nn.multiply %r0, %s0 : (tensor<1x4x2x2xf32>, tensor<1x1x1x1xf32>) -> tensor<1x4x2x2xf32>
  %n0 = nn.round %m0 : (tensor<1x4x2x2xf32>) -> tensor<1x4x2x2xf32>
  %i0 = nn.cast %n0 : (tensor<1x4x2x2xf32>) -> tensor<1x4x2x2xi64>
  return %i0 : tensor<1x4x2x2xi64>
}

// -----

func.func @refused(%x: tensor<2x2xf32>, %g: tensor<2xf32>, %b: tensor<2xf32>) {
  // expected-error @+2 {{(C1) rank of input f32[2, 2] is below 3}}
  // expected-error @+1 {{failed to infer returned types}}
  %r = nn.group_norm %x, %g, %b {groups = 1 : i64} : (tensor<2x2xf32>, tensor<2xf32>, tensor<2xf32>) -> tensor<2x2xf32>
  return
}

// -----

func.func @refused(%x: tensor<1x2x2xf32>, %g: tensor<2xf32>, %b: tensor<2xf32>) {
  // expected-error @+2 {{(C2) 3 groups do not divide 2 channels}}
  // expected-error @+1 {{failed to infer returned types}}
  %r = nn.group_norm %x, %g, %b {groups = 3 : i64} : (tensor<1x2x2xf32>, tensor<2xf32>, tensor<2xf32>) -> tensor<1x2x2xf32>
  return
}

// -----

func.func @refused(%x: tensor<1x2x2xf32>, %g: tensor<3xf32>, %b: tensor<2xf32>) {
  // expected-error @+2 {{(C3) scale has shape [3], expected [2]}}
  // expected-error @+1 {{failed to infer returned types}}
  %r = nn.group_norm %x, %g, %b {groups = 1 : i64} : (tensor<1x2x2xf32>, tensor<3xf32>, tensor<2xf32>) -> tensor<1x2x2xf32>
  return
}

// -----

func.func @refused(%x: tensor<1x2x2xf32>, %g: tensor<2xf16>, %b: tensor<2xf32>) {
  // expected-error @+2 {{(C3) element types differ: f32[1, 2, 2] and f16[2]}}
  // expected-error @+1 {{failed to infer returned types}}
  %r = nn.group_norm %x, %g, %b {groups = 1 : i64} : (tensor<1x2x2xf32>, tensor<2xf16>, tensor<2xf32>) -> tensor<1x2x2xf32>
  return
}
