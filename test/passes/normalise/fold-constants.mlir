// RUN: neuron-opt %s --neuron-fold-constants | FileCheck %s
// RUN: not neuron-opt %s --neuron-fold-constants=evaluator=best 2>&1 | FileCheck %s --check-prefix=WRONG

// WRONG: there is no evaluator 'best'

// CHECK-LABEL: func.func @chain
func.func @chain(%x: tensor<2x3xf32>) -> tensor<2x3xf32> {
  // Only what the unknown op uses is left.
  // CHECK-NEXT: %[[C:.*]] = nn.constant dense<{{\[\[}}0.000000e+00, 1.000000e+00, 2.000000e+00]]> : tensor<1x3xf32>
  // CHECK-NEXT: nn.add %{{.*}}, %[[C]]
  // CHECK-NEXT: return
  %i = nn.iota {axis = 0 : i64} : tensor<3xi64>
  %f = nn.cast %i : (tensor<3xi64>) -> tensor<3xf32>
  %r = nn.reshape %f : (tensor<3xf32>) -> tensor<1x3xf32>
  %y = nn.add %x, %r : (tensor<2x3xf32>, tensor<1x3xf32>) -> tensor<2x3xf32>
  return %y : tensor<2x3xf32>
}

// A value above 64 KiB is held on the way to a small one, but never becomes a constant.
// CHECK-LABEL: func.func @large
func.func @large() -> (tensor<i64>, tensor<16384xi64>) {
  // CHECK-DAG: nn.constant dense<16383> : tensor<i64>
  // CHECK-DAG: nn.iota {axis = 0 : i64} : tensor<16384xi64>
  %i = nn.iota {axis = 0 : i64} : tensor<16384xi64>
  %m = nn.reduce_max %i {axes = array<i64: 0>} : (tensor<16384xi64>) -> tensor<i64>
  return %m, %i : tensor<i64>, tensor<16384xi64>
}

// Equal elements are small whatever their number.
// CHECK-LABEL: func.func @splat
func.func @splat() -> tensor<1024x1024xf32> {
  // CHECK-NEXT: nn.constant dense<3.000000e+00> : tensor<1024x1024xf32>
  %a = nn.constant dense<1.0> : tensor<1024x1024xf32>
  %b = nn.constant dense<2.0> : tensor<1x1xf32>
  %c = nn.add %a, %b : (tensor<1024x1024xf32>, tensor<1x1xf32>) -> tensor<1024x1024xf32>
  return %c : tensor<1024x1024xf32>
}

// Effects are not folded.
nn.state @s : tensor<2xf32>
// CHECK-LABEL: func.func @state
func.func @state() -> tensor<2xf32> {
  // CHECK: nn.state_read
  %a = nn.state_read @s : tensor<2xf32>
  return %a : tensor<2xf32>
}
