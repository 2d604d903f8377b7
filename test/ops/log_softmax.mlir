// nn.log_softmax: values by both evaluators and by its decomposition.
// RUN: neuron-opt %s --split-input-file --verify-diagnostics --neuron-fold-constants | FileCheck %s
// RUN: neuron-opt %s --split-input-file --verify-diagnostics --neuron-fold-constants=evaluator=reference | FileCheck %s
// RUN: neuron-opt %s --split-input-file --verify-diagnostics --neuron-decompose --neuron-fold-constants | FileCheck %s

// CHECK-LABEL: func.func @log_softmax
// CHECK-NEXT{LITERAL}: nn.constant dense<[[[-997, -485], [-485, -997], [-288, -1440]], [[-997, -485], [-648, -776], [-2523, -91]]]> : tensor<2x3x2xi64>
// CHECK-NEXT: return
func.func @log_softmax() -> tensor<2x3x2xi64> {
  %x = nn.constant dense<[[[-1.375, -0.875], [1.125, 0.625], [1.25, 0.125]], [[-1.125, -0.625], [-0.625, -0.75], [-1.25, 1.125]]]> : tensor<2x3x2xf32>
  %r0 = nn.log_softmax %x {axis = 2 : i64} : (tensor<2x3x2xf32>) -> tensor<2x3x2xf32>
  %s0 = nn.constant dense<1024.0> : tensor<1x1x1xf32>
  %m0 = nn.multiply %r0, %s0 : (tensor<2x3x2xf32>, tensor<1x1x1xf32>) -> tensor<2x3x2xf32>
  %n0 = nn.round %m0 : (tensor<2x3x2xf32>) -> tensor<2x3x2xf32>
  %i0 = nn.cast %n0 : (tensor<2x3x2xf32>) -> tensor<2x3x2xi64>
  return %i0 : tensor<2x3x2xi64>
}

// -----

func.func @refused(%x: tensor<2x2xf32>) {
  // expected-error @+2 {{(C1) axis 2 is not in [0, 2)}}
  // expected-error @+1 {{failed to infer returned types}}
  %r = nn.log_softmax %x {axis = 2 : i64} : (tensor<2x2xf32>) -> tensor<2x2xf32>
  return
}
