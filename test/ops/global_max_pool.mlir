// nn.global_max_pool: values by both evaluators and by its decomposition.
// RUN: neuron-opt %s --split-input-file --verify-diagnostics --neuron-fold-constants | FileCheck %s
// RUN: neuron-opt %s --split-input-file --verify-diagnostics --neuron-fold-constants=evaluator=reference | FileCheck %s
// RUN: neuron-opt %s --split-input-file --verify-diagnostics --neuron-decompose --neuron-fold-constants | FileCheck %s

// CHECK-LABEL: func.func @global_max_pool
// CHECK-NEXT{LITERAL}: nn.constant dense<[[[[1024]], [[1280]]]]> : tensor<1x2x1x1xi64>
// CHECK-NEXT: return
func.func @global_max_pool() -> tensor<1x2x1x1xi64> {
  %x = nn.constant dense<[[[[0.0, -1.125, 0.25], [0.875, 1.0, 0.875]], [[-0.625, 0.375, 0.5], [1.25, 0.625, 0.75]]]]> : tensor<1x2x2x3xf32>
  %r0 = nn.global_max_pool %x : (tensor<1x2x2x3xf32>) -> tensor<1x2x1x1xf32>
  %s0 = nn.constant dense<1024.0> : tensor<1x1x1x1xf32>
  %m0 = nn.multiply %r0, %s0 : (tensor<1x2x1x1xf32>, tensor<1x1x1x1xf32>) -> tensor<1x2x1x1xf32>
  %n0 = nn.round %m0 : (tensor<1x2x1x1xf32>) -> tensor<1x2x1x1xf32>
  %i0 = nn.cast %n0 : (tensor<1x2x1x1xf32>) -> tensor<1x2x1x1xi64>
  return %i0 : tensor<1x2x1x1xi64>
}

// -----

func.func @refused(%x: tensor<2x2xf32>) {
  // expected-error @+2 {{(C1) rank of input f32[2, 2] is below 3}}
  // expected-error @+1 {{failed to infer returned types}}
  %r = nn.global_max_pool %x : (tensor<2x2xf32>) -> tensor<2x2xf32>
  return
}
