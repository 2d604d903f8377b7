// Which layers are outlined: stages, layers that differ, blocks that are too small; and names.
// RUN: neuron-opt %s --split-input-file --neuron-outline-repeats --verify-diagnostics --mlir-print-debuginfo --mlir-print-local-scope | FileCheck %s

// Two stages and a step between them; the last layer of the second has another activation.
// CHECK: func.func private @block(
// CHECK-SAME: tensor<2x8xf32>
// CHECK: nn.matmul
// CHECK-SAME: loc(fused<["stage1.0", "stage1.1", "stage1.2"]>["stage1.0-2", "stage1.0", "stage1.1", "stage1.2"])
// CHECK: func.func private @block_0(
// CHECK-SAME: tensor<2x4xf32>
// CHECK: func.func @main
// CHECK: nn.repeat @block, 3
// CHECK-NEXT: nn.slice
// CHECK: nn.repeat @block_0, 2
// CHECK: nn.matmul
// CHECK-NEXT: nn.tanh
// CHECK-NEXT: nn.reduce_max
// CHECK-NEXT: nn.add
// CHECK-NEXT: nn.add
// CHECK-NEXT: return
func.func @main(%x: tensor<2x8xf32>, %w: tensor<8x8xf32>, %v: tensor<4x4xf32>) -> tensor<2x4xf32> {
  %p0a = nn.matmul %x, %w : (tensor<2x8xf32>, tensor<8x8xf32>) -> tensor<2x8xf32> loc("stage1.0")
  %p0b = nn.relu %p0a : (tensor<2x8xf32>) -> tensor<2x8xf32> loc("stage1.0")
  %p0c = nn.reduce_max %p0b {axes = array<i64: 1>, keep_dims = true} : (tensor<2x8xf32>) -> tensor<2x1xf32> loc("stage1.0")
  %p0d = nn.add %p0b, %p0c : (tensor<2x8xf32>, tensor<2x1xf32>) -> tensor<2x8xf32> loc("stage1.0")
  %p0e = nn.add %p0d, %x : (tensor<2x8xf32>, tensor<2x8xf32>) -> tensor<2x8xf32> loc("stage1.0")
  %p1a = nn.matmul %p0e, %w : (tensor<2x8xf32>, tensor<8x8xf32>) -> tensor<2x8xf32> loc("stage1.1")
  %p1b = nn.relu %p1a : (tensor<2x8xf32>) -> tensor<2x8xf32> loc("stage1.1")
  %p1c = nn.reduce_max %p1b {axes = array<i64: 1>, keep_dims = true} : (tensor<2x8xf32>) -> tensor<2x1xf32> loc("stage1.1")
  %p1d = nn.add %p1b, %p1c : (tensor<2x8xf32>, tensor<2x1xf32>) -> tensor<2x8xf32> loc("stage1.1")
  %p1e = nn.add %p1d, %p0e : (tensor<2x8xf32>, tensor<2x8xf32>) -> tensor<2x8xf32> loc("stage1.1")
  %p2a = nn.matmul %p1e, %w : (tensor<2x8xf32>, tensor<8x8xf32>) -> tensor<2x8xf32> loc("stage1.2")
  %p2b = nn.relu %p2a : (tensor<2x8xf32>) -> tensor<2x8xf32> loc("stage1.2")
  %p2c = nn.reduce_max %p2b {axes = array<i64: 1>, keep_dims = true} : (tensor<2x8xf32>) -> tensor<2x1xf32> loc("stage1.2")
  %p2d = nn.add %p2b, %p2c : (tensor<2x8xf32>, tensor<2x1xf32>) -> tensor<2x8xf32> loc("stage1.2")
  %p2e = nn.add %p2d, %p1e : (tensor<2x8xf32>, tensor<2x8xf32>) -> tensor<2x8xf32> loc("stage1.2")
  %y = nn.slice %p2e {sizes = array<i64: 2, 4>, starts = array<i64: 0, 0>, steps = array<i64: 1, 1>} : (tensor<2x8xf32>) -> tensor<2x4xf32>
  %q0a = nn.matmul %y, %v : (tensor<2x4xf32>, tensor<4x4xf32>) -> tensor<2x4xf32>
  %q0b = nn.relu %q0a : (tensor<2x4xf32>) -> tensor<2x4xf32>
  %q0c = nn.reduce_max %q0b {axes = array<i64: 1>, keep_dims = true} : (tensor<2x4xf32>) -> tensor<2x1xf32>
  %q0d = nn.add %q0b, %q0c : (tensor<2x4xf32>, tensor<2x1xf32>) -> tensor<2x4xf32>
  %q0e = nn.add %q0d, %y : (tensor<2x4xf32>, tensor<2x4xf32>) -> tensor<2x4xf32>
  %q1a = nn.matmul %q0e, %v : (tensor<2x4xf32>, tensor<4x4xf32>) -> tensor<2x4xf32>
  %q1b = nn.relu %q1a : (tensor<2x4xf32>) -> tensor<2x4xf32>
  %q1c = nn.reduce_max %q1b {axes = array<i64: 1>, keep_dims = true} : (tensor<2x4xf32>) -> tensor<2x1xf32>
  %q1d = nn.add %q1b, %q1c : (tensor<2x4xf32>, tensor<2x1xf32>) -> tensor<2x4xf32>
  %q1e = nn.add %q1d, %q0e : (tensor<2x4xf32>, tensor<2x4xf32>) -> tensor<2x4xf32>
  %q2a = nn.matmul %q1e, %v : (tensor<2x4xf32>, tensor<4x4xf32>) -> tensor<2x4xf32>
  // expected-remark @+1 {{not outlined with the layers beside it: nn.tanh stands for nn.relu}}
  %q2b = nn.tanh %q2a : (tensor<2x4xf32>) -> tensor<2x4xf32>
  %q2c = nn.reduce_max %q2b {axes = array<i64: 1>, keep_dims = true} : (tensor<2x4xf32>) -> tensor<2x1xf32>
  %q2d = nn.add %q2b, %q2c : (tensor<2x4xf32>, tensor<2x1xf32>) -> tensor<2x4xf32>
  %q2e = nn.add %q2d, %q1e : (tensor<2x4xf32>, tensor<2x4xf32>) -> tensor<2x4xf32>
  return %q2e : tensor<2x4xf32>
}

// -----

// The weight of the first layer is stored transposed.
// CHECK-DAG: nn.weight @w0 : tensor<8x8xf32>
// CHECK-DAG: nn.weight @"w1-2" : tensor<2x8x8xf32>
// CHECK: func.func @main
// CHECK: nn.matmul
// CHECK: nn.repeat @block, 2
nn.weight @w0 : tensor<8x8xf32> [#nn.blob<"m", 0, 256 : tensor<8x8xf32>>] [#nn.permute<[1, 0]>]
nn.weight @w1 : tensor<8x8xf32> [#nn.blob<"m", 256, 256 : tensor<8x8xf32>>]
nn.weight @w2 : tensor<8x8xf32> [#nn.blob<"m", 512, 256 : tensor<8x8xf32>>]
func.func @main(%x: tensor<2x8xf32>) -> tensor<2x8xf32> {
  // expected-remark @+1 {{not outlined with the layers beside it: a weight has another form}}
  %w0 = nn.weight_value @w0 : tensor<8x8xf32>
  %w1 = nn.weight_value @w1 : tensor<8x8xf32>
  %w2 = nn.weight_value @w2 : tensor<8x8xf32>
  %p0a = nn.matmul %x, %w0 : (tensor<2x8xf32>, tensor<8x8xf32>) -> tensor<2x8xf32>
  %p0b = nn.relu %p0a : (tensor<2x8xf32>) -> tensor<2x8xf32>
  %p0c = nn.reduce_max %p0b {axes = array<i64: 1>, keep_dims = true} : (tensor<2x8xf32>) -> tensor<2x1xf32>
  %p0d = nn.add %p0b, %p0c : (tensor<2x8xf32>, tensor<2x1xf32>) -> tensor<2x8xf32>
  %p0e = nn.add %p0d, %x : (tensor<2x8xf32>, tensor<2x8xf32>) -> tensor<2x8xf32>
  %p1a = nn.matmul %p0e, %w1 : (tensor<2x8xf32>, tensor<8x8xf32>) -> tensor<2x8xf32>
  %p1b = nn.relu %p1a : (tensor<2x8xf32>) -> tensor<2x8xf32>
  %p1c = nn.reduce_max %p1b {axes = array<i64: 1>, keep_dims = true} : (tensor<2x8xf32>) -> tensor<2x1xf32>
  %p1d = nn.add %p1b, %p1c : (tensor<2x8xf32>, tensor<2x1xf32>) -> tensor<2x8xf32>
  %p1e = nn.add %p1d, %p0e : (tensor<2x8xf32>, tensor<2x8xf32>) -> tensor<2x8xf32>
  %p2a = nn.matmul %p1e, %w2 : (tensor<2x8xf32>, tensor<8x8xf32>) -> tensor<2x8xf32>
  %p2b = nn.relu %p2a : (tensor<2x8xf32>) -> tensor<2x8xf32>
  %p2c = nn.reduce_max %p2b {axes = array<i64: 1>, keep_dims = true} : (tensor<2x8xf32>) -> tensor<2x1xf32>
  %p2d = nn.add %p2b, %p2c : (tensor<2x8xf32>, tensor<2x1xf32>) -> tensor<2x8xf32>
  %p2e = nn.add %p2d, %p1e : (tensor<2x8xf32>, tensor<2x8xf32>) -> tensor<2x8xf32>
  return %p2e : tensor<2x8xf32>
}

// -----

// A product and its activation are one group: no block of their own.
// CHECK-NOT: nn.repeat
func.func @main(%x: tensor<2x8xf32>, %w: tensor<8x8xf32>) -> tensor<2x8xf32> {
  %a0 = nn.matmul %x, %w : (tensor<2x8xf32>, tensor<8x8xf32>) -> tensor<2x8xf32>
  %b0 = nn.relu %a0 : (tensor<2x8xf32>) -> tensor<2x8xf32>
  %a1 = nn.matmul %b0, %w : (tensor<2x8xf32>, tensor<8x8xf32>) -> tensor<2x8xf32>
  %b1 = nn.relu %a1 : (tensor<2x8xf32>) -> tensor<2x8xf32>
  %a2 = nn.matmul %b1, %w : (tensor<2x8xf32>, tensor<8x8xf32>) -> tensor<2x8xf32>
  %b2 = nn.relu %a2 : (tensor<2x8xf32>) -> tensor<2x8xf32>
  %a3 = nn.matmul %b2, %w : (tensor<2x8xf32>, tensor<8x8xf32>) -> tensor<2x8xf32>
  %b3 = nn.relu %a3 : (tensor<2x8xf32>) -> tensor<2x8xf32>
  return %b3 : tensor<2x8xf32>
}

// -----

// Elementwise ops stay on chip from the first to the last.
// CHECK-NOT: nn.repeat
func.func @main(%x: tensor<2x8xf32>) -> tensor<2x8xf32> {
  %relu0 = nn.relu %x : (tensor<2x8xf32>) -> tensor<2x8xf32>
  %tanh0 = nn.tanh %relu0 : (tensor<2x8xf32>) -> tensor<2x8xf32>
  %sigmoid0 = nn.sigmoid %tanh0 : (tensor<2x8xf32>) -> tensor<2x8xf32>
  %gelu0 = nn.gelu %sigmoid0 : (tensor<2x8xf32>) -> tensor<2x8xf32>
  %relu1 = nn.relu %gelu0 : (tensor<2x8xf32>) -> tensor<2x8xf32>
  %tanh1 = nn.tanh %relu1 : (tensor<2x8xf32>) -> tensor<2x8xf32>
  %sigmoid1 = nn.sigmoid %tanh1 : (tensor<2x8xf32>) -> tensor<2x8xf32>
  %gelu1 = nn.gelu %sigmoid1 : (tensor<2x8xf32>) -> tensor<2x8xf32>
  %relu2 = nn.relu %gelu1 : (tensor<2x8xf32>) -> tensor<2x8xf32>
  %tanh2 = nn.tanh %relu2 : (tensor<2x8xf32>) -> tensor<2x8xf32>
  %sigmoid2 = nn.sigmoid %tanh2 : (tensor<2x8xf32>) -> tensor<2x8xf32>
  %gelu2 = nn.gelu %sigmoid2 : (tensor<2x8xf32>) -> tensor<2x8xf32>
  return %gelu2 : tensor<2x8xf32>
}

// -----

// A state that every layer updates.
// CHECK-NOT: nn.repeat
nn.state @s : tensor<2x8xf32>
func.func @main(%x: tensor<2x8xf32>, %w: tensor<8x8xf32>) -> tensor<2x8xf32> {
  %s0 = nn.state_read @s : tensor<2x8xf32>
  %p0a = nn.matmul %s0, %w : (tensor<2x8xf32>, tensor<8x8xf32>) -> tensor<2x8xf32>
  %p0b = nn.relu %p0a : (tensor<2x8xf32>) -> tensor<2x8xf32>
  %p0c = nn.reduce_max %p0b {axes = array<i64: 1>, keep_dims = true} : (tensor<2x8xf32>) -> tensor<2x1xf32>
  %p0d = nn.add %p0b, %p0c : (tensor<2x8xf32>, tensor<2x1xf32>) -> tensor<2x8xf32>
  %p0e = nn.add %p0d, %x : (tensor<2x8xf32>, tensor<2x8xf32>) -> tensor<2x8xf32>
  nn.state_write @s, %p0e : tensor<2x8xf32>
  // expected-remark @+1 {{layers not outlined: a state of several layers}}
  %s1 = nn.state_read @s : tensor<2x8xf32>
  %p1a = nn.matmul %s1, %w : (tensor<2x8xf32>, tensor<8x8xf32>) -> tensor<2x8xf32>
  %p1b = nn.relu %p1a : (tensor<2x8xf32>) -> tensor<2x8xf32>
  %p1c = nn.reduce_max %p1b {axes = array<i64: 1>, keep_dims = true} : (tensor<2x8xf32>) -> tensor<2x1xf32>
  %p1d = nn.add %p1b, %p1c : (tensor<2x8xf32>, tensor<2x1xf32>) -> tensor<2x8xf32>
  %p1e = nn.add %p1d, %p0e : (tensor<2x8xf32>, tensor<2x8xf32>) -> tensor<2x8xf32>
  nn.state_write @s, %p1e : tensor<2x8xf32>
  return %p1e : tensor<2x8xf32>
}
