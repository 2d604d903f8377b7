// RUN: neuron-opt %s | neuron-opt | FileCheck %s

// CHECK: nn.weight @w : tensor<16x3x3x3xf32> [#nn.blob<"model.onnx", 64, 1728 : tensor<16x27xf32>>] [#nn.shape<[16, 3, 3, 3]>]
nn.weight @w : tensor<16x3x3x3xf32> [#nn.blob<"model.onnx", 64, 1728 : tensor<16x27xf32>>] [#nn.shape<[16, 3, 3, 3]>]

// Stored as varints, four bytes for four elements.
// CHECK: nn.weight @v : tensor<4xf32> [#nn.blob<"model.onnx", 64, 4 varint true : tensor<4xi32>>] [#nn.convert<f32>]
nn.weight @v : tensor<4xf32> [#nn.blob<"model.onnx", 64, 4 varint true : tensor<4xi32>>] [#nn.convert<f32>]

// Two layers stacked, each transposed, cut and padded.
// CHECK: nn.weight @s : tensor<2x2x4xf16>
// CHECK-SAME: [#nn.permute<[1, 0]>, #nn.window<[1, 0], [2, 2], [1, 1]>, #nn.fill<[0, 1], [0, 1]>]
nn.weight @s : tensor<2x2x4xf16> [#nn.blob<"a.bin", 0, 12 : tensor<2x3xf16>>, #nn.blob<"b.bin", 8, 12 : tensor<2x3xf16>>] [#nn.permute<[1, 0]>, #nn.window<[1, 0], [2, 2], [1, 1]>, #nn.fill<[0, 1], [0, 1]>]

// CHECK: nn.state @kv : tensor<2x2xf32>
nn.state @kv : tensor<2x2xf32>

// CHECK-LABEL: func.func @main
func.func @main() -> tensor<16x3x3x3xf32> {
  // CHECK: nn.state_read @kv : tensor<2x2xf32>
  // CHECK: nn.state_write @kv, %{{.*}} : tensor<2x2xf32>
  // CHECK: nn.weight_value @w : tensor<16x3x3x3xf32>
  // CHECK: nn.constant dense<1.000000e+00> : tensor<2x2xf32>
  %c = nn.state_read @kv : tensor<2x2xf32>
  nn.state_write @kv, %c : tensor<2x2xf32>
  %w = nn.weight_value @w : tensor<16x3x3x3xf32>
  %one = nn.constant dense<1.0> : tensor<2x2xf32>
  return %w : tensor<16x3x3x3xf32>
}
