// A running sum is one pass: blocks of a row, each begun with the last sum of the one before.
// RUN: neuron-opt --neuron-map-block %s | FileCheck %s

// CHECK: vector.memset sbuf.f32[0:128]@[[ONES:0x[0-9a-f]+]]
// CHECK: isa.loop
// CHECK: sync.dma sbuf.f32[0:128]
// CHECK: tensor_tensor_scan sbuf.f32[0:128]{{.*}} sbuf.f32[0:128]@[[ONES]]
// CHECK-NOT: tensor_tensor_scan
// CHECK: gpsimd.dma hbm.f32
func.func @main(%x: tensor<128x65536xf32>) -> tensor<128x65536xf32> {
  %r = nn.cumsum %x {axis = 1 : i64} : (tensor<128x65536xf32>) -> tensor<128x65536xf32>
  return %r : tensor<128x65536xf32>
}
