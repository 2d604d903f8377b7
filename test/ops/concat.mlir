// nn.concat: values by both evaluators and by its decomposition.
// RUN: neuron-opt %s --split-input-file --verify-diagnostics --neuron-fold-constants | FileCheck %s
// RUN: neuron-opt %s --split-input-file --verify-diagnostics --neuron-fold-constants=evaluator=reference | FileCheck %s
// RUN: neuron-opt %s --split-input-file --verify-diagnostics --neuron-decompose --neuron-fold-constants | FileCheck %s

// CHECK-LABEL: func.func @concat
// CHECK-NEXT{LITERAL}: nn.constant dense<[[0, 1, 7], [4, 5, 11]]> : tensor<2x3xi64>
// CHECK-NEXT: return
func.func @concat() -> tensor<2x3xi64> {
  %x = nn.constant dense<[[0, 1], [4, 5]]> : tensor<2x2xi64>
  %y = nn.constant dense<[[7], [11]]> : tensor<2x1xi64>
  %r0 = nn.concat %x, %y {axis = 1 : i64} : (tensor<2x2xi64>, tensor<2x1xi64>) -> tensor<2x3xi64>
  return %r0 : tensor<2x3xi64>
}

// -----

func.func @refused(%x: tensor<2xf32>, %y: tensor<2xf32>) {
  // expected-error @+2 {{(C1) axis 1 is not in [0, 1)}}
  // expected-error @+1 {{failed to infer returned types}}
  %r = nn.concat %x, %y {axis = 1 : i64} : (tensor<2xf32>, tensor<2xf32>) -> tensor<4xf32>
  return
}

// -----

func.func @refused(%x: tensor<2x2xf32>, %y: tensor<3x3xf32>) {
  // expected-error @+2 {{(C2) inputs f32[2, 2] and f32[3, 3] differ outside axis 0}}
  // expected-error @+1 {{failed to infer returned types}}
  %r = nn.concat %x, %y {axis = 0 : i64} : (tensor<2x2xf32>, tensor<3x3xf32>) -> tensor<5x2xf32>
  return
}

// -----

func.func @refused(%a0: tensor<2xf32>, %a1: tensor<2xf16>) {
  // expected-error @+2 {{(C2) element types differ: f32[2] and f16[2]}}
  // expected-error @+1 {{failed to infer returned types}}
  %r = nn.concat %a0, %a1 {axis = 0 : i64} : (tensor<2xf32>, tensor<2xf16>) -> tensor<4xf32>
  return
}
