// Convolution, pooling and softmax: shifted views, a loop over output rows.
module {
  nn.weight @w : tensor<16x8x3x3xf32> [#nn.blob<"weights.bin", 0, 4608 : tensor<16x8x3x3xf32>>]
  func.func @main(%x: tensor<1x8x16x16xf32> {nn.name = "x"})
      -> (tensor<1x16x7x7xf32> {nn.name = "y"}) {
    %w = nn.weight_value @w : tensor<16x8x3x3xf32>
    %c = nn.conv %x, %w {} : (tensor<1x8x16x16xf32>, tensor<16x8x3x3xf32>) -> tensor<1x16x14x14xf32>
    %p = nn.max_pool %c {kernel = array<i64: 2, 2>, strides = array<i64: 2, 2>} : (tensor<1x16x14x14xf32>) -> tensor<1x16x7x7xf32>
    %y = nn.softmax %p {axis = 3 : i64} : (tensor<1x16x7x7xf32>) -> tensor<1x16x7x7xf32>
    return %y : tensor<1x16x7x7xf32>
  }
}
