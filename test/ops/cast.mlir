// nn.cast: values by both evaluators and by its decomposition.
// RUN: neuron-opt %s --split-input-file --verify-diagnostics --neuron-fold-constants | FileCheck %s
// RUN: neuron-opt %s --split-input-file --verify-diagnostics --neuron-fold-constants=evaluator=reference | FileCheck %s
// RUN: neuron-opt %s --split-input-file --verify-diagnostics --neuron-decompose --neuron-fold-constants | FileCheck %s

// Towards zero; not-a-number is 0.
// CHECK-LABEL: func.func @cast
// CHECK-NEXT{LITERAL}: nn.constant dense<[-1, 2, 300, 0]> : tensor<4xi32>
// CHECK-NEXT: return
func.func @cast() -> tensor<4xi32> {
  %x = nn.constant dense<[-1.7, 2.5, 300.0, 0x7FC00000]> : tensor<4xf32>
  %r0 = nn.cast %x : (tensor<4xf32>) -> tensor<4xi32>
  return %r0 : tensor<4xi32>
}

// CHECK-LABEL: func.func @cast_saturates
// CHECK-NEXT{LITERAL}: nn.constant dense<[0, 255, 7]> : tensor<3xui8>
// CHECK-NEXT: return
func.func @cast_saturates() -> tensor<3xui8> {
  %x = nn.constant dense<[-1.7, 300.0, 7.9]> : tensor<3xf32>
  %r0 = nn.cast %x : (tensor<3xf32>) -> tensor<3xui8>
  return %r0 : tensor<3xui8>
}

// CHECK-LABEL: func.func @cast_wraps_integers
// CHECK-NEXT{LITERAL}: nn.constant dense<[44, -1, 127]> : tensor<3xi8>
// CHECK-NEXT: return
func.func @cast_wraps_integers() -> tensor<3xi8> {
  %x = nn.constant dense<[300, -1, 127]> : tensor<3xi64>
  %r0 = nn.cast %x : (tensor<3xi64>) -> tensor<3xi8>
  return %r0 : tensor<3xi8>
}

// CHECK-LABEL: func.func @cast_to_boolean
// CHECK-NEXT{LITERAL}: nn.constant dense<[false, true, true]> : tensor<3xi1>
// CHECK-NEXT: return
func.func @cast_to_boolean() -> tensor<3xi1> {
  %x = nn.constant dense<[0.0, 0.5, -2.0]> : tensor<3xf32>
  %r0 = nn.cast %x : (tensor<3xf32>) -> tensor<3xi1>
  return %r0 : tensor<3xi1>
}

// CHECK-LABEL: func.func @cast_from_boolean
// CHECK-NEXT{LITERAL}: nn.constant dense<[1024, 0]> : tensor<2xi64>
// CHECK-NEXT: return
func.func @cast_from_boolean() -> tensor<2xi64> {
  %x = nn.constant dense<[true, false]> : tensor<2xi1>
  %r0 = nn.cast %x : (tensor<2xi1>) -> tensor<2xf32>
  %s0 = nn.constant dense<1024.0> : tensor<1xf32>
  %m0 = nn.multiply %r0, %s0 : (tensor<2xf32>, tensor<1xf32>) -> tensor<2xf32>
  %n0 = nn.round %m0 : (tensor<2xf32>) -> tensor<2xf32>
  %i0 = nn.cast %n0 : (tensor<2xf32>) -> tensor<2xi64>
  return %i0 : tensor<2xi64>
}

// -----

func.func @refused(%x: tensor<2xf32>) {
  // expected-error @+1 {{(C1) shapes differ: f32[2] and i32[3]}}
  %r = nn.cast %x : (tensor<2xf32>) -> tensor<3xi32>
  return
}
