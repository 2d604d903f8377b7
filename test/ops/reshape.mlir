// nn.reshape: values by both evaluators and by its decomposition.
// RUN: neuron-opt %s --split-input-file --verify-diagnostics --neuron-fold-constants | FileCheck %s
// RUN: neuron-opt %s --split-input-file --verify-diagnostics --neuron-fold-constants=evaluator=reference | FileCheck %s
// RUN: neuron-opt %s --split-input-file --verify-diagnostics --neuron-decompose --neuron-fold-constants | FileCheck %s

// CHECK-LABEL: func.func @reshape
// CHECK-NEXT{LITERAL}: nn.constant dense<[[0, 1, 2, 3, 4, 5], [6, 7, 8, 9, 10, 11]]> : tensor<2x6xi64>
// CHECK-NEXT: return
func.func @reshape() -> tensor<2x6xi64> {
  %x = nn.constant dense<[[0, 1, 2, 3], [4, 5, 6, 7], [8, 9, 10, 11]]> : tensor<3x4xi64>
  %r0 = nn.reshape %x : (tensor<3x4xi64>) -> tensor<2x6xi64>
  return %r0 : tensor<2x6xi64>
}

// -----

func.func @refused(%x: tensor<2x2xf32>) {
  // expected-error @+1 {{(C1) element counts or types differ: f32[2, 2] and f32[3]}}
  %r = nn.reshape %x : (tensor<2x2xf32>) -> tensor<3xf32>
  return
}

// -----

func.func @refused(%x: tensor<2x2xf32>) {
  // expected-error @+1 {{(C1) element counts or types differ: f32[2, 2] and i32[4]}}
  %r = nn.reshape %x : (tensor<2x2xf32>) -> tensor<4xi32>
  return
}
