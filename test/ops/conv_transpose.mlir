// nn.conv_transpose: values by both evaluators and by its decomposition.
// RUN: neuron-opt %s --split-input-file --verify-diagnostics --neuron-fold-constants | FileCheck %s
// RUN: neuron-opt %s --split-input-file --verify-diagnostics --neuron-fold-constants=evaluator=reference | FileCheck %s
// RUN: neuron-opt %s --split-input-file --verify-diagnostics --neuron-decompose --neuron-fold-constants | FileCheck %s

// CHECK-LABEL: func.func @conv_transpose
// CHECK-NEXT{LITERAL}: nn.constant dense<[[[[-992, -3824, 1120, -2672], [-1424, -3104, -1552, -352], [-1248, 720, -1600, 608], [-832, -1056, 2224, -848]], [[-3376, -3280, -1216, -2112], [-352, -4368, -496, -848], [-304, -208, 2064, 2048], [-1312, 976, 320, 2416]]]]> : tensor<1x2x4x4xi64>
// CHECK-NEXT: return
func.func @conv_transpose() -> tensor<1x2x4x4xi64> {
  %x = nn.constant dense<[[[[1.5, -0.75, 1.125], [-0.5, 0.75, -1.375]], [[0.375, 1.125, -0.5], [0.375, -0.875, -1.125]]]]> : tensor<1x2x2x3xf32>
  %w = nn.constant dense<[[[[-1.5, 0.0], [0.125, -1.375], [-0.875, 0.375]], [[-0.375, -0.875], [-1.5, -1.5], [0.375, -1.25]]], [[[1.125, 0.125], [-0.75, 0.375], [-1.0, -0.5]], [[0.0, 0.5], [-1.125, -0.5], [-1.25, -1.125]]]]> : tensor<2x2x3x2xf32>
  %b = nn.constant dense<[-0.875, -0.625]> : tensor<2xf32>
  %r0 = nn.conv_transpose %x, %w, %b {output_pads = array<i64: 1, 0>, pads_high = array<i64: 1, 0>, pads_low = array<i64: 1, 0>, strides = array<i64: 2, 1>} : (tensor<1x2x2x3xf32>, tensor<2x2x3x2xf32>, tensor<2xf32>) -> tensor<1x2x4x4xf32>
  %s0 = nn.constant dense<1024.0> : tensor<1x1x1x1xf32>
  %m0 = nn.multiply %r0, %s0 : (tensor<1x2x4x4xf32>, tensor<1x1x1x1xf32>) -> tensor<1x2x4x4xf32>
  %n0 = nn.round %m0 : (tensor<1x2x4x4xf32>) -> tensor<1x2x4x4xf32>
  %i0 = nn.cast %n0 : (tensor<1x2x4x4xf32>) -> tensor<1x2x4x4xi64>
  return %i0 : tensor<1x2x4x4xi64>
}

// CHECK-LABEL: func.func @conv_transpose_in_groups
// CHECK-NEXT{LITERAL}: nn.constant dense<[[[0, 2432, 0, 320, 0], [0, 1216, 0, 4832, 0]]]> : tensor<1x2x5xi64>
// CHECK-NEXT: return
func.func @conv_transpose_in_groups() -> tensor<1x2x5xi64> {
  %x = nn.constant dense<[[[1.25, -0.375, -1.25], [1.25, 0.25, -1.25], [-1.25, -1.25, 1.25], [0.25, 0.625, 1.5]]]> : tensor<1x4x3xf32>
  %w = nn.constant dense<[[[-0.25, 1.25]], [[-0.25, 0.625]], [[1.0, -1.375]], [[0.75, 1.0]]]> : tensor<4x1x2xf32>
  %r0 = nn.conv_transpose %x, %w {dilations = array<i64: 2>, groups = 2 : i64, pads_high = array<i64: 1>, pads_low = array<i64: 1>, strides = array<i64: 2>} : (tensor<1x4x3xf32>, tensor<4x1x2xf32>) -> tensor<1x2x5xf32>
  %s0 = nn.constant dense<1024.0> : tensor<1x1x1xf32>
  %m0 = nn.multiply %r0, %s0 : (tensor<1x2x5xf32>, tensor<1x1x1xf32>) -> tensor<1x2x5xf32>
  %n0 = nn.round %m0 : (tensor<1x2x5xf32>) -> tensor<1x2x5xf32>
  %i0 = nn.cast %n0 : (tensor<1x2x5xf32>) -> tensor<1x2x5xi64>
  return %i0 : tensor<1x2x5xi64>
}

// -----

func.func @refused(%x: tensor<1x2x4x4xf32>, %w: tensor<2x2x3xf32>) {
  // expected-error @+2 {{(C1) ranks are not equal and at least 3: input f32[1, 2, 4, 4], weight f32[2, 2, 3]}}
  // expected-error @+1 {{failed to infer returned types}}
  %r = nn.conv_transpose %x, %w : (tensor<1x2x4x4xf32>, tensor<2x2x3xf32>) -> tensor<1x2x4x4xf32>
  return
}

// -----

func.func @refused(%x: tensor<1x2x4x4xf32>, %w: tensor<2x2x3x3xf32>) {
  // expected-error @+2 {{(C2) dilations [0, 1] has an entry below 1 or above 2^31}}
  // expected-error @+1 {{failed to infer returned types}}
  %r = nn.conv_transpose %x, %w {dilations = array<i64: 0, 1>} : (tensor<1x2x4x4xf32>, tensor<2x2x3x3xf32>) -> tensor<1x2x4x4xf32>
  return
}

// -----

func.func @refused(%x: tensor<1x2x4x4xf32>, %w: tensor<3x2x3x3xf32>) {
  // expected-error @+2 {{(C3) channels do not agree for 1 groups: input f32[1, 2, 4, 4], weight f32[3, 2, 3, 3]}}
  // expected-error @+1 {{failed to infer returned types}}
  %r = nn.conv_transpose %x, %w : (tensor<1x2x4x4xf32>, tensor<3x2x3x3xf32>) -> tensor<1x2x4x4xf32>
  return
}

// -----

func.func @refused(%x: tensor<1x2x4x4xf32>, %w: tensor<2x2x1x1xf32>) {
  // expected-error @+2 {{(C4) spatial dim 0 of 4 gives no result for its window and pads}}
  // expected-error @+1 {{failed to infer returned types}}
  %r = nn.conv_transpose %x, %w {pads_low = array<i64: 9, 0>} : (tensor<1x2x4x4xf32>, tensor<2x2x1x1xf32>) -> tensor<1x2x4x4xf32>
  return
}

// -----

func.func @refused(%x: tensor<1x2x4x4xf32>, %w: tensor<2x2x3x3xf32>, %b: tensor<3xf32>) {
  // expected-error @+2 {{(C5) bias f32[3] has not one entry for each of 2 output channels}}
  // expected-error @+1 {{failed to infer returned types}}
  %r = nn.conv_transpose %x, %w, %b : (tensor<1x2x4x4xf32>, tensor<2x2x3x3xf32>, tensor<3xf32>) -> tensor<1x2x4x4xf32>
  return
}

// -----

func.func @refused(%x: tensor<1x2x4x4xf32>, %w: tensor<2x2x3x3xf16>) {
  // expected-error @+2 {{(C6) element types differ: f32[1, 2, 4, 4] and f16[2, 2, 3, 3]}}
  // expected-error @+1 {{failed to infer returned types}}
  %r = nn.conv_transpose %x, %w : (tensor<1x2x4x4xf32>, tensor<2x2x3x3xf16>) -> tensor<1x2x4x4xf32>
  return
}

// -----

func.func @refused(%x: tensor<1x2x4x4xf32>, %w: tensor<2x2x3x3xf32>) {
  // expected-error @+2 {{(C7) output_pads [1, 0] has an entry outside [0, max(stride, dilation))}}
  // expected-error @+1 {{failed to infer returned types}}
  %r = nn.conv_transpose %x, %w {output_pads = array<i64: 1, 0>} : (tensor<1x2x4x4xf32>, tensor<2x2x3x3xf32>) -> tensor<1x2x4x4xf32>
  return
}

// -----

func.func @refused(%a0: tensor<1x4x4x4xf32>, %a1: tensor<4x2x2x2xf32>) {
  // expected-error @+2 {{(C3) channels do not agree for 3 groups: input f32[1, 4, 4, 4], weight f32[4, 2, 2, 2]}}
  // expected-error @+1 {{failed to infer returned types}}
  %r = nn.conv_transpose %a0, %a1 {groups = 3 : i64} : (tensor<1x4x4x4xf32>, tensor<4x2x2x2xf32>) -> tensor<1x6x5x5xf32>
  return
}

// -----

func.func @refused(%a0: tensor<1x2x4x4xf32>, %a1: tensor<2x2x2x2xf32>) {
  // expected-error @+2 {{(C7) output_pads has 1 entries, expected 2}}
  // expected-error @+1 {{failed to infer returned types}}
  %r = nn.conv_transpose %a0, %a1 {output_pads = array<i64: 0>} : (tensor<1x2x4x4xf32>, tensor<2x2x2x2xf32>) -> tensor<1x2x5x5xf32>
  return
}
