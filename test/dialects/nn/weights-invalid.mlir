// What the verifiers of weights, states and constants refuse.
// RUN: neuron-opt %s --split-input-file --verify-diagnostics

// expected-error @+1 {{(C1) has no blob}}
nn.weight @a : tensor<4xf32> []

// -----

// expected-error @+1 {{(C1) blobs of types f32[4] and f32[5]}}
nn.weight @a : tensor<2x4xf32> [#nn.blob<"m", 0, 16 : tensor<4xf32>>, #nn.blob<"m", 0, 20 : tensor<5xf32>>]

// -----

// expected-error @+1 {{(C2) blob at 0 of 15 bytes does not hold f32[4]}}
nn.weight @a : tensor<4xf32> [#nn.blob<"m", 0, 15 : tensor<4xf32>>]

// -----

// expected-error @+1 {{(C2) blob at -4 of 16 bytes does not hold f32[4]}}
nn.weight @a : tensor<4xf32> [#nn.blob<"m", -4, 16 : tensor<4xf32>>]

// -----

// expected-error @+1 {{(C2) blob at 0 of 41 bytes does not hold i32[4]}}
nn.weight @a : tensor<4xi32> [#nn.blob<"m", 0, 41 varint true : tensor<4xi32>>]

// -----

// expected-error @+1 {{(C3) shape [2, 3] has not 4 elements}}
nn.weight @a : tensor<2x3xf32> [#nn.blob<"m", 0, 16 : tensor<4xf32>>] [#nn.shape<[2, 3]>]

// -----

// expected-error @+1 {{(C3) window leaves dim 0 of f32[4]}}
nn.weight @a : tensor<2xf32> [#nn.blob<"m", 0, 16 : tensor<4xf32>>] [#nn.window<[3], [2], [1]>]

// -----

// expected-error @+1 {{(C3) [0, 0] does not permute f32[2, 2]}}
nn.weight @a : tensor<2x2xf32> [#nn.blob<"m", 0, 16 : tensor<2x2xf32>>] [#nn.permute<[0, 0]>]

// -----

// expected-error @+1 {{(C4) has type 'tensor<4xf16>' but its expression has 'tensor<4xf32>'}}
nn.weight @a : tensor<4xf16> [#nn.blob<"m", 0, 16 : tensor<4xf32>>]

// -----

func.func @f() {
  // expected-error @+1 {{(C1) there is no nn.weight @b}}
  %w = nn.weight_value @b : tensor<4xf32>
  return
}

// -----

nn.state @s : tensor<4xf32>
func.func @f() {
  // expected-error @+1 {{(C1) @s has type 'tensor<4xf32>', used as 'tensor<5xf32>'}}
  %w = nn.state_read @s : tensor<5xf32>
  return
}

// -----

nn.state @s : tensor<4xf32>
func.func @f(%x: tensor<5xf32>) {
  // expected-error @+1 {{(C1) @s has type 'tensor<4xf32>', used as 'tensor<5xf32>'}}
  nn.state_write @s, %x : tensor<5xf32>
  return
}

// -----

// expected-error @+1 {{(C1) there is no nn.weight @w}}
nn.state @s : tensor<4xf32> initial @w

// -----

nn.weight @w : tensor<5xf32> [#nn.blob<"m", 0, 20 : tensor<5xf32>>]
// expected-error @+1 {{(C1) @w has type 'tensor<5xf32>', used as 'tensor<4xf32>'}}
nn.state @s : tensor<4xf32> initial @w

// -----

func.func @f() {
  // expected-error @+1 {{(C1) value has 131072 bytes, at most 65536 belong in a constant}}
  %w = nn.constant dense_resource<big> : tensor<32768xf32>
  return
}
{-#
  dialect_resources: {
    builtin: {
      big: "0x04000000"
    }
  }
#-}
