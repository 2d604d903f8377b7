// nn.tan: values by both evaluators and by its decomposition.
// RUN: neuron-opt %s --split-input-file --verify-diagnostics | neuron-opt --split-input-file --verify-diagnostics --neuron-fold-constants | FileCheck %s
// RUN: neuron-opt %s --split-input-file --verify-diagnostics --neuron-fold-constants=evaluator=reference | FileCheck %s
// RUN: neuron-opt %s --split-input-file --verify-diagnostics --neuron-decompose --neuron-fold-constants | FileCheck %s

// CHECK-LABEL: func.func @tan
// CHECK-NEXT{LITERAL}: nn.constant dense<[-2634, 317, 1290, 5937]> : tensor<4xi64>
// CHECK-NEXT: return
func.func @tan() -> tensor<4xi64> {
  %x = nn.constant dense<[-1.2, 0.3, 0.9, 1.4]> : tensor<4xf32>
  %r0 = nn.tan %x : (tensor<4xf32>) -> tensor<4xf32>
  %s0 = nn.constant dense<1024.0> : tensor<1xf32>
  %m0 = nn.multiply %r0, %s0 : (tensor<4xf32>, tensor<1xf32>) -> tensor<4xf32>
  %n0 = nn.round %m0 : (tensor<4xf32>) -> tensor<4xf32>
  %i0 = nn.cast %n0 : (tensor<4xf32>) -> tensor<4xi64>
  return %i0 : tensor<4xi64>
}
