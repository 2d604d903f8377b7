// nn.xor: values by both evaluators and by its decomposition.
// RUN: neuron-opt %s --split-input-file --verify-diagnostics | neuron-opt --split-input-file --verify-diagnostics --neuron-fold-constants | FileCheck %s
// RUN: neuron-opt %s --split-input-file --verify-diagnostics --neuron-fold-constants=evaluator=reference | FileCheck %s
// RUN: neuron-opt %s --split-input-file --verify-diagnostics --neuron-decompose --neuron-fold-constants | FileCheck %s

// CHECK-LABEL: func.func @xor
// CHECK-NEXT{LITERAL}: nn.constant dense<[[false, true, false], [true, false, true]]> : tensor<2x3xi1>
// CHECK-NEXT: return
func.func @xor() -> tensor<2x3xi1> {
  %x = nn.constant dense<[[true, false, true]]> : tensor<1x3xi1>
  %y = nn.constant dense<[[true], [false]]> : tensor<2x1xi1>
  %r0 = nn.xor %x, %y : (tensor<1x3xi1>, tensor<2x1xi1>) -> tensor<2x3xi1>
  return %r0 : tensor<2x3xi1>
}
