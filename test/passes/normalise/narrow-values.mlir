// RUN: neuron-opt %s -neuron-narrow-values | FileCheck %s
// RUN: neuron-opt %s -neuron-narrow-values=type=f16 | FileCheck %s --check-prefix=HALF
// RUN: not neuron-opt %s -neuron-narrow-values=type=f8 2>&1 | FileCheck %s --check-prefix=BAD
// BAD: no narrow type 'f8', expected bf16 or f16

nn.weight @w : tensor<4x4xf32> [#nn.blob<"m", 0, 64 : tensor<4x4xf32>>]
// CHECK: nn.state @cache : tensor<2x4xbf16>
nn.state @cache : tensor<2x4xf32>

// Inputs and outputs keep their types; what is between is narrow.
// CHECK-LABEL: func.func @main(%arg0: tensor<2x4xf32>, %arg1: tensor<2x1xi64>) -> (tensor<2x4xf32>, tensor<2x4xi1>)
func.func @main(%x: tensor<2x4xf32>, %m: tensor<2x1xi64>) -> (tensor<2x4xf32>, tensor<2x4xi1>) {
  // CHECK: %[[X:.*]] = nn.cast %arg0 : (tensor<2x4xf32>) -> tensor<2x4xbf16>
  // CHECK: %[[W:.*]] = nn.cast {{.*}} : (tensor<4x4xf32>) -> tensor<4x4xbf16>
  %w = nn.weight_value @w : tensor<4x4xf32>
  // CHECK: %[[Y:.*]] = nn.matmul %[[X]], %[[W]] : {{.*}} -> tensor<2x4xbf16>
  %y = nn.matmul %x, %w : (tensor<2x4xf32>, tensor<4x4xf32>) -> tensor<2x4xf32>
  // A mask follows from integers: it is computed in f32 and held finite where it meets data.
  // CHECK: %[[F:.*]] = nn.cast %arg1 : (tensor<2x1xi64>) -> tensor<2x1xf32>
  %f = nn.cast %m : (tensor<2x1xi64>) -> tensor<2x1xf32>
  %c = nn.constant dense<-3.40282347E+38> : tensor<1x1xf32>
  // CHECK: %[[M:.*]] = nn.multiply %[[F]], %{{.*}} : {{.*}} -> tensor<2x1xf32>
  %mask = nn.multiply %f, %c : (tensor<2x1xf32>, tensor<1x1xf32>) -> tensor<2x1xf32>
  // CHECK: %[[LOW:.*]] = nn.constant dense<-3.38953139E+38>
  // CHECK: %[[A:.*]] = nn.maximum %[[M]], %[[LOW]]
  // CHECK: %[[HIGH:.*]] = nn.constant dense<3.38953139E+38>
  // CHECK: %[[B:.*]] = nn.minimum %[[A]], %[[HIGH]]
  // CHECK: %[[N:.*]] = nn.cast %[[B]] : (tensor<2x1xf32>) -> tensor<2x1xbf16>
  // CHECK: %[[Z:.*]] = nn.add %[[Y]], %[[N]] : {{.*}} -> tensor<2x4xbf16>
  %z = nn.add %y, %mask : (tensor<2x4xf32>, tensor<2x1xf32>) -> tensor<2x4xf32>
  // CHECK: %[[S:.*]] = nn.state_read @cache : tensor<2x4xbf16>
  %s = nn.state_read @cache : tensor<2x4xf32>
  // CHECK: nn.state_write @cache, %[[Z]] : tensor<2x4xbf16>
  nn.state_write @cache, %z : tensor<2x4xf32>
  // CHECK: nn.less %[[S]], %[[Z]] : (tensor<2x4xbf16>, tensor<2x4xbf16>) -> tensor<2x4xi1>
  %p = nn.less %s, %z : (tensor<2x4xf32>, tensor<2x4xf32>) -> tensor<2x4xi1>
  // CHECK: %[[OUT:.*]] = nn.cast %[[Z]] : (tensor<2x4xbf16>) -> tensor<2x4xf32>
  // CHECK: return %[[OUT]], %{{.*}}
  return %z, %p : tensor<2x4xf32>, tensor<2x4xi1>
}
// HALF: nn.state @cache : tensor<2x4xf16>
// HALF: nn.constant dense<-6.550400e+04>
// HALF: nn.constant dense<6.550400e+04>
