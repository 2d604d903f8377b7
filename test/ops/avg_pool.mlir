// nn.avg_pool: values by both evaluators and by its decomposition.
// RUN: neuron-opt %s --split-input-file --verify-diagnostics --neuron-fold-constants | FileCheck %s
// RUN: neuron-opt %s --split-input-file --verify-diagnostics --neuron-fold-constants=evaluator=reference | FileCheck %s
// RUN: neuron-opt %s --split-input-file --verify-diagnostics --neuron-decompose --neuron-fold-constants | FileCheck %s

// CHECK-LABEL: func.func @avg_pool
// CHECK-NEXT{LITERAL}: nn.constant dense<[[[[544, -896], [480, -224]]]]> : tensor<1x1x2x2xi64>
// CHECK-NEXT: return
func.func @avg_pool() -> tensor<1x1x2x2xi64> {
  %x = nn.constant dense<[[[[0.5, 0.375, -1.5, -0.875], [0.875, 0.375, -0.625, -0.5], [1.375, 0.75, -0.375, -0.625], [-1.125, 0.875, 0.375, -0.25]]]]> : tensor<1x1x4x4xf32>
  %r0 = nn.avg_pool %x {kernel = array<i64: 2, 2>, strides = array<i64: 2, 2>} : (tensor<1x1x4x4xf32>) -> tensor<1x1x2x2xf32>
  %s0 = nn.constant dense<1024.0> : tensor<1x1x1x1xf32>
  %m0 = nn.multiply %r0, %s0 : (tensor<1x1x2x2xf32>, tensor<1x1x1x1xf32>) -> tensor<1x1x2x2xf32>
  %n0 = nn.round %m0 : (tensor<1x1x2x2xf32>) -> tensor<1x1x2x2xf32>
  %i0 = nn.cast %n0 : (tensor<1x1x2x2xf32>) -> tensor<1x1x2x2xi64>
  return %i0 : tensor<1x1x2x2xi64>
}

// Padding does not count.
// CHECK-LABEL: func.func @avg_pool_without_padding
// CHECK-NEXT{LITERAL}: nn.constant dense<[[[[544, 288], [149, -469]]]]> : tensor<1x1x2x2xi64>
// CHECK-NEXT: return
func.func @avg_pool_without_padding() -> tensor<1x1x2x2xi64> {
  %x = nn.constant dense<[[[[0.625, 0.125, 0.125], [0.5, 0.875, 0.0], [-0.25, -0.75, -0.625], [1.5, -1.0, -1.25]]]]> : tensor<1x1x4x3xf32>
  %r0 = nn.avg_pool %x {kernel = array<i64: 3, 3>, pads_high = array<i64: 1, 1>, pads_low = array<i64: 1, 1>, strides = array<i64: 2, 2>} : (tensor<1x1x4x3xf32>) -> tensor<1x1x2x2xf32>
  %s0 = nn.constant dense<1024.0> : tensor<1x1x1x1xf32>
  %m0 = nn.multiply %r0, %s0 : (tensor<1x1x2x2xf32>, tensor<1x1x1x1xf32>) -> tensor<1x1x2x2xf32>
  %n0 = nn.round %m0 : (tensor<1x1x2x2xf32>) -> tensor<1x1x2x2xf32>
  %i0 = nn.cast %n0 : (tensor<1x1x2x2xf32>) -> tensor<1x1x2x2xi64>
  return %i0 : tensor<1x1x2x2xi64>
}

// Padding counts, what lies beyond it does not.
// CHECK-LABEL: func.func @avg_pool_with_ceil_mode
// CHECK-NEXT{LITERAL}: nn.constant dense<[[[-43, -555, -213, -768]]]> : tensor<1x1x4xi64>
// CHECK-NEXT: return
func.func @avg_pool_with_ceil_mode() -> tensor<1x1x4xi64> {
  %x = nn.constant dense<[[[0.375, -0.5, -1.25, 0.125, 0.75, -1.5]]]> : tensor<1x1x6xf32>
  %r0 = nn.avg_pool %x {ceil_mode = true, count_include_pad = true, kernel = array<i64: 3>, pads_high = array<i64: 1>, pads_low = array<i64: 1>, strides = array<i64: 2>} : (tensor<1x1x6xf32>) -> tensor<1x1x4xf32>
  %s0 = nn.constant dense<1024.0> : tensor<1x1x1xf32>
  %m0 = nn.multiply %r0, %s0 : (tensor<1x1x4xf32>, tensor<1x1x1xf32>) -> tensor<1x1x4xf32>
  %n0 = nn.round %m0 : (tensor<1x1x4xf32>) -> tensor<1x1x4xf32>
  %i0 = nn.cast %n0 : (tensor<1x1x4xf32>) -> tensor<1x1x4xi64>
  return %i0 : tensor<1x1x4xi64>
}

// -----

func.func @refused(%x: tensor<1x2x4x4xf32>) {
  // expected-error @+2 {{(C1) kernel [2] has not one entry a spatial dim of input f32[1, 2, 4, 4]}}
  // expected-error @+1 {{failed to infer returned types}}
  %r = nn.avg_pool %x {kernel = array<i64: 2>} : (tensor<1x2x4x4xf32>) -> tensor<1x2x4x4xf32>
  return
}

// -----

func.func @refused(%x: tensor<1x2x4x4xf32>) {
  // expected-error @+2 {{(C2) pads 2 and 0 are not smaller than the window of 2}}
  // expected-error @+1 {{failed to infer returned types}}
  %r = nn.avg_pool %x {kernel = array<i64: 2, 2>, pads_low = array<i64: 2, 2>} : (tensor<1x2x4x4xf32>) -> tensor<1x2x4x4xf32>
  return
}

// -----

func.func @refused(%x: tensor<1x2x4x4xf32>) {
  // expected-error @+2 {{(C4) window of 5 does not fit in spatial dim 0 of 4 with pads 0 and 0}}
  // expected-error @+1 {{failed to infer returned types}}
  %r = nn.avg_pool %x {kernel = array<i64: 5, 5>} : (tensor<1x2x4x4xf32>) -> tensor<1x2x4x4xf32>
  return
}

// -----

func.func @refused(%x: tensor<1x2x4x4xi32>) {
  // expected-error @+2 {{(C5) elements of input i32[1, 2, 4, 4] are not floating-point}}
  // expected-error @+1 {{failed to infer returned types}}
  %r = nn.avg_pool %x {kernel = array<i64: 2, 2>} : (tensor<1x2x4x4xi32>) -> tensor<1x2x3x3xi32>
  return
}

// -----

func.func @refused(%a0: tensor<1x2x4x4xf32>) {
  // expected-error @+2 {{(C2) pads 0 and 2 are not smaller than the window of 2}}
  // expected-error @+1 {{failed to infer returned types}}
  %r = nn.avg_pool %a0 {kernel = array<i64: 2, 2>, pads_high = array<i64: 0, 2>} : (tensor<1x2x4x4xf32>) -> tensor<1x2x4x4xf32>
  return
}
