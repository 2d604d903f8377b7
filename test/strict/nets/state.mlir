// A gather, a state updated at a position, a product: transfers whose addresses come from values.
module {
  nn.weight @table : tensor<32x64xf32> [#nn.blob<"weights.bin", 0, 8192 : tensor<32x64xf32>>]
  nn.weight @w : tensor<64x64xf32> [#nn.blob<"weights.bin", 8192, 16384 : tensor<64x64xf32>>]
  nn.state @kv : tensor<8x64xf32>
  func.func @main(%ids: tensor<4xi64> {nn.name = "ids"},
                  %position: tensor<1xi64> {nn.name = "position"})
      -> (tensor<8x64xf32> {nn.name = "y"}) {
    %table = nn.weight_value @table : tensor<32x64xf32>
    %rows = nn.gather %table, %ids {axis = 0 : i64} : (tensor<32x64xf32>, tensor<4xi64>) -> tensor<4x64xf32>
    %cache = nn.state_read @kv : tensor<8x64xf32>
    %next = nn.cache_update %cache, %rows, %position {axis = 0 : i64} : (tensor<8x64xf32>, tensor<4x64xf32>, tensor<1xi64>) -> tensor<8x64xf32>
    nn.state_write @kv, %next : tensor<8x64xf32>
    %w = nn.weight_value @w : tensor<64x64xf32>
    %product = nn.matmul %next, %w : (tensor<8x64xf32>, tensor<64x64xf32>) -> tensor<8x64xf32>
    %y = nn.gelu %product : (tensor<8x64xf32>) -> tensor<8x64xf32>
    return %y : tensor<8x64xf32>
  }
}
