// nn.bitwise_xor: values by both evaluators and by its decomposition.
// RUN: neuron-opt %s --split-input-file --verify-diagnostics | neuron-opt --split-input-file --verify-diagnostics --neuron-fold-constants | FileCheck %s
// RUN: neuron-opt %s --split-input-file --verify-diagnostics --neuron-fold-constants=evaluator=reference | FileCheck %s
// RUN: neuron-opt %s --split-input-file --verify-diagnostics --neuron-decompose --neuron-fold-constants | FileCheck %s

// CHECK-LABEL: func.func @bitwise_xor
// CHECK-NEXT{LITERAL}: nn.constant dense<[[9, 15, 2], [15, 9, 4]]> : tensor<2x3xi32>
// CHECK-NEXT: return
func.func @bitwise_xor() -> tensor<2x3xi32> {
  %x = nn.constant dense<[[12, 10, 7]]> : tensor<1x3xi32>
  %y = nn.constant dense<[[5], [3]]> : tensor<2x1xi32>
  %r0 = nn.bitwise_xor %x, %y : (tensor<1x3xi32>, tensor<2x1xi32>) -> tensor<2x3xi32>
  return %r0 : tensor<2x3xi32>
}
