// A gate passes what is legal and names everything else once, with its count.

// RUN: neuron-opt %s -split-input-file -neuron-verify-stage=stage=normalised -verify-diagnostics | FileCheck %s
// RUN: not neuron-opt %s -split-input-file -neuron-verify-stage=stage=mapped 2>&1 | FileCheck %s --check-prefix=MAPPED
// RUN: not neuron-opt %s -split-input-file -neuron-verify-stage=stage=lowered 2>&1 | FileCheck %s --check-prefix=NAME

// NAME: no stage 'lowered'; known are imported, normalised, mapped, synchronised

// MAPPED: [NC7002] stage 'mapped': func.func is not legal: neuron-map-block leaves only instructions and device memory (1 use)
// MAPPED: [NC7002] stage 'mapped': no isa.func @main

// CHECK: func.func @main
func.func @main(%x: tensor<4xf32>) -> tensor<4xf32> {
  %y = nn.relu %x : (tensor<4xf32>) -> tensor<4xf32>
  return %y : tensor<4xf32>
}

// -----

func.func @main(%x: tensor<1x6xf32>, %i: tensor<1x2xi32>, %u: tensor<1x2xf32>) -> tensor<1x6xf32> {
  // expected-error @below {{[NC3008] stage 'normalised': nn.scatter_elements is not legal: no template lowers it (2 uses)}}
  %y = nn.scatter_elements %x, %i, %u {axis = 1} : (tensor<1x6xf32>, tensor<1x2xi32>, tensor<1x2xf32>) -> tensor<1x6xf32>
  %z = nn.scatter_elements %y, %i, %u {axis = 1} : (tensor<1x6xf32>, tensor<1x2xi32>, tensor<1x2xf32>) -> tensor<1x6xf32>
  return %z : tensor<1x6xf32>
}

// -----

// expected-error @below {{[NC3008] stage 'normalised': no func.func @main}}
module {
  func.func private @other() {
    // expected-error @below {{[NC3008] stage 'normalised': arith.constant is not legal: only ops of nn are legal here (1 use)}}
    %c = arith.constant 1 : i32
    return
  }
}

// -----

nn.weight @w : tensor<4xf32> [#nn.blob<"m", 0, 16 : tensor<4xf32>>]
// expected-error @below {{[NC3008] stage 'normalised': nn.state is not legal: a state of the machine starts as zeros (1 use)}}
nn.state @s : tensor<4xf32> initial @w
func.func @main(%x: tensor<4xf32>) -> tensor<4xf32> {
  return %x : tensor<4xf32>
}
