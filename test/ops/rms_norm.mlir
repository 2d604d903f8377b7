// nn.rms_norm: values by both evaluators and by its decomposition.
// RUN: neuron-opt %s --split-input-file --verify-diagnostics --neuron-fold-constants | FileCheck %s
// RUN: neuron-opt %s --split-input-file --verify-diagnostics --neuron-fold-constants=evaluator=reference | FileCheck %s
// RUN: neuron-opt %s --split-input-file --verify-diagnostics --neuron-decompose --neuron-fold-constants | FileCheck %s

// CHECK-LABEL: func.func @rms_norm
// CHECK-NEXT{LITERAL}: nn.constant dense<[[-582, 1200, 667, -242], [621, -640, -97, -388]]> : tensor<2x4xi64>
// CHECK-NEXT: return
func.func @rms_norm() -> tensor<2x4xi64> {
  %x = nn.constant dense<[[1.5, 1.125, -1.375, 1.25], [-1.0, -0.375, 0.125, 1.25]]> : tensor<2x4xf32>
  %g = nn.constant dense<[-0.5, 1.375, -0.625, -0.25]> : tensor<4xf32>
  %r0 = nn.rms_norm %x, %g {axis = 1 : i64, epsilon = 1.0e-06 : f64} : (tensor<2x4xf32>, tensor<4xf32>) -> tensor<2x4xf32>
  %s0 = nn.constant dense<1024.0> : tensor<1x1xf32>
  %m0 = nn.multiply %r0, %s0 : (tensor<2x4xf32>, tensor<1x1xf32>) -> tensor<2x4xf32>
  %n0 = nn.round %m0 : (tensor<2x4xf32>) -> tensor<2x4xf32>
  %i0 = nn.cast %n0 : (tensor<2x4xf32>) -> tensor<2x4xi64>
  return %i0 : tensor<2x4xi64>
}

// -----

func.func @refused(%x: tensor<2x2xf32>, %g: tensor<2xf32>) {
  // expected-error @+2 {{(C1) axis 2 is not in [0, 2)}}
  // expected-error @+1 {{failed to infer returned types}}
  %r = nn.rms_norm %x, %g {axis = 2 : i64} : (tensor<2x2xf32>, tensor<2xf32>) -> tensor<2x2xf32>
  return
}

// -----

func.func @refused(%x: tensor<2x2xf32>, %g: tensor<3xf32>) {
  // expected-error @+2 {{(C2) scale has shape [3], expected [2]}}
  // expected-error @+1 {{failed to infer returned types}}
  %r = nn.rms_norm %x, %g {axis = 1 : i64} : (tensor<2x2xf32>, tensor<3xf32>) -> tensor<2x2xf32>
  return
}

// -----

func.func @refused(%x: tensor<2x2xf32>, %g: tensor<2xf16>) {
  // expected-error @+2 {{(C3) element types differ: f32[2, 2] and f16[2]}}
  // expected-error @+1 {{failed to infer returned types}}
  %r = nn.rms_norm %x, %g {axis = 1 : i64} : (tensor<2x2xf32>, tensor<2xf16>) -> tensor<2x2xf32>
  return
}
