// nn.matmul: values by both evaluators and by its decomposition.
// RUN: neuron-opt %s --split-input-file --verify-diagnostics --neuron-fold-constants | FileCheck %s
// RUN: neuron-opt %s --split-input-file --verify-diagnostics --neuron-fold-constants=evaluator=reference | FileCheck %s
// RUN: neuron-opt %s --split-input-file --verify-diagnostics --neuron-decompose --neuron-fold-constants | FileCheck %s

// One right side for the whole batch.
// CHECK-LABEL: func.func @matmul
// CHECK-NEXT{LITERAL}: nn.constant dense<[[[384, 4112], [320, 240]], [[-112, 848], [880, 3808]]]> : tensor<2x2x2xi64>
// CHECK-NEXT: return
func.func @matmul() -> tensor<2x2x2xi64> {
  %x = nn.constant dense<[[[-1.125, -1.125, 0.875], [0.0, 0.25, 0.375]], [[0.625, -1.5, 0.0], [-1.125, -0.25, 1.375]]]> : tensor<2x2x3xf32>
  %y = nn.constant dense<[[[0.125, -1.375], [0.125, -1.125], [0.75, 1.375]]]> : tensor<1x3x2xf32>
  %r0 = nn.matmul %x, %y : (tensor<2x2x3xf32>, tensor<1x3x2xf32>) -> tensor<2x2x2xf32>
  %s0 = nn.constant dense<1024.0> : tensor<1x1x1xf32>
  %m0 = nn.multiply %r0, %s0 : (tensor<2x2x2xf32>, tensor<1x1x1xf32>) -> tensor<2x2x2xf32>
  %n0 = nn.round %m0 : (tensor<2x2x2xf32>) -> tensor<2x2x2xf32>
  %i0 = nn.cast %n0 : (tensor<2x2x2xf32>) -> tensor<2x2x2xi64>
  return %i0 : tensor<2x2x2xi64>
}

// CHECK-LABEL: func.func @matmul_batched
// CHECK-NEXT{LITERAL}: nn.constant dense<[[[[-816, -1296], [1152, 192]], [[1360, 176], [-1008, 816]]], [[[-112, 1152], [592, -288]], [[4288, -1344], [3456, -1024]]]]> : tensor<2x2x2x2xi64>
// CHECK-NEXT: return
func.func @matmul_batched() -> tensor<2x2x2x2xi64> {
  %x = nn.constant dense<[[[[1.5, 0.375, 1.125], [-0.375, -1.125, 0.0]], [[-0.125, 0.5, 1.5], [-0.75, 1.125, -1.125]]], [[[-0.5, 0.875, -0.75], [0.5, -0.125, 0.0]], [[1.375, 1.0, 1.0], [0.125, 1.5, 1.5]]]]> : tensor<2x2x2x3xf32>
  %y = nn.constant dense<[[[[-1.125, -0.875], [-0.625, 0.125], [1.0, 0.0]]], [[[1.5, -0.5], [1.375, 0.25], [0.75, -0.875]]]]> : tensor<2x1x3x2xf32>
  %r0 = nn.matmul %x, %y : (tensor<2x2x2x3xf32>, tensor<2x1x3x2xf32>) -> tensor<2x2x2x2xf32>
  %s0 = nn.constant dense<1024.0> : tensor<1x1x1x1xf32>
  %m0 = nn.multiply %r0, %s0 : (tensor<2x2x2x2xf32>, tensor<1x1x1x1xf32>) -> tensor<2x2x2x2xf32>
  %n0 = nn.round %m0 : (tensor<2x2x2x2xf32>) -> tensor<2x2x2x2xf32>
  %i0 = nn.cast %n0 : (tensor<2x2x2x2xf32>) -> tensor<2x2x2x2xi64>
  return %i0 : tensor<2x2x2x2xi64>
}

// CHECK-LABEL: func.func @matmul_of_integers
// CHECK-NEXT{LITERAL}: nn.constant dense<[[-34, -74], [117, 10]]> : tensor<2x2xi64>
// CHECK-NEXT: return
func.func @matmul_of_integers() -> tensor<2x2xi64> {
  %x = nn.constant dense<[[1, 5, 6], [6, 8, -7]]> : tensor<2x3xi64>
  %y = nn.constant dense<[[5, -1], [3, -5], [-9, -8]]> : tensor<3x2xi64>
  %r0 = nn.matmul %x, %y : (tensor<2x3xi64>, tensor<3x2xi64>) -> tensor<2x2xi64>
  return %r0 : tensor<2x2xi64>
}

// -----

func.func @refused(%x: tensor<2x3xf32>, %y: tensor<3xf32>) {
  // expected-error @+2 {{(C1) ranks are not equal and at least 2: lhs f32[2, 3], rhs f32[3]}}
  // expected-error @+1 {{failed to infer returned types}}
  %r = nn.matmul %x, %y : (tensor<2x3xf32>, tensor<3xf32>) -> tensor<2xf32>
  return
}

// -----

func.func @refused(%x: tensor<2x2x3xf32>, %y: tensor<3x3x2xf32>) {
  // expected-error @+2 {{(C2) batch dim 0 of [2] and [3] are neither equal nor 1}}
  // expected-error @+1 {{failed to infer returned types}}
  %r = nn.matmul %x, %y : (tensor<2x2x3xf32>, tensor<3x3x2xf32>) -> tensor<2x2x2xf32>
  return
}

// -----

func.func @refused(%x: tensor<2x3xf32>, %y: tensor<4x2xf32>) {
  // expected-error @+2 {{(C3) contracted dims differ: lhs f32[2, 3], rhs f32[4, 2]}}
  // expected-error @+1 {{failed to infer returned types}}
  %r = nn.matmul %x, %y : (tensor<2x3xf32>, tensor<4x2xf32>) -> tensor<2x2xf32>
  return
}

// -----

func.func @refused(%x: tensor<2x3xf32>, %y: tensor<3x2xf16>) {
  // expected-error @+2 {{(C4) element types differ: f32[2, 3] and f16[3, 2]}}
  // expected-error @+1 {{failed to infer returned types}}
  %r = nn.matmul %x, %y : (tensor<2x3xf32>, tensor<3x2xf16>) -> tensor<2x2xf32>
  return
}
