// nn.batch_norm: values by both evaluators and by its decomposition.
// RUN: neuron-opt %s --split-input-file --verify-diagnostics --neuron-fold-constants | FileCheck %s
// RUN: neuron-opt %s --split-input-file --verify-diagnostics --neuron-fold-constants=evaluator=reference | FileCheck %s
// RUN: neuron-opt %s --split-input-file --verify-diagnostics --neuron-decompose --neuron-fold-constants | FileCheck %s

// CHECK-LABEL: func.func @batch_norm
// CHECK-NEXT{LITERAL}: nn.constant dense<[[[[1419, 587], [255, -909]], [[2931, 2568], [2084, 1238]]]]> : tensor<1x2x2x2xi64>
// CHECK-NEXT: return
func.func @batch_norm() -> tensor<1x2x2x2xi64> {
  %x = nn.constant dense<[[[[1.375, 0.75], [0.5, -0.375]], [[-1.5, -1.125], [-0.625, 0.25]]]]> : tensor<1x2x2x2xf32>
  %g = nn.constant dense<[1.125, -1.25]> : tensor<2xf32>
  %b = nn.constant dense<[-1.375, 0.5]> : tensor<2xf32>
  %m = nn.constant dense<[-0.75, 1.0]> : tensor<2xf32>
  %v = nn.constant dense<[0.75, 1.75]> : tensor<2xf32>
  %r0 = nn.batch_norm %x, %g, %b, %m, %v : (tensor<1x2x2x2xf32>, tensor<2xf32>, tensor<2xf32>, tensor<2xf32>, tensor<2xf32>) -> tensor<1x2x2x2xf32>
  %s0 = nn.constant dense<1024.0> : tensor<1x1x1x1xf32>
  %m0 = nn.multiply %r0, %s0 : (tensor<1x2x2x2xf32>, tensor<1x1x1x1xf32>) -> tensor<1x2x2x2xf32>
  %n0 = nn.round %m0 : (tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  %i0 = nn.cast %n0 : (tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xi64>
  return %i0 : tensor<1x2x2x2xi64>
}

// -----

func.func @refused(%x: tensor<2xf32>, %g: tensor<2xf32>, %b: tensor<2xf32>, %m: tensor<2xf32>, %v: tensor<2xf32>) {
  // expected-error @+2 {{(C1) rank of input f32[2] is below 2}}
  // expected-error @+1 {{failed to infer returned types}}
  %r = nn.batch_norm %x, %g, %b, %m, %v : (tensor<2xf32>, tensor<2xf32>, tensor<2xf32>, tensor<2xf32>, tensor<2xf32>) -> tensor<2xf32>
  return
}

// -----

func.func @refused(%x: tensor<2x2xf32>, %g: tensor<2xf32>, %b: tensor<2xf32>, %m: tensor<3xf32>, %v: tensor<2xf32>) {
  // expected-error @+2 {{(C2) mean has shape [3], expected [2]}}
  // expected-error @+1 {{failed to infer returned types}}
  %r = nn.batch_norm %x, %g, %b, %m, %v : (tensor<2x2xf32>, tensor<2xf32>, tensor<2xf32>, tensor<3xf32>, tensor<2xf32>) -> tensor<2x2xf32>
  return
}

// -----

func.func @refused(%x: tensor<1x2x2xf32>, %g: tensor<2xf32>, %h: tensor<2xf16>) {
  // expected-error @+2 {{(C3) element types differ: f32[1, 2, 2] and f16[2]}}
  // expected-error @+1 {{failed to infer returned types}}
  %r = nn.batch_norm %x, %g, %g, %g, %h : (tensor<1x2x2xf32>, tensor<2xf32>, tensor<2xf32>, tensor<2xf32>, tensor<2xf16>) -> tensor<1x2x2xf32>
  return
}
