// nn.resize: values by both evaluators and by its decomposition.
// RUN: neuron-opt %s --split-input-file --verify-diagnostics --neuron-fold-constants | FileCheck %s
// RUN: neuron-opt %s --split-input-file --verify-diagnostics --neuron-fold-constants=evaluator=reference | FileCheck %s
// RUN: neuron-opt %s --split-input-file --verify-diagnostics --neuron-decompose --neuron-fold-constants | FileCheck %s

// CHECK-LABEL: func.func @resize_nearest
// CHECK-NEXT{LITERAL}: nn.constant dense<[[[[512, 512, 1024, -1536, -1536], [512, 512, 1024, -1536, -1536], [1024, 1024, -128, 0, 0], [1024, 1024, -128, 0, 0]]]]> : tensor<1x1x4x5xi64>
// CHECK-NEXT: return
func.func @resize_nearest() -> tensor<1x1x4x5xi64> {
  %x = nn.constant dense<[[[[0.5, 1.0, -1.5], [1.0, -0.125, 0.0]]]]> : tensor<1x1x2x3xf32>
  %r0 = nn.resize %x {scales = array<f64: 1.0, 1.0, 2.0, 1.6666666666666667>} : (tensor<1x1x2x3xf32>) -> tensor<1x1x4x5xf32>
  %s0 = nn.constant dense<1024.0> : tensor<1x1x1x1xf32>
  %m0 = nn.multiply %r0, %s0 : (tensor<1x1x4x5xf32>, tensor<1x1x1x1xf32>) -> tensor<1x1x4x5xf32>
  %n0 = nn.round %m0 : (tensor<1x1x4x5xf32>) -> tensor<1x1x4x5xf32>
  %i0 = nn.cast %n0 : (tensor<1x1x4x5xf32>) -> tensor<1x1x4x5xi64>
  return %i0 : tensor<1x1x4x5xi64>
}

// CHECK-LABEL: func.func @resize_nearest_floor
// CHECK-NEXT{LITERAL}: nn.constant dense<[[[[512, 512, 1024, 1024, -1536, -1536], [512, 512, 1024, 1024, -1536, -1536], [1024, 1024, -128, -128, 0, 0]]]]> : tensor<1x1x3x6xi64>
// CHECK-NEXT: return
func.func @resize_nearest_floor() -> tensor<1x1x3x6xi64> {
  %x = nn.constant dense<[[[[0.5, 1.0, -1.5], [1.0, -0.125, 0.0]]]]> : tensor<1x1x2x3xf32>
  %r0 = nn.resize %x {coordinates = "asymmetric", rounding = "floor", scales = array<f64: 1.0, 1.0, 1.5, 2.0>} : (tensor<1x1x2x3xf32>) -> tensor<1x1x3x6xf32>
  %s0 = nn.constant dense<1024.0> : tensor<1x1x1x1xf32>
  %m0 = nn.multiply %r0, %s0 : (tensor<1x1x3x6xf32>, tensor<1x1x1x1xf32>) -> tensor<1x1x3x6xf32>
  %n0 = nn.round %m0 : (tensor<1x1x3x6xf32>) -> tensor<1x1x3x6xf32>
  %i0 = nn.cast %n0 : (tensor<1x1x3x6xf32>) -> tensor<1x1x3x6xi64>
  return %i0 : tensor<1x1x3x6xi64>
}

// CHECK-LABEL: func.func @resize_linear
// CHECK-NEXT{LITERAL}: nn.constant dense<[[[[512, 832, 64, -1536], [768, 568, -8, -768], [1024, 304, -80, 0]]]]> : tensor<1x1x3x4xi64>
// CHECK-NEXT: return
func.func @resize_linear() -> tensor<1x1x3x4xi64> {
  %x = nn.constant dense<[[[[0.5, 1.0, -1.5], [1.0, -0.125, 0.0]]]]> : tensor<1x1x2x3xf32>
  %r0 = nn.resize %x {mode = "linear", scales = array<f64: 1.0, 1.0, 1.5, 1.3333333333333333>} : (tensor<1x1x2x3xf32>) -> tensor<1x1x3x4xf32>
  %s0 = nn.constant dense<1024.0> : tensor<1x1x1x1xf32>
  %m0 = nn.multiply %r0, %s0 : (tensor<1x1x3x4xf32>, tensor<1x1x1x1xf32>) -> tensor<1x1x3x4xf32>
  %n0 = nn.round %m0 : (tensor<1x1x3x4xf32>) -> tensor<1x1x3x4xf32>
  %i0 = nn.cast %n0 : (tensor<1x1x3x4xf32>) -> tensor<1x1x3x4xi64>
  return %i0 : tensor<1x1x3x4xi64>
}

// CHECK-LABEL: func.func @resize_linear_aligned
// CHECK-NEXT{LITERAL}: nn.constant dense<[[[[512, 768, 1024, -256, -1536], [768, 608, 448, -160, -768], [1024, 448, -128, -64, 0]]]]> : tensor<1x1x3x5xi64>
// CHECK-NEXT: return
func.func @resize_linear_aligned() -> tensor<1x1x3x5xi64> {
  %x = nn.constant dense<[[[[0.5, 1.0, -1.5], [1.0, -0.125, 0.0]]]]> : tensor<1x1x2x3xf32>
  %r0 = nn.resize %x {coordinates = "align_corners", mode = "linear", scales = array<f64: 1.0, 1.0, 1.5, 1.6666666666666667>} : (tensor<1x1x2x3xf32>) -> tensor<1x1x3x5xf32>
  %s0 = nn.constant dense<1024.0> : tensor<1x1x1x1xf32>
  %m0 = nn.multiply %r0, %s0 : (tensor<1x1x3x5xf32>, tensor<1x1x1x1xf32>) -> tensor<1x1x3x5xf32>
  %n0 = nn.round %m0 : (tensor<1x1x3x5xf32>) -> tensor<1x1x3x5xf32>
  %i0 = nn.cast %n0 : (tensor<1x1x3x5xf32>) -> tensor<1x1x3x5xi64>
  return %i0 : tensor<1x1x3x5xi64>
}

// CHECK-LABEL: func.func @resize_cubic
// CHECK-NEXT{LITERAL}: nn.constant dense<[[[[549, -1153, 1135, 1747, -2762], [-2126, -2326, -1953, -1595, -1820], [-2591, 1424, 138, -1997, 596]]]]> : tensor<1x1x3x5xi64>
// CHECK-NEXT: return
func.func @resize_cubic() -> tensor<1x1x3x5xi64> {
  %x = nn.constant dense<[[[[0.375, -0.625, 1.5, -1.375], [-0.75, -0.375, 0.25, -0.25], [-1.125, -1.375, -1.5, -1.375], [-1.125, 1.5, -1.0, 0.5]]]]> : tensor<1x1x4x4xf32>
  %r0 = nn.resize %x {mode = "cubic", scales = array<f64: 1.0, 1.0, 0.75, 1.25>} : (tensor<1x1x4x4xf32>) -> tensor<1x1x3x5xf32>
  %s0 = nn.constant dense<2048.0> : tensor<1x1x1x1xf32>
  %m0 = nn.multiply %r0, %s0 : (tensor<1x1x3x5xf32>, tensor<1x1x1x1xf32>) -> tensor<1x1x3x5xf32>
  %n0 = nn.round %m0 : (tensor<1x1x3x5xf32>) -> tensor<1x1x3x5xf32>
  %i0 = nn.cast %n0 : (tensor<1x1x3x5xf32>) -> tensor<1x1x3x5xi64>
  return %i0 : tensor<1x1x3x5xi64>
}

// CHECK-LABEL: func.func @resize_cubic_inside
// CHECK-NEXT{LITERAL}: nn.constant dense<[[[[870, -1057, -615, -358], [-465, 819, -877, 977], [-32, 1680, -1356, 508], [912, 753, -749, -280], [350, -76, 631, 571]]]]> : tensor<1x1x5x4xi64>
// CHECK-NEXT: return
func.func @resize_cubic_inside() -> tensor<1x1x5x4xi64> {
  %x = nn.constant dense<[[[[0.75, -0.875, -0.625, -0.25], [-0.75, 1.5, -1.0, 1.25], [0.875, 1.125, -1.25, -0.375], [0.375, 0.0, 0.5, 0.5]]]]> : tensor<1x1x4x4xf32>
  %r0 = nn.resize %x {exclude_outside = true, mode = "cubic", scales = array<f64: 1.0, 1.0, 1.25, 1.0>} : (tensor<1x1x4x4xf32>) -> tensor<1x1x5x4xf32>
  %s0 = nn.constant dense<1024.0> : tensor<1x1x1x1xf32>
  %m0 = nn.multiply %r0, %s0 : (tensor<1x1x5x4xf32>, tensor<1x1x1x1xf32>) -> tensor<1x1x5x4xf32>
  %n0 = nn.round %m0 : (tensor<1x1x5x4xf32>) -> tensor<1x1x5x4xf32>
  %i0 = nn.cast %n0 : (tensor<1x1x5x4xf32>) -> tensor<1x1x5x4xi64>
  return %i0 : tensor<1x1x5x4xi64>
}

// -----

func.func @refused(%x: tensor<2xf32>) {
  // expected-error @+1 {{(C1) needs one positive scale a dim and one rank and element type: f32[2] and f32[4]}}
  %r = nn.resize %x {scales = array<f64: 2.0, 1.0>} : (tensor<2xf32>) -> tensor<4xf32>
  return
}

// -----

func.func @refused(%x: tensor<2xf32>) {
  // expected-error @+1 {{(C2) unknown mode "area", coordinates "half_pixel" or rounding "round_prefer_floor"}}
  %r = nn.resize %x {mode = "area", scales = array<f64: 2.0>} : (tensor<2xf32>) -> tensor<4xf32>
  return
}

// -----

func.func @refused(%x: tensor<2xi32>) {
  // expected-error @+1 {{(C3) mode "linear" needs floating-point elements}}
  %r = nn.resize %x {mode = "linear", scales = array<f64: 2.0>} : (tensor<2xi32>) -> tensor<4xi32>
  return
}

// -----

func.func @refused(%x: tensor<0xf32>) {
  // expected-error @+1 {{(C3) input f32[0] has no elements}}
  %r = nn.resize %x {scales = array<f64: 2.0>} : (tensor<0xf32>) -> tensor<2xf32>
  return
}
