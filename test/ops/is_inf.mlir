// nn.is_inf: values by both evaluators and by its decomposition.
// RUN: neuron-opt %s --split-input-file --verify-diagnostics | neuron-opt --split-input-file --verify-diagnostics --neuron-fold-constants | FileCheck %s
// RUN: neuron-opt %s --split-input-file --verify-diagnostics --neuron-fold-constants=evaluator=reference | FileCheck %s
// RUN: neuron-opt %s --split-input-file --verify-diagnostics --neuron-decompose --neuron-fold-constants | FileCheck %s

// CHECK-LABEL: func.func @is_inf
// CHECK-NEXT{LITERAL}: nn.constant dense<[false, false, true, true]> : tensor<4xi1>
// CHECK-NEXT: return
func.func @is_inf() -> tensor<4xi1> {
  %x = nn.constant dense<[1.0, 0x7FC00000, 0x7F800000, 0xFF800000]> : tensor<4xf32>
  %r0 = nn.is_inf %x : (tensor<4xf32>) -> tensor<4xi1>
  return %r0 : tensor<4xi1>
}

// CHECK-LABEL: func.func @is_positive_inf
// CHECK-NEXT{LITERAL}: nn.constant dense<[false, false, true, false]> : tensor<4xi1>
// CHECK-NEXT: return
func.func @is_positive_inf() -> tensor<4xi1> {
  %x = nn.constant dense<[1.0, 0x7FC00000, 0x7F800000, 0xFF800000]> : tensor<4xf32>
  %r0 = nn.is_inf %x {detect_negative = 0.0 : f64} : (tensor<4xf32>) -> tensor<4xi1>
  return %r0 : tensor<4xi1>
}
