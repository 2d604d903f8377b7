// RUN: neuron-opt %s --split-input-file --neuron-outline-repeats --verify-diagnostics | FileCheck %s

// Three layers, written in another order each; the mask is for all of them, and so is one weight.
// CHECK-DAG: nn.weight @"w.0-2" : tensor<3x8x8xf32> [#nn.blob<"m", 0, 256 : tensor<8x8xf32>>, #nn.blob<"m", 256, 256 : tensor<8x8xf32>>, #nn.blob<"m", 512, 256 : tensor<8x8xf32>>] [#nn.permute<[1, 0]>]
// CHECK-DAG: nn.weight @shared : tensor<8x8xf32>
// CHECK-NOT: nn.weight @w.0 :
// CHECK: func.func private @block(%[[X:.*]]: tensor<2x8xf32>, %[[M:.*]]: tensor<2x8xf32>) -> tensor<2x8xf32> {
// CHECK: %[[W:.*]] = nn.weight_value @"w.0-2" each : tensor<8x8xf32>
// CHECK: %[[A:.*]] = nn.matmul %[[X]], %[[W]]
// CHECK: %[[B:.*]] = nn.add %[[A]], %[[M]]
// CHECK: %[[S:.*]] = nn.weight_value @shared : tensor<8x8xf32>
// CHECK: %[[C:.*]] = nn.matmul %[[B]], %[[S]]
// CHECK: %[[D:.*]] = nn.relu %[[X]]
// CHECK: %[[E:.*]] = nn.add %[[C]], %[[D]]
// CHECK: return %[[E]]
// CHECK: func.func @main(%[[IN:.*]]: tensor<2x8xf32>, %[[MASK:.*]]: tensor<2x8xf32>)
// CHECK-NEXT: %[[M2:.*]] = nn.tanh %[[MASK]]
// CHECK-NEXT: %[[R:.*]] = nn.repeat @block, 3 carried(%[[IN]]) invariant(%[[M2]]) : (tensor<2x8xf32>, tensor<2x8xf32>) -> tensor<2x8xf32>
// CHECK-NEXT: %[[Z:.*]] = nn.sigmoid %[[R]]
// CHECK-NEXT: return %[[Z]]
nn.weight @w.0 : tensor<8x8xf32> [#nn.blob<"m", 0, 256 : tensor<8x8xf32>>] [#nn.permute<[1, 0]>]
nn.weight @w.1 : tensor<8x8xf32> [#nn.blob<"m", 256, 256 : tensor<8x8xf32>>] [#nn.permute<[1, 0]>]
nn.weight @w.2 : tensor<8x8xf32> [#nn.blob<"m", 512, 256 : tensor<8x8xf32>>] [#nn.permute<[1, 0]>]
nn.weight @shared : tensor<8x8xf32> [#nn.blob<"m", 768, 256 : tensor<8x8xf32>>]
func.func @main(%x: tensor<2x8xf32>, %mask: tensor<2x8xf32>) -> tensor<2x8xf32> {
  %s = nn.weight_value @shared : tensor<8x8xf32>
  %w0 = nn.weight_value @w.0 : tensor<8x8xf32>
  %a0 = nn.matmul %x, %w0 : (tensor<2x8xf32>, tensor<8x8xf32>) -> tensor<2x8xf32>
  %m = nn.tanh %mask : (tensor<2x8xf32>) -> tensor<2x8xf32>
  %b0 = nn.add %a0, %m : (tensor<2x8xf32>, tensor<2x8xf32>) -> tensor<2x8xf32>
  %c0 = nn.matmul %b0, %s : (tensor<2x8xf32>, tensor<8x8xf32>) -> tensor<2x8xf32>
  %d0 = nn.relu %x : (tensor<2x8xf32>) -> tensor<2x8xf32>
  %e0 = nn.add %c0, %d0 : (tensor<2x8xf32>, tensor<2x8xf32>) -> tensor<2x8xf32>
  %d1 = nn.relu %e0 : (tensor<2x8xf32>) -> tensor<2x8xf32>
  %w1 = nn.weight_value @w.1 : tensor<8x8xf32>
  %w2 = nn.weight_value @w.2 : tensor<8x8xf32>
  %a1 = nn.matmul %e0, %w1 : (tensor<2x8xf32>, tensor<8x8xf32>) -> tensor<2x8xf32>
  %b1 = nn.add %a1, %m : (tensor<2x8xf32>, tensor<2x8xf32>) -> tensor<2x8xf32>
  %c1 = nn.matmul %b1, %s : (tensor<2x8xf32>, tensor<8x8xf32>) -> tensor<2x8xf32>
  %e1 = nn.add %c1, %d1 : (tensor<2x8xf32>, tensor<2x8xf32>) -> tensor<2x8xf32>
  %a2 = nn.matmul %e1, %w2 : (tensor<2x8xf32>, tensor<8x8xf32>) -> tensor<2x8xf32>
  %d2 = nn.relu %e1 : (tensor<2x8xf32>) -> tensor<2x8xf32>
  %b2 = nn.add %a2, %m : (tensor<2x8xf32>, tensor<2x8xf32>) -> tensor<2x8xf32>
  %c2 = nn.matmul %b2, %s : (tensor<2x8xf32>, tensor<8x8xf32>) -> tensor<2x8xf32>
  %e2 = nn.add %c2, %d2 : (tensor<2x8xf32>, tensor<2x8xf32>) -> tensor<2x8xf32>
  %z = nn.sigmoid %e2 : (tensor<2x8xf32>) -> tensor<2x8xf32>
  return %z : tensor<2x8xf32>
}

// -----

// States of the layers become one, and so do their first values. A constant of each layer is a
// slice of a constant of all.
// CHECK-DAG: nn.weight @"k0-1" : tensor<2x2x8xf32>
// CHECK-DAG: nn.state @"s0-1" : tensor<2x2x8xf32> initial @"k0-1"
// CHECK: func.func private @block(%{{.*}}: tensor<2x8xf32>, %[[C:.*]]: tensor<1x1xf32>) -> tensor<2x8xf32> {
// CHECK: %[[S:.*]] = nn.state_read @"s0-1" each : tensor<2x8xf32>
// CHECK: nn.multiply %{{.*}}, %[[C]]
// CHECK: nn.state_write @"s0-1" each, %{{.*}} : tensor<2x8xf32>
// CHECK: func.func @main
// CHECK{LITERAL}: nn.constant dense<[[[5.000000e-01]], [[2.500000e-01]]]> : tensor<2x1x1xf32>
// CHECK: nn.repeat @block, 2 carried(%{{.*}}) sliced(%{{.*}})
nn.weight @w0 : tensor<8x8xf32> [#nn.blob<"m", 0, 256 : tensor<8x8xf32>>]
nn.weight @w1 : tensor<8x8xf32> [#nn.blob<"m", 256, 256 : tensor<8x8xf32>>]
nn.weight @k0 : tensor<2x8xf32> [#nn.blob<"m", 512, 64 : tensor<2x8xf32>>]
nn.weight @k1 : tensor<2x8xf32> [#nn.blob<"m", 576, 64 : tensor<2x8xf32>>]
nn.state @s0 : tensor<2x8xf32> initial @k0
nn.state @s1 : tensor<2x8xf32> initial @k1
func.func @main(%x: tensor<2x8xf32>) -> tensor<2x8xf32> {
  %s1 = nn.state_read @s1 : tensor<2x8xf32>
  %s0 = nn.state_read @s0 : tensor<2x8xf32>
  %c0 = nn.constant dense<0.5> : tensor<1x1xf32>
  %c1 = nn.constant dense<0.25> : tensor<1x1xf32>
  %w0 = nn.weight_value @w0 : tensor<8x8xf32>
  %w1 = nn.weight_value @w1 : tensor<8x8xf32>
  %a0 = nn.matmul %x, %w0 : (tensor<2x8xf32>, tensor<8x8xf32>) -> tensor<2x8xf32>
  %b0 = nn.multiply %a0, %c0 : (tensor<2x8xf32>, tensor<1x1xf32>) -> tensor<2x8xf32>
  %n0 = nn.add %b0, %s0 : (tensor<2x8xf32>, tensor<2x8xf32>) -> tensor<2x8xf32>
  %d0 = nn.tanh %n0 : (tensor<2x8xf32>) -> tensor<2x8xf32>
  %a1 = nn.matmul %d0, %w1 : (tensor<2x8xf32>, tensor<8x8xf32>) -> tensor<2x8xf32>
  %b1 = nn.multiply %a1, %c1 : (tensor<2x8xf32>, tensor<1x1xf32>) -> tensor<2x8xf32>
  %n1 = nn.add %b1, %s1 : (tensor<2x8xf32>, tensor<2x8xf32>) -> tensor<2x8xf32>
  %d1 = nn.tanh %n1 : (tensor<2x8xf32>) -> tensor<2x8xf32>
  nn.state_write @s1, %n1 : tensor<2x8xf32>
  nn.state_write @s0, %n0 : tensor<2x8xf32>
  return %d1 : tensor<2x8xf32>
}

// -----

// A cache an iteration goes in as a slice of a stack and comes out as one: little beside the
// weights.
// CHECK: func.func private @block(%{{.*}}: tensor<1x64xf32>, %{{.*}}: tensor<2x64xf32>) -> (tensor<1x64xf32>, tensor<2x64xf32>)
// CHECK: func.func @main(%[[X:.*]]: tensor<1x64xf32>, %[[K0:.*]]: tensor<2x64xf32>, %[[K1:.*]]: tensor<2x64xf32>)
// CHECK: %[[R0:.*]] = nn.reshape %[[K0]] : (tensor<2x64xf32>) -> tensor<1x2x64xf32>
// CHECK: %[[R1:.*]] = nn.reshape %[[K1]] : (tensor<2x64xf32>) -> tensor<1x2x64xf32>
// CHECK: %[[S:.*]] = nn.concat %[[R0]], %[[R1]] {axis = 0 : i64}
// CHECK: %[[R:.*]]:2 = nn.repeat @block, 2 carried(%[[X]]) sliced(%[[S]])
// CHECK: nn.slice %[[R]]#1 {sizes = array<i64: 1, 2, 64>, starts = array<i64: 0, 0, 0>
// CHECK: nn.slice %[[R]]#1 {sizes = array<i64: 1, 2, 64>, starts = array<i64: 1, 0, 0>
nn.weight @w0 : tensor<64x64xf32> [#nn.blob<"m", 0, 16384 : tensor<64x64xf32>>]
nn.weight @w1 : tensor<64x64xf32> [#nn.blob<"m", 16384, 16384 : tensor<64x64xf32>>]
func.func @main(%x: tensor<1x64xf32>, %k0: tensor<2x64xf32>, %k1: tensor<2x64xf32>) -> (tensor<1x64xf32>, tensor<2x64xf32>, tensor<2x64xf32>) {
  %w0 = nn.weight_value @w0 : tensor<64x64xf32>
  %w1 = nn.weight_value @w1 : tensor<64x64xf32>
  %a0 = nn.matmul %x, %w0 : (tensor<1x64xf32>, tensor<64x64xf32>) -> tensor<1x64xf32>
  %n0 = nn.add %k0, %a0 : (tensor<2x64xf32>, tensor<1x64xf32>) -> tensor<2x64xf32>
  %r0 = nn.reduce_max %n0 {axes = array<i64: 0>, keep_dims = true} : (tensor<2x64xf32>) -> tensor<1x64xf32>
  %d0 = nn.add %r0, %x : (tensor<1x64xf32>, tensor<1x64xf32>) -> tensor<1x64xf32>
  %a1 = nn.matmul %d0, %w1 : (tensor<1x64xf32>, tensor<64x64xf32>) -> tensor<1x64xf32>
  %n1 = nn.add %k1, %a1 : (tensor<2x64xf32>, tensor<1x64xf32>) -> tensor<2x64xf32>
  %r1 = nn.reduce_max %n1 {axes = array<i64: 0>, keep_dims = true} : (tensor<2x64xf32>) -> tensor<1x64xf32>
  %d1 = nn.add %r1, %d0 : (tensor<1x64xf32>, tensor<1x64xf32>) -> tensor<1x64xf32>
  return %d1, %n0, %n1 : tensor<1x64xf32>, tensor<2x64xf32>, tensor<2x64xf32>
}

// -----

// The same with large caches and small weights: copies would cost more than the layers do.
// CHECK: func.func @main
// CHECK-NOT: nn.repeat
nn.weight @w0 : tensor<8x8xf32> [#nn.blob<"m", 0, 256 : tensor<8x8xf32>>]
nn.weight @w1 : tensor<8x8xf32> [#nn.blob<"m", 256, 256 : tensor<8x8xf32>>]
func.func @main(%x: tensor<1x8xf32>, %k0: tensor<64x8xf32>, %k1: tensor<64x8xf32>) -> (tensor<1x8xf32>, tensor<64x8xf32>, tensor<64x8xf32>) {
  %w0 = nn.weight_value @w0 : tensor<8x8xf32>
  %w1 = nn.weight_value @w1 : tensor<8x8xf32>
  %a0 = nn.matmul %x, %w0 : (tensor<1x8xf32>, tensor<8x8xf32>) -> tensor<1x8xf32>
  %n0 = nn.add %k0, %a0 : (tensor<64x8xf32>, tensor<1x8xf32>) -> tensor<64x8xf32>
  %r0 = nn.reduce_max %n0 {axes = array<i64: 0>, keep_dims = true} : (tensor<64x8xf32>) -> tensor<1x8xf32>
  // expected-remark @+1 {{layers not outlined: 8192 bytes would be copied into stacks or out of them, beside 4800 that are moved anyway}}
  %d0 = nn.add %r0, %x : (tensor<1x8xf32>, tensor<1x8xf32>) -> tensor<1x8xf32>
  %a1 = nn.matmul %d0, %w1 : (tensor<1x8xf32>, tensor<8x8xf32>) -> tensor<1x8xf32>
  %n1 = nn.add %k1, %a1 : (tensor<64x8xf32>, tensor<1x8xf32>) -> tensor<64x8xf32>
  %r1 = nn.reduce_max %n1 {axes = array<i64: 0>, keep_dims = true} : (tensor<64x8xf32>) -> tensor<1x8xf32>
  %d1 = nn.add %r1, %d0 : (tensor<1x8xf32>, tensor<1x8xf32>) -> tensor<1x8xf32>
  return %d1, %n0, %n1 : tensor<1x8xf32>, tensor<64x8xf32>, tensor<64x8xf32>
}

// -----

// Two values go from step to step, as in a recurrent network.
// CHECK: func.func private @block(%{{.*}}: tensor<1x8xf32>, %{{.*}}: tensor<1x8xf32>) -> (tensor<1x8xf32>, tensor<1x8xf32>)
// CHECK: nn.repeat @block, 3 carried(%{{.*}}, %{{.*}}) :
nn.weight @w : tensor<8x8xf32> [#nn.blob<"m", 0, 256 : tensor<8x8xf32>>]
func.func @main(%h0: tensor<1x8xf32>, %c0: tensor<1x8xf32>) -> tensor<1x8xf32> {
  %w = nn.weight_value @w : tensor<8x8xf32>
  %a0 = nn.matmul %h0, %w : (tensor<1x8xf32>, tensor<8x8xf32>) -> tensor<1x8xf32>
  %f0 = nn.sigmoid %a0 : (tensor<1x8xf32>) -> tensor<1x8xf32>
  %c1 = nn.multiply %f0, %c0 : (tensor<1x8xf32>, tensor<1x8xf32>) -> tensor<1x8xf32>
  %t0 = nn.tanh %c1 : (tensor<1x8xf32>) -> tensor<1x8xf32>
  %h1 = nn.multiply %t0, %a0 : (tensor<1x8xf32>, tensor<1x8xf32>) -> tensor<1x8xf32>
  %a1 = nn.matmul %h1, %w : (tensor<1x8xf32>, tensor<8x8xf32>) -> tensor<1x8xf32>
  %f1 = nn.sigmoid %a1 : (tensor<1x8xf32>) -> tensor<1x8xf32>
  %c2 = nn.multiply %f1, %c1 : (tensor<1x8xf32>, tensor<1x8xf32>) -> tensor<1x8xf32>
  %t1 = nn.tanh %c2 : (tensor<1x8xf32>) -> tensor<1x8xf32>
  %h2 = nn.multiply %t1, %a1 : (tensor<1x8xf32>, tensor<1x8xf32>) -> tensor<1x8xf32>
  %a2 = nn.matmul %h2, %w : (tensor<1x8xf32>, tensor<8x8xf32>) -> tensor<1x8xf32>
  %f2 = nn.sigmoid %a2 : (tensor<1x8xf32>) -> tensor<1x8xf32>
  %c3 = nn.multiply %f2, %c2 : (tensor<1x8xf32>, tensor<1x8xf32>) -> tensor<1x8xf32>
  %t2 = nn.tanh %c3 : (tensor<1x8xf32>) -> tensor<1x8xf32>
  %h3 = nn.multiply %t2, %a2 : (tensor<1x8xf32>, tensor<1x8xf32>) -> tensor<1x8xf32>
  return %h3 : tensor<1x8xf32>
}
