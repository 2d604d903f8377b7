// RUN: neuron-opt --neuron-raise-state %s --split-input-file | FileCheck %s

// A cache that only its update reads leaves the interface.
// CHECK: nn.state @past : tensor<1x4x8xf32>
// CHECK: func.func @main(%arg0: tensor<1x1x8xf32>, %arg1: tensor<1xi64>) {
// CHECK: %[[OLD:.*]] = nn.state_read @past
// CHECK: %[[NEW:.*]] = nn.cache_update %[[OLD]], %arg0, %arg1
// CHECK: nn.state_write @past, %[[NEW]]
func.func @main(%past: tensor<1x4x8xf32> {nn.name = "past"}, %row: tensor<1x1x8xf32>,
                %position: tensor<1xi64>) -> tensor<1x4x8xf32> {
  %y = nn.cache_update %past, %row, %position {axis = 1 : i64} : (tensor<1x4x8xf32>, tensor<1x1x8xf32>, tensor<1xi64>) -> tensor<1x4x8xf32>
  return %y : tensor<1x4x8xf32>
}

// -----

// Somebody else reads the old value: it stays an input.
// CHECK-NOT: nn.state
// CHECK: func.func @main(%arg0: tensor<1x4x8xf32>
func.func @main(%past: tensor<1x4x8xf32>, %row: tensor<1x1x8xf32>, %position: tensor<1xi64>)
    -> (tensor<1x4x8xf32>, tensor<1x4x8xf32>) {
  %y = nn.cache_update %past, %row, %position {axis = 1 : i64} : (tensor<1x4x8xf32>, tensor<1x1x8xf32>, tensor<1xi64>) -> tensor<1x4x8xf32>
  %z = nn.exp %past : (tensor<1x4x8xf32>) -> tensor<1x4x8xf32>
  return %y, %z : tensor<1x4x8xf32>, tensor<1x4x8xf32>
}
