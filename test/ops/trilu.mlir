// nn.trilu: values by both evaluators and by its decomposition.
// RUN: neuron-opt %s --split-input-file --verify-diagnostics --neuron-fold-constants | FileCheck %s
// RUN: neuron-opt %s --split-input-file --verify-diagnostics --neuron-fold-constants=evaluator=reference | FileCheck %s
// RUN: neuron-opt %s --split-input-file --verify-diagnostics --neuron-decompose --neuron-fold-constants | FileCheck %s

// CHECK-LABEL: func.func @trilu
// CHECK-NEXT{LITERAL}: nn.constant dense<[[0, 2, 3, 4], [0, 0, 7, 8], [0, 0, 0, 12]]> : tensor<3x4xi64>
// CHECK-NEXT: return
func.func @trilu() -> tensor<3x4xi64> {
  %x = nn.constant dense<[[1, 2, 3, 4], [5, 6, 7, 8], [9, 10, 11, 12]]> : tensor<3x4xi64>
  %r0 = nn.trilu %x {k = 1 : i64} : (tensor<3x4xi64>) -> tensor<3x4xi64>
  return %r0 : tensor<3x4xi64>
}

// CHECK-LABEL: func.func @trilu_lower
// CHECK-NEXT{LITERAL}: nn.constant dense<[[0, 0, 0, 0], [5, 0, 0, 0], [9, 10, 0, 0]]> : tensor<3x4xi64>
// CHECK-NEXT: return
func.func @trilu_lower() -> tensor<3x4xi64> {
  %x = nn.constant dense<[[1, 2, 3, 4], [5, 6, 7, 8], [9, 10, 11, 12]]> : tensor<3x4xi64>
  %r0 = nn.trilu %x {k = -1 : i64, upper = false} : (tensor<3x4xi64>) -> tensor<3x4xi64>
  return %r0 : tensor<3x4xi64>
}

// -----

func.func @refused(%x: tensor<2xf32>) {
  // expected-error @+2 {{(C1) rank of input f32[2] is below 2}}
  // expected-error @+1 {{failed to infer returned types}}
  %r = nn.trilu %x : (tensor<2xf32>) -> tensor<2xf32>
  return
}
