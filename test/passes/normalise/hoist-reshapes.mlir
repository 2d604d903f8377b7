// RUN: neuron-opt --pass-pipeline='builtin.module(func.func(neuron-hoist-reshapes),canonicalize)' %s --split-input-file | FileCheck %s

// Both readers get the sum in their own shape, from the reshaped input.
// CHECK-LABEL: @mask
// CHECK-DAG: %[[A:.*]] = nn.reshape %arg0 : (tensor<1xi64>) -> tensor<1x1xi64>
// CHECK-DAG: %[[S:.*]] = nn.add %[[A]], %{{.*}} : (tensor<1x1xi64>, tensor<8x1xi64>) -> tensor<8x1xi64>
// CHECK-DAG: nn.greater %arg1, %[[S]]
// CHECK-DAG: %[[T:.*]] = nn.add %{{.*}}, %{{.*}} : (tensor<1x1x1xi64>, tensor<1x8x1xi64>) -> tensor<1x8x1xi64>
// CHECK-DAG: nn.cast %[[T]]
func.func @mask(%p: tensor<1xi64>, %k: tensor<1x16xi64>, %c: tensor<8xi64>) -> (tensor<8x16xi1>, tensor<1x8x1xf32>) {
  %s = nn.add %p, %c : (tensor<1xi64>, tensor<8xi64>) -> tensor<8xi64>
  %a = nn.reshape %s : (tensor<8xi64>) -> tensor<8x1xi64>
  %b = nn.reshape %s : (tensor<8xi64>) -> tensor<1x8x1xi64>
  %m = nn.greater %k, %a : (tensor<1x16xi64>, tensor<8x1xi64>) -> tensor<8x16xi1>
  %f = nn.cast %b : (tensor<1x8x1xi64>) -> tensor<1x8x1xf32>
  return %m, %f : tensor<8x16xi1>, tensor<1x8x1xf32>
}

// -----

// The activation runs on the tiles of the product.
// CHECK-LABEL: @product
// CHECK: nn.matmul
// CHECK-NEXT: nn.silu
// CHECK-NEXT: nn.reshape
func.func @product(%x: tensor<1x8xf32>, %w: tensor<8x8xf32>) -> tensor<8xf32> {
  %m = nn.matmul %x, %w : (tensor<1x8xf32>, tensor<8x8xf32>) -> tensor<1x8xf32>
  %s = nn.silu %m : (tensor<1x8xf32>) -> tensor<1x8xf32>
  %r = nn.reshape %s : (tensor<1x8xf32>) -> tensor<8xf32>
  return %r : tensor<8xf32>
}

// -----

// Elements of a row change their dims: stays.
// CHECK-LABEL: @rows
// CHECK: nn.silu
// CHECK-NEXT: nn.reshape
func.func @rows(%x: tensor<2x8xf32>) -> tensor<16xf32> {
  %s = nn.silu %x : (tensor<2x8xf32>) -> tensor<2x8xf32>
  %r = nn.reshape %s : (tensor<2x8xf32>) -> tensor<16xf32>
  return %r : tensor<16xf32>
}
