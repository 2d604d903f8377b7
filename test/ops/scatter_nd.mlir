// nn.scatter_nd: values by both evaluators and by its decomposition.
// RUN: neuron-opt %s --split-input-file --verify-diagnostics --neuron-fold-constants | FileCheck %s
// RUN: neuron-opt %s --split-input-file --verify-diagnostics --neuron-fold-constants=evaluator=reference | FileCheck %s
// RUN: neuron-opt %s --split-input-file --verify-diagnostics --neuron-decompose --neuron-fold-constants | FileCheck %s

// CHECK-LABEL: func.func @scatter_nd
// CHECK-NEXT{LITERAL}: nn.constant dense<[[60, 61, 62, 63], [4, 5, 6, 7], [50, 51, 52, 53]]> : tensor<3x4xi64>
// CHECK-NEXT: return
func.func @scatter_nd() -> tensor<3x4xi64> {
  %x = nn.constant dense<[[0, 1, 2, 3], [4, 5, 6, 7], [8, 9, 10, 11]]> : tensor<3x4xi64>
  %i = nn.constant dense<[[2], [0]]> : tensor<2x1xi64>
  %u = nn.constant dense<[[50, 51, 52, 53], [60, 61, 62, 63]]> : tensor<2x4xi64>
  %r0 = nn.scatter_nd %x, %i, %u : (tensor<3x4xi64>, tensor<2x1xi64>, tensor<2x4xi64>) -> tensor<3x4xi64>
  return %r0 : tensor<3x4xi64>
}

// CHECK-LABEL: func.func @scatter_nd_add
// CHECK-NEXT{LITERAL}: nn.constant dense<[[0, 1, 2, 3], [4, 35, 6, 7], [8, 9, 10, 11]]> : tensor<3x4xi64>
// CHECK-NEXT: return
func.func @scatter_nd_add() -> tensor<3x4xi64> {
  %x = nn.constant dense<[[0, 1, 2, 3], [4, 5, 6, 7], [8, 9, 10, 11]]> : tensor<3x4xi64>
  %i = nn.constant dense<1> : tensor<2x2xi64>
  %u = nn.constant dense<[10, 20]> : tensor<2xi64>
  %r0 = nn.scatter_nd %x, %i, %u {reduction = "add"} : (tensor<3x4xi64>, tensor<2x2xi64>, tensor<2xi64>) -> tensor<3x4xi64>
  return %r0 : tensor<3x4xi64>
}

// CHECK-LABEL: func.func @scatter_nd_max
// CHECK-NEXT{LITERAL}: nn.constant dense<[[0, 1, 2, 3], [60, 50, 6, 7], [9, 9, 10, 99]]> : tensor<3x4xi64>
// CHECK-NEXT: return
func.func @scatter_nd_max() -> tensor<3x4xi64> {
  %x = nn.constant dense<[[0, 1, 2, 3], [4, 5, 6, 7], [8, 9, 10, 11]]> : tensor<3x4xi64>
  %i = nn.constant dense<[[-1], [1], [1]]> : tensor<3x1xi64>
  %u = nn.constant dense<[[9, 9, 9, 99], [1, 50, 2, 3], [60, 1, 2, 3]]> : tensor<3x4xi64>
  %r0 = nn.scatter_nd %x, %i, %u {reduction = "max"} : (tensor<3x4xi64>, tensor<3x1xi64>, tensor<3x4xi64>) -> tensor<3x4xi64>
  return %r0 : tensor<3x4xi64>
}

// -----

func.func @refused(%x: tensor<2x2xf32>, %i: tensor<1x3xi64>, %u: tensor<1xf32>) {
  // expected-error @+2 {{(C1) index rows do not fit: data f32[2, 2], indices i64[1, 3]}}
  // expected-error @+1 {{failed to infer returned types}}
  %r = nn.scatter_nd %x, %i, %u : (tensor<2x2xf32>, tensor<1x3xi64>, tensor<1xf32>) -> tensor<2x2xf32>
  return
}

// -----

func.func @refused(%x: tensor<2x2xf32>, %i: tensor<1x1xi64>, %u: tensor<3xf32>) {
  // expected-error @+2 {{(C2) updates f32[3] are not of shape [1, 2]}}
  // expected-error @+1 {{failed to infer returned types}}
  %r = nn.scatter_nd %x, %i, %u : (tensor<2x2xf32>, tensor<1x1xi64>, tensor<3xf32>) -> tensor<2x2xf32>
  return
}

// -----

func.func @refused(%x: tensor<2x2xf32>, %i: tensor<1x1xi64>, %u: tensor<1x2xf32>) {
  // expected-error @+2 {{(C3) reduction "mean" is unknown}}
  // expected-error @+1 {{failed to infer returned types}}
  %r = nn.scatter_nd %x, %i, %u {reduction = "mean"} : (tensor<2x2xf32>, tensor<1x1xi64>, tensor<1x2xf32>) -> tensor<2x2xf32>
  return
}

// -----

func.func @refused(%a0: tensor<0x2xf32>, %a1: tensor<1x1xi64>, %a2: tensor<1x2xf32>) {
  // expected-error @+2 {{(C1) an indexed dim is empty: data f32[0, 2], indices i64[1, 1]}}
  // expected-error @+1 {{failed to infer returned types}}
  %r = nn.scatter_nd %a0, %a1, %a2 : (tensor<0x2xf32>, tensor<1x1xi64>, tensor<1x2xf32>) -> tensor<0x2xf32>
  return
}

// -----

func.func @refused(%a0: tensor<2x2xf32>, %a1: tensor<1x1xi64>, %a2: tensor<1x2xf16>) {
  // expected-error @+2 {{(C2) element types differ: f32[2, 2] and f16[1, 2]}}
  // expected-error @+1 {{failed to infer returned types}}
  %r = nn.scatter_nd %a0, %a1, %a2 : (tensor<2x2xf32>, tensor<1x1xi64>, tensor<1x2xf16>) -> tensor<2x2xf32>
  return
}
