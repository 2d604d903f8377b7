// nn.reduce_max: values by both evaluators and by its decomposition.
// RUN: neuron-opt %s --split-input-file --verify-diagnostics --neuron-fold-constants | FileCheck %s
// RUN: neuron-opt %s --split-input-file --verify-diagnostics --neuron-fold-constants=evaluator=reference | FileCheck %s
// RUN: neuron-opt %s --split-input-file --verify-diagnostics --neuron-decompose --neuron-fold-constants | FileCheck %s

// CHECK-LABEL: func.func @reduce_max
// CHECK-NEXT{LITERAL}: nn.constant dense<[[[1408], [640], [128]]]> : tensor<1x3x1xi64>
// CHECK-NEXT: return
func.func @reduce_max() -> tensor<1x3x1xi64> {
  %x = nn.constant dense<[[[1.375, -1.0], [-0.75, 0.0], [-0.75, -1.125]], [[-0.875, 1.375], [0.625, 0.0], [0.125, -0.5]]]> : tensor<2x3x2xf32>
  %r0 = nn.reduce_max %x {axes = array<i64: 0, 2>, keep_dims = true} : (tensor<2x3x2xf32>) -> tensor<1x3x1xf32>
  %s0 = nn.constant dense<1024.0> : tensor<1x1x1xf32>
  %m0 = nn.multiply %r0, %s0 : (tensor<1x3x1xf32>, tensor<1x1x1xf32>) -> tensor<1x3x1xf32>
  %n0 = nn.round %m0 : (tensor<1x3x1xf32>) -> tensor<1x3x1xf32>
  %i0 = nn.cast %n0 : (tensor<1x3x1xf32>) -> tensor<1x3x1xi64>
  return %i0 : tensor<1x3x1xi64>
}

// CHECK-LABEL: func.func @reduce_max_without_dims
// CHECK-NEXT{LITERAL}: nn.constant dense<[[1408, 0], [640, 1408]]> : tensor<2x2xi64>
// CHECK-NEXT: return
func.func @reduce_max_without_dims() -> tensor<2x2xi64> {
  %x = nn.constant dense<[[[1.375, -1.0], [-0.75, 0.0], [-0.75, -1.125]], [[-0.875, 1.375], [0.625, 0.0], [0.125, -0.5]]]> : tensor<2x3x2xf32>
  %r0 = nn.reduce_max %x {axes = array<i64: 1>} : (tensor<2x3x2xf32>) -> tensor<2x2xf32>
  %s0 = nn.constant dense<1024.0> : tensor<1x1xf32>
  %m0 = nn.multiply %r0, %s0 : (tensor<2x2xf32>, tensor<1x1xf32>) -> tensor<2x2xf32>
  %n0 = nn.round %m0 : (tensor<2x2xf32>) -> tensor<2x2xf32>
  %i0 = nn.cast %n0 : (tensor<2x2xf32>) -> tensor<2x2xi64>
  return %i0 : tensor<2x2xi64>
}

// CHECK-LABEL: func.func @reduce_max_of_integers
// CHECK-NEXT{LITERAL}: nn.constant dense<[2, 1, -2]> : tensor<3xi64>
// CHECK-NEXT: return
func.func @reduce_max_of_integers() -> tensor<3xi64> {
  %x = nn.constant dense<[[1, -6, -8], [2, 1, -2]]> : tensor<2x3xi64>
  %r0 = nn.reduce_max %x {axes = array<i64: 0>} : (tensor<2x3xi64>) -> tensor<3xi64>
  return %r0 : tensor<3xi64>
}

// -----

func.func @refused(%x: tensor<2x2xf32>) {
  // expected-error @+2 {{(C1) axes [1, 0] are not rising in [0, 2)}}
  // expected-error @+1 {{failed to infer returned types}}
  %r = nn.reduce_max %x {axes = array<i64: 1, 0>} : (tensor<2x2xf32>) -> tensor<f32>
  return
}
