// nn.gather_elements: values by both evaluators and by its decomposition.
// RUN: neuron-opt %s --split-input-file --verify-diagnostics --neuron-fold-constants | FileCheck %s
// RUN: neuron-opt %s --split-input-file --verify-diagnostics --neuron-fold-constants=evaluator=reference | FileCheck %s
// RUN: neuron-opt %s --split-input-file --verify-diagnostics --neuron-decompose --neuron-fold-constants | FileCheck %s

// CHECK-LABEL: func.func @gather_elements
// CHECK-NEXT{LITERAL}: nn.constant dense<[[0, 3], [6, 5], [11, 8]]> : tensor<3x2xi64>
// CHECK-NEXT: return
func.func @gather_elements() -> tensor<3x2xi64> {
  %x = nn.constant dense<[[0, 1, 2, 3], [4, 5, 6, 7], [8, 9, 10, 11]]> : tensor<3x4xi64>
  %i = nn.constant dense<[[0, -1], [2, 1], [3, 0]]> : tensor<3x2xi64>
  %r0 = nn.gather_elements %x, %i {axis = 1 : i64} : (tensor<3x4xi64>, tensor<3x2xi64>) -> tensor<3x2xi64>
  return %r0 : tensor<3x2xi64>
}

// -----

func.func @refused(%x: tensor<2x2xf32>, %i: tensor<2xi64>) {
  // expected-error @+2 {{(C1) ranks differ: data f32[2, 2], indices i64[2]}}
  // expected-error @+1 {{failed to infer returned types}}
  %r = nn.gather_elements %x, %i {axis = 1 : i64} : (tensor<2x2xf32>, tensor<2xi64>) -> tensor<2xf32>
  return
}

// -----

func.func @refused(%x: tensor<2x2xf32>, %i: tensor<3x1xi64>) {
  // expected-error @+2 {{(C2) dim 0 of indices is larger than that of data: data f32[2, 2], indices i64[3, 1]}}
  // expected-error @+1 {{failed to infer returned types}}
  %r = nn.gather_elements %x, %i {axis = 1 : i64} : (tensor<2x2xf32>, tensor<3x1xi64>) -> tensor<3x1xf32>
  return
}

// -----

func.func @refused(%a0: tensor<2x3xf32>, %a1: tensor<2x1xi64>) {
  // expected-error @+2 {{(C1) axis 2 is not in [0, 2)}}
  // expected-error @+1 {{failed to infer returned types}}
  %r = nn.gather_elements %a0, %a1 {axis = 2 : i64} : (tensor<2x3xf32>, tensor<2x1xi64>) -> tensor<2x1xf32>
  return
}

// -----

func.func @refused(%a0: tensor<2x0xf32>, %a1: tensor<2x1xi64>) {
  // expected-error @+2 {{(C2) dim 1 is empty: data f32[2, 0], indices i64[2, 1]}}
  // expected-error @+1 {{failed to infer returned types}}
  %r = nn.gather_elements %a0, %a1 {axis = 1 : i64} : (tensor<2x0xf32>, tensor<2x1xi64>) -> tensor<2x1xf32>
  return
}
