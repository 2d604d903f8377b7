// RUN: rm -rf %t && split-file %s %t
// RUN: neuron-compile %t/once.mlir -o %t/once.nprog --no-cache -j 1 --verify output
// RUN: neuron-compile %t/each.mlir -o %t/each.nprog --no-cache -j 1 --verify output

// A value that was read before its state is written, and is used afterwards: by another op, by a
// group that is lowered later, through a view, as a result.

//--- once.mlir
nn.state @s : tensor<4x8xf32>
func.func @main(%x: tensor<4x8xf32> {nn.name = "x"})
    -> (tensor<4x8xf32> {nn.name = "late"}, tensor<4x8xf32> {nn.name = "old"},
        tensor<8x4xf32> {nn.name = "view"}, tensor<4x8xf32> {nn.name = "now"}) {
  %old = nn.state_read @s : tensor<4x8xf32>
  %turned = nn.transpose %old {perm = array<i64: 1, 0>} : (tensor<4x8xf32>) -> tensor<8x4xf32>
  %early = nn.exp %old : (tensor<4x8xf32>) -> tensor<4x8xf32>
  %new = nn.add %old, %x : (tensor<4x8xf32>, tensor<4x8xf32>) -> tensor<4x8xf32>
  nn.state_write @s, %new : tensor<4x8xf32>
  %now = nn.state_read @s : tensor<4x8xf32>
  %late = nn.subtract %early, %x : (tensor<4x8xf32>, tensor<4x8xf32>) -> tensor<4x8xf32>
  %view = nn.negate %turned : (tensor<8x4xf32>) -> tensor<8x4xf32>
  return %late, %old, %view, %now : tensor<4x8xf32>, tensor<4x8xf32>, tensor<8x4xf32>, tensor<4x8xf32>
}

//--- each.mlir
nn.state @s : tensor<3x4x8xf32>
func.func private @layer(%x: tensor<4x8xf32>, %y: tensor<4x8xf32>) -> (tensor<4x8xf32>, tensor<4x8xf32>) {
  %old = nn.state_read @s each : tensor<4x8xf32>
  %new = nn.add %x, %y : (tensor<4x8xf32>, tensor<4x8xf32>) -> tensor<4x8xf32>
  nn.state_write @s each, %new : tensor<4x8xf32>
  %late = nn.subtract %old, %x : (tensor<4x8xf32>, tensor<4x8xf32>) -> tensor<4x8xf32>
  %now = nn.state_read @s each : tensor<4x8xf32>
  %product = nn.multiply %late, %now : (tensor<4x8xf32>, tensor<4x8xf32>) -> tensor<4x8xf32>
  return %product, %x : tensor<4x8xf32>, tensor<4x8xf32>
}
func.func @main(%x: tensor<4x8xf32> {nn.name = "x"}, %y: tensor<4x8xf32> {nn.name = "y"})
    -> (tensor<4x8xf32> {nn.name = "a"}, tensor<4x8xf32> {nn.name = "b"}) {
  %a, %b = nn.repeat @layer, 3 carried(%x, %y) : (tensor<4x8xf32>, tensor<4x8xf32>) -> (tensor<4x8xf32>, tensor<4x8xf32>)
  return %a, %b : tensor<4x8xf32>, tensor<4x8xf32>
}
