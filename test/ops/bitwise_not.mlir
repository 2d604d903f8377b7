// nn.bitwise_not: values by both evaluators and by its decomposition.
// RUN: neuron-opt %s --split-input-file --verify-diagnostics | neuron-opt --split-input-file --verify-diagnostics --neuron-fold-constants | FileCheck %s
// RUN: neuron-opt %s --split-input-file --verify-diagnostics --neuron-fold-constants=evaluator=reference | FileCheck %s
// RUN: neuron-opt %s --split-input-file --verify-diagnostics --neuron-decompose --neuron-fold-constants | FileCheck %s

// CHECK-LABEL: func.func @bitwise_not
// CHECK-NEXT{LITERAL}: nn.constant dense<[-1, -6, 7]> : tensor<3xi32>
// CHECK-NEXT: return
func.func @bitwise_not() -> tensor<3xi32> {
  %x = nn.constant dense<[0, 5, -8]> : tensor<3xi32>
  %r0 = nn.bitwise_not %x : (tensor<3xi32>) -> tensor<3xi32>
  return %r0 : tensor<3xi32>
}
