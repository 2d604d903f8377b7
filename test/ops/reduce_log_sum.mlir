// nn.reduce_log_sum: values by both evaluators and by its decomposition.
// RUN: neuron-opt %s --split-input-file --verify-diagnostics --neuron-fold-constants | FileCheck %s
// RUN: neuron-opt %s --split-input-file --verify-diagnostics --neuron-fold-constants=evaluator=reference | FileCheck %s
// RUN: neuron-opt %s --split-input-file --verify-diagnostics --neuron-decompose --neuron-fold-constants | FileCheck %s

// CHECK-LABEL: func.func @reduce_log_sum
// CHECK-NEXT{LITERAL}: nn.constant dense<[[[1936], [1246], [1540]]]> : tensor<1x3x1xi64>
// CHECK-NEXT: return
func.func @reduce_log_sum() -> tensor<1x3x1xi64> {
  %x = nn.constant dense<[[[1.875, 1.5], [1.25, 0.5], [1.25, 1.625]], [[1.375, 1.875], [1.125, 0.5], [0.625, 1.0]]]> : tensor<2x3x2xf32>
  %r0 = nn.reduce_log_sum %x {axes = array<i64: 0, 2>, keep_dims = true} : (tensor<2x3x2xf32>) -> tensor<1x3x1xf32>
  %s0 = nn.constant dense<1024.0> : tensor<1x1x1xf32>
  %m0 = nn.multiply %r0, %s0 : (tensor<1x3x1xf32>, tensor<1x1x1xf32>) -> tensor<1x3x1xf32>
  %n0 = nn.round %m0 : (tensor<1x3x1xf32>) -> tensor<1x3x1xf32>
  %i0 = nn.cast %n0 : (tensor<1x3x1xf32>) -> tensor<1x3x1xi64>
  return %i0 : tensor<1x3x1xi64>
}

// CHECK-LABEL: func.func @reduce_log_sum_without_dims
// CHECK-NEXT{LITERAL}: nn.constant dense<[[1511, 1319], [1167, 1246]]> : tensor<2x2xi64>
// CHECK-NEXT: return
func.func @reduce_log_sum_without_dims() -> tensor<2x2xi64> {
  %x = nn.constant dense<[[[1.875, 1.5], [1.25, 0.5], [1.25, 1.625]], [[1.375, 1.875], [1.125, 0.5], [0.625, 1.0]]]> : tensor<2x3x2xf32>
  %r0 = nn.reduce_log_sum %x {axes = array<i64: 1>} : (tensor<2x3x2xf32>) -> tensor<2x2xf32>
  %s0 = nn.constant dense<1024.0> : tensor<1x1xf32>
  %m0 = nn.multiply %r0, %s0 : (tensor<2x2xf32>, tensor<1x1xf32>) -> tensor<2x2xf32>
  %n0 = nn.round %m0 : (tensor<2x2xf32>) -> tensor<2x2xf32>
  %i0 = nn.cast %n0 : (tensor<2x2xf32>) -> tensor<2x2xi64>
  return %i0 : tensor<2x2xi64>
}

// -----

func.func @refused(%x: tensor<2x2xf32>) {
  // expected-error @+2 {{(C1) axes [1, 0] are not rising in [0, 2)}}
  // expected-error @+1 {{failed to infer returned types}}
  %r = nn.reduce_log_sum %x {axes = array<i64: 1, 0>} : (tensor<2x2xf32>) -> tensor<f32>
  return
}
