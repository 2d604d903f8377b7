// nn.gemm: values by both evaluators and by its decomposition.
// RUN: neuron-opt %s --split-input-file --verify-diagnostics --neuron-fold-constants | FileCheck %s
// RUN: neuron-opt %s --split-input-file --verify-diagnostics --neuron-fold-constants=evaluator=reference | FileCheck %s
// RUN: neuron-opt %s --split-input-file --verify-diagnostics --neuron-decompose --neuron-fold-constants | FileCheck %s

// CHECK-LABEL: func.func @gemm
// CHECK-NEXT{LITERAL}: nn.constant dense<[[976, -2256, 2824, -752], [1192, -2336, 2392, -584]]> : tensor<2x4xi64>
// CHECK-NEXT: return
func.func @gemm() -> tensor<2x4xi64> {
  %x = nn.constant dense<[[1.5, 1.25], [-0.625, -0.25], [-0.75, -1.125]]> : tensor<3x2xf32>
  %y = nn.constant dense<[[1.125, 0.5, -1.375], [-0.875, 0.25, 1.25], [1.5, -0.875, 0.375], [-1.5, -1.0, -0.875]]> : tensor<4x3xf32>
  %z = nn.constant dense<[[-0.125, -0.5, 0.75, -0.125]]> : tensor<1x4xf32>
  %r0 = nn.gemm %x, %y, %z {alpha = 0.5 : f64, beta = 2.0 : f64, trans_lhs = true, trans_rhs = true} : (tensor<3x2xf32>, tensor<4x3xf32>, tensor<1x4xf32>) -> tensor<2x4xf32>
  %s0 = nn.constant dense<1024.0> : tensor<1x1xf32>
  %m0 = nn.multiply %r0, %s0 : (tensor<2x4xf32>, tensor<1x1xf32>) -> tensor<2x4xf32>
  %n0 = nn.round %m0 : (tensor<2x4xf32>) -> tensor<2x4xf32>
  %i0 = nn.cast %n0 : (tensor<2x4xf32>) -> tensor<2x4xi64>
  return %i0 : tensor<2x4xi64>
}

// CHECK-LABEL: func.func @gemm_without_bias
// CHECK-NEXT{LITERAL}: nn.constant dense<[[-2016, -96], [1088, -2592]]> : tensor<2x2xi64>
// CHECK-NEXT: return
func.func @gemm_without_bias() -> tensor<2x2xi64> {
  %x = nn.constant dense<[[-0.5, 1.25, 0.375], [0.625, 0.75, -0.5]]> : tensor<2x3xf32>
  %y = nn.constant dense<[[1.25, -1.5], [-0.625, -1.125], [-1.5, 1.5]]> : tensor<3x2xf32>
  %r0 = nn.gemm %x, %y : (tensor<2x3xf32>, tensor<3x2xf32>) -> tensor<2x2xf32>
  %s0 = nn.constant dense<1024.0> : tensor<1x1xf32>
  %m0 = nn.multiply %r0, %s0 : (tensor<2x2xf32>, tensor<1x1xf32>) -> tensor<2x2xf32>
  %n0 = nn.round %m0 : (tensor<2x2xf32>) -> tensor<2x2xf32>
  %i0 = nn.cast %n0 : (tensor<2x2xf32>) -> tensor<2x2xi64>
  return %i0 : tensor<2x2xi64>
}

// -----

func.func @refused(%x: tensor<2xf32>, %y: tensor<2x2xf32>) {
  // expected-error @+2 {{(C1) ranks are not 2: lhs f32[2], rhs f32[2, 2]}}
  // expected-error @+1 {{failed to infer returned types}}
  %r = nn.gemm %x, %y : (tensor<2xf32>, tensor<2x2xf32>) -> tensor<2x2xf32>
  return
}

// -----

func.func @refused(%x: tensor<2x3xf32>, %y: tensor<2x3xf32>) {
  // expected-error @+2 {{(C2) contracted dims differ: lhs f32[2, 3], rhs f32[2, 3]}}
  // expected-error @+1 {{failed to infer returned types}}
  %r = nn.gemm %x, %y : (tensor<2x3xf32>, tensor<2x3xf32>) -> tensor<2x3xf32>
  return
}

// -----

func.func @refused(%x: tensor<2x3xf32>, %y: tensor<3x2xf16>) {
  // expected-error @+2 {{(C3) element types differ: f32[2, 3] and f16[3, 2]}}
  // expected-error @+1 {{failed to infer returned types}}
  %r = nn.gemm %x, %y : (tensor<2x3xf32>, tensor<3x2xf16>) -> tensor<2x2xf32>
  return
}

// -----

func.func @refused(%x: tensor<2x3xf32>, %y: tensor<3x2xf32>, %z: tensor<1x3xf32>) {
  // expected-error @+2 {{(C4) bias f32[1, 3] does not broadcast to [2, 2]}}
  // expected-error @+1 {{failed to infer returned types}}
  %r = nn.gemm %x, %y, %z : (tensor<2x3xf32>, tensor<3x2xf32>, tensor<1x3xf32>) -> tensor<2x2xf32>
  return
}
