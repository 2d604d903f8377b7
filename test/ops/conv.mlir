// nn.conv: values by both evaluators and by its decomposition.
// RUN: neuron-opt %s --split-input-file --verify-diagnostics --neuron-fold-constants | FileCheck %s
// RUN: neuron-opt %s --split-input-file --verify-diagnostics --neuron-fold-constants=evaluator=reference | FileCheck %s
// RUN: neuron-opt %s --split-input-file --verify-diagnostics --neuron-decompose --neuron-fold-constants | FileCheck %s

// CHECK-LABEL: func.func @conv
// CHECK-NEXT{LITERAL}: nn.constant dense<[[[[-1904, -1920], [272, 2416], [-128, -3728]], [[2112, -240], [-1616, -1728], [2432, 896]]]]> : tensor<1x2x3x2xi64>
// CHECK-NEXT: return
func.func @conv() -> tensor<1x2x3x2xi64> {
  %x = nn.constant dense<[[[[-1.25, -0.125, 1.0, 0.625], [1.125, -1.375, 0.0, -1.5], [-1.0, 1.125, -1.375, 0.25]], [[-1.5, -0.625, 1.375, -0.625], [-0.625, -1.25, 0.875, -1.0], [0.0, -1.5, -1.5, 1.0]]]]> : tensor<1x2x3x4xf32>
  %w = nn.constant dense<[[[[-1.5, -0.125], [-0.25, -1.125]], [[0.5, 0.75], [1.5, -1.0]]], [[[1.375, -1.375], [-1.125, 0.25]], [[1.125, 1.25], [0.75, -1.5]]]]> : tensor<2x2x2x2xf32>
  %b = nn.constant dense<[-0.25, 1.0]> : tensor<2xf32>
  %r0 = nn.conv %x, %w, %b {pads_high = array<i64: 1, 0>, pads_low = array<i64: 0, 1>, strides = array<i64: 1, 2>} : (tensor<1x2x3x4xf32>, tensor<2x2x2x2xf32>, tensor<2xf32>) -> tensor<1x2x3x2xf32>
  %s0 = nn.constant dense<1024.0> : tensor<1x1x1x1xf32>
  %m0 = nn.multiply %r0, %s0 : (tensor<1x2x3x2xf32>, tensor<1x1x1x1xf32>) -> tensor<1x2x3x2xf32>
  %n0 = nn.round %m0 : (tensor<1x2x3x2xf32>) -> tensor<1x2x3x2xf32>
  %i0 = nn.cast %n0 : (tensor<1x2x3x2xf32>) -> tensor<1x2x3x2xi64>
  return %i0 : tensor<1x2x3x2xi64>
}

// CHECK-LABEL: func.func @conv_depthwise
// CHECK-NEXT{LITERAL}: nn.constant dense<[[[[-1776]], [[-688]], [[752]], [[-3536]]]]> : tensor<1x4x1x1xi64>
// CHECK-NEXT: return
func.func @conv_depthwise() -> tensor<1x4x1x1xi64> {
  %x = nn.constant dense<[[[[0.125, -1.0, 0.625], [-1.25, 0.625, -1.5], [-0.375, -0.625, 1.375]], [[0.75, 0.5, 0.0], [-0.625, 1.125, 1.375], [-0.875, -0.75, -0.625]], [[-0.125, -0.75, -0.25], [1.5, -0.375, 1.375], [0.0, -0.5, 1.375]], [[-0.25, 0.875, -0.625], [1.5, 0.75, 1.125], [-1.375, -1.25, -1.375]]]]> : tensor<1x4x3x3xf32>
  %w = nn.constant dense<[[[[0.125, -0.25], [1.5, -0.75]]], [[[-1.0, 1.125], [-0.625, 0.75]]], [[[-0.625, 0.125], [-1.25, 0.5]]], [[[1.25, 0.625], [1.125, 0.875]]]]> : tensor<4x1x2x2xf32>
  %r0 = nn.conv %x, %w {dilations = array<i64: 2, 2>, groups = 4 : i64} : (tensor<1x4x3x3xf32>, tensor<4x1x2x2xf32>) -> tensor<1x4x1x1xf32>
  %s0 = nn.constant dense<1024.0> : tensor<1x1x1x1xf32>
  %m0 = nn.multiply %r0, %s0 : (tensor<1x4x1x1xf32>, tensor<1x1x1x1xf32>) -> tensor<1x4x1x1xf32>
  %n0 = nn.round %m0 : (tensor<1x4x1x1xf32>) -> tensor<1x4x1x1xf32>
  %i0 = nn.cast %n0 : (tensor<1x4x1x1xf32>) -> tensor<1x4x1x1xi64>
  return %i0 : tensor<1x4x1x1xi64>
}

// CHECK-LABEL: func.func @conv_of_one_dim
// CHECK-NEXT{LITERAL}: nn.constant dense<[[[-80, -1328, 512, 1120, -560], [720, 3024, -816, -2160, 912]], [[112, -816, -144, -1168, 1504], [-1008, 2736, 3504, -144, -1536]]]> : tensor<2x2x5xi64>
// CHECK-NEXT: return
func.func @conv_of_one_dim() -> tensor<2x2x5xi64> {
  %x = nn.constant dense<[[[0.25, 1.375, -0.125, -1.125, 0.125], [0.375, -1.0, -1.125, 0.5, -0.125]], [[0.0, 0.875, 0.625, 1.25, -1.0], [0.75, 0.125, -1.5, -1.375, -0.5]]]> : tensor<2x2x5xf32>
  %w = nn.constant dense<[[[0.375, -1.0, 0.125]], [[1.5, -1.125, -1.125]]]> : tensor<2x1x3xf32>
  %r0 = nn.conv %x, %w {groups = 2 : i64, pads_high = array<i64: 1>, pads_low = array<i64: 1>} : (tensor<2x2x5xf32>, tensor<2x1x3xf32>) -> tensor<2x2x5xf32>
  %s0 = nn.constant dense<1024.0> : tensor<1x1x1xf32>
  %m0 = nn.multiply %r0, %s0 : (tensor<2x2x5xf32>, tensor<1x1x1xf32>) -> tensor<2x2x5xf32>
  %n0 = nn.round %m0 : (tensor<2x2x5xf32>) -> tensor<2x2x5xf32>
  %i0 = nn.cast %n0 : (tensor<2x2x5xf32>) -> tensor<2x2x5xi64>
  return %i0 : tensor<2x2x5xi64>
}

// -----

func.func @refused(%x: tensor<1x2x4x4xf32>, %w: tensor<2x2x3xf32>) {
  // expected-error @+2 {{(C1) ranks are not equal and at least 3: input f32[1, 2, 4, 4], weight f32[2, 2, 3]}}
  // expected-error @+1 {{failed to infer returned types}}
  %r = nn.conv %x, %w : (tensor<1x2x4x4xf32>, tensor<2x2x3xf32>) -> tensor<1x2x4x4xf32>
  return
}

// -----

func.func @refused(%x: tensor<1x2x4x4xf32>, %w: tensor<2x2x3x3xf32>) {
  // expected-error @+2 {{(C2) strides has 1 entries, expected 2, one a spatial dim}}
  // expected-error @+1 {{failed to infer returned types}}
  %r = nn.conv %x, %w {strides = array<i64: 1>} : (tensor<1x2x4x4xf32>, tensor<2x2x3x3xf32>) -> tensor<1x2x2x2xf32>
  return
}

// -----

func.func @refused(%x: tensor<1x2x4x4xf32>, %w: tensor<2x2x3x3xf32>) {
  // expected-error @+2 {{(C2) pads_low [-1, 0] has an entry below 0 or above 2^31}}
  // expected-error @+1 {{failed to infer returned types}}
  %r = nn.conv %x, %w {pads_low = array<i64: -1, 0>} : (tensor<1x2x4x4xf32>, tensor<2x2x3x3xf32>) -> tensor<1x2x2x2xf32>
  return
}

// -----

func.func @refused(%x: tensor<1x2x4x4xf32>, %w: tensor<2x3x3x3xf32>) {
  // expected-error @+2 {{(C3) channels do not agree for 1 groups: input f32[1, 2, 4, 4], weight f32[2, 3, 3, 3]}}
  // expected-error @+1 {{failed to infer returned types}}
  %r = nn.conv %x, %w : (tensor<1x2x4x4xf32>, tensor<2x3x3x3xf32>) -> tensor<1x2x2x2xf32>
  return
}

// -----

func.func @refused(%x: tensor<1x2x4x4xf32>, %w: tensor<2x2x5x3xf32>) {
  // expected-error @+2 {{(C4) window of 5 does not fit in spatial dim 0 of 4 with pads 0 and 0}}
  // expected-error @+1 {{failed to infer returned types}}
  %r = nn.conv %x, %w : (tensor<1x2x4x4xf32>, tensor<2x2x5x3xf32>) -> tensor<1x2x2x2xf32>
  return
}

// -----

func.func @refused(%x: tensor<1x2x4x4xf32>, %w: tensor<2x2x3x3xf32>, %b: tensor<3xf32>) {
  // expected-error @+2 {{(C5) bias f32[3] has not one entry for each of 2 output channels}}
  // expected-error @+1 {{failed to infer returned types}}
  %r = nn.conv %x, %w, %b : (tensor<1x2x4x4xf32>, tensor<2x2x3x3xf32>, tensor<3xf32>) -> tensor<1x2x2x2xf32>
  return
}

// -----

func.func @refused(%x: tensor<1x2x4x4xf32>, %w: tensor<2x2x3x3xf16>) {
  // expected-error @+2 {{(C6) element types differ: f32[1, 2, 4, 4] and f16[2, 2, 3, 3]}}
  // expected-error @+1 {{failed to infer returned types}}
  %r = nn.conv %x, %w : (tensor<1x2x4x4xf32>, tensor<2x2x3x3xf16>) -> tensor<1x2x2x2xf32>
  return
}

// -----

func.func @refused(%a0: tensor<1x2x4x4xf32>, %a1: tensor<2x2x3x3xf32>) {
  // expected-error @+2 {{(C2) dilations [0, 1] has an entry below 1 or above 2^31}}
  // expected-error @+1 {{failed to infer returned types}}
  %r = nn.conv %a0, %a1 {dilations = array<i64: 0, 1>} : (tensor<1x2x4x4xf32>, tensor<2x2x3x3xf32>) -> tensor<1x2x2x2xf32>
  return
}

// -----

func.func @refused(%a0: tensor<1x4x4x4xf32>, %a1: tensor<3x2x3x3xf32>) {
  // expected-error @+2 {{(C3) channels do not agree for 2 groups: input f32[1, 4, 4, 4], weight f32[3, 2, 3, 3]}}
  // expected-error @+1 {{failed to infer returned types}}
  %r = nn.conv %a0, %a1 {groups = 2 : i64} : (tensor<1x4x4x4xf32>, tensor<3x2x3x3xf32>) -> tensor<1x3x2x2xf32>
  return
}

// -----

func.func @refused(%a0: tensor<1x2x4x4xf32>, %a1: tensor<2x2x3x3xf32>) {
  // expected-error @+2 {{(C3) channels do not agree for 0 groups: input f32[1, 2, 4, 4], weight f32[2, 2, 3, 3]}}
  // expected-error @+1 {{failed to infer returned types}}
  %r = nn.conv %a0, %a1 {groups = 0 : i64} : (tensor<1x2x4x4xf32>, tensor<2x2x3x3xf32>) -> tensor<1x2x2x2xf32>
  return
}
