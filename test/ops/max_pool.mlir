// nn.max_pool: values by both evaluators and by its decomposition.
// RUN: neuron-opt %s --split-input-file --verify-diagnostics --neuron-fold-constants | FileCheck %s
// RUN: neuron-opt %s --split-input-file --verify-diagnostics --neuron-fold-constants=evaluator=reference | FileCheck %s
// RUN: neuron-opt %s --split-input-file --verify-diagnostics --neuron-decompose --neuron-fold-constants | FileCheck %s

// CHECK-LABEL: func.func @max_pool
// CHECK-NEXT{LITERAL}: nn.constant dense<[[[[1536, 640, 896], [1024, 1024, 1024], [896, 512, 896]]]]> : tensor<1x1x3x3xi64>
// CHECK-NEXT: return
func.func @max_pool() -> tensor<1x1x3x3xi64> {
  %x = nn.constant dense<[[[[1.5, 0.625, 0.0, -1.125, 0.875], [-0.125, 1.0, -1.375, -0.5, 1.0], [0.375, 0.625, 0.25, 1.0, 1.0], [0.875, 0.5, -0.75, -1.375, 0.875]]]]> : tensor<1x1x4x5xf32>
  %r0 = nn.max_pool %x {kernel = array<i64: 2, 3>, pads_high = array<i64: 1, 1>, pads_low = array<i64: 1, 1>, strides = array<i64: 2, 2>} : (tensor<1x1x4x5xf32>) -> tensor<1x1x3x3xf32>
  %s0 = nn.constant dense<1024.0> : tensor<1x1x1x1xf32>
  %m0 = nn.multiply %r0, %s0 : (tensor<1x1x3x3xf32>, tensor<1x1x1x1xf32>) -> tensor<1x1x3x3xf32>
  %n0 = nn.round %m0 : (tensor<1x1x3x3xf32>) -> tensor<1x1x3x3xf32>
  %i0 = nn.cast %n0 : (tensor<1x1x3x3xf32>) -> tensor<1x1x3x3xi64>
  return %i0 : tensor<1x1x3x3xi64>
}

// CHECK-LABEL: func.func @max_pool_with_ceil_mode
// CHECK-NEXT{LITERAL}: nn.constant dense<[[[-512, -768, -384, -384], [0, 256, 384, 384]]]> : tensor<1x2x4xi64>
// CHECK-NEXT: return
func.func @max_pool_with_ceil_mode() -> tensor<1x2x4xi64> {
  %x = nn.constant dense<[[[-0.5, -0.75, -1.5, -1.125, -1.5, -0.375], [-0.625, 0.0, 0.25, -0.625, 0.125, 0.375]]]> : tensor<1x2x6xf32>
  %r0 = nn.max_pool %x {ceil_mode = true, kernel = array<i64: 3>, pads_high = array<i64: 1>, pads_low = array<i64: 1>, strides = array<i64: 2>} : (tensor<1x2x6xf32>) -> tensor<1x2x4xf32>
  %s0 = nn.constant dense<1024.0> : tensor<1x1x1xf32>
  %m0 = nn.multiply %r0, %s0 : (tensor<1x2x4xf32>, tensor<1x1x1xf32>) -> tensor<1x2x4xf32>
  %n0 = nn.round %m0 : (tensor<1x2x4xf32>) -> tensor<1x2x4xf32>
  %i0 = nn.cast %n0 : (tensor<1x2x4xf32>) -> tensor<1x2x4xi64>
  return %i0 : tensor<1x2x4xi64>
}

// -----

func.func @refused(%x: tensor<1x2x4x4xf32>) {
  // expected-error @+2 {{(C1) kernel [2] has not one entry a spatial dim of input f32[1, 2, 4, 4]}}
  // expected-error @+1 {{failed to infer returned types}}
  %r = nn.max_pool %x {kernel = array<i64: 2>} : (tensor<1x2x4x4xf32>) -> tensor<1x2x4x4xf32>
  return
}

// -----

func.func @refused(%x: tensor<1x2x4x4xf32>) {
  // expected-error @+2 {{(C2) pads 2 and 0 are not smaller than the window of 2}}
  // expected-error @+1 {{failed to infer returned types}}
  %r = nn.max_pool %x {kernel = array<i64: 2, 2>, pads_low = array<i64: 2, 2>} : (tensor<1x2x4x4xf32>) -> tensor<1x2x4x4xf32>
  return
}

// -----

func.func @refused(%x: tensor<1x2x4x4xf32>) {
  // expected-error @+2 {{(C4) window of 5 does not fit in spatial dim 0 of 4 with pads 0 and 0}}
  // expected-error @+1 {{failed to infer returned types}}
  %r = nn.max_pool %x {kernel = array<i64: 5, 5>} : (tensor<1x2x4x4xf32>) -> tensor<1x2x4x4xf32>
  return
}

// -----

func.func @refused(%a0: tensor<1x2x4x4xf32>) {
  // expected-error @+2 {{(C1) kernel [0, 2] has an entry below 1 or above 2^31}}
  // expected-error @+1 {{failed to infer returned types}}
  %r = nn.max_pool %a0 {kernel = array<i64: 0, 2>} : (tensor<1x2x4x4xf32>) -> tensor<1x2x4x4xf32>
  return
}

// -----

func.func @refused(%a0: tensor<1x2x4x4xf32>) {
  // expected-error @+2 {{(C2) strides [0, 1] has an entry below 1 or above 2^31}}
  // expected-error @+1 {{failed to infer returned types}}
  %r = nn.max_pool %a0 {kernel = array<i64: 2, 2>, strides = array<i64: 0, 1>} : (tensor<1x2x4x4xf32>) -> tensor<1x2x4x4xf32>
  return
}
