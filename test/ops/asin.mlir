// nn.asin: values by both evaluators and by its decomposition.
// RUN: neuron-opt %s --split-input-file --verify-diagnostics | neuron-opt --split-input-file --verify-diagnostics --neuron-fold-constants | FileCheck %s
// RUN: neuron-opt %s --split-input-file --verify-diagnostics --neuron-fold-constants=evaluator=reference | FileCheck %s
// RUN: neuron-opt %s --split-input-file --verify-diagnostics --neuron-decompose --neuron-fold-constants | FileCheck %s

// CHECK-LABEL: func.func @asin
// CHECK-NEXT{LITERAL}: nn.constant dense<[-1147, -366, 0, 206, 1040]> : tensor<5xi64>
// CHECK-NEXT: return
func.func @asin() -> tensor<5xi64> {
  %x = nn.constant dense<[-0.9, -0.35, 0.0, 0.2, 0.85]> : tensor<5xf32>
  %r0 = nn.asin %x : (tensor<5xf32>) -> tensor<5xf32>
  %s0 = nn.constant dense<1024.0> : tensor<1xf32>
  %m0 = nn.multiply %r0, %s0 : (tensor<5xf32>, tensor<1xf32>) -> tensor<5xf32>
  %n0 = nn.round %m0 : (tensor<5xf32>) -> tensor<5xf32>
  %i0 = nn.cast %n0 : (tensor<5xf32>) -> tensor<5xi64>
  return %i0 : tensor<5xi64>
}
