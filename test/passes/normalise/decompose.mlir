// RUN: neuron-opt %s --neuron-decompose | FileCheck %s
// RUN: neuron-opt %s --neuron-decompose=keep=nn.softmax,nn.gemm | FileCheck %s --check-prefix=KEEP

// CHECK-LABEL: func.func @softmax
// KEEP-LABEL: func.func @softmax
func.func @softmax(%x: tensor<2x8xbf16>) -> tensor<2x8xbf16> {
  // Sixteen bits are widened for the sums and rounded once.
  // CHECK: nn.cast {{.*}} -> tensor<2x8xf32>
  // CHECK-NEXT: nn.reduce_max {{.*}} {axes = array<i64: 1>, keep_dims = true}
  // CHECK-NEXT: nn.subtract
  // CHECK-NEXT: nn.exp
  // CHECK-NEXT: nn.reduce_sum
  // CHECK-NEXT: nn.divide
  // CHECK-NEXT: nn.cast {{.*}} -> tensor<2x8xbf16>
  // KEEP-NEXT: nn.softmax
  %y = nn.softmax %x {axis = 1 : i64} : (tensor<2x8xbf16>) -> tensor<2x8xbf16>
  return %y : tensor<2x8xbf16>
}

// One weight for a whole batch: the batch becomes rows.
// CHECK-LABEL: func.func @shared_weight
func.func @shared_weight(%x: tensor<2x4x8xf32>, %w: tensor<1x8x3xf32>) -> tensor<2x4x3xf32> {
  // CHECK: nn.reshape {{.*}} -> tensor<8x8xf32>
  // CHECK: nn.matmul {{.*}} : (tensor<8x8xf32>, tensor<8x3xf32>) -> tensor<8x3xf32>
  // CHECK: nn.reshape {{.*}} -> tensor<2x4x3xf32>
  %y = nn.matmul %x, %w : (tensor<2x4x8xf32>, tensor<1x8x3xf32>) -> tensor<2x4x3xf32>
  return %y : tensor<2x4x3xf32>
}

// CHECK-LABEL: func.func @gemm
// KEEP-LABEL: func.func @gemm
func.func @gemm(%x: tensor<1x8xf32>, %w: tensor<4x8xf32>, %b: tensor<1x4xf32>) -> tensor<1x4xf32> {
  // Factors of one leave no multiplication behind.
  // CHECK-NEXT: nn.transpose
  // CHECK-NEXT: nn.matmul
  // CHECK-NEXT: nn.add
  // CHECK-NEXT: return
  // KEEP: nn.gemm
  %y = nn.gemm %x, %w, %b {trans_rhs = true} : (tensor<1x8xf32>, tensor<4x8xf32>, tensor<1x4xf32>) -> tensor<1x4xf32>
  return %y : tensor<1x4xf32>
}

// What a decomposition builds is decomposed as well: negative pads become a slice.
// CHECK-LABEL: func.func @conv_transpose
func.func @conv_transpose(%x: tensor<1x2x4xf32>, %w: tensor<2x3x2xf32>) -> tensor<1x3x4xf32> {
  // CHECK: nn.pad {{.*}}low = array<i64: 0, 0, 0>
  // CHECK: nn.slice
  // CHECK-NOT: nn.conv_transpose
  // CHECK: nn.conv {{.*}} -> tensor<1x3x4xf32>
  %y = nn.conv_transpose %x, %w {strides = array<i64: 2>, pads_low = array<i64: 2>, pads_high = array<i64: 2>} : (tensor<1x2x4xf32>, tensor<2x3x2xf32>) -> tensor<1x3x4xf32>
  return %y : tensor<1x3x4xf32>
}

// CHECK-LABEL: func.func @powers
func.func @powers(%x: tensor<4xf32>) -> (tensor<4xf32>, tensor<4xf32>) {
  // CHECK: nn.square
  // CHECK: nn.rsqrt
  // CHECK-NOT: nn.pow
  %two = nn.constant dense<2.0> : tensor<1xf32>
  %minus = nn.constant dense<-0.5> : tensor<1xf32>
  %a = nn.pow %x, %two : (tensor<4xf32>, tensor<1xf32>) -> tensor<4xf32>
  %b = nn.pow %x, %minus : (tensor<4xf32>, tensor<1xf32>) -> tensor<4xf32>
  return %a, %b : tensor<4xf32>, tensor<4xf32>
}

// Indices that come at run time count from the end where negative and are clamped; a second
// run finds them in range.
// CHECK-LABEL: func.func @gather
func.func @gather(%x: tensor<10x4xf32>, %i: tensor<3xi64>) -> tensor<3x4xf32> {
  // CHECK: nn.less
  // CHECK: nn.add
  // CHECK: nn.select
  // CHECK: nn.clip {{.*}} {high = 9.000000e+00 : f64, low = 0.000000e+00 : f64}
  // CHECK-NEXT: nn.gather
  // CHECK-NEXT: return
  %y = nn.gather %x, %i {axis = 0 : i64} : (tensor<10x4xf32>, tensor<3xi64>) -> tensor<3x4xf32>
  return %y : tensor<3x4xf32>
}

// CHECK-LABEL: func.func @gather_of_constants
func.func @gather_of_constants(%x: tensor<10x4xf32>) -> tensor<2x4xf32> {
  // CHECK-NEXT: nn.constant
  // CHECK-NEXT: nn.gather
  // CHECK-NEXT: return
  %i = nn.constant dense<[9, 0]> : tensor<2xi64>
  %y = nn.gather %x, %i {axis = 0 : i64} : (tensor<10x4xf32>, tensor<2xi64>) -> tensor<2x4xf32>
  return %y : tensor<2x4xf32>
}

// A cache of rows is written by rows, wherever the axis lies.
// CHECK-LABEL: func.func @cache_update
// CHECK-NOT: nn.cache_update
// CHECK: nn.scatter_nd {{.*}} : (tensor<16x4xf32>, tensor<2x1xi64>, tensor<2x4xf32>) -> tensor<16x4xf32>
func.func @cache_update(%c: tensor<2x8x4xf32>, %u: tensor<2x1x4xf32>, %p: tensor<1xi64>) -> tensor<2x8x4xf32> {
  %y = nn.cache_update %c, %u, %p {axis = 1 : i64} : (tensor<2x8x4xf32>, tensor<2x1x4xf32>, tensor<1xi64>) -> tensor<2x8x4xf32>
  return %y : tensor<2x8x4xf32>
}

// Counting beyond what fits in a constant is a sum of two parts.
// CHECK-LABEL: func.func @iota
// CHECK: nn.constant {{.*}} : tensor<3xi64>
// CHECK: nn.constant {{.*}} : tensor<4096xi64>
// CHECK: nn.slice {{.*}} -> tensor<10000xi64>
func.func @iota() -> tensor<10000xi64> {
  %y = nn.iota {axis = 0 : i64} : tensor<10000xi64>
  return %y : tensor<10000xi64>
}

// Known indices in even steps are a slice.
// CHECK-LABEL: func.func @known_gather
// CHECK-NOT: nn.gather
// CHECK: nn.slice %{{.*}} {sizes = array<i64: 2, 3>, starts = array<i64: 0, 1>, steps = array<i64: 1, 2>}
// CHECK: nn.slice %arg0 {sizes = array<i64: 1, 8>, starts = array<i64: 3, 0>, steps = array<i64: 1, 1>}
// CHECK: nn.reshape {{.*}} -> tensor<8xf32>
func.func @known_gather(%x: tensor<4x8xf32>) -> (tensor<2x3xf32>, tensor<8xf32>) {
  %i = nn.constant dense<[1, 3, 5]> : tensor<3xi64>
  %l = nn.constant dense<-1> : tensor<i64>
  %h = nn.slice %x {starts = array<i64: 0, 0>, sizes = array<i64: 2, 8>, steps = array<i64: 1, 1>} : (tensor<4x8xf32>) -> tensor<2x8xf32>
  %a = nn.gather %h, %i {axis = 1 : i64} : (tensor<2x8xf32>, tensor<3xi64>) -> tensor<2x3xf32>
  %b = nn.gather %x, %l {axis = 0 : i64} : (tensor<4x8xf32>, tensor<i64>) -> tensor<8xf32>
  return %a, %b : tensor<2x3xf32>, tensor<8xf32>
}

// Indices in no order stay.
// CHECK-LABEL: func.func @unordered_gather
// CHECK: nn.gather
func.func @unordered_gather(%x: tensor<4x8xf32>) -> tensor<2x8xf32> {
  %i = nn.constant dense<[2, 1]> : tensor<2xi64>
  %a = nn.gather %x, %i {axis = 0 : i64} : (tensor<4x8xf32>, tensor<2xi64>) -> tensor<2x8xf32>
  return %a : tensor<2x8xf32>
}
