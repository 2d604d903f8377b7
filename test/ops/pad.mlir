// nn.pad: values by both evaluators and by its decomposition.
// RUN: neuron-opt %s --split-input-file --verify-diagnostics --neuron-fold-constants | FileCheck %s
// RUN: neuron-opt %s --split-input-file --verify-diagnostics --neuron-fold-constants=evaluator=reference | FileCheck %s
// RUN: neuron-opt %s --split-input-file --verify-diagnostics --neuron-decompose --neuron-fold-constants | FileCheck %s

// CHECK-LABEL: func.func @pad
// CHECK-NEXT{LITERAL}: nn.constant dense<[[7, 7, 7, 7, 7, 7], [0, 1, 2, 3, 7, 7], [4, 5, 6, 7, 7, 7], [8, 9, 10, 11, 7, 7]]> : tensor<4x6xi64>
// CHECK-NEXT: return
func.func @pad() -> tensor<4x6xi64> {
  %x = nn.constant dense<[[0, 1, 2, 3], [4, 5, 6, 7], [8, 9, 10, 11]]> : tensor<3x4xi64>
  %r0 = nn.pad %x {high = array<i64: 0, 2>, low = array<i64: 1, 0>, value = 7.0 : f64} : (tensor<3x4xi64>) -> tensor<4x6xi64>
  return %r0 : tensor<4x6xi64>
}

// Two zeros between elements, two cut off in front, one behind.
// CHECK-LABEL: func.func @pad_between_and_cut
// CHECK-NEXT{LITERAL}: nn.constant dense<[0, 2, 0, 0, 3, 0]> : tensor<6xi64>
// CHECK-NEXT: return
func.func @pad_between_and_cut() -> tensor<6xi64> {
  %x = nn.constant dense<[1, 2, 3]> : tensor<3xi64>
  %r0 = nn.pad %x {high = array<i64: 1>, interior = array<i64: 2>, low = array<i64: -2>} : (tensor<3xi64>) -> tensor<6xi64>
  return %r0 : tensor<6xi64>
}

// CHECK-LABEL: func.func @pad_reflect
// CHECK-NEXT{LITERAL}: nn.constant dense<[[7, 6, 5, 4, 5, 6, 7], [3, 2, 1, 0, 1, 2, 3], [7, 6, 5, 4, 5, 6, 7], [11, 10, 9, 8, 9, 10, 11], [7, 6, 5, 4, 5, 6, 7], [3, 2, 1, 0, 1, 2, 3]]> : tensor<6x7xi64>
// CHECK-NEXT: return
func.func @pad_reflect() -> tensor<6x7xi64> {
  %x = nn.constant dense<[[0, 1, 2, 3], [4, 5, 6, 7], [8, 9, 10, 11]]> : tensor<3x4xi64>
  %r0 = nn.pad %x {high = array<i64: 2, 0>, low = array<i64: 1, 3>, mode = "reflect"} : (tensor<3x4xi64>) -> tensor<6x7xi64>
  return %r0 : tensor<6x7xi64>
}

// CHECK-LABEL: func.func @pad_edge
// CHECK-NEXT{LITERAL}: nn.constant dense<[[0, 1, 2, 3, 3, 3], [0, 1, 2, 3, 3, 3], [4, 5, 6, 7, 7, 7], [8, 9, 10, 11, 11, 11]]> : tensor<4x6xi64>
// CHECK-NEXT: return
func.func @pad_edge() -> tensor<4x6xi64> {
  %x = nn.constant dense<[[0, 1, 2, 3], [4, 5, 6, 7], [8, 9, 10, 11]]> : tensor<3x4xi64>
  %r0 = nn.pad %x {high = array<i64: 0, 2>, low = array<i64: 1, 0>, mode = "edge"} : (tensor<3x4xi64>) -> tensor<4x6xi64>
  return %r0 : tensor<4x6xi64>
}

// CHECK-LABEL: func.func @pad_wrap
// CHECK-NEXT{LITERAL}: nn.constant dense<[[10, 11, 8, 9, 10, 11, 8], [2, 3, 0, 1, 2, 3, 0], [6, 7, 4, 5, 6, 7, 4], [10, 11, 8, 9, 10, 11, 8]]> : tensor<4x7xi64>
// CHECK-NEXT: return
func.func @pad_wrap() -> tensor<4x7xi64> {
  %x = nn.constant dense<[[0, 1, 2, 3], [4, 5, 6, 7], [8, 9, 10, 11]]> : tensor<3x4xi64>
  %r0 = nn.pad %x {high = array<i64: 0, 1>, low = array<i64: 1, 2>, mode = "wrap"} : (tensor<3x4xi64>) -> tensor<4x7xi64>
  return %r0 : tensor<4x7xi64>
}

// -----

func.func @refused(%x: tensor<4xf32>) {
  // expected-error @+2 {{(C1) low, high or interior have not one entry a dim of f32[4]}}
  // expected-error @+1 {{failed to infer returned types}}
  %r = nn.pad %x {high = array<i64: 0>, low = array<i64: 0, 0>} : (tensor<4xf32>) -> tensor<4xf32>
  return
}

// -----

func.func @refused(%x: tensor<4xf32>) {
  // expected-error @+2 {{(C2) dim 0 of 4 padded by -3 and -2 is negative or too large}}
  // expected-error @+1 {{failed to infer returned types}}
  %r = nn.pad %x {high = array<i64: -2>, low = array<i64: -3>} : (tensor<4xf32>) -> tensor<4xf32>
  return
}

// -----

func.func @refused(%x: tensor<4xf32>) {
  // expected-error @+2 {{(C3) mode "mirror" is unknown}}
  // expected-error @+1 {{failed to infer returned types}}
  %r = nn.pad %x {high = array<i64: 0>, low = array<i64: 1>, mode = "mirror"} : (tensor<4xf32>) -> tensor<5xf32>
  return
}

// -----

func.func @refused(%x: tensor<1xf32>) {
  // expected-error @+2 {{(C3) dim 0 of input f32[1] has too few elements for mode "reflect"}}
  // expected-error @+1 {{failed to infer returned types}}
  %r = nn.pad %x {high = array<i64: 0>, low = array<i64: 1>, mode = "reflect"} : (tensor<1xf32>) -> tensor<2xf32>
  return
}

// -----

func.func @refused(%a0: tensor<4xf32>) {
  // expected-error @+2 {{(C3) interior padding goes with mode "constant" only}}
  // expected-error @+1 {{failed to infer returned types}}
  %r = nn.pad %a0 {low = array<i64: 1>, high = array<i64: 0>, interior = array<i64: 1>, mode = "edge"} : (tensor<4xf32>) -> tensor<8xf32>
  return
}

// -----

func.func @refused(%a0: tensor<4xf32>) {
  // expected-error @+2 {{(C1) interior [-1] has a negative entry}}
  // expected-error @+1 {{failed to infer returned types}}
  %r = nn.pad %a0 {low = array<i64: 1>, high = array<i64: 0>, interior = array<i64: -1>} : (tensor<4xf32>) -> tensor<2xf32>
  return
}
