// nn.tile: values by both evaluators and by its decomposition.
// RUN: neuron-opt %s --split-input-file --verify-diagnostics --neuron-fold-constants | FileCheck %s
// RUN: neuron-opt %s --split-input-file --verify-diagnostics --neuron-fold-constants=evaluator=reference | FileCheck %s
// RUN: neuron-opt %s --split-input-file --verify-diagnostics --neuron-decompose --neuron-fold-constants | FileCheck %s

// CHECK-LABEL: func.func @tile
// CHECK-NEXT{LITERAL}: nn.constant dense<[[1, 2, 1, 2, 1, 2], [3, 4, 3, 4, 3, 4], [1, 2, 1, 2, 1, 2], [3, 4, 3, 4, 3, 4]]> : tensor<4x6xi64>
// CHECK-NEXT: return
func.func @tile() -> tensor<4x6xi64> {
  %x = nn.constant dense<[[1, 2], [3, 4]]> : tensor<2x2xi64>
  %r0 = nn.tile %x {repeats = array<i64: 2, 3>} : (tensor<2x2xi64>) -> tensor<4x6xi64>
  return %r0 : tensor<4x6xi64>
}

// -----

func.func @refused(%x: tensor<2x2xf32>) {
  // expected-error @+2 {{(C1) repeats [2] has not one entry a dim of f32[2, 2]}}
  // expected-error @+1 {{failed to infer returned types}}
  %r = nn.tile %x {repeats = array<i64: 2>} : (tensor<2x2xf32>) -> tensor<4x2xf32>
  return
}

// -----

func.func @refused(%a0: tensor<2x2xf32>) {
  // expected-error @+2 {{(C1) repeats [1, -1] has an entry that is negative or too large}}
  // expected-error @+1 {{failed to infer returned types}}
  %r = nn.tile %a0 {repeats = array<i64: 1, -1>} : (tensor<2x2xf32>) -> tensor<2x2xf32>
  return
}
