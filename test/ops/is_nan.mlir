// nn.is_nan: values by both evaluators and by its decomposition.
// RUN: neuron-opt %s --split-input-file --verify-diagnostics | neuron-opt --split-input-file --verify-diagnostics --neuron-fold-constants | FileCheck %s
// RUN: neuron-opt %s --split-input-file --verify-diagnostics --neuron-fold-constants=evaluator=reference | FileCheck %s
// RUN: neuron-opt %s --split-input-file --verify-diagnostics --neuron-decompose --neuron-fold-constants | FileCheck %s

// CHECK-LABEL: func.func @is_nan
// CHECK-NEXT{LITERAL}: nn.constant dense<[false, true, false]> : tensor<3xi1>
// CHECK-NEXT: return
func.func @is_nan() -> tensor<3xi1> {
  %x = nn.constant dense<[1.0, 0x7FC00000, 0x7F800000]> : tensor<3xf32>
  %r0 = nn.is_nan %x : (tensor<3xf32>) -> tensor<3xi1>
  return %r0 : tensor<3xi1>
}
