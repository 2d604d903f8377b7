// nn.layer_norm: values by both evaluators and by its decomposition.
// RUN: neuron-opt %s --split-input-file --verify-diagnostics --neuron-fold-constants | FileCheck %s
// RUN: neuron-opt %s --split-input-file --verify-diagnostics --neuron-fold-constants=evaluator=reference | FileCheck %s
// RUN: neuron-opt %s --split-input-file --verify-diagnostics --neuron-decompose --neuron-fold-constants | FileCheck %s

// CHECK-LABEL: func.func @layer_norm
// CHECK-NEXT{LITERAL}: nn.constant dense<[[[-767, -1408, -192, -474], [1119, -1408, -1031, -2828]], [[421, -1408, -248, 1170], [2464, -1408, -1261, -753]]]> : tensor<2x2x4xi64>
// CHECK-NEXT: return
func.func @layer_norm() -> tensor<2x2x4xi64> {
  %x = nn.constant dense<[[[-1.25, 0.875, 0.625, -0.25], [0.375, -0.25, 0.125, 0.75]], [[-0.125, 1.5, 1.0, -1.375], [1.25, -1.125, -0.875, -0.375]]]> : tensor<2x2x4xf32>
  %g = nn.constant dense<[1.0, 0.0, 0.75, -1.375]> : tensor<4xf32>
  %b = nn.constant dense<[0.75, -1.375, -0.75, -0.875]> : tensor<4xf32>
  %r0 = nn.layer_norm %x, %g, %b {axis = 2 : i64} : (tensor<2x2x4xf32>, tensor<4xf32>, tensor<4xf32>) -> tensor<2x2x4xf32>
  %s0 = nn.constant dense<1024.0> : tensor<1x1x1xf32>
  %m0 = nn.multiply %r0, %s0 : (tensor<2x2x4xf32>, tensor<1x1x1xf32>) -> tensor<2x2x4xf32>
  %n0 = nn.round %m0 : (tensor<2x2x4xf32>) -> tensor<2x2x4xf32>
  %i0 = nn.cast %n0 : (tensor<2x2x4xf32>) -> tensor<2x2x4xi64>
  return %i0 : tensor<2x2x4xi64>
}

// CHECK-LABEL: func.func @layer_norm_of_two_dims
// CHECK-NEXT{LITERAL}: nn.constant dense<[[[392, 2312], [210, -42]], [[235, -301], [364, 207]]]> : tensor<2x2x2xi64>
// CHECK-NEXT: return
func.func @layer_norm_of_two_dims() -> tensor<2x2x2xi64> {
  %x = nn.constant dense<[[[1.0, -0.375], [0.875, 0.75]], [[0.625, 0.375], [1.125, -1.5]]]> : tensor<2x2x2xf32>
  %g = nn.constant dense<[[0.5, -1.375], [0.375, -0.125]]> : tensor<2x2xf32>
  %r0 = nn.layer_norm %x, %g {axis = 1 : i64, epsilon = 0.01 : f64} : (tensor<2x2x2xf32>, tensor<2x2xf32>) -> tensor<2x2x2xf32>
  %s0 = nn.constant dense<1000.0> : tensor<1x1x1xf32>
  %m0 = nn.multiply %r0, %s0 : (tensor<2x2x2xf32>, tensor<1x1x1xf32>) -> tensor<2x2x2xf32>
  %n0 = nn.round %m0 : (tensor<2x2x2xf32>) -> tensor<2x2x2xf32>
  %i0 = nn.cast %n0 : (tensor<2x2x2xf32>) -> tensor<2x2x2xi64>
  return %i0 : tensor<2x2x2xi64>
}

// -----

func.func @refused(%x: tensor<2x2xf32>, %g: tensor<2xf32>) {
  // expected-error @+2 {{(C1) axis -1 is not in [0, 2)}}
  // expected-error @+1 {{failed to infer returned types}}
  %r = nn.layer_norm %x, %g {axis = -1 : i64} : (tensor<2x2xf32>, tensor<2xf32>) -> tensor<2x2xf32>
  return
}

// -----

func.func @refused(%x: tensor<2x2xf32>, %g: tensor<2xf32>, %b: tensor<3xf32>) {
  // expected-error @+2 {{(C2) bias has shape [3], expected [2]}}
  // expected-error @+1 {{failed to infer returned types}}
  %r = nn.layer_norm %x, %g, %b {axis = 1 : i64} : (tensor<2x2xf32>, tensor<2xf32>, tensor<3xf32>) -> tensor<2x2xf32>
  return
}

// -----

func.func @refused(%x: tensor<2x2xf32>, %g: tensor<2xf16>) {
  // expected-error @+2 {{(C3) element types differ: f32[2, 2] and f16[2]}}
  // expected-error @+1 {{failed to infer returned types}}
  %r = nn.layer_norm %x, %g {axis = 1 : i64} : (tensor<2x2xf32>, tensor<2xf16>) -> tensor<2x2xf32>
  return
}
