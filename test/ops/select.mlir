// nn.select: values by both evaluators and by its decomposition.
// RUN: neuron-opt %s --split-input-file --verify-diagnostics --neuron-fold-constants | FileCheck %s
// RUN: neuron-opt %s --split-input-file --verify-diagnostics --neuron-fold-constants=evaluator=reference | FileCheck %s
// RUN: neuron-opt %s --split-input-file --verify-diagnostics --neuron-decompose --neuron-fold-constants | FileCheck %s

// CHECK-LABEL: func.func @select
// CHECK-NEXT{LITERAL}: nn.constant dense<[[1024, 2048, 3072], [512, 4096, -1024]]> : tensor<2x3xi64>
// CHECK-NEXT: return
func.func @select() -> tensor<2x3xi64> {
  %p = nn.constant dense<[[true], [false]]> : tensor<2x1xi1>
  %x = nn.constant dense<[[1.0, 2.0, 3.0]]> : tensor<1x3xf32>
  %y = nn.constant dense<[[1.5, -2.25, 3.0], [0.5, 4.0, -1.0]]> : tensor<2x3xf32>
  %r0 = nn.select %p, %x, %y : (tensor<2x1xi1>, tensor<1x3xf32>, tensor<2x3xf32>) -> tensor<2x3xf32>
  %s0 = nn.constant dense<1024.0> : tensor<1x1xf32>
  %m0 = nn.multiply %r0, %s0 : (tensor<2x3xf32>, tensor<1x1xf32>) -> tensor<2x3xf32>
  %n0 = nn.round %m0 : (tensor<2x3xf32>) -> tensor<2x3xf32>
  %i0 = nn.cast %n0 : (tensor<2x3xf32>) -> tensor<2x3xi64>
  return %i0 : tensor<2x3xi64>
}

// -----

func.func @refused(%p: tensor<2xf32>, %x: tensor<2xf32>, %y: tensor<2xf32>) {
  // expected-error @+2 {{(C4) predicate f32[2] is not boolean}}
  // expected-error @+1 {{failed to infer returned types}}
  %r = nn.select %p, %x, %y : (tensor<2xf32>, tensor<2xf32>, tensor<2xf32>) -> tensor<2xf32>
  return
}

// -----

func.func @refused(%p: tensor<2xi1>, %x: tensor<2xf32>, %y: tensor<2xf16>) {
  // expected-error @+2 {{(C3) element types differ: f32[2] and f16[2]}}
  // expected-error @+1 {{failed to infer returned types}}
  %r = nn.select %p, %x, %y : (tensor<2xi1>, tensor<2xf32>, tensor<2xf16>) -> tensor<2xf32>
  return
}
