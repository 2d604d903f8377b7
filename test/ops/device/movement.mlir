// Movement of many dims, long rows and computed places.

func.func @transpose_of_six_dims(%x: tensor<3x4x5x6x7x8xf32>) -> tensor<8x3x6x5x7x4xf32> {
  %r = nn.transpose %x {perm = array<i64: 5, 0, 3, 2, 4, 1>} : (tensor<3x4x5x6x7x8xf32>) -> tensor<8x3x6x5x7x4xf32>
  return %r : tensor<8x3x6x5x7x4xf32>
}

func.func @add_across_six_dims(%x: tensor<3x1x5x1x7x8xf32>, %y: tensor<1x4x1x6x7x1xf32>) -> tensor<3x4x5x6x7x8xf32> {
  %r = nn.add %x, %y : (tensor<3x1x5x1x7x8xf32>, tensor<1x4x1x6x7x1xf32>) -> tensor<3x4x5x6x7x8xf32>
  return %r : tensor<3x4x5x6x7x8xf32>
}

func.func @gather_of_long_rows(%x: tensor<10x70000xf32>, %i: tensor<3xi64>) -> tensor<3x70000xf32> {
  %r = nn.gather %x, %i {axis = 0 : i64} : (tensor<10x70000xf32>, tensor<3xi64>) -> tensor<3x70000xf32>
  return %r : tensor<3x70000xf32>
}

func.func @gather_inside(%x: tensor<5x40x9xf32>, %i: tensor<7x200xi64>) -> tensor<5x7x200x9xf32> {
  %r = nn.gather %x, %i {axis = 1 : i64} : (tensor<5x40x9xf32>, tensor<7x200xi64>) -> tensor<5x7x200x9xf32>
  return %r : tensor<5x7x200x9xf32>
}

func.func @scatter_add_of_many(%x: tensor<500x33xf32>, %i: tensor<400x1xi64>, %u: tensor<400x33xf32>) -> tensor<500x33xf32> {
  %r = nn.scatter_nd %x, %i, %u {reduction = "add"} : (tensor<500x33xf32>, tensor<400x1xi64>, tensor<400x33xf32>) -> tensor<500x33xf32>
  return %r : tensor<500x33xf32>
}

func.func @trilu_of_a_large_matrix(%x: tensor<2x700x900xf32>) -> tensor<2x700x900xf32> {
  %r = nn.trilu %x {k = 17 : i64, upper = true} : (tensor<2x700x900xf32>) -> tensor<2x700x900xf32>
  return %r : tensor<2x700x900xf32>
}

func.func @one_hot_of_many(%i: tensor<300xi64>, %v: tensor<2xf32>) -> tensor<300x5000xf32> {
  %r = nn.one_hot %i, %v {axis = 1 : i64, depth = 5000 : i64} : (tensor<300xi64>, tensor<2xf32>) -> tensor<300x5000xf32>
  return %r : tensor<300x5000xf32>
}

func.func @resize_large(%x: tensor<1x5x60x70xf32>) -> tensor<1x5x150x141xf32> {
  %r = nn.resize %x {mode = "linear", scales = array<f64: 1.0, 1.0, 2.5, 2.0142857142857142>} : (tensor<1x5x60x70xf32>) -> tensor<1x5x150x141xf32>
  return %r : tensor<1x5x150x141xf32>
}

func.func @pad_by_mirroring(%x: tensor<2x130x200xf32>) -> tensor<2x150x290xf32> {
  %r = nn.pad %x {mode = "reflect", low = array<i64: 0, 13, 40>, high = array<i64: 0, 7, 50>} : (tensor<2x130x200xf32>) -> tensor<2x150x290xf32>
  return %r : tensor<2x150x290xf32>
}

func.func @concat_of_pieces(%x: tensor<3x1x700xf32>, %y: tensor<3x130x700xf32>) -> tensor<3x131x700xf32> {
  %r = nn.concat %x, %y {axis = 1 : i64} : (tensor<3x1x700xf32>, tensor<3x130x700xf32>) -> tensor<3x131x700xf32>
  return %r : tensor<3x131x700xf32>
}
