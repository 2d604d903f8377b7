// Small values that several groups compute again.

// The product is computed again for the exponential, whose group then grows; the last sum reads
// too much besides to compute it once more, so it must have been stored.
func.func @stored_although_computed_again(%x: tensor<8x16xf32>, %y: tensor<8x16xf32>,
    %b: tensor<8x16xf32>, %c0: tensor<8x16xf32>, %c1: tensor<8x16xf32>, %c2: tensor<8x16xf32>,
    %c3: tensor<8x16xf32>, %c4: tensor<8x16xf32>) -> (tensor<8x16xf32>, tensor<8x16xf32>) {
  %a = nn.multiply %x, %y : (tensor<8x16xf32>, tensor<8x16xf32>) -> tensor<8x16xf32>
  %e = nn.exp %a : (tensor<8x16xf32>) -> tensor<8x16xf32>
  %s = nn.add %e, %b : (tensor<8x16xf32>, tensor<8x16xf32>) -> tensor<8x16xf32>
  %t1 = nn.add %c0, %c1 : (tensor<8x16xf32>, tensor<8x16xf32>) -> tensor<8x16xf32>
  %t2 = nn.add %t1, %c2 : (tensor<8x16xf32>, tensor<8x16xf32>) -> tensor<8x16xf32>
  %t3 = nn.add %t2, %c3 : (tensor<8x16xf32>, tensor<8x16xf32>) -> tensor<8x16xf32>
  %t4 = nn.add %t3, %c4 : (tensor<8x16xf32>, tensor<8x16xf32>) -> tensor<8x16xf32>
  %w = nn.add %t4, %a : (tensor<8x16xf32>, tensor<8x16xf32>) -> tensor<8x16xf32>
  return %s, %w : tensor<8x16xf32>, tensor<8x16xf32>
}
