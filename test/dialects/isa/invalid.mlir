// What the verifiers of the isa dialect refuse; test/passes/isa has what its passes refuse.
// RUN: neuron-opt %s --split-input-file --verify-diagnostics

// expected-error @+1 {{has kind 'inputs', expected input, output, state, weight, constant or scratch}}
isa.segment @x "inputs" 0 : tensor<4xf32>, 16

// -----

// expected-error @+1 {{needs a tensor type of static shape, found 'tensor<?xf32>'}}
isa.segment @x "input" 0 : tensor<?xf32>, 16

// -----

// expected-error @+1 {{(C1) holds 15 bytes, 'tensor<4xf32>' needs more}}
isa.segment @x "input" 0 : tensor<4xf32>, 15

// -----

// A boolean takes a byte.
// expected-error @+1 {{(C1) holds 1 bytes, 'tensor<4xi1>' needs more}}
isa.segment @x "input" 0 : tensor<4xi1>, 1

// -----

// Two to the 64 bytes.
// expected-error @+1 {{(C1) holds 16 bytes, 'tensor<4611686018427387904xf32>' needs more}}
isa.segment @x "input" 0 : tensor<4611686018427387904xf32>, 16

// -----

// expected-error @+1 {{(C2) has index 4194304, expected 0 to 4194303}}
isa.segment @x "input" 4194304 : tensor<4xf32>, 16

// -----

// expected-error @+1 {{(C3) of kind 'weight' names no weight}}
isa.segment @x "weight" 0 : tensor<4xf32>, 16

// -----

// expected-error @+1 {{(C3) of kind 'input' names a weight}}
isa.segment @x "input" 0 : tensor<4xf32>, 16 from @w

// -----

isa.func @main {
  // expected-error @+1 {{(C1) has count 0, expected 1 to 4294967295}}
  isa.loop 0 [] {
  }
}

// -----

isa.func @main {
  // expected-error @+1 {{(C1) has count 4294967296, expected 1 to 4294967295}}
  isa.loop 4294967296 [] {
  }
}

// -----

isa.func @main {
  // expected-error @+1 {{(C2) has 2 update numbers, expected triples}}
  isa.loop 8 [16, 1] {
  }
}

// -----

isa.func @main {
  // expected-error @+1 {{(C2) update 1 is out of range}}
  isa.loop 8 [16, 1, 8, 64, 1, 8] {
  }
}

// -----

isa.func @main {
  // expected-error @+1 {{(C2) update 0 is out of range}}
  isa.loop 8 [16, 32768, 8] {
  }
}

// -----

isa.func @main {
  // expected-error @+1 {{(C2) update 0 is out of range}}
  isa.loop 8 [16, 1, -1] {
  }
}
