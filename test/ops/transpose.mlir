// nn.transpose: values by both evaluators and by its decomposition.
// RUN: neuron-opt %s --split-input-file --verify-diagnostics --neuron-fold-constants | FileCheck %s
// RUN: neuron-opt %s --split-input-file --verify-diagnostics --neuron-fold-constants=evaluator=reference | FileCheck %s
// RUN: neuron-opt %s --split-input-file --verify-diagnostics --neuron-decompose --neuron-fold-constants | FileCheck %s

// CHECK-LABEL: func.func @transpose
// CHECK-NEXT{LITERAL}: nn.constant dense<[[[0, 2, 4], [6, 8, 10]], [[1, 3, 5], [7, 9, 11]]]> : tensor<2x2x3xi64>
// CHECK-NEXT: return
func.func @transpose() -> tensor<2x2x3xi64> {
  %x = nn.constant dense<[[[0, 1], [2, 3], [4, 5]], [[6, 7], [8, 9], [10, 11]]]> : tensor<2x3x2xi64>
  %r0 = nn.transpose %x {perm = array<i64: 2, 0, 1>} : (tensor<2x3x2xi64>) -> tensor<2x2x3xi64>
  return %r0 : tensor<2x2x3xi64>
}

// -----

func.func @refused(%x: tensor<2x2xf32>) {
  // expected-error @+2 {{(C1) perm [0, 0] is not a permutation of the dims of f32[2, 2]}}
  // expected-error @+1 {{failed to infer returned types}}
  %r = nn.transpose %x {perm = array<i64: 0, 0>} : (tensor<2x2xf32>) -> tensor<2x2xf32>
  return
}

// -----

func.func @refused(%a0: tensor<2x2xf32>) {
  // expected-error @+2 {{(C1) perm [0, 2] is not a permutation of the dims of f32[2, 2]}}
  // expected-error @+1 {{failed to infer returned types}}
  %r = nn.transpose %a0 {perm = array<i64: 0, 2>} : (tensor<2x2xf32>) -> tensor<2x2xf32>
  return
}
