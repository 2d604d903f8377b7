// nn.one_hot: values by both evaluators and by its decomposition.
// RUN: neuron-opt %s --split-input-file --verify-diagnostics --neuron-fold-constants | FileCheck %s
// RUN: neuron-opt %s --split-input-file --verify-diagnostics --neuron-fold-constants=evaluator=reference | FileCheck %s
// RUN: neuron-opt %s --split-input-file --verify-diagnostics --neuron-decompose --neuron-fold-constants | FileCheck %s

// -1 is the last place, 5 is nowhere.
// CHECK-LABEL: func.func @one_hot
// CHECK-NEXT{LITERAL}: nn.constant dense<[[-1024, 1024, -1024], [-1024, -1024, 1024], [-1024, -1024, -1024]]> : tensor<3x3xi64>
// CHECK-NEXT: return
func.func @one_hot() -> tensor<3x3xi64> {
  %i = nn.constant dense<[1, -1, 5]> : tensor<3xi64>
  %v = nn.constant dense<[-1.0, 1.0]> : tensor<2xf32>
  %r0 = nn.one_hot %i, %v {axis = 1 : i64, depth = 3 : i64} : (tensor<3xi64>, tensor<2xf32>) -> tensor<3x3xf32>
  %s0 = nn.constant dense<1024.0> : tensor<1x1xf32>
  %m0 = nn.multiply %r0, %s0 : (tensor<3x3xf32>, tensor<1x1xf32>) -> tensor<3x3xf32>
  %n0 = nn.round %m0 : (tensor<3x3xf32>) -> tensor<3x3xf32>
  %i0 = nn.cast %n0 : (tensor<3x3xf32>) -> tensor<3x3xi64>
  return %i0 : tensor<3x3xi64>
}

// -----

func.func @refused(%i: tensor<2xi64>, %v: tensor<2xf32>) {
  // expected-error @+2 {{(C1) axis 2 is not in [0, 2)}}
  // expected-error @+1 {{failed to infer returned types}}
  %r = nn.one_hot %i, %v {axis = 2 : i64, depth = 3 : i64} : (tensor<2xi64>, tensor<2xf32>) -> tensor<2x3xf32>
  return
}

// -----

func.func @refused(%i: tensor<2xi64>, %v: tensor<2xf32>) {
  // expected-error @+2 {{(C1) depth 0 is not positive}}
  // expected-error @+1 {{failed to infer returned types}}
  %r = nn.one_hot %i, %v {axis = 1 : i64, depth = 0 : i64} : (tensor<2xi64>, tensor<2xf32>) -> tensor<2x3xf32>
  return
}

// -----

func.func @refused(%i: tensor<2xi64>, %v: tensor<3xf32>) {
  // expected-error @+2 {{(C2) values f32[3] are not two}}
  // expected-error @+1 {{failed to infer returned types}}
  %r = nn.one_hot %i, %v {axis = 1 : i64, depth = 3 : i64} : (tensor<2xi64>, tensor<3xf32>) -> tensor<2x3xf32>
  return
}
