// nn.fmod: values by both evaluators and by its decomposition.
// RUN: neuron-opt %s --split-input-file --verify-diagnostics | neuron-opt --split-input-file --verify-diagnostics --neuron-fold-constants | FileCheck %s
// RUN: neuron-opt %s --split-input-file --verify-diagnostics --neuron-fold-constants=evaluator=reference | FileCheck %s
// RUN: neuron-opt %s --split-input-file --verify-diagnostics --neuron-decompose --neuron-fold-constants | FileCheck %s

// CHECK-LABEL: func.func @fmod
// CHECK-NEXT{LITERAL}: nn.constant dense<[[1536, -256, 1024], [512, 256, -256]]> : tensor<2x3xi64>
// CHECK-NEXT: return
func.func @fmod() -> tensor<2x3xi64> {
  %x = nn.constant dense<[[1.5, -2.25, 3.0], [0.5, 4.0, -1.0]]> : tensor<2x3xf32>
  %y = nn.constant dense<[[2.0], [-0.75]]> : tensor<2x1xf32>
  %r0 = nn.fmod %x, %y : (tensor<2x3xf32>, tensor<2x1xf32>) -> tensor<2x3xf32>
  %s0 = nn.constant dense<1024.0> : tensor<1x1xf32>
  %m0 = nn.multiply %r0, %s0 : (tensor<2x3xf32>, tensor<1x1xf32>) -> tensor<2x3xf32>
  %n0 = nn.round %m0 : (tensor<2x3xf32>) -> tensor<2x3xf32>
  %i0 = nn.cast %n0 : (tensor<2x3xf32>) -> tensor<2x3xi64>
  return %i0 : tensor<2x3xi64>
}

// CHECK-LABEL: func.func @fmod_of_integers
// CHECK-NEXT{LITERAL}: nn.constant dense<[[1, -1, 2], [0, -1, 0]]> : tensor<2x3xi64>
// CHECK-NEXT: return
func.func @fmod_of_integers() -> tensor<2x3xi64> {
  %x = nn.constant dense<[[7, -7, 5], [0, -9, 12]]> : tensor<2x3xi64>
  %y = nn.constant dense<[[3], [-4]]> : tensor<2x1xi64>
  %r0 = nn.fmod %x, %y : (tensor<2x3xi64>, tensor<2x1xi64>) -> tensor<2x3xi64>
  return %r0 : tensor<2x3xi64>
}
