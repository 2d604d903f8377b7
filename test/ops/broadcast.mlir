// nn.broadcast: values by both evaluators and by its decomposition.
// RUN: neuron-opt %s --split-input-file --verify-diagnostics --neuron-fold-constants | FileCheck %s
// RUN: neuron-opt %s --split-input-file --verify-diagnostics --neuron-fold-constants=evaluator=reference | FileCheck %s
// RUN: neuron-opt %s --split-input-file --verify-diagnostics --neuron-decompose --neuron-fold-constants | FileCheck %s

// CHECK-LABEL: func.func @broadcast
// CHECK-NEXT{LITERAL}: nn.constant dense<[[1, 1, 1], [2, 2, 2]]> : tensor<2x3xi64>
// CHECK-NEXT: return
func.func @broadcast() -> tensor<2x3xi64> {
  %x = nn.constant dense<[[1], [2]]> : tensor<2x1xi64>
  %r0 = nn.broadcast %x : (tensor<2x1xi64>) -> tensor<2x3xi64>
  return %r0 : tensor<2x3xi64>
}

// -----

func.func @refused(%x: tensor<2xf32>) {
  // expected-error @+1 {{(C1) ranks or element types differ: f32[2] and f32[2, 2]}}
  %r = nn.broadcast %x : (tensor<2xf32>) -> tensor<2x2xf32>
  return
}

// -----

func.func @refused(%x: tensor<2x2xf32>) {
  // expected-error @+1 {{(C2) input f32[2, 2] does not broadcast to f32[2, 3]}}
  %r = nn.broadcast %x : (tensor<2x2xf32>) -> tensor<2x3xf32>
  return
}
