// nn.pow: values by both evaluators and by its decomposition.
// RUN: neuron-opt %s --split-input-file --verify-diagnostics | neuron-opt --split-input-file --verify-diagnostics --neuron-fold-constants | FileCheck %s
// RUN: neuron-opt %s --split-input-file --verify-diagnostics --neuron-fold-constants=evaluator=reference | FileCheck %s
// RUN: neuron-opt %s --split-input-file --verify-diagnostics --neuron-decompose --neuron-fold-constants | FileCheck %s

// CHECK-LABEL: func.func @pow
// CHECK-NEXT{LITERAL}: nn.constant dense<[[2304, 92, 4096], [836, 1870, 724]]> : tensor<2x3xi64>
// CHECK-NEXT: return
func.func @pow() -> tensor<2x3xi64> {
  %x = nn.constant dense<[[1.5, 0.3, 2.0]]> : tensor<1x3xf32>
  %y = nn.constant dense<[[2.0], [-0.5]]> : tensor<2x1xf32>
  %r0 = nn.pow %x, %y : (tensor<1x3xf32>, tensor<2x1xf32>) -> tensor<2x3xf32>
  %s0 = nn.constant dense<1024.0> : tensor<1x1xf32>
  %m0 = nn.multiply %r0, %s0 : (tensor<2x3xf32>, tensor<1x1xf32>) -> tensor<2x3xf32>
  %n0 = nn.round %m0 : (tensor<2x3xf32>) -> tensor<2x3xf32>
  %i0 = nn.cast %n0 : (tensor<2x3xf32>) -> tensor<2x3xi64>
  return %i0 : tensor<2x3xi64>
}

// CHECK-LABEL: func.func @pow_of_integers
// CHECK-NEXT{LITERAL}: nn.constant dense<[[27, -8, 1], [1, 1, 1]]> : tensor<2x3xi64>
// CHECK-NEXT: return
func.func @pow_of_integers() -> tensor<2x3xi64> {
  %x = nn.constant dense<[[3, -2, 1]]> : tensor<1x3xi64>
  %y = nn.constant dense<[[3], [0]]> : tensor<2x1xi64>
  %r0 = nn.pow %x, %y : (tensor<1x3xi64>, tensor<2x1xi64>) -> tensor<2x3xi64>
  return %r0 : tensor<2x3xi64>
}
