// nn.repeat: text and constraints. Its values are tested in test/passes/eval.
// RUN: neuron-opt %s --split-input-file --verify-diagnostics | neuron-opt --split-input-file | FileCheck %s

// CHECK: func.func private @layer
// CHECK: nn.weight_value @w each : tensor<4x4xf32>
nn.weight @w : tensor<2x4x4xf32> [#nn.blob<"m", 0, 64 : tensor<4x4xf32>>, #nn.blob<"m", 64, 64 : tensor<4x4xf32>>]
func.func private @layer(%x: tensor<1x4xf32>, %bias: tensor<1x4xf32>) -> tensor<1x4xf32> {
  %w = nn.weight_value @w each : tensor<4x4xf32>
  %y = nn.matmul %x, %w : (tensor<1x4xf32>, tensor<4x4xf32>) -> tensor<1x4xf32>
  %z = nn.add %y, %bias : (tensor<1x4xf32>, tensor<1x4xf32>) -> tensor<1x4xf32>
  return %z : tensor<1x4xf32>
}
// CHECK: func.func @main
func.func @main(%x: tensor<1x4xf32>, %biases: tensor<2x1x4xf32>) -> tensor<1x4xf32> {
  // CHECK: nn.repeat @layer, 2 carried(%{{.*}}) sliced(%{{.*}}) : (tensor<1x4xf32>, tensor<2x1x4xf32>) -> tensor<1x4xf32>
  %y = nn.repeat @layer, 2 carried(%x) sliced(%biases) : (tensor<1x4xf32>, tensor<2x1x4xf32>) -> tensor<1x4xf32>
  return %y : tensor<1x4xf32>
}

// -----

// All kinds of operands, results and states.
// CHECK: nn.state_read @kv each : tensor<4xf32>
// CHECK: nn.state_write @kv each, %{{.*}} : tensor<4xf32>
nn.state @kv : tensor<3x4xf32>
func.func private @step(%x: tensor<4xf32>, %i: tensor<4xf32>, %s: tensor<4xf32>) -> (tensor<4xf32>, tensor<4xf32>) {
  %c = nn.state_read @kv each : tensor<4xf32>
  %a = nn.add %x, %i : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  %b = nn.add %c, %s : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  nn.state_write @kv each, %b : tensor<4xf32>
  return %a, %b : tensor<4xf32>, tensor<4xf32>
}
func.func @main(%x: tensor<4xf32>, %i: tensor<4xf32>, %s: tensor<3x4xf32>) -> (tensor<4xf32>, tensor<3x4xf32>) {
  // CHECK: nn.repeat @step, 3 carried(%{{.*}}) invariant(%{{.*}}) sliced(%{{.*}}) :
  %y, %all = nn.repeat @step, 3 carried(%x) invariant(%i) sliced(%s) : (tensor<4xf32>, tensor<4xf32>, tensor<3x4xf32>) -> (tensor<4xf32>, tensor<3x4xf32>)
  return %y, %all : tensor<4xf32>, tensor<3x4xf32>
}

// -----

func.func @main(%x: tensor<4xf32>) -> tensor<4xf32> {
  // expected-error @+1 {{(C1) there is no func.func @b}}
  %y = nn.repeat @b, 2 carried(%x) : (tensor<4xf32>) -> tensor<4xf32>
  return %y : tensor<4xf32>
}

// -----

func.func @b(%x: tensor<4xf32>) -> tensor<4xf32> {
  return %x : tensor<4xf32>
}
func.func @main(%x: tensor<4xf32>) -> tensor<4xf32> {
  // expected-error @+1 {{(C1) @b is not private with one basic block}}
  %y = nn.repeat @b, 2 carried(%x) : (tensor<4xf32>) -> tensor<4xf32>
  return %y : tensor<4xf32>
}

// -----

func.func private @b(%x: tensor<4xf32>) -> tensor<4xf32> {
  return %x : tensor<4xf32>
}
func.func @main(%x: tensor<4xf32>) -> tensor<4xf32> {
  // expected-error @+1 {{(C1) @b is named by another op as well}}
  %y = nn.repeat @b, 2 carried(%x) : (tensor<4xf32>) -> tensor<4xf32>
  %z = nn.repeat @b, 2 carried(%y) : (tensor<4xf32>) -> tensor<4xf32>
  return %z : tensor<4xf32>
}

// -----

func.func private @b(%x: tensor<4xf32>) -> tensor<4xf32> {
  return %x : tensor<4xf32>
}
func.func @main(%x: tensor<4xf32>) -> tensor<4xf32> {
  // expected-error @+1 {{(C2) repeats 1 times, expected at least 2}}
  %y = nn.repeat @b, 1 carried(%x) : (tensor<4xf32>) -> tensor<4xf32>
  return %y : tensor<4xf32>
}

// -----

func.func private @b(%x: tensor<4xf32>, %s: tensor<4xf32>) -> tensor<4xf32> {
  return %x : tensor<4xf32>
}
func.func @main(%x: tensor<4xf32>, %s: tensor<3x4xf32>) -> tensor<4xf32> {
  // expected-error @+1 {{(C3) a sliced operand of type 'tensor<3x4xf32>' has not 2 slices}}
  %y = nn.repeat @b, 2 carried(%x) sliced(%s) : (tensor<4xf32>, tensor<3x4xf32>) -> tensor<4xf32>
  return %y : tensor<4xf32>
}

// -----

func.func private @b(%x: tensor<4xf32>, %s: tensor<5xf32>) -> tensor<4xf32> {
  return %x : tensor<4xf32>
}
func.func @main(%x: tensor<4xf32>, %s: tensor<2x4xf32>) -> tensor<4xf32> {
  // expected-error @+1 {{(C3) argument 1 has type 'tensor<5xf32>', expected 'tensor<4xf32>'}}
  %y = nn.repeat @b, 2 carried(%x) sliced(%s) : (tensor<4xf32>, tensor<2x4xf32>) -> tensor<4xf32>
  return %y : tensor<4xf32>
}

// -----

func.func private @b(%x: tensor<4xf32>) {
  return
}
func.func @main(%x: tensor<4xf32>) {
  // expected-error @+1 {{(C3) arguments are 1, expected 2}}
  nn.repeat @b, 2 invariant(%x, %x) : (tensor<4xf32>, tensor<4xf32>) -> ()
  return
}

// -----

func.func private @b(%x: tensor<4xf32>) {
  return
}
func.func @main(%x: tensor<4xf32>) -> tensor<4xf32> {
  // expected-error @+1 {{(C4) the block has 0 results, carried are 1}}
  %y = nn.repeat @b, 2 carried(%x) : (tensor<4xf32>) -> tensor<4xf32>
  return %y : tensor<4xf32>
}

// -----

func.func private @b(%x: tensor<4xf32>) -> (tensor<4xf32>, tensor<4xf32>) {
  return %x, %x : tensor<4xf32>, tensor<4xf32>
}
func.func @main(%x: tensor<4xf32>) -> tensor<4xf32> {
  // expected-error @+1 {{(C4) result 1 has type 'tensor<3x4xf32>', expected 'tensor<2x4xf32>'}}
  %y, %all = nn.repeat @b, 2 carried(%x) : (tensor<4xf32>) -> (tensor<4xf32>, tensor<3x4xf32>)
  return %y : tensor<4xf32>
}

// -----

func.func private @b(%x: tensor<4xf32>) -> tensor<5xf32> {
  %y = nn.constant dense<1.0> : tensor<5xf32>
  return %y : tensor<5xf32>
}
func.func @main(%x: tensor<4xf32>) -> tensor<4xf32> {
  // expected-error @+1 {{(C4) block result 0 has type 'tensor<5xf32>', expected 'tensor<4xf32>'}}
  %y = nn.repeat @b, 2 carried(%x) : (tensor<4xf32>) -> tensor<4xf32>
  return %y : tensor<4xf32>
}

// -----

func.func private @c(%x: tensor<4xf32>) {
  return
}
func.func private @b(%x: tensor<4xf32>) {
  // expected-error @+1 {{(C5) stands in the block @b of an nn.repeat}}
  call @c(%x) : (tensor<4xf32>) -> ()
  return
}
func.func @main(%x: tensor<4xf32>) {
  nn.repeat @b, 2 invariant(%x) : (tensor<4xf32>) -> ()
  return
}

// -----

func.func private @c(%x: tensor<4xf32>) -> tensor<4xf32> {
  return %x : tensor<4xf32>
}
func.func private @b(%x: tensor<4xf32>) -> tensor<4xf32> {
  // expected-error @+1 {{(C5) stands in the block @b of an nn.repeat}}
  %y = nn.repeat @c, 2 carried(%x) : (tensor<4xf32>) -> tensor<4xf32>
  return %y : tensor<4xf32>
}
func.func @main(%x: tensor<4xf32>) -> tensor<4xf32> {
  %y = nn.repeat @b, 2 carried(%x) : (tensor<4xf32>) -> tensor<4xf32>
  return %y : tensor<4xf32>
}

// -----

nn.weight @w : tensor<2x4xf32> [#nn.blob<"m", 0, 16 : tensor<4xf32>>, #nn.blob<"m", 16, 16 : tensor<4xf32>>]
func.func @main() -> tensor<4xf32> {
  // expected-error @+1 {{(C2) `each` stands outside of the block of an nn.repeat}}
  %w = nn.weight_value @w each : tensor<4xf32>
  return %w : tensor<4xf32>
}

// -----

nn.weight @w : tensor<2x4xf32> [#nn.blob<"m", 0, 16 : tensor<4xf32>>, #nn.blob<"m", 16, 16 : tensor<4xf32>>]
func.func private @b(%x: tensor<4xf32>) -> tensor<4xf32> {
  // expected-error @+1 {{(C1) @w has type 'tensor<2x4xf32>', used as 'tensor<3x4xf32>'}}
  %w = nn.weight_value @w each : tensor<4xf32>
  return %w : tensor<4xf32>
}
func.func @main(%x: tensor<4xf32>) -> tensor<4xf32> {
  %y = nn.repeat @b, 3 carried(%x) : (tensor<4xf32>) -> tensor<4xf32>
  return %y : tensor<4xf32>
}

// -----

nn.state @s : tensor<2x4xf32>
func.func @main(%x: tensor<4xf32>) {
  // expected-error @+1 {{(C2) `each` stands outside of the block of an nn.repeat}}
  nn.state_write @s each, %x : tensor<4xf32>
  return
}

// -----

nn.state @s : tensor<2x4xf32>
func.func @main() -> tensor<4xf32> {
  // expected-error @+1 {{(C2) `each` stands outside of the block of an nn.repeat}}
  %c = nn.state_read @s each : tensor<4xf32>
  return %c : tensor<4xf32>
}
