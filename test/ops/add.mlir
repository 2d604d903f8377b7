// nn.add: operands of one rank; dims of 1 repeat.
// RUN: neuron-opt %s --split-input-file --verify-diagnostics --neuron-fold-constants | FileCheck %s
// RUN: neuron-opt %s --split-input-file --verify-diagnostics --neuron-fold-constants=evaluator=reference | FileCheck %s
// RUN: neuron-opt %s --split-input-file --verify-diagnostics --neuron-decompose --neuron-fold-constants | FileCheck %s

// CHECK-LABEL: func.func @add
// CHECK-NEXT{LITERAL}: nn.constant dense<[[3584, -256, 5120], [0, 3584, -1536]]> : tensor<2x3xi64>
// CHECK-NEXT: return
func.func @add() -> tensor<2x3xi64> {
  %x = nn.constant dense<[[1.5, -2.25, 3.0], [0.5, 4.0, -1.0]]> : tensor<2x3xf32>
  %y = nn.constant dense<[[2.0], [-0.5]]> : tensor<2x1xf32>
  %r0 = nn.add %x, %y : (tensor<2x3xf32>, tensor<2x1xf32>) -> tensor<2x3xf32>
  %s0 = nn.constant dense<1024.0> : tensor<1x1xf32>
  %m0 = nn.multiply %r0, %s0 : (tensor<2x3xf32>, tensor<1x1xf32>) -> tensor<2x3xf32>
  %n0 = nn.round %m0 : (tensor<2x3xf32>) -> tensor<2x3xf32>
  %i0 = nn.cast %n0 : (tensor<2x3xf32>) -> tensor<2x3xi64>
  return %i0 : tensor<2x3xi64>
}

// CHECK-LABEL: func.func @add_of_integers
// CHECK-NEXT{LITERAL}: nn.constant dense<[[10, -4, 8], [-4, -13, 8]]> : tensor<2x3xi64>
// CHECK-NEXT: return
func.func @add_of_integers() -> tensor<2x3xi64> {
  %x = nn.constant dense<[[7, -7, 5], [0, -9, 12]]> : tensor<2x3xi64>
  %y = nn.constant dense<[[3], [-4]]> : tensor<2x1xi64>
  %r0 = nn.add %x, %y : (tensor<2x3xi64>, tensor<2x1xi64>) -> tensor<2x3xi64>
  return %r0 : tensor<2x3xi64>
}

// -----

func.func @refused(%x: tensor<2xf32>, %y: tensor<1x2xf32>) {
  // expected-error @+2 {{(C1) ranks of operands differ: f32[2] and f32[1, 2]}}
  // expected-error @+1 {{failed to infer returned types}}
  %r = nn.add %x, %y : (tensor<2xf32>, tensor<1x2xf32>) -> tensor<1x2xf32>
  return
}

// -----

func.func @refused(%x: tensor<2xf32>, %y: tensor<3xf32>) {
  // expected-error @+2 {{(C2) dim 0 of [2] and [3] are neither equal nor 1}}
  // expected-error @+1 {{failed to infer returned types}}
  %r = nn.add %x, %y : (tensor<2xf32>, tensor<3xf32>) -> tensor<3xf32>
  return
}

// -----

func.func @refused(%x: tensor<2xf32>, %y: tensor<2xf16>) {
  // expected-error @+2 {{(C3) element types differ: f32[2] and f16[2]}}
  // expected-error @+1 {{failed to infer returned types}}
  %r = nn.add %x, %y : (tensor<2xf32>, tensor<2xf16>) -> tensor<2xf32>
  return
}

// -----

func.func @refused(%x: tensor<2xf32>, %y: tensor<2xf32>) {
  // expected-error @+2 {{inferred type(s) 'tensor<2xf32>' are incompatible with return type(s) of operation 'tensor<2xf16>'}}
  // expected-error @+1 {{failed to infer returned types}}
  %r = nn.add %x, %y : (tensor<2xf32>, tensor<2xf32>) -> tensor<2xf16>
  return
}
