// Scans, positions and orders along long dims.

func.func @cumsum_of_long_rows(%x: tensor<3x30011xf32>) -> tensor<3x30011xf32> {
  %r = nn.cumsum %x {axis = 1 : i64} : (tensor<3x30011xf32>) -> tensor<3x30011xf32>
  return %r : tensor<3x30011xf32>
}

func.func @cumsum_of_columns_backwards(%x: tensor<300x40xf32>) -> tensor<300x40xf32> {
  %r = nn.cumsum %x {axis = 0 : i64, exclusive = true, reverse = true} : (tensor<300x40xf32>) -> tensor<300x40xf32>
  return %r : tensor<300x40xf32>
}

func.func @arg_max_of_long_rows(%x: tensor<2x100003xf32>) -> tensor<2xi64> {
  %r = nn.arg_max %x {axis = 1 : i64, keep_dims = false} : (tensor<2x100003xf32>) -> tensor<2xi64>
  return %r : tensor<2xi64>
}

func.func @arg_min_last(%x: tensor<130x70xi32>) -> tensor<130x1xi64> {
  %r = nn.arg_min %x {axis = 1 : i64, keep_dims = true, select_last = true} : (tensor<130x70xi32>) -> tensor<130x1xi64>
  return %r : tensor<130x1xi64>
}

func.func @topk_of_many(%x: tensor<3x20011xf32>) -> (tensor<3x50xf32>, tensor<3x50xi64>) {
  %v, %i = nn.topk %x {axis = 1 : i64, k = 50 : i64} : (tensor<3x20011xf32>) -> (tensor<3x50xf32>, tensor<3x50xi64>)
  return %v, %i : tensor<3x50xf32>, tensor<3x50xi64>
}

func.func @topk_smallest_of_columns(%x: tensor<600x20xf32>) -> (tensor<17x20xf32>, tensor<17x20xi64>) {
  %v, %i = nn.topk %x {axis = 0 : i64, k = 17 : i64, largest = false} : (tensor<600x20xf32>) -> (tensor<17x20xf32>, tensor<17x20xi64>)
  return %v, %i : tensor<17x20xf32>, tensor<17x20xi64>
}

func.func @topk_with_ties(%x: tensor<5x300xi32>) -> (tensor<5x100xi32>, tensor<5x100xi64>) {
  %v, %i = nn.topk %x {axis = 1 : i64, k = 100 : i64} : (tensor<5x300xi32>) -> (tensor<5x100xi32>, tensor<5x100xi64>)
  return %v, %i : tensor<5x100xi32>, tensor<5x100xi64>
}

func.func @iota_long(%x: tensor<1x1xf32>) -> tensor<3x100003xf32> {
  %i = nn.iota {axis = 1 : i64} : tensor<3x100003xf32>
  %r = nn.add %i, %x : (tensor<3x100003xf32>, tensor<1x1xf32>) -> tensor<3x100003xf32>
  return %r : tensor<3x100003xf32>
}

func.func @cumsum_backwards_of_blocks(%x: tensor<3x5x9001xf32>) -> tensor<3x5x9001xf32> {
  %r = nn.cumsum %x {axis = 2 : i64, reverse = true} : (tensor<3x5x9001xf32>) -> tensor<3x5x9001xf32>
  return %r : tensor<3x5x9001xf32>
}

func.func @cumsum_exclusive_of_one_row(%x: tensor<20001xf32>) -> tensor<20001xf32> {
  %r = nn.cumsum %x {axis = 0 : i64, exclusive = true} : (tensor<20001xf32>) -> tensor<20001xf32>
  return %r : tensor<20001xf32>
}

func.func @cumsum_of_halves(%x: tensor<2x40x7xbf16>) -> tensor<2x40x7xbf16> {
  %r = nn.cumsum %x {axis = 1 : i64} : (tensor<2x40x7xbf16>) -> tensor<2x40x7xbf16>
  return %r : tensor<2x40x7xbf16>
}

func.func @cumsum_of_wide_integers(%x: tensor<3x300xi32>) -> tensor<3x300xi32> {
  %c = nn.constant dense<3000001> : tensor<1x1xi32>
  %m = nn.add %x, %c : (tensor<3x300xi32>, tensor<1x1xi32>) -> tensor<3x300xi32>
  %r = nn.cumsum %m {axis = 1 : i64} : (tensor<3x300xi32>) -> tensor<3x300xi32>
  return %r : tensor<3x300xi32>
}
