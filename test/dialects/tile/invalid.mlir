// What the verifiers of the tile dialect refuse.
// RUN: neuron-opt %s --split-input-file --verify-diagnostics

func.func @f() {
  // expected-error @+1 {{(C1) allocates device memory, which segments declare}}
  %b = tile.alloc slots 1 at -1 : !tile.buffer<"hbm", 1 x 64>
  return
}

// -----

func.func @f() {
  // expected-error @+1 {{(C2) has 0 slots}}
  %b = tile.alloc slots 0 at -1 : !tile.buffer<"sbuf", 128 x 64>
  return
}

// -----

func.func @f() {
  // expected-error @+1 {{(C2) has 2 slots outside every loop}}
  %b = tile.alloc slots 2 at -1 : !tile.buffer<"sbuf", 128 x 64>
  return
}

// -----

func.func @f() {
  // expected-error @+1 {{(C1) repeats 0 times, expected 1 to 4294967295}}
  tile.repeat @g, 0
  return
}

// -----

func.func @f(%low: index, %high: index, %step: index) {
  scf.for %i = %low to %high step %step {
    // expected-error @+1 {{(C1) stands in a loop}}
    tile.repeat @g, 2
  }
  return
}

// -----

func.func @f() {
  %b = tile.alloc slots 1 at -1 : !tile.buffer<"sbuf", 128 x 64>
  // expected-error @+1 {{(C1) has fewer buffers than operands}}
  tile.inst "vector.tensor_copy sbuf.f32[0:128]@0 {16}, sbuf.f32[0:128]@0 {16}" (%b) [] [] : !tile.buffer<"sbuf", 128 x 64>
  return
}

// -----

func.func @f() {
  %b = tile.alloc slots 1 at -1 : !tile.buffer<"sbuf", 128 x 64>
  // expected-error @+1 {{(C1) has more buffers than operands}}
  tile.inst "vector.memset sbuf.f32[0:128]@0 {16}" (%b, %b) [] [] : !tile.buffer<"sbuf", 128 x 64>, !tile.buffer<"sbuf", 128 x 64>
  return
}

// -----

func.func @f() {
  %b = tile.alloc slots 1 at -1 : !tile.buffer<"psum", 128 x 64>
  // expected-error @+1 {{(C1) buffer 0 is in psum}}
  tile.inst "vector.memset sbuf.f32[0:128]@0 {16}" (%b) [] [] : !tile.buffer<"psum", 128 x 64>
  return
}

// -----

func.func @f() {
  %b = tile.alloc slots 1 at -1 : !tile.buffer<"sbuf", 128 x 64>
  // expected-error @+1 {{(C2) has 2 term numbers, expected triples}}
  tile.inst "vector.memset sbuf.f32[0:128]@0 {16}" (%b) [] [0, 0] : !tile.buffer<"sbuf", 128 x 64>
  return
}

// -----

// There is no loop counter.
func.func @f() {
  %b = tile.alloc slots 1 at -1 : !tile.buffer<"sbuf", 128 x 64>
  // expected-error @+1 {{(C2) term 0 names no operand or counter}}
  tile.inst "vector.memset sbuf.f32[0:128]@0 {16}" (%b) [] [0, 0, 64] : !tile.buffer<"sbuf", 128 x 64>
  return
}

// -----

// The instruction has no operand 1.
func.func @f(%i: index) {
  %b = tile.alloc slots 1 at -1 : !tile.buffer<"sbuf", 128 x 64>
  // expected-error @+1 {{(C2) term 0 names no operand or counter}}
  tile.inst "vector.memset sbuf.f32[0:128]@0 {16}" (%b) [%i] [1, 0, 64] : !tile.buffer<"sbuf", 128 x 64>
  return
}

// -----

// Between the operands and the predicates is nothing.
func.func @f(%i: index) {
  %b = tile.alloc slots 1 at -1 : !tile.buffer<"sbuf", 128 x 64>
  // expected-error @+1 {{(C2) term 0 names no operand or counter}}
  tile.inst "vector.memset sbuf.f32[0:128]@0 {16}" (%b) [%i] [7, 0, 64] : !tile.buffer<"sbuf", 128 x 64>
  return
}

// -----

func.func @f() {
  %b = tile.alloc slots 1 at -1 : !tile.buffer<"sbuf", 128 x 64>
  // expected-error @+1 {{(C3) names a register}}
  tile.inst "vector.memset sbuf.f32[0:128]@0+r16*64 {16}" (%b) [] [] : !tile.buffer<"sbuf", 128 x 64>
  return
}

// -----

func.func @f() {
  %b = tile.alloc slots 1 at -1 : !tile.buffer<"sbuf", 128 x 64>
  // expected-error @+1 {{(C3) names a semaphore}}
  tile.inst "vector.memset sbuf.f32[0:128]@0 {16} take s0" (%b) [] [] : !tile.buffer<"sbuf", 128 x 64>
  return
}

// -----

func.func @f() {
  %b = tile.alloc slots 1 at -1 : !tile.buffer<"sbuf", 128 x 64>
  // expected-error @+1 {{(C3) names a semaphore}}
  tile.inst "vector.memset sbuf.f32[0:128]@0 {16} signal s0" (%b) [] [] : !tile.buffer<"sbuf", 128 x 64>
  return
}
