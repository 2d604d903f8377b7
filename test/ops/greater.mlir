// nn.greater: values by both evaluators and by its decomposition.
// RUN: neuron-opt %s --split-input-file --verify-diagnostics | neuron-opt --split-input-file --verify-diagnostics --neuron-fold-constants | FileCheck %s
// RUN: neuron-opt %s --split-input-file --verify-diagnostics --neuron-fold-constants=evaluator=reference | FileCheck %s
// RUN: neuron-opt %s --split-input-file --verify-diagnostics --neuron-decompose --neuron-fold-constants | FileCheck %s

// CHECK-LABEL: func.func @greater
// CHECK-NEXT{LITERAL}: nn.constant dense<[[false, false, true], [true, true, false]]> : tensor<2x3xi1>
// CHECK-NEXT: return
func.func @greater() -> tensor<2x3xi1> {
  %x = nn.constant dense<[[1.5, -2.25, 3.0], [0.5, 4.0, -1.0]]> : tensor<2x3xf32>
  %y = nn.constant dense<[[2.0], [-0.5]]> : tensor<2x1xf32>
  %r0 = nn.greater %x, %y : (tensor<2x3xf32>, tensor<2x1xf32>) -> tensor<2x3xi1>
  return %r0 : tensor<2x3xi1>
}

// CHECK-LABEL: func.func @greater_of_integers
// CHECK-NEXT{LITERAL}: nn.constant dense<[[true, false, true], [true, false, true]]> : tensor<2x3xi1>
// CHECK-NEXT: return
func.func @greater_of_integers() -> tensor<2x3xi1> {
  %x = nn.constant dense<[[7, -7, 5], [0, -9, 12]]> : tensor<2x3xi64>
  %y = nn.constant dense<[[3], [-4]]> : tensor<2x1xi64>
  %r0 = nn.greater %x, %y : (tensor<2x3xi64>, tensor<2x1xi64>) -> tensor<2x3xi1>
  return %r0 : tensor<2x3xi1>
}
