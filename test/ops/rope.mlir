// nn.rope: values by both evaluators and by its decomposition.
// RUN: neuron-opt %s --split-input-file --verify-diagnostics --neuron-fold-constants | FileCheck %s
// RUN: neuron-opt %s --split-input-file --verify-diagnostics --neuron-fold-constants=evaluator=reference | FileCheck %s
// RUN: neuron-opt %s --split-input-file --verify-diagnostics --neuron-decompose --neuron-fold-constants | FileCheck %s

// Two heads share the angles.
// CHECK-LABEL: func.func @rope
// CHECK-NEXT{LITERAL}: nn.constant dense<[[[3.500000e+00, 2.250000e+00, 1.250000e+00, 1.500000e+00], [-7.500000e-01, -8.750000e+00, -1.750000e+00, 7.500000e+00]], [[2.500000e-01, 0.000000e+00, 3.125000e+00, -3.750000e+00], [2.500000e+00, -1.750000e+00, 2.000000e+00, 1.625000e+00]]]> : tensor<2x2x4xf32>
// CHECK-NEXT: return
func.func @rope() -> tensor<2x2x4xf32> {
  %x = nn.constant dense<[[[1.0, 2.0, -3.0, 0.5], [0.25, -1.5, 2.0, 4.0]], [[1.5, 1.0, 0.5, -2.0], [3.0, -0.5, 1.0, 0.75]]]> : tensor<2x2x4xf32>
  %c = nn.constant dense<[[[0.5, 1.0, 0.25, 2.0], [1.0, 0.5, -1.0, 1.5]]]> : tensor<1x2x4xf32>
  %s = nn.constant dense<[[[1.0, -0.5, 2.0, 0.25], [0.5, 2.0, 1.0, -1.0]]]> : tensor<1x2x4xf32>
  %r0 = nn.rope %x, %c, %s : (tensor<2x2x4xf32>, tensor<1x2x4xf32>, tensor<1x2x4xf32>) -> tensor<2x2x4xf32>
  return %r0 : tensor<2x2x4xf32>
}

// -----

func.func @refused(%x: tensor<2x4xf32>, %c: tensor<4xf32>) {
  // expected-error @+2 {{(C1) operands have not one rank of at least 1: x f32[2, 4], cos f32[4], sin f32[4]}}
  // expected-error @+1 {{failed to infer returned types}}
  %r = nn.rope %x, %c, %c : (tensor<2x4xf32>, tensor<4xf32>, tensor<4xf32>) -> tensor<2x4xf32>
  return
}

// -----

func.func @refused(%x: tensor<2x3xf32>, %c: tensor<1x3xf32>) {
  // expected-error @+2 {{(C2) rows have no halves: x f32[2, 3], cos f32[1, 3], sin f32[1, 3]}}
  // expected-error @+1 {{failed to infer returned types}}
  %r = nn.rope %x, %c, %c : (tensor<2x3xf32>, tensor<1x3xf32>, tensor<1x3xf32>) -> tensor<2x3xf32>
  return
}

// -----

func.func @refused(%x: tensor<2x4xf32>, %c: tensor<1x1xf32>) {
  // expected-error @+2 {{(C3) cos and sin do not fit the rows: x f32[2, 4], cos f32[1, 1], sin f32[1, 1]}}
  // expected-error @+1 {{failed to infer returned types}}
  %r = nn.rope %x, %c, %c : (tensor<2x4xf32>, tensor<1x1xf32>, tensor<1x1xf32>) -> tensor<2x4xf32>
  return
}
