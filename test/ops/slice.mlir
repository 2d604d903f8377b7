// nn.slice: values by both evaluators and by its decomposition.
// RUN: neuron-opt %s --split-input-file --verify-diagnostics --neuron-fold-constants | FileCheck %s
// RUN: neuron-opt %s --split-input-file --verify-diagnostics --neuron-fold-constants=evaluator=reference | FileCheck %s
// RUN: neuron-opt %s --split-input-file --verify-diagnostics --neuron-decompose --neuron-fold-constants | FileCheck %s

// CHECK-LABEL: func.func @slice
// CHECK-NEXT{LITERAL}: nn.constant dense<[[4, 6], [8, 10]]> : tensor<2x2xi64>
// CHECK-NEXT: return
func.func @slice() -> tensor<2x2xi64> {
  %x = nn.constant dense<[[0, 1, 2, 3], [4, 5, 6, 7], [8, 9, 10, 11]]> : tensor<3x4xi64>
  %r0 = nn.slice %x {sizes = array<i64: 2, 2>, starts = array<i64: 1, 0>, steps = array<i64: 1, 2>} : (tensor<3x4xi64>) -> tensor<2x2xi64>
  return %r0 : tensor<2x2xi64>
}

// CHECK-LABEL: func.func @slice_backwards
// CHECK-NEXT{LITERAL}: nn.constant dense<[[11, 10, 9], [7, 6, 5], [3, 2, 1]]> : tensor<3x3xi64>
// CHECK-NEXT: return
func.func @slice_backwards() -> tensor<3x3xi64> {
  %x = nn.constant dense<[[0, 1, 2, 3], [4, 5, 6, 7], [8, 9, 10, 11]]> : tensor<3x4xi64>
  %r0 = nn.slice %x {sizes = array<i64: 3, 3>, starts = array<i64: 2, 3>, steps = array<i64: -1, -1>} : (tensor<3x4xi64>) -> tensor<3x3xi64>
  return %r0 : tensor<3x3xi64>
}

// -----

func.func @refused(%x: tensor<4xf32>) {
  // expected-error @+2 {{(C1) starts, sizes and steps have not one entry a dim of f32[4]}}
  // expected-error @+1 {{failed to infer returned types}}
  %r = nn.slice %x {sizes = array<i64: 2, 1>, starts = array<i64: 0, 0>, steps = array<i64: 1, 1>} : (tensor<4xf32>) -> tensor<2xf32>
  return
}

// -----

func.func @refused(%x: tensor<4xf32>) {
  // expected-error @+2 {{(C1) dim 0 has size 2 and step 0}}
  // expected-error @+1 {{failed to infer returned types}}
  %r = nn.slice %x {sizes = array<i64: 2>, starts = array<i64: 0>, steps = array<i64: 0>} : (tensor<4xf32>) -> tensor<2xf32>
  return
}

// -----

func.func @refused(%x: tensor<4xf32>) {
  // expected-error @+2 {{(C2) dim 0 of 4 is read from 1, 3 elements in steps of 2}}
  // expected-error @+1 {{failed to infer returned types}}
  %r = nn.slice %x {sizes = array<i64: 3>, starts = array<i64: 1>, steps = array<i64: 2>} : (tensor<4xf32>) -> tensor<3xf32>
  return
}

// -----

func.func @refused(%a0: tensor<4xf32>) {
  // expected-error @+2 {{(C2) dim 0 of 4 is read from 3, 2 elements in steps of -4}}
  // expected-error @+1 {{failed to infer returned types}}
  %r = nn.slice %a0 {starts = array<i64: 3>, sizes = array<i64: 2>, steps = array<i64: -4>} : (tensor<4xf32>) -> tensor<2xf32>
  return
}

// -----

func.func @refused(%a0: tensor<4xf32>) {
  // expected-error @+2 {{(C1) dim 0 has size -1 and step 1}}
  // expected-error @+1 {{failed to infer returned types}}
  %r = nn.slice %a0 {starts = array<i64: 0>, sizes = array<i64: -1>, steps = array<i64: 1>} : (tensor<4xf32>) -> tensor<4xf32>
  return
}
