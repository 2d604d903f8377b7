// RUN: neuron-opt --neuron-map-block %s | FileCheck %s
// RUN: neuron-opt --neuron-map-block='matmul-type=bf16' %s | FileCheck %s --check-prefix=BF16

// A matmul with its bias and activation: the weights lie with the contracted dim on the
// partitions, the activations are turned over on the TensorE, the bias row is one more step of
// contraction, and the result leaves PSUM through the activation.
// CHECK-DAG: isa.segment @[[X:input[.0-9]*]] "input" 0
// CHECK: isa.func @main
// CHECK: affine_select
// CHECK: isa.loop 6
// CHECK: ldweights
// CHECK: matmul
// CHECK: tensor_copy
// CHECK: isa.loop 6
// CHECK: matmul psum.f32[0:128]@{{.*}} accumulate if r16 != 0
// CHECK: matmul {{.*}} sbuf.f32[0:1]@{{.*}} accumulate"
// CHECK: load_table function=silu
// CHECK: activate {{.*}} psum.f32{{.*}} function=silu
// CHECK: gpsimd.dma hbm.f32
// BF16: matmul psum.f32[0:128]@{{.*}}, sbuf.bf16
func.func @main(%x: tensor<1x128x768xf32>, %w: tensor<1x768x512xf32>, %b: tensor<1x1x512xf32>)
    -> tensor<1x128x512xf32> {
  %c = nn.matmul %x, %w : (tensor<1x128x768xf32>, tensor<1x768x512xf32>) -> tensor<1x128x512xf32>
  %p = nn.add %b, %c : (tensor<1x1x512xf32>, tensor<1x128x512xf32>) -> tensor<1x128x512xf32>
  %s = nn.silu %p : (tensor<1x128x512xf32>) -> tensor<1x128x512xf32>
  return %s : tensor<1x128x512xf32>
}
