// Element types: every width of integers, booleans, narrow floats and f64.

func.func @add_of_bytes(%x: tensor<3x130xi8>, %y: tensor<3x130xi8>) -> tensor<3x130xi8> {
  %r = nn.add %x, %y : (tensor<3x130xi8>, tensor<3x130xi8>) -> tensor<3x130xi8>
  return %r : tensor<3x130xi8>
}

func.func @chain_of_bits(%x: tensor<7x33xi16>, %y: tensor<7x33xi16>) -> tensor<7x33xi16> {
  %a = nn.bitwise_and %x, %y : (tensor<7x33xi16>, tensor<7x33xi16>) -> tensor<7x33xi16>
  %b = nn.bitwise_not %a : (tensor<7x33xi16>) -> tensor<7x33xi16>
  %r = nn.bitwise_xor %b, %y : (tensor<7x33xi16>, tensor<7x33xi16>) -> tensor<7x33xi16>
  return %r : tensor<7x33xi16>
}

func.func @bits_of_unsigned(%x: tensor<300xui8>) -> tensor<300xui8> {
  %r = nn.bitwise_not %x : (tensor<300xui8>) -> tensor<300xui8>
  return %r : tensor<300xui8>
}

func.func @sums_beyond_f32(%x: tensor<65xi64>) -> tensor<65xi64> {
  %c = nn.constant dense<1234567891> : tensor<1xi64>
  %d = nn.constant dense<1234567880> : tensor<1xi64>
  %a = nn.add %x, %c : (tensor<65xi64>, tensor<1xi64>) -> tensor<65xi64>
  %r = nn.subtract %a, %d : (tensor<65xi64>, tensor<1xi64>) -> tensor<65xi64>
  return %r : tensor<65xi64>
}

func.func @choice_beyond_f32(%p: tensor<65xi1>) -> tensor<65xi32> {
  %c = nn.constant dense<1234567891> : tensor<1xi32>
  %d = nn.constant dense<-2147483647> : tensor<1xi32>
  %r = nn.select %p, %c, %d : (tensor<65xi1>, tensor<1xi32>, tensor<1xi32>) -> tensor<65xi32>
  return %r : tensor<65xi32>
}

func.func @narrowed(%x: tensor<65xi32>) -> tensor<65xi8> {
  %c = nn.constant dense<1000> : tensor<1xi32>
  %a = nn.multiply %x, %c : (tensor<65xi32>, tensor<1xi32>) -> tensor<65xi32>
  %r = nn.cast %a : (tensor<65xi32>) -> tensor<65xi8>
  return %r : tensor<65xi8>
}

func.func @wide_floats(%x: tensor<3x50xf64>, %y: tensor<50x7xf64>) -> tensor<3x7xf64> {
  %m = nn.matmul %x, %y : (tensor<3x50xf64>, tensor<50x7xf64>) -> tensor<3x7xf64>
  %r = nn.softmax %m {axis = 1 : i64} : (tensor<3x7xf64>) -> tensor<3x7xf64>
  return %r : tensor<3x7xf64>
}

func.func @narrow_floats(%x: tensor<3x50xf16>, %y: tensor<50x130xf16>, %s: tensor<130xf16>, %b: tensor<130xf16>) -> tensor<3x130xf16> {
  %m = nn.matmul %x, %y : (tensor<3x50xf16>, tensor<50x130xf16>) -> tensor<3x130xf16>
  %r = nn.layer_norm %m, %s, %b {axis = 1 : i64, epsilon = 1.0e-3 : f64} : (tensor<3x130xf16>, tensor<130xf16>, tensor<130xf16>) -> tensor<3x130xf16>
  return %r : tensor<3x130xf16>
}

func.func @conv_of_bf16(%x: tensor<1x9x12x12xbf16>, %w: tensor<8x9x3x3xbf16>, %b: tensor<8xbf16>) -> tensor<1x8x10x10xbf16> {
  %r = nn.conv %x, %w, %b : (tensor<1x9x12x12xbf16>, tensor<8x9x3x3xbf16>, tensor<8xbf16>) -> tensor<1x8x10x10xbf16>
  return %r : tensor<1x8x10x10xbf16>
}

func.func @depthwise_conv_of_f16(%x: tensor<1x9x12x12xf16>, %w: tensor<9x1x3x3xf16>, %b: tensor<9xf16>) -> tensor<1x9x10x10xf16> {
  %r = nn.conv %x, %w, %b {groups = 9 : i64} : (tensor<1x9x12x12xf16>, tensor<9x1x3x3xf16>, tensor<9xf16>) -> tensor<1x9x10x10xf16>
  return %r : tensor<1x9x10x10xf16>
}

func.func @matmul_of_bytes(%x: tensor<9x40xi8>, %y: tensor<40x12xi8>) -> tensor<9x12xi8> {
  %r = nn.matmul %x, %y : (tensor<9x40xi8>, tensor<40x12xi8>) -> tensor<9x12xi8>
  return %r : tensor<9x12xi8>
}

func.func @matmul_of_words(%x: tensor<9x40xi32>, %y: tensor<40x12xi32>) -> tensor<9x12xi32> {
  %r = nn.matmul %x, %y : (tensor<9x40xi32>, tensor<40x12xi32>) -> tensor<9x12xi32>
  return %r : tensor<9x12xi32>
}

func.func @max_pool_of_bytes(%x: tensor<1x3x9x9xui8>) -> tensor<1x3x4x4xui8> {
  %r = nn.max_pool %x {kernel = array<i64: 3, 3>, strides = array<i64: 2, 2>} : (tensor<1x3x9x9xui8>) -> tensor<1x3x4x4xui8>
  return %r : tensor<1x3x4x4xui8>
}

func.func @any_and_compare(%x: tensor<9x50xf32>, %y: tensor<9x50xf32>) -> tensor<9x50xi1> {
  %a = nn.greater %x, %y : (tensor<9x50xf32>, tensor<9x50xf32>) -> tensor<9x50xi1>
  %n = nn.not %a : (tensor<9x50xi1>) -> tensor<9x50xi1>
  %e = nn.equal %x, %y : (tensor<9x50xf32>, tensor<9x50xf32>) -> tensor<9x50xi1>
  %r = nn.or %n, %e : (tensor<9x50xi1>, tensor<9x50xi1>) -> tensor<9x50xi1>
  return %r : tensor<9x50xi1>
}

func.func @reduce_sum_of_words(%x: tensor<3x900xi32>) -> tensor<3xi32> {
  %r = nn.reduce_sum %x {axes = array<i64: 1>} : (tensor<3x900xi32>) -> tensor<3xi32>
  return %r : tensor<3xi32>
}

func.func @reduce_max_of_longs(%x: tensor<3x900xi64>) -> tensor<3xi64> {
  %r = nn.reduce_max %x {axes = array<i64: 1>} : (tensor<3x900xi64>) -> tensor<3xi64>
  return %r : tensor<3xi64>
}

func.func @quotients_of_integers(%x: tensor<65xi32>, %y: tensor<65xi32>) -> tensor<65xi32> {
  %seven = nn.constant dense<7> : tensor<1xi32>
  %a = nn.add %y, %seven : (tensor<65xi32>, tensor<1xi32>) -> tensor<65xi32>
  %hundred = nn.constant dense<-100> : tensor<1xi32>
  %b = nn.add %x, %hundred : (tensor<65xi32>, tensor<1xi32>) -> tensor<65xi32>
  %r = nn.divide %b, %a : (tensor<65xi32>, tensor<65xi32>) -> tensor<65xi32>
  return %r : tensor<65xi32>
}

// f32 tells these words from their neighbours no more.
func.func @words_beyond_f32() -> (tensor<4xi1>, tensor<4xi1>, tensor<4xi32>, tensor<4xi32>) {
  %a = nn.constant dense<[16777216, 16777217, 5, -16777217]> : tensor<4xi32>
  %b = nn.constant dense<[16777217, 16777217, 6, -16777216]> : tensor<4xi32>
  %equal = nn.equal %a, %b : (tensor<4xi32>, tensor<4xi32>) -> tensor<4xi1>
  %less = nn.less %a, %b : (tensor<4xi32>, tensor<4xi32>) -> tensor<4xi1>
  %larger = nn.maximum %a, %b : (tensor<4xi32>, tensor<4xi32>) -> tensor<4xi32>
  %smaller = nn.minimum %a, %b : (tensor<4xi32>, tensor<4xi32>) -> tensor<4xi32>
  return %equal, %less, %larger, %smaller : tensor<4xi1>, tensor<4xi1>, tensor<4xi32>, tensor<4xi32>
}
