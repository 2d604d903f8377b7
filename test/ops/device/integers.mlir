// Integers that f32 does not hold: exact, and wrapping to the width of their type.

func.func @sums_of_large_words() -> (tensor<2xi32>, tensor<3xi32>, tensor<2x3xi32>) {
  %x = nn.constant dense<[[16777217, 1, 33554435], [-2147483647, 5, 123456789]]> : tensor<2x3xi32>
  %rows = nn.reduce_sum %x {axes = array<i64: 1>} : (tensor<2x3xi32>) -> tensor<2xi32>
  %columns = nn.reduce_sum %x {axes = array<i64: 0>} : (tensor<2x3xi32>) -> tensor<3xi32>
  %running = nn.cumsum %x {axis = 1 : i64} : (tensor<2x3xi32>) -> tensor<2x3xi32>
  return %rows, %columns, %running : tensor<2xi32>, tensor<3xi32>, tensor<2x3xi32>
}

func.func @long_sum_of_words(%x: tensor<2x30011xi32>) -> (tensor<2xi32>, tensor<2x30011xi32>) {
  %c = nn.constant dense<16777259> : tensor<1x1xi32>
  %y = nn.add %x, %c : (tensor<2x30011xi32>, tensor<1x1xi32>) -> tensor<2x30011xi32>
  %r = nn.reduce_sum %y {axes = array<i64: 1>} : (tensor<2x30011xi32>) -> tensor<2xi32>
  %s = nn.cumsum %y {axis = 1 : i64, reverse = true, exclusive = true} : (tensor<2x30011xi32>) -> tensor<2x30011xi32>
  return %r, %s : tensor<2xi32>, tensor<2x30011xi32>
}

func.func @extremes_of_words() -> (tensor<2xi32>, tensor<2xui32>, tensor<2xi32>) {
  %x = nn.constant dense<[[16777217, 16777216, 16777218], [-2147483648, -2147483647, -2147483648]]> : tensor<2x3xi32>
  %u = nn.constant dense<[[16777217, 16777216, 16777218], [4294967294, 4294967295, 4294967293]]> : tensor<2x3xui32>
  %max = nn.reduce_max %x {axes = array<i64: 1>} : (tensor<2x3xi32>) -> tensor<2xi32>
  %min = nn.reduce_min %u {axes = array<i64: 1>} : (tensor<2x3xui32>) -> tensor<2xui32>
  %prod = nn.reduce_prod %x {axes = array<i64: 1>} : (tensor<2x3xi32>) -> tensor<2xi32>
  return %max, %min, %prod : tensor<2xi32>, tensor<2xui32>, tensor<2xi32>
}

func.func @means_of_words() -> (tensor<3xi32>, tensor<3xi32>, tensor<1xi8>) {
  %x = nn.constant dense<[[2147483647, 2147483646, 2147483645], [-2147483648, -2147483647, -7], [-5, 2, 1]]> : tensor<3x3xi32>
  %b = nn.constant dense<[[-128, -127, -126, -128]]> : tensor<1x4xi8>
  %rows = nn.reduce_mean %x {axes = array<i64: 1>} : (tensor<3x3xi32>) -> tensor<3xi32>
  %columns = nn.reduce_mean %x {axes = array<i64: 0>} : (tensor<3x3xi32>) -> tensor<3xi32>
  %bytes = nn.reduce_mean %b {axes = array<i64: 1>} : (tensor<1x4xi8>) -> tensor<1xi8>
  return %rows, %columns, %bytes : tensor<3xi32>, tensor<3xi32>, tensor<1xi8>
}

func.func @quotients_of_words() -> (tensor<8xi32>, tensor<8xi32>, tensor<8xi32>, tensor<4xui32>, tensor<4xi8>) {
  %a = nn.constant dense<[2147483647, -2147483648, -2147483648, 1234567891, -1234567891, 16777217, 7, 9]> : tensor<8xi32>
  %b = nn.constant dense<[1, -1, 1, 7, 1000003, -3, 2147483647, 0]> : tensor<8xi32>
  %u = nn.constant dense<[4294967295, 4294967295, 3000000001, 5]> : tensor<4xui32>
  %v = nn.constant dense<[1, 3, 3000000000, 4294967295]> : tensor<4xui32>
  %s = nn.constant dense<[-128, -128, 127, -7]> : tensor<4xi8>
  %t = nn.constant dense<[-1, 3, -2, 2]> : tensor<4xi8>
  %q = nn.divide %a, %b : (tensor<8xi32>, tensor<8xi32>) -> tensor<8xi32>
  %m = nn.mod %a, %b : (tensor<8xi32>, tensor<8xi32>) -> tensor<8xi32>
  %f = nn.fmod %a, %b : (tensor<8xi32>, tensor<8xi32>) -> tensor<8xi32>
  %uq = nn.divide %u, %v : (tensor<4xui32>, tensor<4xui32>) -> tensor<4xui32>
  %sq = nn.divide %s, %t : (tensor<4xi8>, tensor<4xi8>) -> tensor<4xi8>
  return %q, %m, %f, %uq, %sq : tensor<8xi32>, tensor<8xi32>, tensor<8xi32>, tensor<4xui32>, tensor<4xi8>
}

func.func @remainder_of_the_least_word() -> tensor<3xi32> {
  %a = nn.constant dense<-2147483648> : tensor<3xi32>
  %b = nn.constant dense<[7, -7, 0]> : tensor<3xi32>
  %r = nn.fmod %a, %b : (tensor<3xi32>, tensor<3xi32>) -> tensor<3xi32>
  return %r : tensor<3xi32>
}

func.func @functions_of_words() -> (tensor<5xi32>, tensor<5xi32>, tensor<5xi32>, tensor<5xi32>, tensor<5xi32>, tensor<5xi32>) {
  %x = nn.constant dense<[16777217, -16777217, 2147483647, -2147483647, 3]> : tensor<5xi32>
  %two = nn.constant dense<5> : tensor<1xi32>
  %abs = nn.abs %x : (tensor<5xi32>) -> tensor<5xi32>
  %sign = nn.sign %x : (tensor<5xi32>) -> tensor<5xi32>
  %neg = nn.negate %x : (tensor<5xi32>) -> tensor<5xi32>
  %square = nn.square %x : (tensor<5xi32>) -> tensor<5xi32>
  %relu = nn.relu %x : (tensor<5xi32>) -> tensor<5xi32>
  %pow = nn.pow %x, %two : (tensor<5xi32>, tensor<1xi32>) -> tensor<5xi32>
  return %abs, %sign, %neg, %square, %relu, %pow : tensor<5xi32>, tensor<5xi32>, tensor<5xi32>, tensor<5xi32>, tensor<5xi32>, tensor<5xi32>
}

func.func @bounds_of_words() -> tensor<4xi32> {
  %x = nn.constant dense<[16777216, 16777218, 33554435, -16777219]> : tensor<4xi32>
  %r = nn.clip %x {low = -16777217.0 : f64, high = 16777217.0 : f64} : (tensor<4xi32>) -> tensor<4xi32>
  return %r : tensor<4xi32>
}

// Bytes wrap, as those of the frameworks do; they do not stop at their ends.
func.func @bytes_wrap() -> (tensor<3xi8>, tensor<3xui8>, tensor<1xi8>, tensor<3xui32>) {
  %a = nn.constant dense<[127, -128, 100]> : tensor<3xi8>
  %b = nn.constant dense<[1, -1, 100]> : tensor<3xi8>
  %u = nn.constant dense<[255, 0, 200]> : tensor<3xui8>
  %v = nn.constant dense<[2, 1, 100]> : tensor<3xui8>
  %sum = nn.add %a, %b : (tensor<3xi8>, tensor<3xi8>) -> tensor<3xi8>
  %difference = nn.subtract %u, %v : (tensor<3xui8>, tensor<3xui8>) -> tensor<3xui8>
  %all = nn.reduce_sum %a {axes = array<i64: 0>, keep_dims = true} : (tensor<3xi8>) -> tensor<1xi8>
  %wide = nn.cast %a : (tensor<3xi8>) -> tensor<3xui32>
  return %sum, %difference, %all, %wide : tensor<3xi8>, tensor<3xui8>, tensor<1xi8>, tensor<3xui32>
}

func.func @products_of_words() -> (tensor<2x2xi32>, tensor<2x2xui8>) {
  %x = nn.constant dense<[[16777217, -5, 123456], [-2147483648, 65537, 3]]> : tensor<2x3xi32>
  %y = nn.constant dense<[[3, 16777219], [77777, -1], [-999999, 4096]]> : tensor<3x2xi32>
  %u = nn.constant dense<[[255, 200], [255, 1]]> : tensor<2x2xui8>
  %r = nn.matmul %x, %y : (tensor<2x3xi32>, tensor<3x2xi32>) -> tensor<2x2xi32>
  %s = nn.matmul %u, %u : (tensor<2x2xui8>, tensor<2x2xui8>) -> tensor<2x2xui8>
  return %r, %s : tensor<2x2xi32>, tensor<2x2xui8>
}

func.func @long_products_of_words(%x: tensor<2x3x700xi32>, %y: tensor<1x700x5xi32>) -> tensor<2x3x5xi32> {
  %c = nn.constant dense<16777259> : tensor<1x1x1xi32>
  %d = nn.constant dense<-70001> : tensor<1x1x1xi32>
  %a = nn.add %x, %c : (tensor<2x3x700xi32>, tensor<1x1x1xi32>) -> tensor<2x3x700xi32>
  %b = nn.add %y, %d : (tensor<1x700x5xi32>, tensor<1x1x1xi32>) -> tensor<1x700x5xi32>
  %r = nn.matmul %a, %b : (tensor<2x3x700xi32>, tensor<1x700x5xi32>) -> tensor<2x3x5xi32>
  return %r : tensor<2x3x5xi32>
}

func.func @padded_with_a_large_word(%x: tensor<3x5xi32>) -> tensor<5x8xi32> {
  %r = nn.pad %x {low = array<i64: 1, 2>, high = array<i64: 1, 1>, value = 16777217.0 : f64} : (tensor<3x5xi32>) -> tensor<5x8xi32>
  return %r : tensor<5x8xi32>
}

func.func @max_pool_of_words(%x: tensor<1x1x6x6xi32>) -> tensor<1x1x3x3xi32> {
  %c = nn.constant dense<16777216> : tensor<1x1x1x1xi32>
  %y = nn.add %x, %c : (tensor<1x1x6x6xi32>, tensor<1x1x1x1xi32>) -> tensor<1x1x6x6xi32>
  %r = nn.max_pool %y {kernel = array<i64: 2, 2>, strides = array<i64: 2, 2>} : (tensor<1x1x6x6xi32>) -> tensor<1x1x3x3xi32>
  return %r : tensor<1x1x3x3xi32>
}

// What a reduction over nothing gives; the values that come before have no elements.
func.func @nothing_reduced(%x: tensor<3x5xf32>) -> (tensor<3xf32>, tensor<3xf32>, tensor<3xf32>, tensor<3xf32>, tensor<3xf32>) {
  %none = nn.slice %x {starts = array<i64: 0, 0>, sizes = array<i64: 3, 0>, steps = array<i64: 1, 1>} : (tensor<3x5xf32>) -> tensor<3x0xf32>
  %sum = nn.reduce_sum %none {axes = array<i64: 1>} : (tensor<3x0xf32>) -> tensor<3xf32>
  %prod = nn.reduce_prod %none {axes = array<i64: 1>} : (tensor<3x0xf32>) -> tensor<3xf32>
  %max = nn.reduce_max %none {axes = array<i64: 1>} : (tensor<3x0xf32>) -> tensor<3xf32>
  %min = nn.reduce_min %none {axes = array<i64: 1>} : (tensor<3x0xf32>) -> tensor<3xf32>
  %mean = nn.reduce_mean %none {axes = array<i64: 1>} : (tensor<3x0xf32>) -> tensor<3xf32>
  return %sum, %prod, %max, %min, %mean : tensor<3xf32>, tensor<3xf32>, tensor<3xf32>, tensor<3xf32>, tensor<3xf32>
}
