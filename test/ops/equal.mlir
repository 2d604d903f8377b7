// nn.equal: values by both evaluators and by its decomposition.
// RUN: neuron-opt %s --split-input-file --verify-diagnostics --neuron-fold-constants | FileCheck %s
// RUN: neuron-opt %s --split-input-file --verify-diagnostics --neuron-fold-constants=evaluator=reference | FileCheck %s
// RUN: neuron-opt %s --split-input-file --verify-diagnostics --neuron-decompose --neuron-fold-constants | FileCheck %s

// CHECK-LABEL: func.func @equal
// CHECK-NEXT{LITERAL}: nn.constant dense<false> : tensor<2x3xi1>
// CHECK-NEXT: return
func.func @equal() -> tensor<2x3xi1> {
  %x = nn.constant dense<[[1.5, -2.25, 3.0], [0.5, 4.0, -1.0]]> : tensor<2x3xf32>
  %y = nn.constant dense<[[2.0], [-0.5]]> : tensor<2x1xf32>
  %r0 = nn.equal %x, %y : (tensor<2x3xf32>, tensor<2x1xf32>) -> tensor<2x3xi1>
  return %r0 : tensor<2x3xi1>
}

// CHECK-LABEL: func.func @equal_of_integers
// CHECK-NEXT{LITERAL}: nn.constant dense<false> : tensor<2x3xi1>
// CHECK-NEXT: return
func.func @equal_of_integers() -> tensor<2x3xi1> {
  %x = nn.constant dense<[[7, -7, 5], [0, -9, 12]]> : tensor<2x3xi64>
  %y = nn.constant dense<[[3], [-4]]> : tensor<2x1xi64>
  %r0 = nn.equal %x, %y : (tensor<2x3xi64>, tensor<2x1xi64>) -> tensor<2x3xi1>
  return %r0 : tensor<2x3xi1>
}

// -----

func.func @refused(%x: tensor<2xf32>, %y: tensor<3xf32>) {
  // expected-error @+2 {{(C2) dim 0 of [2] and [3] are neither equal nor 1}}
  // expected-error @+1 {{failed to infer returned types}}
  %r = nn.equal %x, %y : (tensor<2xf32>, tensor<3xf32>) -> tensor<3xi1>
  return
}
