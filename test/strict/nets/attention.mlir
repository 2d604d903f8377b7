// Layer norm, three products and attention: all engines, loops over tiles.
module {
  nn.weight @w : tensor<64x64xf32> [#nn.blob<"weights.bin", 0, 16384 : tensor<64x64xf32>>]
  nn.weight @g : tensor<64xf32> [#nn.blob<"weights.bin", 16384, 256 : tensor<64xf32>>]
  func.func @main(%x: tensor<256x64xf32> {nn.name = "x"})
      -> (tensor<1x1x256x64xf32> {nn.name = "y"}) {
    %w = nn.weight_value @w : tensor<64x64xf32>
    %g = nn.weight_value @g : tensor<64xf32>
    %n = nn.layer_norm %x, %g {axis = 1 : i64} : (tensor<256x64xf32>, tensor<64xf32>) -> tensor<256x64xf32>
    %q = nn.matmul %n, %w : (tensor<256x64xf32>, tensor<64x64xf32>) -> tensor<256x64xf32>
    %a = nn.reshape %q : (tensor<256x64xf32>) -> tensor<1x1x256x64xf32>
    %b = nn.reshape %n : (tensor<256x64xf32>) -> tensor<1x1x256x64xf32>
    %y = nn.attention %a, %b, %b {scale = 0.125 : f64} : (tensor<1x1x256x64xf32>, tensor<1x1x256x64xf32>, tensor<1x1x256x64xf32>) -> tensor<1x1x256x64xf32>
    return %y : tensor<1x1x256x64xf32>
  }
}
