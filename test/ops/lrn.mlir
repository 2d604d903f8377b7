// nn.lrn: values by both evaluators and by its decomposition.
// RUN: neuron-opt %s --split-input-file --verify-diagnostics --neuron-fold-constants | FileCheck %s
// RUN: neuron-opt %s --split-input-file --verify-diagnostics --neuron-fold-constants=evaluator=reference | FileCheck %s
// RUN: neuron-opt %s --split-input-file --verify-diagnostics --neuron-decompose --neuron-fold-constants | FileCheck %s

// CHECK-LABEL: func.func @lrn
// CHECK-NEXT{LITERAL}: nn.constant dense<[[[[-359], [372]], [[389], [0]], [[-714], [-67]], [[334], [802]]]]> : tensor<1x4x2x1xi64>
// CHECK-NEXT: return
func.func @lrn() -> tensor<1x4x2x1xi64> {
  %x = nn.constant dense<[[[[-0.625], [0.625]], [[0.75], [0.0]], [[-1.375], [-0.125]], [[0.625], [1.5]]]]> : tensor<1x4x2x1xf32>
  %r0 = nn.lrn %x {alpha = 0.5 : f64, bias = 2.0 : f64, size = 3 : i64} : (tensor<1x4x2x1xf32>) -> tensor<1x4x2x1xf32>
  %s0 = nn.constant dense<1024.0> : tensor<1x1x1x1xf32>
  %m0 = nn.multiply %r0, %s0 : (tensor<1x4x2x1xf32>, tensor<1x1x1x1xf32>) -> tensor<1x4x2x1xf32>
  %n0 = nn.round %m0 : (tensor<1x4x2x1xf32>) -> tensor<1x4x2x1xf32>
  %i0 = nn.cast %n0 : (tensor<1x4x2x1xf32>) -> tensor<1x4x2x1xi64>
  return %i0 : tensor<1x4x2x1xi64>
}

// -----

func.func @refused(%x: tensor<1x2x4x4xf32>) {
  // expected-error @+2 {{(C1) size 0 is not positive}}
  // expected-error @+1 {{failed to infer returned types}}
  %r = nn.lrn %x {size = 0 : i64} : (tensor<1x2x4x4xf32>) -> tensor<1x2x4x4xf32>
  return
}
