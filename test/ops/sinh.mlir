// nn.sinh: values by both evaluators and by its decomposition.
// RUN: neuron-opt %s --split-input-file --verify-diagnostics | neuron-opt --split-input-file --verify-diagnostics --neuron-fold-constants | FileCheck %s
// RUN: neuron-opt %s --split-input-file --verify-diagnostics --neuron-fold-constants=evaluator=reference | FileCheck %s
// RUN: neuron-opt %s --split-input-file --verify-diagnostics --neuron-decompose --neuron-fold-constants | FileCheck %s

// CHECK-LABEL: func.func @sinh
// CHECK-NEXT{LITERAL}: nn.constant dense<[-12540, -1368, -421, 0, 777, 1739, 6855]> : tensor<7xi64>
// CHECK-NEXT: return
func.func @sinh() -> tensor<7xi64> {
  %x = nn.constant dense<[-3.2, -1.1, -0.4, 0.0, 0.7, 1.3, 2.6]> : tensor<7xf32>
  %r0 = nn.sinh %x : (tensor<7xf32>) -> tensor<7xf32>
  %s0 = nn.constant dense<1024.0> : tensor<1xf32>
  %m0 = nn.multiply %r0, %s0 : (tensor<7xf32>, tensor<1xf32>) -> tensor<7xf32>
  %n0 = nn.round %m0 : (tensor<7xf32>) -> tensor<7xf32>
  %i0 = nn.cast %n0 : (tensor<7xf32>) -> tensor<7xi64>
  return %i0 : tensor<7xi64>
}
