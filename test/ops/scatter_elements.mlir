// nn.scatter_elements: values by both evaluators and by its decomposition.
// RUN: neuron-opt %s --split-input-file --verify-diagnostics --neuron-fold-constants | FileCheck %s
// RUN: neuron-opt %s --split-input-file --verify-diagnostics --neuron-fold-constants=evaluator=reference | FileCheck %s
// RUN: neuron-opt %s --split-input-file --verify-diagnostics --neuron-decompose --neuron-fold-constants | FileCheck %s

// CHECK-LABEL: func.func @scatter_elements
// CHECK-NEXT{LITERAL}: nn.constant dense<[[51, 50, 2, 3], [4, 5, 61, 60], [8, 9, 10, 11]]> : tensor<3x4xi64>
// CHECK-NEXT: return
func.func @scatter_elements() -> tensor<3x4xi64> {
  %x = nn.constant dense<[[0, 1, 2, 3], [4, 5, 6, 7], [8, 9, 10, 11]]> : tensor<3x4xi64>
  %i = nn.constant dense<[[1, 0], [3, -2]]> : tensor<2x2xi64>
  %u = nn.constant dense<[[50, 51], [60, 61]]> : tensor<2x2xi64>
  %r0 = nn.scatter_elements %x, %i, %u {axis = 1 : i64} : (tensor<3x4xi64>, tensor<2x2xi64>, tensor<2x2xi64>) -> tensor<3x4xi64>
  return %r0 : tensor<3x4xi64>
}

// CHECK-LABEL: func.func @scatter_elements_max
// CHECK-NEXT{LITERAL}: nn.constant dense<[4096, 2560, 3072]> : tensor<3xi64>
// CHECK-NEXT: return
func.func @scatter_elements_max() -> tensor<3xi64> {
  %x = nn.constant dense<[1.5, 2.5, -1.0]> : tensor<3xf32>
  %i = nn.constant dense<[0, 0, 2]> : tensor<3xi64>
  %u = nn.constant dense<[1.25, 4.0, 3.0]> : tensor<3xf32>
  %r0 = nn.scatter_elements %x, %i, %u {axis = 0 : i64, reduction = "max"} : (tensor<3xf32>, tensor<3xi64>, tensor<3xf32>) -> tensor<3xf32>
  %s0 = nn.constant dense<1024.0> : tensor<1xf32>
  %m0 = nn.multiply %r0, %s0 : (tensor<3xf32>, tensor<1xf32>) -> tensor<3xf32>
  %n0 = nn.round %m0 : (tensor<3xf32>) -> tensor<3xf32>
  %i0 = nn.cast %n0 : (tensor<3xf32>) -> tensor<3xi64>
  return %i0 : tensor<3xi64>
}

// CHECK-LABEL: func.func @scatter_elements_mul
// CHECK-NEXT{LITERAL}: nn.constant dense<[12288, 2560, -3072]> : tensor<3xi64>
// CHECK-NEXT: return
func.func @scatter_elements_mul() -> tensor<3xi64> {
  %x = nn.constant dense<[1.5, 2.5, -1.0]> : tensor<3xf32>
  %i = nn.constant dense<[0, 0, 2]> : tensor<3xi64>
  %u = nn.constant dense<[2.0, 4.0, 3.0]> : tensor<3xf32>
  %r0 = nn.scatter_elements %x, %i, %u {axis = 0 : i64, reduction = "mul"} : (tensor<3xf32>, tensor<3xi64>, tensor<3xf32>) -> tensor<3xf32>
  %s0 = nn.constant dense<1024.0> : tensor<1xf32>
  %m0 = nn.multiply %r0, %s0 : (tensor<3xf32>, tensor<1xf32>) -> tensor<3xf32>
  %n0 = nn.round %m0 : (tensor<3xf32>) -> tensor<3xf32>
  %i0 = nn.cast %n0 : (tensor<3xf32>) -> tensor<3xi64>
  return %i0 : tensor<3xi64>
}

// -----

func.func @refused(%x: tensor<2x2xf32>, %i: tensor<3x1xi64>, %u: tensor<3x1xf32>) {
  // expected-error @+2 {{(C1) dim 0 of indices is larger than that of data: data f32[2, 2], indices i64[3, 1]}}
  // expected-error @+1 {{failed to infer returned types}}
  %r = nn.scatter_elements %x, %i, %u {axis = 1 : i64} : (tensor<2x2xf32>, tensor<3x1xi64>, tensor<3x1xf32>) -> tensor<2x2xf32>
  return
}

// -----

func.func @refused(%x: tensor<2x2xf32>, %i: tensor<2x1xi64>, %u: tensor<1x1xf32>) {
  // expected-error @+2 {{(C2) updates f32[1, 1] have not the shape of indices i64[2, 1]}}
  // expected-error @+1 {{failed to infer returned types}}
  %r = nn.scatter_elements %x, %i, %u {axis = 1 : i64} : (tensor<2x2xf32>, tensor<2x1xi64>, tensor<1x1xf32>) -> tensor<2x2xf32>
  return
}

// -----

func.func @refused(%x: tensor<2x2xf32>, %i: tensor<2x1xi64>, %u: tensor<2x1xf32>) {
  // expected-error @+2 {{(C3) reduction "mean" is unknown}}
  // expected-error @+1 {{failed to infer returned types}}
  %r = nn.scatter_elements %x, %i, %u {axis = 1 : i64, reduction = "mean"} : (tensor<2x2xf32>, tensor<2x1xi64>, tensor<2x1xf32>) -> tensor<2x2xf32>
  return
}

// -----

func.func @refused(%a0: tensor<2x2xf32>, %a1: tensor<2x1xi64>, %a2: tensor<2x1xf32>) {
  // expected-error @+2 {{(C1) axis 2 is not in [0, 2)}}
  // expected-error @+1 {{failed to infer returned types}}
  %r = nn.scatter_elements %a0, %a1, %a2 {axis = 2 : i64} : (tensor<2x2xf32>, tensor<2x1xi64>, tensor<2x1xf32>) -> tensor<2x2xf32>
  return
}

// -----

func.func @refused(%a0: tensor<2x0xf32>, %a1: tensor<2x1xi64>, %a2: tensor<2x1xf32>) {
  // expected-error @+2 {{(C1) dim 1 is empty: data f32[2, 0], indices i64[2, 1]}}
  // expected-error @+1 {{failed to infer returned types}}
  %r = nn.scatter_elements %a0, %a1, %a2 {axis = 1 : i64} : (tensor<2x0xf32>, tensor<2x1xi64>, tensor<2x1xf32>) -> tensor<2x0xf32>
  return
}

// -----

func.func @refused(%a0: tensor<2x2xf32>, %a1: tensor<2x1xi64>, %a2: tensor<2x1xf16>) {
  // expected-error @+2 {{(C2) element types differ: f32[2, 2] and f16[2, 1]}}
  // expected-error @+1 {{failed to infer returned types}}
  %r = nn.scatter_elements %a0, %a1, %a2 {axis = 1 : i64} : (tensor<2x2xf32>, tensor<2x1xi64>, tensor<2x1xf16>) -> tensor<2x2xf32>
  return
}
