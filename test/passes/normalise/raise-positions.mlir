// RUN: neuron-opt --pass-pipeline='builtin.module(func.func(neuron-raise-patterns))' %s --split-input-file | FileCheck %s

// CHECK-LABEL: @rope
// CHECK: nn.rope %arg0, %arg1, %arg2
// CHECK-NEXT: return
func.func @rope(%x: tensor<1x2x3x8xf32>, %c: tensor<1x1x3x8xf32>, %s: tensor<1x1x3x8xf32>) -> tensor<1x2x3x8xf32> {
  %a = nn.multiply %x, %c : (tensor<1x2x3x8xf32>, tensor<1x1x3x8xf32>) -> tensor<1x2x3x8xf32>
  %1 = nn.slice %x {starts = array<i64: 0, 0, 0, 0>, sizes = array<i64: 1, 2, 3, 4>, steps = array<i64: 1, 1, 1, 1>} : (tensor<1x2x3x8xf32>) -> tensor<1x2x3x4xf32>
  %2 = nn.slice %x {starts = array<i64: 0, 0, 0, 4>, sizes = array<i64: 1, 2, 3, 4>, steps = array<i64: 1, 1, 1, 1>} : (tensor<1x2x3x8xf32>) -> tensor<1x2x3x4xf32>
  %n = nn.negate %2 : (tensor<1x2x3x4xf32>) -> tensor<1x2x3x4xf32>
  %r = nn.concat %n, %1 {axis = 3 : i64} : (tensor<1x2x3x4xf32>, tensor<1x2x3x4xf32>) -> tensor<1x2x3x8xf32>
  %b = nn.multiply %r, %s : (tensor<1x2x3x8xf32>, tensor<1x1x3x8xf32>) -> tensor<1x2x3x8xf32>
  %y = nn.add %a, %b : (tensor<1x2x3x8xf32>, tensor<1x2x3x8xf32>) -> tensor<1x2x3x8xf32>
  return %y : tensor<1x2x3x8xf32>
}

// -----

// The first half is the negative one here: no rope.
// CHECK-LABEL: @not_rope
// CHECK-NOT: nn.rope
func.func @not_rope(%x: tensor<3x8xf32>, %c: tensor<3x8xf32>, %s: tensor<3x8xf32>) -> tensor<3x8xf32> {
  %a = nn.multiply %x, %c : (tensor<3x8xf32>, tensor<3x8xf32>) -> tensor<3x8xf32>
  %1 = nn.slice %x {starts = array<i64: 0, 0>, sizes = array<i64: 3, 4>, steps = array<i64: 1, 1>} : (tensor<3x8xf32>) -> tensor<3x4xf32>
  %2 = nn.slice %x {starts = array<i64: 0, 4>, sizes = array<i64: 3, 4>, steps = array<i64: 1, 1>} : (tensor<3x8xf32>) -> tensor<3x4xf32>
  %n = nn.negate %1 : (tensor<3x4xf32>) -> tensor<3x4xf32>
  %r = nn.concat %n, %2 {axis = 1 : i64} : (tensor<3x4xf32>, tensor<3x4xf32>) -> tensor<3x8xf32>
  %b = nn.multiply %r, %s : (tensor<3x8xf32>, tensor<3x8xf32>) -> tensor<3x8xf32>
  %y = nn.add %a, %b : (tensor<3x8xf32>, tensor<3x8xf32>) -> tensor<3x8xf32>
  return %y : tensor<3x8xf32>
}

// -----

// CHECK-LABEL: @rows
// CHECK: nn.cache_update %arg0, %arg1, %{{.*}} {axis = 1 : i64} : (tensor<2x16x4xf32>, tensor<2x3x4xf32>, tensor<3xi64>)
// CHECK-NOT: nn.scatter
func.func @rows(%c: tensor<2x16x4xf32>, %u: tensor<2x3x4xf32>, %p: tensor<3xi64>) -> tensor<2x16x4xf32> {
  %r = nn.reshape %p : (tensor<3xi64>) -> tensor<1x3x1xi64>
  %i = nn.broadcast %r : (tensor<1x3x1xi64>) -> tensor<2x3x4xi64>
  %y = nn.scatter_elements %c, %i, %u {axis = 1 : i64} : (tensor<2x16x4xf32>, tensor<2x3x4xi64>, tensor<2x3x4xf32>) -> tensor<2x16x4xf32>
  return %y : tensor<2x16x4xf32>
}

// -----

// Every element has a place of its own: no rows.
// CHECK-LABEL: @elements
// CHECK: nn.scatter_elements
func.func @elements(%c: tensor<2x16xf32>, %u: tensor<2x3xf32>, %p: tensor<2x3xi64>) -> tensor<2x16xf32> {
  %y = nn.scatter_elements %c, %p, %u {axis = 1 : i64} : (tensor<2x16xf32>, tensor<2x3xi64>, tensor<2x3xf32>) -> tensor<2x16xf32>
  return %y : tensor<2x16xf32>
}
