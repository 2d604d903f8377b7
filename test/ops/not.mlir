// nn.not: values by both evaluators and by its decomposition.
// RUN: neuron-opt %s --split-input-file --verify-diagnostics | neuron-opt --split-input-file --verify-diagnostics --neuron-fold-constants | FileCheck %s
// RUN: neuron-opt %s --split-input-file --verify-diagnostics --neuron-fold-constants=evaluator=reference | FileCheck %s
// RUN: neuron-opt %s --split-input-file --verify-diagnostics --neuron-decompose --neuron-fold-constants | FileCheck %s

// CHECK-LABEL: func.func @not
// CHECK-NEXT{LITERAL}: nn.constant dense<[false, true]> : tensor<2xi1>
// CHECK-NEXT: return
func.func @not() -> tensor<2xi1> {
  %x = nn.constant dense<[true, false]> : tensor<2xi1>
  %r0 = nn.not %x : (tensor<2xi1>) -> tensor<2xi1>
  return %r0 : tensor<2xi1>
}
