// Which schedule a convolution gets.
// RUN: neuron-opt --neuron-map-block --split-input-file %s | FileCheck %s

// One channel a group: channels on the partitions, one multiply-add on the VectorE a tap, in a
// loop over the window; nothing for the TensorE.
// CHECK-LABEL: isa.func @depthwise
// CHECK-NOT: matmul
// CHECK: isa.loop 3
// CHECK: isa.loop 3
// CHECK: scalar_tensor_tensor sbuf.f32[0:128]
// CHECK-NOT: matmul
func.func @depthwise(%x: tensor<1x128x16x16xf32>, %w: tensor<128x1x3x3xf32>)
    -> tensor<1x128x14x14xf32> {
  %r = nn.conv %x, %w {groups = 128 : i64}
      : (tensor<1x128x16x16xf32>, tensor<128x1x3x3xf32>) -> tensor<1x128x14x14xf32>
  return %r : tensor<1x128x14x14xf32>
}

// -----

// 16 groups of 8 channels fill the partitions: one product, weights on the diagonal of zeros.
// CHECK-LABEL: isa.func @packed
// CHECK: memset sbuf.f32[0:128]
// CHECK-COUNT-16: dma sbuf.f32[{{[0-9]+:[0-9]+}}]@0x{{[45]}}
// CHECK: matmul psum.f32[0:128]
func.func @packed(%x: tensor<1x128x16x16xf32>, %w: tensor<128x8x3x3xf32>)
    -> tensor<1x128x14x14xf32> {
  %r = nn.conv %x, %w {groups = 16 : i64}
      : (tensor<1x128x16x16xf32>, tensor<128x8x3x3xf32>) -> tensor<1x128x14x14xf32>
  return %r : tensor<1x128x14x14xf32>
}

// -----

// Three spatial dims: depths of the window are summed in SBUF.
// CHECK-LABEL: isa.func @volume
// CHECK: isa.loop
// CHECK: matmul psum.f32[0:5]
// CHECK: tensor_tensor sbuf.f32[0:5]{{.*}} sbuf.f32[0:5]{{.*}} psum.f32[0:5]{{.*}} op=add
func.func @volume(%x: tensor<1x4x6x6x6xf32>, %w: tensor<5x4x2x3x3xf32>) -> tensor<1x5x5x4x4xf32> {
  %r = nn.conv %x, %w
      : (tensor<1x4x6x6x6xf32>, tensor<5x4x2x3x3xf32>) -> tensor<1x5x5x4x4xf32>
  return %r : tensor<1x5x5x4x4xf32>
}
