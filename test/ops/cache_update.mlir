// nn.cache_update: values by both evaluators and by its decomposition.
// RUN: neuron-opt %s --split-input-file --verify-diagnostics --neuron-fold-constants | FileCheck %s
// RUN: neuron-opt %s --split-input-file --verify-diagnostics --neuron-fold-constants=evaluator=reference | FileCheck %s
// RUN: neuron-opt %s --split-input-file --verify-diagnostics --neuron-decompose --neuron-fold-constants | FileCheck %s

// CHECK-LABEL: func.func @cache_update
// CHECK-NEXT{LITERAL}: nn.constant dense<[[0, 50, 51, 3], [4, 60, 61, 7], [8, 70, 71, 11]]> : tensor<3x4xi64>
// CHECK-NEXT: return
func.func @cache_update() -> tensor<3x4xi64> {
  %x = nn.constant dense<[[0, 1, 2, 3], [4, 5, 6, 7], [8, 9, 10, 11]]> : tensor<3x4xi64>
  %u = nn.constant dense<[[50, 51], [60, 61], [70, 71]]> : tensor<3x2xi64>
  %p = nn.constant dense<[1]> : tensor<1xi64>
  %r0 = nn.cache_update %x, %u, %p {axis = 1 : i64} : (tensor<3x4xi64>, tensor<3x2xi64>, tensor<1xi64>) -> tensor<3x4xi64>
  return %r0 : tensor<3x4xi64>
}

// Row 5 does not exist: the last one is written.
// CHECK-LABEL: func.func @cache_update_clamped
// CHECK-NEXT{LITERAL}: nn.constant dense<[[0, 1, 2, 3], [4, 5, 6, 7], [9, 9, 9, 9]]> : tensor<3x4xi64>
// CHECK-NEXT: return
func.func @cache_update_clamped() -> tensor<3x4xi64> {
  %x = nn.constant dense<[[0, 1, 2, 3], [4, 5, 6, 7], [8, 9, 10, 11]]> : tensor<3x4xi64>
  %u = nn.constant dense<9> : tensor<1x4xi64>
  %p = nn.constant dense<[5]> : tensor<1xi64>
  %r0 = nn.cache_update %x, %u, %p {axis = 0 : i64} : (tensor<3x4xi64>, tensor<1x4xi64>, tensor<1xi64>) -> tensor<3x4xi64>
  return %r0 : tensor<3x4xi64>
}

// Every row has its own place.
// CHECK-LABEL: func.func @cache_update_places
// CHECK-NEXT{LITERAL}: nn.constant dense<[[51, 1, 2, 50], [61, 5, 6, 60]]> : tensor<2x4xi64>
// CHECK-NEXT: return
func.func @cache_update_places() -> tensor<2x4xi64> {
  %x = nn.constant dense<[[0, 1, 2, 3], [4, 5, 6, 7]]> : tensor<2x4xi64>
  %u = nn.constant dense<[[50, 51], [60, 61]]> : tensor<2x2xi64>
  %p = nn.constant dense<[3, -1]> : tensor<2xi64>
  %r0 = nn.cache_update %x, %u, %p {axis = 1 : i64} : (tensor<2x4xi64>, tensor<2x2xi64>, tensor<2xi64>) -> tensor<2x4xi64>
  return %r0 : tensor<2x4xi64>
}

// -----

func.func @refused(%x: tensor<2x2xf32>, %u: tensor<2xf32>, %p: tensor<1xi64>) {
  // expected-error @+2 {{(C1) ranks differ: cache f32[2, 2], update f32[2]}}
  // expected-error @+1 {{failed to infer returned types}}
  %r = nn.cache_update %x, %u, %p {axis = 0 : i64} : (tensor<2x2xf32>, tensor<2xf32>, tensor<1xi64>) -> tensor<2x2xf32>
  return
}

// -----

func.func @refused(%x: tensor<2x2xf32>, %u: tensor<1x3xf32>, %p: tensor<1xi64>) {
  // expected-error @+2 {{(C2) dim 1 of update does not fit: cache f32[2, 2], update f32[1, 3]}}
  // expected-error @+1 {{failed to infer returned types}}
  %r = nn.cache_update %x, %u, %p {axis = 0 : i64} : (tensor<2x2xf32>, tensor<1x3xf32>, tensor<1xi64>) -> tensor<2x2xf32>
  return
}

// -----

func.func @refused(%x: tensor<2x2xf32>, %u: tensor<1x2xf32>, %p: tensor<2xi64>) {
  // expected-error @+2 {{(C3) position i64[2] has not one element, nor one for each of 1 rows}}
  // expected-error @+1 {{failed to infer returned types}}
  %r = nn.cache_update %x, %u, %p {axis = 0 : i64} : (tensor<2x2xf32>, tensor<1x2xf32>, tensor<2xi64>) -> tensor<2x2xf32>
  return
}

// -----

func.func @refused(%a0: tensor<2x2xf32>, %a1: tensor<3x2xf32>, %a2: tensor<1xi64>) {
  // expected-error @+2 {{(C2) dim 0 of update does not fit: cache f32[2, 2], update f32[3, 2]}}
  // expected-error @+1 {{failed to infer returned types}}
  %r = nn.cache_update %a0, %a1, %a2 {axis = 0 : i64} : (tensor<2x2xf32>, tensor<3x2xf32>, tensor<1xi64>) -> tensor<2x2xf32>
  return
}

// -----

func.func @refused(%a0: tensor<2x2xf32>, %a1: tensor<1x2xf16>, %a2: tensor<1xi64>) {
  // expected-error @+2 {{(C1) element types differ: f32[2, 2] and f16[1, 2]}}
  // expected-error @+1 {{failed to infer returned types}}
  %r = nn.cache_update %a0, %a1, %a2 {axis = 0 : i64} : (tensor<2x2xf32>, tensor<1x2xf16>, tensor<1xi64>) -> tensor<2x2xf32>
  return
}
