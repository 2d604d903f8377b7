// nn.topk: values by both evaluators and by its decomposition.
// RUN: neuron-opt %s --split-input-file --verify-diagnostics --neuron-fold-constants | FileCheck %s
// RUN: neuron-opt %s --split-input-file --verify-diagnostics --neuron-fold-constants=evaluator=reference | FileCheck %s
// RUN: neuron-opt %s --split-input-file --verify-diagnostics --neuron-decompose --neuron-fold-constants | FileCheck %s

// Of equal elements the first comes first.
// CHECK-LABEL: func.func @topk
// CHECK-DAG{LITERAL}: nn.constant dense<[[3072, 3072, 1024], [0, 0, -5120]]> : tensor<2x3xi64>
// CHECK-DAG{LITERAL}: nn.constant dense<[[1, 2, 0], [0, 3, 1]]> : tensor<2x3xi64>
// CHECK: return
func.func @topk() -> (tensor<2x3xi64>, tensor<2x3xi64>) {
  %x = nn.constant dense<[[1.0, 3.0, 3.0, -2.0], [0.0, -5.0, -5.0, 0.0]]> : tensor<2x4xf32>
  %r0, %r1 = nn.topk %x {axis = 1 : i64, k = 3 : i64} : (tensor<2x4xf32>) -> (tensor<2x3xf32>, tensor<2x3xi64>)
  %s0 = nn.constant dense<1024.0> : tensor<1x1xf32>
  %m0 = nn.multiply %r0, %s0 : (tensor<2x3xf32>, tensor<1x1xf32>) -> tensor<2x3xf32>
  %n0 = nn.round %m0 : (tensor<2x3xf32>) -> tensor<2x3xf32>
  %i0 = nn.cast %n0 : (tensor<2x3xf32>) -> tensor<2x3xi64>
  return %i0, %r1 : tensor<2x3xi64>, tensor<2x3xi64>
}

// CHECK-LABEL: func.func @topk_smallest
// CHECK-DAG{LITERAL}: nn.constant dense<[[0, -5120, -5120, -2048]]> : tensor<1x4xi64>
// CHECK-DAG{LITERAL}: nn.constant dense<[[1, 1, 1, 0]]> : tensor<1x4xi64>
// CHECK: return
func.func @topk_smallest() -> (tensor<1x4xi64>, tensor<1x4xi64>) {
  %x = nn.constant dense<[[1.0, 3.0, 3.0, -2.0], [0.0, -5.0, -5.0, 0.0]]> : tensor<2x4xf32>
  %r0, %r1 = nn.topk %x {axis = 0 : i64, k = 1 : i64, largest = false} : (tensor<2x4xf32>) -> (tensor<1x4xf32>, tensor<1x4xi64>)
  %s0 = nn.constant dense<1024.0> : tensor<1x1xf32>
  %m0 = nn.multiply %r0, %s0 : (tensor<1x4xf32>, tensor<1x1xf32>) -> tensor<1x4xf32>
  %n0 = nn.round %m0 : (tensor<1x4xf32>) -> tensor<1x4xf32>
  %i0 = nn.cast %n0 : (tensor<1x4xf32>) -> tensor<1x4xi64>
  return %i0, %r1 : tensor<1x4xi64>, tensor<1x4xi64>
}

// CHECK-LABEL: func.func @topk_of_most
// CHECK-DAG{LITERAL}: nn.constant dense<[[9, 9, 7, 4, 4, 3, 1, 0, -2]]> : tensor<1x9xi64>
// CHECK-DAG{LITERAL}: nn.constant dense<[[2, 8, 5, 0, 3, 7, 9, 4, 1]]> : tensor<1x9xi64>
// CHECK: return
func.func @topk_of_most() -> (tensor<1x9xi64>, tensor<1x9xi64>) {
  %x = nn.constant dense<[[4, -2, 9, 4, 0, 7, -2, 3, 9, 1]]> : tensor<1x10xi64>
  %r0, %r1 = nn.topk %x {axis = 1 : i64, k = 9 : i64} : (tensor<1x10xi64>) -> (tensor<1x9xi64>, tensor<1x9xi64>)
  return %r0, %r1 : tensor<1x9xi64>, tensor<1x9xi64>
}

// -----

func.func @refused(%x: tensor<2x2xf32>) {
  // expected-error @+2 {{(C1) axis 2 is not in [0, 2)}}
  // expected-error @+1 {{failed to infer returned types}}
  %v, %i = nn.topk %x {axis = 2 : i64, k = 1 : i64} : (tensor<2x2xf32>) -> (tensor<2x2xf32>, tensor<2x2xi64>)
  return
}

// -----

func.func @refused(%x: tensor<2x2xf32>) {
  // expected-error @+2 {{(C2) k 3 is not in [0, 2]}}
  // expected-error @+1 {{failed to infer returned types}}
  %v, %i = nn.topk %x {axis = 1 : i64, k = 3 : i64} : (tensor<2x2xf32>) -> (tensor<2x3xf32>, tensor<2x3xi64>)
  return
}

// -----

func.func @refused(%x: tensor<2x2xf32>) {
  // expected-error @+2 {{(C2) k -1 is not in [0, 2]}}
  // expected-error @+1 {{failed to infer returned types}}
  %v, %i = nn.topk %x {axis = 1 : i64, k = -1 : i64} : (tensor<2x2xf32>) -> (tensor<2x2xf32>, tensor<2x2xi64>)
  return
}
