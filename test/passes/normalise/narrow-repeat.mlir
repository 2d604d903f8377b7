// RUN: neuron-opt %s -neuron-narrow-values | FileCheck %s
// RUN: neuron-compile %s -o %t.nprog --auto-cast all --no-cache --verify=output

// A repeated block keeps its types: what goes in and comes out is cast, inside all is narrow.

// CHECK: func.func private @layer(%{{.*}}: tensor<4x8xf32>, %{{.*}}: tensor<8x8xf32>) -> tensor<4x8xf32>
// CHECK: nn.matmul {{.*}}(tensor<4x8xbf16>, tensor<8x8xbf16>) -> tensor<4x8xbf16>
// CHECK: func.func @main
// CHECK: nn.exp {{.*}}(tensor<4x8xbf16>) -> tensor<4x8xbf16>
// CHECK: nn.cast {{.*}}(tensor<4x8xbf16>) -> tensor<4x8xf32>
// CHECK: nn.repeat @layer, 3 {{.*}}(tensor<4x8xf32>, tensor<3x8x8xf32>) -> tensor<4x8xf32>
// CHECK: nn.cast {{.*}}(tensor<4x8xf32>) -> tensor<4x8xbf16>
// CHECK: nn.tanh {{.*}}(tensor<4x8xbf16>) -> tensor<4x8xbf16>
func.func private @layer(%x: tensor<4x8xf32>, %w: tensor<8x8xf32>) -> tensor<4x8xf32> {
  %a = nn.matmul %x, %w : (tensor<4x8xf32>, tensor<8x8xf32>) -> tensor<4x8xf32>
  %t = nn.tanh %a : (tensor<4x8xf32>) -> tensor<4x8xf32>
  return %t : tensor<4x8xf32>
}
func.func @main(%x: tensor<4x8xf32> {nn.name = "x"}, %w: tensor<3x8x8xf32> {nn.name = "w"})
    -> (tensor<4x8xf32> {nn.name = "y"}) {
  %e = nn.exp %x : (tensor<4x8xf32>) -> tensor<4x8xf32>
  %r = nn.repeat @layer, 3 carried(%e) invariant() sliced(%w) : (tensor<4x8xf32>, tensor<3x8x8xf32>) -> tensor<4x8xf32>
  %y = nn.tanh %r : (tensor<4x8xf32>) -> tensor<4x8xf32>
  return %y : tensor<4x8xf32>
}
