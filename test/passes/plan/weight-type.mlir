// RUN: neuron-opt --neuron-map-block='matmul-type=bf16' %s | FileCheck %s
// RUN: neuron-opt --neuron-map-block %s | FileCheck %s --check-prefix=F32

// A weight that the TensorE reads rounded lies rounded in device memory: half the bytes are
// moved. What the VectorE reads of the same weight keeps its type.
// CHECK-DAG: nn.weight @[[N:w[.0-9]*]] : tensor<128x64xbf16> {{.*}}#nn.convert<bf16>
// CHECK-DAG: isa.segment @{{.*}} "weight" {{.*}} tensor<128x64xbf16>{{.*}} @[[N]]
// CHECK-DAG: isa.segment @{{.*}} "weight" {{.*}} tensor<128x64xf32>{{.*}} @w
// F32-NOT: bf16
nn.weight @w : tensor<128x64xf32> [#nn.blob<"model.onnx", 0, 32768 : tensor<128x64xf32>>]
func.func @main(%x: tensor<32x128xf32>) -> (tensor<32x64xf32>, tensor<128x64xf32>) {
  %w = nn.weight_value @w : tensor<128x64xf32>
  %p = nn.matmul %x, %w : (tensor<32x128xf32>, tensor<128x64xf32>) -> tensor<32x64xf32>
  %s = nn.exp %w : (tensor<128x64xf32>) -> tensor<128x64xf32>
  return %p, %s : tensor<32x64xf32>, tensor<128x64xf32>
}
