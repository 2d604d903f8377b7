// RUN: neuron-opt --pass-pipeline='builtin.module(func.func(neuron-raise-patterns))' %s --split-input-file | FileCheck %s

// CHECK-LABEL: @silu
// CHECK: nn.silu %arg0
func.func @silu(%x: tensor<2x8xf32>) -> tensor<2x8xf32> {
  %s = nn.sigmoid %x : (tensor<2x8xf32>) -> tensor<2x8xf32>
  %y = nn.multiply %x, %s : (tensor<2x8xf32>, tensor<2x8xf32>) -> tensor<2x8xf32>
  return %y : tensor<2x8xf32>
}

// -----

// CHECK-LABEL: @gelu
// CHECK: nn.gelu %arg0
// CHECK-NOT: nn.erf
func.func @gelu(%x: tensor<2x8xf32>) -> tensor<2x8xf32> {
  %root = nn.constant dense<1.41421354> : tensor<1x1xf32>
  %one = nn.constant dense<1.0> : tensor<1x1xf32>
  %half = nn.constant dense<0.5> : tensor<1x1xf32>
  %a = nn.divide %x, %root : (tensor<2x8xf32>, tensor<1x1xf32>) -> tensor<2x8xf32>
  %b = nn.erf %a : (tensor<2x8xf32>) -> tensor<2x8xf32>
  %c = nn.add %b, %one : (tensor<2x8xf32>, tensor<1x1xf32>) -> tensor<2x8xf32>
  %d = nn.multiply %x, %c : (tensor<2x8xf32>, tensor<2x8xf32>) -> tensor<2x8xf32>
  %e = nn.multiply %d, %half : (tensor<2x8xf32>, tensor<1x1xf32>) -> tensor<2x8xf32>
  return %e : tensor<2x8xf32>
}

// -----

// A third as factor is no gelu.
// CHECK-LABEL: @not_gelu
// CHECK: nn.erf
func.func @not_gelu(%x: tensor<2x8xf32>) -> tensor<2x8xf32> {
  %root = nn.constant dense<1.41421354> : tensor<1x1xf32>
  %one = nn.constant dense<1.0> : tensor<1x1xf32>
  %third = nn.constant dense<0.333> : tensor<1x1xf32>
  %a = nn.divide %x, %root : (tensor<2x8xf32>, tensor<1x1xf32>) -> tensor<2x8xf32>
  %b = nn.erf %a : (tensor<2x8xf32>) -> tensor<2x8xf32>
  %c = nn.add %b, %one : (tensor<2x8xf32>, tensor<1x1xf32>) -> tensor<2x8xf32>
  %d = nn.multiply %x, %c : (tensor<2x8xf32>, tensor<2x8xf32>) -> tensor<2x8xf32>
  %e = nn.multiply %d, %third : (tensor<2x8xf32>, tensor<1x1xf32>) -> tensor<2x8xf32>
  return %e : tensor<2x8xf32>
}

// -----

// CHECK-LABEL: @attention
// CHECK: nn.attention %arg0, %arg1, %arg2, %arg3 {scale = 1.250000e-01 : f64}
func.func @attention(%q: tensor<1x2x16x64xf32>, %k: tensor<1x2x16x64xf32>,
                     %v: tensor<1x2x16x64xf32>, %m: tensor<1x1x1x16xf32>)
    -> tensor<1x2x16x64xf32> {
  %eight = nn.constant dense<8.0> : tensor<1x1x1x1xf32>
  %kt = nn.transpose %k {perm = array<i64: 0, 1, 3, 2>} : (tensor<1x2x16x64xf32>) -> tensor<1x2x64x16xf32>
  %p = nn.matmul %q, %kt : (tensor<1x2x16x64xf32>, tensor<1x2x64x16xf32>) -> tensor<1x2x16x16xf32>
  %s = nn.divide %p, %eight : (tensor<1x2x16x16xf32>, tensor<1x1x1x1xf32>) -> tensor<1x2x16x16xf32>
  %a = nn.add %s, %m : (tensor<1x2x16x16xf32>, tensor<1x1x1x16xf32>) -> tensor<1x2x16x16xf32>
  %w = nn.softmax %a {axis = 3 : i64} : (tensor<1x2x16x16xf32>) -> tensor<1x2x16x16xf32>
  %y = nn.matmul %w, %v : (tensor<1x2x16x16xf32>, tensor<1x2x16x64xf32>) -> tensor<1x2x16x64xf32>
  return %y : tensor<1x2x16x64xf32>
}
