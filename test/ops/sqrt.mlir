// nn.sqrt: values by both evaluators and by its decomposition.
// RUN: neuron-opt %s --split-input-file --verify-diagnostics | neuron-opt --split-input-file --verify-diagnostics --neuron-fold-constants | FileCheck %s
// RUN: neuron-opt %s --split-input-file --verify-diagnostics --neuron-fold-constants=evaluator=reference | FileCheck %s
// RUN: neuron-opt %s --split-input-file --verify-diagnostics --neuron-decompose --neuron-fold-constants | FileCheck %s

// CHECK-LABEL: func.func @sqrt
// CHECK-NEXT{LITERAL}: nn.constant dense<[512, 793, 1024, 1335, 1888, 3106]> : tensor<6xi64>
// CHECK-NEXT: return
func.func @sqrt() -> tensor<6xi64> {
  %x = nn.constant dense<[0.25, 0.6, 1.0, 1.7, 3.4, 9.2]> : tensor<6xf32>
  %r0 = nn.sqrt %x : (tensor<6xf32>) -> tensor<6xf32>
  %s0 = nn.constant dense<1024.0> : tensor<1xf32>
  %m0 = nn.multiply %r0, %s0 : (tensor<6xf32>, tensor<1xf32>) -> tensor<6xf32>
  %n0 = nn.round %m0 : (tensor<6xf32>) -> tensor<6xf32>
  %i0 = nn.cast %n0 : (tensor<6xf32>) -> tensor<6xi64>
  return %i0 : tensor<6xi64>
}
