// Pools: bands of rows with and without borders, windows that overlap, lie apart or reach out.

func.func @max_pool_of_a_stem(%x: tensor<1x64x57x61xf32>) -> tensor<1x64x29x31xf32> {
  %r = nn.max_pool %x {kernel = array<i64: 3, 3>, strides = array<i64: 2, 2>, pads_low = array<i64: 1, 1>, pads_high = array<i64: 1, 1>} : (tensor<1x64x57x61xf32>) -> tensor<1x64x29x31xf32>
  return %r : tensor<1x64x29x31xf32>
}

func.func @max_pool_of_many_bands(%x: tensor<3x50x200x40xf32>) -> tensor<3x50x200x40xf32> {
  %r = nn.max_pool %x {kernel = array<i64: 5, 3>, pads_low = array<i64: 2, 1>, pads_high = array<i64: 2, 1>} : (tensor<3x50x200x40xf32>) -> tensor<3x50x200x40xf32>
  return %r : tensor<3x50x200x40xf32>
}

func.func @max_pool_dilated_rounded_up(%x: tensor<2x3x20x17xf32>) -> tensor<2x3x7x7xf32> {
  %r = nn.max_pool %x {ceil_mode = true, kernel = array<i64: 3, 2>, strides = array<i64: 3, 3>, dilations = array<i64: 2, 3>, pads_low = array<i64: 1, 3>, pads_high = array<i64: 2, 2>} : (tensor<2x3x20x17xf32>) -> tensor<2x3x7x7xf32>
  return %r : tensor<2x3x7x7xf32>
}

func.func @max_pool_of_rows(%x: tensor<2x130x1000xf32>) -> tensor<2x130x499xf32> {
  %r = nn.max_pool %x {kernel = array<i64: 4>, strides = array<i64: 2>} : (tensor<2x130x1000xf32>) -> tensor<2x130x499xf32>
  return %r : tensor<2x130x499xf32>
}

func.func @avg_pool_without_pads(%x: tensor<2x200x30x30xf32>) -> tensor<2x200x15x14xf32> {
  %r = nn.avg_pool %x {kernel = array<i64: 2, 4>, strides = array<i64: 2, 2>} : (tensor<2x200x30x30xf32>) -> tensor<2x200x15x14xf32>
  return %r : tensor<2x200x15x14xf32>
}

func.func @avg_pool_with_pads(%x: tensor<1x5x9x9xf32>) -> tensor<1x5x9x9xf32> {
  %r = nn.avg_pool %x {kernel = array<i64: 3, 3>, pads_low = array<i64: 1, 1>, pads_high = array<i64: 1, 1>} : (tensor<1x5x9x9xf32>) -> tensor<1x5x9x9xf32>
  return %r : tensor<1x5x9x9xf32>
}
