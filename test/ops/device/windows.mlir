// Convolutions and pools of every number of dims, with groups, dilations and uneven pads.

func.func @conv_of_three_dims(%x: tensor<2x3x9x10x11xf32>, %w: tensor<5x3x3x2x3xf32>, %b: tensor<5xf32>) -> tensor<2x5x5x10x4xf32> {
  %r = nn.conv %x, %w, %b {strides = array<i64: 2, 1, 3>, dilations = array<i64: 1, 2, 1>, pads_low = array<i64: 1, 0, 2>, pads_high = array<i64: 1, 2, 0>} : (tensor<2x3x9x10x11xf32>, tensor<5x3x3x2x3xf32>, tensor<5xf32>) -> tensor<2x5x5x10x4xf32>
  return %r : tensor<2x5x5x10x4xf32>
}

func.func @conv_of_one_dim_long(%x: tensor<2x20x5003xf32>, %w: tensor<33x20x7xf32>) -> tensor<2x33x5009xf32> {
  %r = nn.conv %x, %w {pads_low = array<i64: 5>, pads_high = array<i64: 7>} : (tensor<2x20x5003xf32>, tensor<33x20x7xf32>) -> tensor<2x33x5009xf32>
  return %r : tensor<2x33x5009xf32>
}

func.func @conv_depthwise(%x: tensor<2x200x30x31xf32>, %w: tensor<200x1x3x3xf32>, %b: tensor<200xf32>) -> tensor<2x200x15x16xf32> {
  %r = nn.conv %x, %w, %b {groups = 200 : i64, strides = array<i64: 2, 2>, pads_low = array<i64: 1, 1>, pads_high = array<i64: 1, 1>} : (tensor<2x200x30x31xf32>, tensor<200x1x3x3xf32>, tensor<200xf32>) -> tensor<2x200x15x16xf32>
  %a = nn.relu %r : (tensor<2x200x15x16xf32>) -> tensor<2x200x15x16xf32>
  return %a : tensor<2x200x15x16xf32>
}

func.func @conv_depthwise_multiplied(%x: tensor<1x50x12x13xf32>, %w: tensor<150x1x5x3xf32>) -> tensor<1x150x12x9xf32> {
  %r = nn.conv %x, %w {groups = 50 : i64, dilations = array<i64: 1, 2>, pads_low = array<i64: 1, 0>, pads_high = array<i64: 3, 0>} : (tensor<1x50x12x13xf32>, tensor<150x1x5x3xf32>) -> tensor<1x150x12x9xf32>
  return %r : tensor<1x150x12x9xf32>
}

func.func @conv_depthwise_of_one_dim(%x: tensor<2x130x2048xf32>, %w: tensor<130x1x3xf32>) -> tensor<2x130x2046xf32> {
  %r = nn.conv %x, %w {groups = 130 : i64} : (tensor<2x130x2048xf32>, tensor<130x1x3xf32>) -> tensor<2x130x2046xf32>
  return %r : tensor<2x130x2046xf32>
}

func.func @conv_in_small_groups(%x: tensor<1x48x14x14xf32>, %w: tensor<72x4x3x3xf32>, %b: tensor<72xf32>) -> tensor<1x72x14x14xf32> {
  %r = nn.conv %x, %w, %b {groups = 12 : i64, pads_low = array<i64: 1, 1>, pads_high = array<i64: 1, 1>} : (tensor<1x48x14x14xf32>, tensor<72x4x3x3xf32>, tensor<72xf32>) -> tensor<1x72x14x14xf32>
  return %r : tensor<1x72x14x14xf32>
}

func.func @conv_of_a_wide_image(%x: tensor<1x3x20x30000xf32>, %w: tensor<4x3x3x3xf32>) -> tensor<1x4x18x29998xf32> {
  %r = nn.conv %x, %w : (tensor<1x3x20x30000xf32>, tensor<4x3x3x3xf32>) -> tensor<1x4x18x29998xf32>
  return %r : tensor<1x4x18x29998xf32>
}

func.func @conv_of_many_channels(%x: tensor<1x5000x3x3xf32>, %w: tensor<20x5000x3x3xf32>) -> tensor<1x20x1x1xf32> {
  %r = nn.conv %x, %w : (tensor<1x5000x3x3xf32>, tensor<20x5000x3x3xf32>) -> tensor<1x20x1x1xf32>
  return %r : tensor<1x20x1x1xf32>
}

func.func @conv_of_a_large_window(%x: tensor<1x4x128x160xf32>, %w: tensor<5x4x97x101xf32>) -> tensor<1x5x32x60xf32> {
  %c = nn.constant dense<0.01> : tensor<1x1x1x1xf32>
  %s = nn.multiply %w, %c : (tensor<5x4x97x101xf32>, tensor<1x1x1x1xf32>) -> tensor<5x4x97x101xf32>
  %r = nn.conv %x, %s : (tensor<1x4x128x160xf32>, tensor<5x4x97x101xf32>) -> tensor<1x5x32x60xf32>
  return %r : tensor<1x5x32x60xf32>
}

func.func @conv_transpose_in_groups(%x: tensor<1x6x9x7xf32>, %w: tensor<6x2x3x3xf32>, %b: tensor<4xf32>) -> tensor<1x4x18x13xf32> {
  %r = nn.conv_transpose %x, %w, %b {groups = 2 : i64, strides = array<i64: 2, 2>, pads_low = array<i64: 1, 1>, pads_high = array<i64: 0, 1>} : (tensor<1x6x9x7xf32>, tensor<6x2x3x3xf32>, tensor<4xf32>) -> tensor<1x4x18x13xf32>
  return %r : tensor<1x4x18x13xf32>
}

func.func @conv_transpose_of_three_dims(%x: tensor<1x2x4x3x5xf32>, %w: tensor<2x3x2x3x2xf32>) -> tensor<1x3x8x7x6xf32> {
  %r = nn.conv_transpose %x, %w {strides = array<i64: 2, 2, 1>} : (tensor<1x2x4x3x5xf32>, tensor<2x3x2x3x2xf32>) -> tensor<1x3x8x7x6xf32>
  return %r : tensor<1x3x8x7x6xf32>
}

func.func @max_pool_of_three_dims(%x: tensor<2x3x9x10x11xf32>) -> tensor<2x3x5x4x6xf32> {
  %r = nn.max_pool %x {kernel = array<i64: 3, 2, 2>, strides = array<i64: 2, 3, 2>, pads_low = array<i64: 1, 0, 0>, pads_high = array<i64: 1, 0, 1>, ceil_mode = true} : (tensor<2x3x9x10x11xf32>) -> tensor<2x3x5x4x6xf32>
  return %r : tensor<2x3x5x4x6xf32>
}

func.func @max_pool_dilated(%x: tensor<1x200x40x41xf32>) -> tensor<1x200x18x19xf32> {
  %r = nn.max_pool %x {kernel = array<i64: 3, 3>, strides = array<i64: 2, 2>, dilations = array<i64: 2, 2>} : (tensor<1x200x40x41xf32>) -> tensor<1x200x18x19xf32>
  return %r : tensor<1x200x18x19xf32>
}

func.func @avg_pool_counts_pads(%x: tensor<1x20x31x30xf32>) -> tensor<1x20x16x16xf32> {
  %r = nn.avg_pool %x {kernel = array<i64: 3, 3>, strides = array<i64: 2, 2>, pads_low = array<i64: 1, 1>, pads_high = array<i64: 1, 1>, count_include_pad = true, ceil_mode = true} : (tensor<1x20x31x30xf32>) -> tensor<1x20x16x16xf32>
  return %r : tensor<1x20x16x16xf32>
}

func.func @avg_pool_of_a_huge_window(%x: tensor<1x3x300x310xf32>) -> tensor<1x3x1x11xf32> {
  %r = nn.avg_pool %x {kernel = array<i64: 300, 300>} : (tensor<1x3x300x310xf32>) -> tensor<1x3x1x11xf32>
  return %r : tensor<1x3x1x11xf32>
}
