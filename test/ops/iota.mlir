// nn.iota: values by both evaluators and by its decomposition.
// RUN: neuron-opt %s --split-input-file --verify-diagnostics --neuron-fold-constants | FileCheck %s
// RUN: neuron-opt %s --split-input-file --verify-diagnostics --neuron-fold-constants=evaluator=reference | FileCheck %s
// RUN: neuron-opt %s --split-input-file --verify-diagnostics --neuron-decompose --neuron-fold-constants | FileCheck %s

// CHECK-LABEL: func.func @iota
// CHECK-NEXT{LITERAL}: nn.constant dense<[[0, 1, 2], [0, 1, 2]]> : tensor<2x3xi64>
// CHECK-NEXT: return
func.func @iota() -> tensor<2x3xi64> {
  %r0 = nn.iota {axis = 1 : i64} : tensor<2x3xi64>
  return %r0 : tensor<2x3xi64>
}

// -----

func.func @refused() {
  // expected-error @+1 {{(C1) axis 1 is not in [0, 1)}}
  %r = nn.iota {axis = 1 : i64} : tensor<4xi64>
  return
}
