// Attention over more keys than a partition holds, and awkward heads.

func.func @attention_to_many_keys(%q: tensor<1x2x130x64xf32>, %k: tensor<1x1x16384x64xf32>, %v: tensor<1x1x16384x64xf32>) -> tensor<1x2x130x64xf32> {
  %r = nn.attention %q, %k, %v {scale = 2.0 : f64} : (tensor<1x2x130x64xf32>, tensor<1x1x16384x64xf32>, tensor<1x1x16384x64xf32>) -> tensor<1x2x130x64xf32>
  return %r : tensor<1x2x130x64xf32>
}

func.func @attention_causal_and_masked(%q: tensor<1x3x200x40xf32>, %k: tensor<1x3x333x40xf32>, %v: tensor<1x3x333x24xf32>, %m: tensor<1x1x200x333xf32>) -> tensor<1x3x200x24xf32> {
  %r = nn.attention %q, %k, %v, %m {causal = true, scale = 1.5 : f64} : (tensor<1x3x200x40xf32>, tensor<1x3x333x40xf32>, tensor<1x3x333x24xf32>, tensor<1x1x200x333xf32>) -> tensor<1x3x200x24xf32>
  return %r : tensor<1x3x200x24xf32>
}

func.func @attention_causal_to_many_keys(%q: tensor<1x1x140x16xf32>, %k: tensor<1x1x9001x16xf32>, %v: tensor<1x1x9001x16xf32>) -> tensor<1x1x140x16xf32> {
  %r = nn.attention %q, %k, %v {causal = true, scale = 3.0 : f64} : (tensor<1x1x140x16xf32>, tensor<1x1x9001x16xf32>, tensor<1x1x9001x16xf32>) -> tensor<1x1x140x16xf32>
  return %r : tensor<1x1x140x16xf32>
}

func.func @attention_of_wide_heads(%q: tensor<2x2x33x300xf32>, %k: tensor<2x2x65x300xf32>, %v: tensor<2x2x65x700xf32>) -> tensor<2x2x33x700xf32> {
  %r = nn.attention %q, %k, %v {scale = 0.1 : f64} : (tensor<2x2x33x300xf32>, tensor<2x2x65x300xf32>, tensor<2x2x65x700xf32>) -> tensor<2x2x33x700xf32>
  return %r : tensor<2x2x33x700xf32>
}

func.func @attention_masked_to_many_keys(%q: tensor<2x2x50x80xf32>, %k: tensor<2x2x7000x80xf32>, %v: tensor<2x2x7000x600xf32>, %m: tensor<2x1x1x7000xf32>) -> tensor<2x2x50x600xf32> {
  %r = nn.attention %q, %k, %v, %m {scale = 1.0 : f64} : (tensor<2x2x50x80xf32>, tensor<2x2x7000x80xf32>, tensor<2x2x7000x600xf32>, tensor<2x1x1x7000xf32>) -> tensor<2x2x50x600xf32>
  return %r : tensor<2x2x50x600xf32>
}

func.func @attention_of_halves_to_many_keys(%q: tensor<1x1x129x64xbf16>, %k: tensor<1x1x30000x64xbf16>, %v: tensor<1x1x30000x64xbf16>) -> tensor<1x1x129x64xbf16> {
  %r = nn.attention %q, %k, %v {scale = 2.0 : f64} : (tensor<1x1x129x64xbf16>, tensor<1x1x30000x64xbf16>, tensor<1x1x30000x64xbf16>) -> tensor<1x1x129x64xbf16>
  return %r : tensor<1x1x129x64xbf16>
}

// A mask that hides all keys leaves an even row; a causal one that hides what is seen, an even
// row of that.
func.func @attention_all_hidden(%q: tensor<1x1x2x8xf32>, %k: tensor<1x1x2048x8xf32>, %v: tensor<1x1x2048x8xf32>) -> tensor<1x1x2x8xf32> {
  %m = nn.constant dense<-3.4028234e38> : tensor<1x1x2x2048xf32>
  %r = nn.attention %q, %k, %v, %m {scale = 0.25 : f64} : (tensor<1x1x2x8xf32>, tensor<1x1x2048x8xf32>, tensor<1x1x2048x8xf32>, tensor<1x1x2x2048xf32>) -> tensor<1x1x2x8xf32>
  return %r : tensor<1x1x2x8xf32>
}

func.func @attention_all_seen_hidden(%q: tensor<1x1x4x8xf32>, %k: tensor<1x1x600x8xf32>, %v: tensor<1x1x600x8xf32>) -> tensor<1x1x4x8xf32> {
  %m = nn.constant dense<-3.4028234e38> : tensor<1x1x4x600xf32>
  %r = nn.attention %q, %k, %v, %m {causal = true, scale = 0.25 : f64} : (tensor<1x1x4x8xf32>, tensor<1x1x600x8xf32>, tensor<1x1x600x8xf32>, tensor<1x1x4x600xf32>) -> tensor<1x1x4x8xf32>
  return %r : tensor<1x1x4x8xf32>
}

// A row that sees nothing is NaN, and the others are not.
func.func @attention_to_fewer_keys_than_rows(%q: tensor<1x1x4x8xf32>, %k: tensor<1x1x2x8xf32>, %v: tensor<1x1x2x8xf32>) -> tensor<1x1x4x8xf32> {
  %r = nn.attention %q, %k, %v {causal = true, scale = 0.25 : f64} : (tensor<1x1x4x8xf32>, tensor<1x1x2x8xf32>, tensor<1x1x2x8xf32>) -> tensor<1x1x4x8xf32>
  return %r : tensor<1x1x4x8xf32>
}

func.func @attention_one_row_sees_nothing(%q: tensor<1x1x2x8xf32>, %k: tensor<1x1x3x8xf32>, %v: tensor<1x1x3x8xf32>) -> tensor<1x1x2x8xf32> {
  %m = nn.constant dense<[[[[0xFF800000, 0xFF800000, 0xFF800000], [0.0, 0.0, 0xFF800000]]]]> : tensor<1x1x2x3xf32>
  %r = nn.attention %q, %k, %v, %m {scale = 0.25 : f64} : (tensor<1x1x2x8xf32>, tensor<1x1x3x8xf32>, tensor<1x1x3x8xf32>, tensor<1x1x2x3xf32>) -> tensor<1x1x2x8xf32>
  return %r : tensor<1x1x2x8xf32>
}

func.func @attention_one_row_of_many_keys_sees_nothing(%q: tensor<1x1x2x8xf32>, %k: tensor<1x1x2048x8xf32>, %v: tensor<1x1x2048x8xf32>) -> tensor<1x1x2x8xf32> {
  %m = nn.constant dense<[[[[0xFF800000], [0.0]]]]> : tensor<1x1x2x1xf32>
  %r = nn.attention %q, %k, %v, %m {scale = 0.25 : f64} : (tensor<1x1x2x8xf32>, tensor<1x1x2048x8xf32>, tensor<1x1x2048x8xf32>, tensor<1x1x2x1xf32>) -> tensor<1x1x2x8xf32>
  return %r : tensor<1x1x2x8xf32>
}
