// RUN: neuron-opt %s --split-input-file --verify-diagnostics --neuron-verify-isa

// Nothing orders the copy after the transfer.
isa.segment @x "input" 0 : tensor<128x16xf32>, 8192
isa.func @main {
  // expected-note@+2 {{the earlier one}}
  // expected-error@+1 {{is the last to use queue 0, and the program ends without a wait for it}}
  isa.inst "sync.dma sbuf.f32[0:128]@0 {16}, hbm.f32@0:0 {128, 16}"
  // expected-error@+1 {{reads bytes that an earlier instruction writes, and stream vector does not wait for queue 0}}
  isa.inst "vector.tensor_copy sbuf.f32[0:128]@64 {16}, sbuf.f32[0:128]@0 {16}"
}

// -----

// A stream does not wait for its own results without `after`.
isa.func @main {
  // expected-note@+1 {{the earlier one}}
  isa.inst "vector.memset sbuf.f32[0:128]@0 {16}"
  // expected-error@+1 {{and stream vector does not wait for vector's results}}
  isa.inst "vector.tensor_copy sbuf.f32[0:128]@64 {16}, sbuf.f32[0:128]@0 {16}"
}

// -----

// Two slots, but three credits.
isa.semaphore 0 initial 3 from "vector.read" to ["gpsimd"]
isa.semaphore 1 initial 0 from "gpsimd.complete" to ["vector"]
isa.func @main {
  isa.inst "sync.reg r16 = 0"
  isa.loop 8 [16, 1, 2] {
    // expected-error@+3 {{writes bytes that an earlier instruction reads 2 iterations before, and stream gpsimd does not wait for vector's reads}}
    // expected-error@+2 {{writes bytes that an earlier instruction writes 2 iterations before, and stream gpsimd does not wait for gpsimd's results}}
    // expected-note@+1 {{the earlier one}}
    isa.inst "gpsimd.memset sbuf.f32[0:128]@0+r16*64 {16} take s0 signal s1"
    // expected-note@+1 {{the earlier one}}
    isa.inst "vector.tensor_copy sbuf.f32[0:128]@0x1000 {16}, sbuf.f32[0:128]@0+r16*64 {16} after 1 take s1 signal s0 read"
  }
}

// -----

// Each waits for the other.
isa.semaphore 0 initial 0 from "vector.complete" to ["gpsimd"]
isa.semaphore 1 initial 0 from "gpsimd.complete" to ["vector"]
isa.func @main {
  // expected-error@+1 {{takes semaphore 0 before it is given: nobody can ever go on}}
  isa.inst "gpsimd.memset sbuf.f32[0:128]@0 {16} take s0 signal s1"
  isa.inst "vector.memset sbuf.f32[0:128]@64 {16} take s1 signal s0"
}

// -----

isa.semaphore 0 initial 0 from "vector.complete" to ["gpsimd"]
// expected-error@+1 {{uses semaphore 0, which a loop inside uses too}}
isa.func @main {
  // expected-error@+1 {{gives semaphore 0, which nobody takes in this body}}
  isa.inst "vector.memset sbuf.f32[0:128]@0 {16} signal s0"
  isa.loop 2 [] {
    // expected-error@+1 {{takes semaphore 0 1 times in this body, which gives it 0 times}}
    isa.inst "gpsimd.memset sbuf.f32[0:128]@64 {16} after 1 take s0"
  }
}

// -----

isa.semaphore 0 initial 0 from "vector.read" to ["scalar"]
isa.func @main {
  // expected-error@+1 {{gives semaphore 0 as vector.complete, its producer is vector.read}}
  isa.inst "vector.memset sbuf.f32[0:128]@0 {16} signal s0"
  // expected-error@+1 {{takes semaphore 0, whose consumers do not include gpsimd}}
  isa.inst "gpsimd.memset sbuf.f32[0:128]@64 {16} take s0"
}

// -----

isa.func @main {
  isa.loop 64 [16, 1, 64] {
    // expected-error@+1 {{touches bytes 0 to 4128832 of sbuf}}
    isa.inst "vector.memset sbuf.f32[0:128]@0+r16*65536 {16}"
  }
}

// -----

isa.func @leaf {
}
isa.func @main {
  // expected-error@+1 {{is a call without a barrier on both sides}}
  isa.call @leaf
}

// -----

isa.func @main {
  // expected-error@+1 {{(C1) memset: }}
  isa.inst "vector.memset sbuf.f32[16:80]@0 {16}"
}

// -----

isa.segment @x "input" 0 : tensor<4xf32>, 16
// expected-error@+1 {{(C2) has the index 0 of another segment}}
isa.segment @y "input" 0 : tensor<4xf32>, 16
isa.func @main {
}

// -----

// expected-error@+1 {{(C1) has index 256 and initial value 0, expected 0 to 255 and 0 to 4294967295}}
isa.semaphore 256 initial 0 from "vector.read" to ["gpsimd"]
isa.func @main {
}

// -----

isa.semaphore 0 initial 0 from "vector.read" to ["gpsimd"]
// expected-error@+1 {{(C1) declares semaphore 0 again}}
isa.semaphore 0 initial 0 from "vector.read" to ["gpsimd"]
isa.func @main {
}

// -----

// expected-error@+1 {{(C2) names no stream: "nobody"}}
isa.semaphore 0 initial 0 from "vector.read" to ["nobody"]
isa.func @main {
}
