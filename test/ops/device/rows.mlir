// Rows that do not fit in a partition, and rows that are awkward.

func.func @softmax_of_a_million(%x: tensor<1000000xf32>) -> tensor<1000000xf32> {
  %c = nn.constant dense<5.0> : tensor<1xf32>
  %s = nn.multiply %x, %c : (tensor<1000000xf32>, tensor<1xf32>) -> tensor<1000000xf32>
  %r = nn.softmax %s {axis = 0 : i64} : (tensor<1000000xf32>) -> tensor<1000000xf32>
  return %r : tensor<1000000xf32>
}

func.func @softmax_of_long_rows(%x: tensor<3x50021xf32>) -> tensor<3x50021xf32> {
  %r = nn.softmax %x {axis = 1 : i64} : (tensor<3x50021xf32>) -> tensor<3x50021xf32>
  return %r : tensor<3x50021xf32>
}

func.func @softmax_down_columns(%x: tensor<40000x3xf32>) -> tensor<40000x3xf32> {
  %r = nn.softmax %x {axis = 0 : i64} : (tensor<40000x3xf32>) -> tensor<40000x3xf32>
  return %r : tensor<40000x3xf32>
}

func.func @softmax_of_halves(%x: tensor<130x257xbf16>) -> tensor<130x257xbf16> {
  %r = nn.softmax %x {axis = 1 : i64} : (tensor<130x257xbf16>) -> tensor<130x257xbf16>
  return %r : tensor<130x257xbf16>
}

func.func @log_softmax_of_long_rows(%x: tensor<2x100003xf32>) -> tensor<2x100003xf32> {
  %r = nn.log_softmax %x {axis = 1 : i64} : (tensor<2x100003xf32>) -> tensor<2x100003xf32>
  return %r : tensor<2x100003xf32>
}

func.func @layer_norm_of_long_rows(%x: tensor<2x300000xf32>, %s: tensor<300000xf32>, %b: tensor<300000xf32>) -> tensor<2x300000xf32> {
  %r = nn.layer_norm %x, %s, %b {axis = 1 : i64, epsilon = 1.0e-5 : f64} : (tensor<2x300000xf32>, tensor<300000xf32>, tensor<300000xf32>) -> tensor<2x300000xf32>
  return %r : tensor<2x300000xf32>
}

func.func @layer_norm_of_the_whole(%x: tensor<129x7x11xf32>, %s: tensor<129x7x11xf32>) -> tensor<129x7x11xf32> {
  %r = nn.layer_norm %x, %s {axis = 0 : i64, epsilon = 1.0e-5 : f64} : (tensor<129x7x11xf32>, tensor<129x7x11xf32>) -> tensor<129x7x11xf32>
  return %r : tensor<129x7x11xf32>
}

func.func @rms_norm_of_long_rows(%x: tensor<5x70001xf32>, %s: tensor<70001xf32>) -> tensor<5x70001xf32> {
  %r = nn.rms_norm %x, %s {axis = 1 : i64, epsilon = 1.0e-5 : f64} : (tensor<5x70001xf32>, tensor<70001xf32>) -> tensor<5x70001xf32>
  return %r : tensor<5x70001xf32>
}

func.func @group_norm_of_long_rows(%x: tensor<1x4x300x300xf32>, %s: tensor<4xf32>, %b: tensor<4xf32>) -> tensor<1x4x300x300xf32> {
  %r = nn.group_norm %x, %s, %b {groups = 2 : i64, epsilon = 1.0e-5 : f64} : (tensor<1x4x300x300xf32>, tensor<4xf32>, tensor<4xf32>) -> tensor<1x4x300x300xf32>
  return %r : tensor<1x4x300x300xf32>
}

func.func @reduce_max_of_a_million(%x: tensor<1000000xf32>) -> tensor<1xf32> {
  %r = nn.reduce_max %x {axes = array<i64: 0>, keep_dims = true} : (tensor<1000000xf32>) -> tensor<1xf32>
  return %r : tensor<1xf32>
}

func.func @reduce_mean_of_inner_and_outer(%x: tensor<77x130x65xf32>) -> tensor<130xf32> {
  %r = nn.reduce_mean %x {axes = array<i64: 0, 2>, keep_dims = false} : (tensor<77x130x65xf32>) -> tensor<130xf32>
  return %r : tensor<130xf32>
}
