// nn.gather_nd: values by both evaluators and by its decomposition.
// RUN: neuron-opt %s --split-input-file --verify-diagnostics --neuron-fold-constants | FileCheck %s
// RUN: neuron-opt %s --split-input-file --verify-diagnostics --neuron-fold-constants=evaluator=reference | FileCheck %s
// RUN: neuron-opt %s --split-input-file --verify-diagnostics --neuron-decompose --neuron-fold-constants | FileCheck %s

// CHECK-LABEL: func.func @gather_nd
// CHECK-NEXT{LITERAL}: nn.constant dense<[9, 3]> : tensor<2xi64>
// CHECK-NEXT: return
func.func @gather_nd() -> tensor<2xi64> {
  %x = nn.constant dense<[[0, 1, 2, 3], [4, 5, 6, 7], [8, 9, 10, 11]]> : tensor<3x4xi64>
  %i = nn.constant dense<[[2, 1], [0, -1]]> : tensor<2x2xi64>
  %r0 = nn.gather_nd %x, %i : (tensor<3x4xi64>, tensor<2x2xi64>) -> tensor<2xi64>
  return %r0 : tensor<2xi64>
}

// CHECK-LABEL: func.func @gather_nd_batched
// CHECK-NEXT{LITERAL}: nn.constant dense<[0, 7, 9]> : tensor<3xi64>
// CHECK-NEXT: return
func.func @gather_nd_batched() -> tensor<3xi64> {
  %x = nn.constant dense<[[0, 1, 2, 3], [4, 5, 6, 7], [8, 9, 10, 11]]> : tensor<3x4xi64>
  %i = nn.constant dense<[[0], [3], [1]]> : tensor<3x1xi64>
  %r0 = nn.gather_nd %x, %i {batch_dims = 1 : i64} : (tensor<3x4xi64>, tensor<3x1xi64>) -> tensor<3xi64>
  return %r0 : tensor<3xi64>
}

// CHECK-LABEL: func.func @gather_nd_rows
// CHECK-NEXT{LITERAL}: nn.constant dense<[[4, 5, 6, 7], [8, 9, 10, 11]]> : tensor<2x4xi64>
// CHECK-NEXT: return
func.func @gather_nd_rows() -> tensor<2x4xi64> {
  %x = nn.constant dense<[[0, 1, 2, 3], [4, 5, 6, 7], [8, 9, 10, 11]]> : tensor<3x4xi64>
  %i = nn.constant dense<[[1], [2]]> : tensor<2x1xi64>
  %r0 = nn.gather_nd %x, %i : (tensor<3x4xi64>, tensor<2x1xi64>) -> tensor<2x4xi64>
  return %r0 : tensor<2x4xi64>
}

// -----

func.func @refused(%x: tensor<2x2xf32>, %i: tensor<3x1xi64>) {
  // expected-error @+2 {{(C1) 1 batch dims do not agree: data f32[2, 2], indices i64[3, 1]}}
  // expected-error @+1 {{failed to infer returned types}}
  %r = nn.gather_nd %x, %i {batch_dims = 1 : i64} : (tensor<2x2xf32>, tensor<3x1xi64>) -> tensor<3xf32>
  return
}

// -----

func.func @refused(%x: tensor<2x2xf32>, %i: tensor<1x3xi64>) {
  // expected-error @+2 {{(C2) index rows of 3 do not fit: data f32[2, 2], indices i64[1, 3]}}
  // expected-error @+1 {{failed to infer returned types}}
  %r = nn.gather_nd %x, %i : (tensor<2x2xf32>, tensor<1x3xi64>) -> tensor<1xf32>
  return
}

// -----

func.func @refused(%a0: tensor<2x2xf32>, %a1: tensor<2x1xi64>) {
  // expected-error @+2 {{(C1) -1 batch dims do not agree: data f32[2, 2], indices i64[2, 1]}}
  // expected-error @+1 {{failed to infer returned types}}
  %r = nn.gather_nd %a0, %a1 {batch_dims = -1 : i64} : (tensor<2x2xf32>, tensor<2x1xi64>) -> tensor<2x2xf32>
  return
}

// -----

func.func @refused(%a0: tensor<2x0xf32>, %a1: tensor<3x2xi64>) {
  // expected-error @+2 {{(C2) an indexed dim is empty: data f32[2, 0], indices i64[3, 2]}}
  // expected-error @+1 {{failed to infer returned types}}
  %r = nn.gather_nd %a0, %a1 : (tensor<2x0xf32>, tensor<3x2xi64>) -> tensor<3xf32>
  return
}
