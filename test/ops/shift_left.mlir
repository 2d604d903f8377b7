// nn.shift_left: values by both evaluators and by its decomposition.
// RUN: neuron-opt %s --split-input-file --verify-diagnostics | neuron-opt --split-input-file --verify-diagnostics --neuron-fold-constants | FileCheck %s
// RUN: neuron-opt %s --split-input-file --verify-diagnostics --neuron-fold-constants=evaluator=reference | FileCheck %s
// RUN: neuron-opt %s --split-input-file --verify-diagnostics --neuron-decompose --neuron-fold-constants | FileCheck %s

// CHECK-LABEL: func.func @shift_left
// CHECK-NEXT{LITERAL}: nn.constant dense<[[24, 20, 14], [96, 80, 56]]> : tensor<2x3xui8>
// CHECK-NEXT: return
func.func @shift_left() -> tensor<2x3xui8> {
  %x = nn.constant dense<[[12, 10, 7]]> : tensor<1x3xui8>
  %y = nn.constant dense<[[1], [3]]> : tensor<2x1xui8>
  %r0 = nn.shift_left %x, %y : (tensor<1x3xui8>, tensor<2x1xui8>) -> tensor<2x3xui8>
  return %r0 : tensor<2x3xui8>
}
