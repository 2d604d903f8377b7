// nn.arg_max: values by both evaluators and by its decomposition.
// RUN: neuron-opt %s --split-input-file --verify-diagnostics --neuron-fold-constants | FileCheck %s
// RUN: neuron-opt %s --split-input-file --verify-diagnostics --neuron-fold-constants=evaluator=reference | FileCheck %s
// RUN: neuron-opt %s --split-input-file --verify-diagnostics --neuron-decompose --neuron-fold-constants | FileCheck %s

// CHECK-LABEL: func.func @arg_max
// CHECK-NEXT{LITERAL}: nn.constant dense<[1, 0]> : tensor<2xi64>
// CHECK-NEXT: return
func.func @arg_max() -> tensor<2xi64> {
  %x = nn.constant dense<[[1.0, 3.0, 3.0, -2.0], [0.0, -5.0, -5.0, 0.0]]> : tensor<2x4xf32>
  %r0 = nn.arg_max %x {axis = 1 : i64} : (tensor<2x4xf32>) -> tensor<2xi64>
  return %r0 : tensor<2xi64>
}

// CHECK-LABEL: func.func @arg_max_last
// CHECK-NEXT{LITERAL}: nn.constant dense<[[2], [3]]> : tensor<2x1xi64>
// CHECK-NEXT: return
func.func @arg_max_last() -> tensor<2x1xi64> {
  %x = nn.constant dense<[[1.0, 3.0, 3.0, -2.0], [0.0, -5.0, -5.0, 0.0]]> : tensor<2x4xf32>
  %r0 = nn.arg_max %x {axis = 1 : i64, keep_dims = true, select_last = true} : (tensor<2x4xf32>) -> tensor<2x1xi64>
  return %r0 : tensor<2x1xi64>
}

// -----

func.func @refused(%x: tensor<2x0xf32>) {
  // expected-error @+2 {{(C1) dim 1 of input f32[2, 0] is empty}}
  // expected-error @+1 {{failed to infer returned types}}
  %r = nn.arg_max %x {axis = 1 : i64} : (tensor<2x0xf32>) -> tensor<2xi64>
  return
}
