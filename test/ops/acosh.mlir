// nn.acosh: values by both evaluators and by its decomposition.
// RUN: neuron-opt %s --split-input-file --verify-diagnostics | neuron-opt --split-input-file --verify-diagnostics --neuron-fold-constants | FileCheck %s
// RUN: neuron-opt %s --split-input-file --verify-diagnostics --neuron-fold-constants=evaluator=reference | FileCheck %s
// RUN: neuron-opt %s --split-input-file --verify-diagnostics --neuron-decompose --neuron-fold-constants | FileCheck %s

// CHECK-LABEL: func.func @acosh
// CHECK-NEXT{LITERAL}: nn.constant dense<[637, 1604, 3065]> : tensor<3xi64>
// CHECK-NEXT: return
func.func @acosh() -> tensor<3xi64> {
  %x = nn.constant dense<[1.2, 2.5, 10.0]> : tensor<3xf32>
  %r0 = nn.acosh %x : (tensor<3xf32>) -> tensor<3xf32>
  %s0 = nn.constant dense<1024.0> : tensor<1xf32>
  %m0 = nn.multiply %r0, %s0 : (tensor<3xf32>, tensor<1xf32>) -> tensor<3xf32>
  %n0 = nn.round %m0 : (tensor<3xf32>) -> tensor<3xf32>
  %i0 = nn.cast %n0 : (tensor<3xf32>) -> tensor<3xi64>
  return %i0 : tensor<3xi64>
}
