// Matrix products of long, thin and odd shapes.

func.func @matmul_of_one_row(%x: tensor<1x40000xf32>, %w: tensor<40000x7xf32>) -> tensor<1x7xf32> {
  %r = nn.matmul %x, %w : (tensor<1x40000xf32>, tensor<40000x7xf32>) -> tensor<1x7xf32>
  return %r : tensor<1x7xf32>
}

func.func @matmul_outer(%x: tensor<3000x1xf32>, %w: tensor<1x3001xf32>) -> tensor<3000x3001xf32> {
  %r = nn.matmul %x, %w : (tensor<3000x1xf32>, tensor<1x3001xf32>) -> tensor<3000x3001xf32>
  return %r : tensor<3000x3001xf32>
}

func.func @matmul_odd(%x: tensor<129x257xf32>, %w: tensor<257x513xf32>) -> tensor<129x513xf32> {
  %r = nn.matmul %x, %w : (tensor<129x257xf32>, tensor<257x513xf32>) -> tensor<129x513xf32>
  return %r : tensor<129x513xf32>
}

func.func @matmul_batches_repeat(%x: tensor<3x1x17x40xf32>, %w: tensor<1x5x40x9xf32>) -> tensor<3x5x17x9xf32> {
  %r = nn.matmul %x, %w : (tensor<3x1x17x40xf32>, tensor<1x5x40x9xf32>) -> tensor<3x5x17x9xf32>
  return %r : tensor<3x5x17x9xf32>
}

func.func @matmul_turned(%x: tensor<4000x130xf32>, %w: tensor<70x4000xf32>) -> tensor<130x70xf32> {
  %t = nn.transpose %x {perm = array<i64: 1, 0>} : (tensor<4000x130xf32>) -> tensor<130x4000xf32>
  %u = nn.transpose %w {perm = array<i64: 1, 0>} : (tensor<70x4000xf32>) -> tensor<4000x70xf32>
  %r = nn.matmul %t, %u : (tensor<130x4000xf32>, tensor<4000x70xf32>) -> tensor<130x70xf32>
  return %r : tensor<130x70xf32>
}
