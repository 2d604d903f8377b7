// nn.gather: values by both evaluators and by its decomposition.
// RUN: neuron-opt %s --split-input-file --verify-diagnostics --neuron-fold-constants | FileCheck %s
// RUN: neuron-opt %s --split-input-file --verify-diagnostics --neuron-fold-constants=evaluator=reference | FileCheck %s
// RUN: neuron-opt %s --split-input-file --verify-diagnostics --neuron-decompose --neuron-fold-constants | FileCheck %s

// -1 is the last row.
// CHECK-LABEL: func.func @gather
// CHECK-NEXT{LITERAL}: nn.constant dense<[[[8, 9, 10, 11], [0, 1, 2, 3]], [[8, 9, 10, 11], [4, 5, 6, 7]]]> : tensor<2x2x4xi64>
// CHECK-NEXT: return
func.func @gather() -> tensor<2x2x4xi64> {
  %x = nn.constant dense<[[0, 1, 2, 3], [4, 5, 6, 7], [8, 9, 10, 11]]> : tensor<3x4xi64>
  %i = nn.constant dense<[[2, 0], [-1, 1]]> : tensor<2x2xi64>
  %r0 = nn.gather %x, %i {axis = 0 : i64} : (tensor<3x4xi64>, tensor<2x2xi64>) -> tensor<2x2x4xi64>
  return %r0 : tensor<2x2x4xi64>
}

// CHECK-LABEL: func.func @gather_columns
// CHECK-NEXT{LITERAL}: nn.constant dense<[[3, 1], [7, 5], [11, 9]]> : tensor<3x2xi64>
// CHECK-NEXT: return
func.func @gather_columns() -> tensor<3x2xi64> {
  %x = nn.constant dense<[[0, 1, 2, 3], [4, 5, 6, 7], [8, 9, 10, 11]]> : tensor<3x4xi64>
  %i = nn.constant dense<[3, 1]> : tensor<2xi32>
  %r0 = nn.gather %x, %i {axis = 1 : i64} : (tensor<3x4xi64>, tensor<2xi32>) -> tensor<3x2xi64>
  return %r0 : tensor<3x2xi64>
}

// -----

func.func @refused(%x: tensor<2x2xf32>, %i: tensor<1xi64>) {
  // expected-error @+2 {{(C1) axis 2 is not in [0, 2)}}
  // expected-error @+1 {{failed to infer returned types}}
  %r = nn.gather %x, %i {axis = 2 : i64} : (tensor<2x2xf32>, tensor<1xi64>) -> tensor<2x1xf32>
  return
}

// -----

func.func @refused(%x: tensor<0x2xf32>, %i: tensor<1xi64>) {
  // expected-error @+2 {{(C1) dim 0 is empty: data f32[0, 2], indices i64[1]}}
  // expected-error @+1 {{failed to infer returned types}}
  %r = nn.gather %x, %i {axis = 0 : i64} : (tensor<0x2xf32>, tensor<1xi64>) -> tensor<1x2xf32>
  return
}

// -----

func.func @refused(%a0: tensor<2x3xf32>, %a1: tensor<1xi64>) {
  // expected-error @+2 {{(C1) axis -1 is not in [0, 2)}}
  // expected-error @+1 {{failed to infer returned types}}
  %r = nn.gather %a0, %a1 {axis = -1 : i64} : (tensor<2x3xf32>, tensor<1xi64>) -> tensor<2x1xf32>
  return
}
