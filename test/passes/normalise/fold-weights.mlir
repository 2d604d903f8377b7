// RUN: neuron-opt %s --neuron-fold-weights | FileCheck %s

// The derived weights stand behind their source; what nobody reads is gone.
// CHECK-NOT: @unread
// CHECK-NOT: nn.weight @w :
// CHECK-DAG: nn.weight @[[T:w_[0-9]+]] : tensor<3x2xf32> [#nn.blob<"m", 0, 24 : tensor<2x3xf32>>] [#nn.permute<[1, 0]>]
// CHECK-DAG: nn.weight @[[C:w_[0-9_]+]] : tensor<3x2xbf16> [#nn.blob<"m", 0, 24 : tensor<2x3xf32>>] [#nn.permute<[1, 0]>, #nn.convert<bf16>]
// CHECK-DAG: nn.weight @[[S:w_[0-9_]+]] : tensor<1x2xf32> {{.*}} [#nn.shape<[3, 2]>, #nn.window<[2, 1], [1, 2], [1, -1]>]
// CHECK-DAG: nn.weight @[[P:w_[0-9_]+]] : tensor<4x3xf32> {{.*}} [#nn.fill<[1, 0], [1, 0]>]
nn.weight @w : tensor<2x3xf32> [#nn.blob<"m", 0, 24 : tensor<2x3xf32>>]
nn.weight @unread : tensor<4xf32> [#nn.blob<"m", 24, 16 : tensor<4xf32>>]
// CHECK: nn.weight @i
nn.weight @i : tensor<2xf32> [#nn.blob<"m", 40, 8 : tensor<2xf32>>]

// CHECK-LABEL: func.func @movement
func.func @movement() -> (tensor<3x2xf32>, tensor<3x2xf32>, tensor<3x2xbf16>, tensor<1x2xf32>, tensor<4x3xf32>) {
  %w = nn.weight_value @w : tensor<2x3xf32>
  // Two equal transposes share one weight.
  // CHECK: nn.weight_value @[[T]]
  // CHECK: nn.weight_value @[[T]]
  // CHECK: nn.weight_value @[[C]]
  // CHECK: nn.weight_value @[[S]]
  // CHECK: nn.weight_value @[[P]]
  // CHECK-NEXT: return
  %a = nn.transpose %w {perm = array<i64: 1, 0>} : (tensor<2x3xf32>) -> tensor<3x2xf32>
  %b = nn.transpose %w {perm = array<i64: 1, 0>} : (tensor<2x3xf32>) -> tensor<3x2xf32>
  %c = nn.cast %b : (tensor<3x2xf32>) -> tensor<3x2xbf16>
  %d = nn.reshape %w : (tensor<2x3xf32>) -> tensor<3x2xf32>
  %e = nn.slice %d {starts = array<i64: 2, 1>, sizes = array<i64: 1, 2>, steps = array<i64: 1, -1>} : (tensor<3x2xf32>) -> tensor<1x2xf32>
  %f = nn.pad %w {low = array<i64: 1, 0>, high = array<i64: 1, 0>} : (tensor<2x3xf32>) -> tensor<4x3xf32>
  return %a, %b, %c, %e, %f : tensor<3x2xf32>, tensor<3x2xf32>, tensor<3x2xbf16>, tensor<1x2xf32>, tensor<4x3xf32>
}

// What a transform cannot do stays an op: cutting conversion, padding with ones.
// CHECK-LABEL: func.func @stays
func.func @stays() -> (tensor<2xi32>, tensor<3xf32>) {
  // CHECK: nn.cast
  // CHECK: nn.pad
  %i = nn.weight_value @i : tensor<2xf32>
  %a = nn.cast %i : (tensor<2xf32>) -> tensor<2xi32>
  %b = nn.pad %i {low = array<i64: 1>, high = array<i64: 0>, value = 1.0 : f64} : (tensor<2xf32>) -> tensor<3xf32>
  return %a, %b : tensor<2xi32>, tensor<3xf32>
}
