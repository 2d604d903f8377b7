// nn.attention: values by both evaluators and by its decomposition.
// RUN: neuron-opt %s --split-input-file --verify-diagnostics --neuron-fold-constants | FileCheck %s
// RUN: neuron-opt %s --split-input-file --verify-diagnostics --neuron-fold-constants=evaluator=reference | FileCheck %s
// RUN: neuron-opt %s --split-input-file --verify-diagnostics --neuron-decompose --neuron-fold-constants | FileCheck %s

// Two heads of query share one of key and value.
// CHECK-LABEL: func.func @attention
// CHECK-NEXT{LITERAL}: nn.constant dense<[[[[736, -744], [587, -614]], [[750, -733], [880, -767]], [[-853, 34], [-1050, -235]], [[-870, 73], [-878, -92]]]]> : tensor<1x4x2x2xi64>
// CHECK-NEXT: return
func.func @attention() -> tensor<1x4x2x2xi64> {
  %q = nn.constant dense<[[[[-1.25, -0.625, -0.375, 0.5], [1.125, -0.5, 0.0, 0.75]], [[-1.0, -0.375, -1.0, -1.125], [0.625, 1.125, -1.125, 0.625]], [[0.625, 0.75, 0.625, 0.125], [-1.25, 0.875, -1.0, -0.125]], [[1.375, 0.25, -0.625, -1.375], [-0.75, 0.125, 1.125, 1.0]]]]> : tensor<1x4x2x4xf32>
  %k = nn.constant dense<[[[[-0.875, 0.625, 0.5, 1.0], [0.0, 0.0, -0.25, 1.25], [0.125, -1.25, 0.0, 1.125]], [[1.0, -0.375, 1.25, -1.25], [0.75, 0.375, -1.5, -0.125], [-0.375, -0.25, -0.75, 1.125]]]]> : tensor<1x2x3x4xf32>
  %v = nn.constant dense<[[[[1.0, -1.125], [0.875, 0.375], [-1.0, -0.25]], [[-0.75, 0.125], [-1.125, 0.0], [-1.25, -1.125]]]]> : tensor<1x2x3x2xf32>
  %m = nn.constant dense<[[[[1.125, 0.0, -0.625], [1.125, -0.5, -1.0]]]]> : tensor<1x1x2x3xf32>
  %r0 = nn.attention %q, %k, %v, %m {scale = 0.5 : f64} : (tensor<1x4x2x4xf32>, tensor<1x2x3x4xf32>, tensor<1x2x3x2xf32>, tensor<1x1x2x3xf32>) -> tensor<1x4x2x2xf32>
  %s0 = nn.constant dense<1024.0> : tensor<1x1x1x1xf32>
  %m0 = nn.multiply %r0, %s0 : (tensor<1x4x2x2xf32>, tensor<1x1x1x1xf32>) -> tensor<1x4x2x2xf32>
  %n0 = nn.round %m0 : (tensor<1x4x2x2xf32>) -> tensor<1x4x2x2xf32>
  %i0 = nn.cast %n0 : (tensor<1x4x2x2xf32>) -> tensor<1x4x2x2xi64>
  return %i0 : tensor<1x4x2x2xi64>
}

// CHECK-LABEL: func.func @attention_causal
// CHECK-NEXT{LITERAL}: nn.constant dense<[[[[-1152, 128], [1393, -1145], [870, -502]]]]> : tensor<1x1x3x2xi64>
// CHECK-NEXT: return
func.func @attention_causal() -> tensor<1x1x3x2xi64> {
  %q = nn.constant dense<[[[[1.25, -1.5], [1.375, -1.375], [1.0, -0.125]]]]> : tensor<1x1x3x2xf32>
  %k = nn.constant dense<[[[[-1.125, 1.5], [-0.25, -1.375], [0.75, 1.5]]]]> : tensor<1x1x3x2xf32>
  %v = nn.constant dense<[[[[-1.125, 0.125], [1.375, -1.125], [0.875, -0.25]]]]> : tensor<1x1x3x2xf32>
  %r0 = nn.attention %q, %k, %v {causal = true, scale = 1.0 : f64} : (tensor<1x1x3x2xf32>, tensor<1x1x3x2xf32>, tensor<1x1x3x2xf32>) -> tensor<1x1x3x2xf32>
  %s0 = nn.constant dense<1024.0> : tensor<1x1x1x1xf32>
  %m0 = nn.multiply %r0, %s0 : (tensor<1x1x3x2xf32>, tensor<1x1x1x1xf32>) -> tensor<1x1x3x2xf32>
  %n0 = nn.round %m0 : (tensor<1x1x3x2xf32>) -> tensor<1x1x3x2xf32>
  %i0 = nn.cast %n0 : (tensor<1x1x3x2xf32>) -> tensor<1x1x3x2xi64>
  return %i0 : tensor<1x1x3x2xi64>
}

// -----

func.func @refused(%q: tensor<1x4x2x4xf32>, %k: tensor<2x4x2x4xf32>, %v: tensor<1x4x2x4xf32>) {
  // expected-error @+2 {{(C1) operands are not of rank 4 with one batch size: query f32[1, 4, 2, 4], key f32[2, 4, 2, 4], value f32[1, 4, 2, 4]}}
  // expected-error @+1 {{failed to infer returned types}}
  %r = nn.attention %q, %k, %v {scale = 1.0 : f64} : (tensor<1x4x2x4xf32>, tensor<2x4x2x4xf32>, tensor<1x4x2x4xf32>) -> tensor<1x4x2x4xf32>
  return
}

// -----

func.func @refused(%q: tensor<1x4x2x4xf32>, %k: tensor<1x4x3x4xf32>, %v: tensor<1x4x2x4xf32>) {
  // expected-error @+2 {{(C2) heads, lengths or depths do not agree: query f32[1, 4, 2, 4], key f32[1, 4, 3, 4], value f32[1, 4, 2, 4]}}
  // expected-error @+1 {{failed to infer returned types}}
  %r = nn.attention %q, %k, %v {scale = 1.0 : f64} : (tensor<1x4x2x4xf32>, tensor<1x4x3x4xf32>, tensor<1x4x2x4xf32>) -> tensor<1x4x2x4xf32>
  return
}

// -----

func.func @refused(%q: tensor<1x4x2x4xf32>, %k: tensor<1x3x2x4xf32>, %v: tensor<1x3x2x4xf32>) {
  // expected-error @+2 {{(C3) heads of query are not a multiple of those of key: query f32[1, 4, 2, 4], key f32[1, 3, 2, 4], value f32[1, 3, 2, 4]}}
  // expected-error @+1 {{failed to infer returned types}}
  %r = nn.attention %q, %k, %v {scale = 1.0 : f64} : (tensor<1x4x2x4xf32>, tensor<1x3x2x4xf32>, tensor<1x3x2x4xf32>) -> tensor<1x4x2x4xf32>
  return
}

// -----

func.func @refused(%q: tensor<1x4x2x4xf32>, %k: tensor<1x4x2x4xf32>, %v: tensor<1x4x2x4xf32>, %m: tensor<1x1x2x3xf32>) {
  // expected-error @+2 {{(C4) mask f32[1, 1, 2, 3] does not broadcast to [1, 4, 2, 2]}}
  // expected-error @+1 {{failed to infer returned types}}
  %r = nn.attention %q, %k, %v, %m {scale = 1.0 : f64} : (tensor<1x4x2x4xf32>, tensor<1x4x2x4xf32>, tensor<1x4x2x4xf32>, tensor<1x1x2x3xf32>) -> tensor<1x4x2x4xf32>
  return
}

// -----

func.func @refused(%a0: tensor<1x4x2x4xf32>, %a1: tensor<1x4x2x4xf16>, %a2: tensor<1x4x2x4xf32>) {
  // expected-error @+2 {{(C1) element types differ: f32[1, 4, 2, 4] and f16[1, 4, 2, 4]}}
  // expected-error @+1 {{failed to infer returned types}}
  %r = nn.attention %a0, %a1, %a2 {scale = 1.0 : f64} : (tensor<1x4x2x4xf32>, tensor<1x4x2x4xf16>, tensor<1x4x2x4xf32>) -> tensor<1x4x2x4xf32>
  return
}

// -----

func.func @refused(%a0: tensor<1x4x2x4xf32>, %a1: tensor<1x4x2x3xf32>, %a2: tensor<1x4x2x4xf32>) {
  // expected-error @+2 {{(C2) heads, lengths or depths do not agree: query f32[1, 4, 2, 4], key f32[1, 4, 2, 3], value f32[1, 4, 2, 4]}}
  // expected-error @+1 {{failed to infer returned types}}
  %r = nn.attention %a0, %a1, %a2 {scale = 1.0 : f64} : (tensor<1x4x2x4xf32>, tensor<1x4x2x3xf32>, tensor<1x4x2x4xf32>) -> tensor<1x4x2x4xf32>
  return
}
