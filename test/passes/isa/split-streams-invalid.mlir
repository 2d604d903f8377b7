// RUN: neuron-opt %s --split-input-file --verify-diagnostics --neuron-print-streams

isa.func @main {
  // expected-error@+1 {{updates 5 registers in one stream, the machine's loops update 4 (stream vector)}}
  isa.loop 3 [16, 1, 2, 17, 1, 2, 18, 1, 2, 19, 1, 2, 20, 1, 2] {
    isa.inst "vector.memset sbuf.f32[0:128]@0+r16*64+r17*64 {16}"
    isa.inst "vector.memset sbuf.f32[0:128]@0+r18*64+r19*64 {16}"
    isa.inst "vector.memset sbuf.f32[0:128]@0+r20*64 {16}"
  }
}

// -----

isa.func @main {
  // expected-error@+1 {{loads a register that another stream uses (stream vector)}}
  isa.inst "sync.reg_load sbuf.i32[0:1]@0 dst=r16"
  isa.inst "vector.memset sbuf.f32[0:128]@0+r16*64 {16}"
}

// -----

// expected-error@+1 {{calls itself}}
isa.func @main {
  isa.call @main
}

// -----

isa.func @main {
  // expected-error@+1 {{calls 'gone', which is not there}}
  isa.call @gone
}

// -----

isa.func @main {
  isa.inst "sync.dma sbuf.f32[0:128]@0 {16}, hbm.f32@0:0 {128, 16}"
  // expected-error@+1 {{triggers queue 0 from scalar, which belongs to sync}}
  isa.inst "scalar.dma sbuf.f32[0:128]@64 {16}, hbm.f32@0:0 {128, 16}"
}

// -----

// expected-error@+1 {{is one of 2 functions that nobody calls, and none is called main}}
isa.func @two {
}
isa.func @one {
}

// -----

// expected-error@+1 {{(C2) names no producer: 'vector.nothing'}}
isa.semaphore 0 initial 0 from "vector.nothing" to ["sync"]
isa.func @main {
}

// -----

isa.func @main {
  isa.inst "sync.reg r16 = 0"
  // expected-error@+1 {{writes r16, which is used after the call (stream vector)}}
  isa.call @leaf
  isa.inst "vector.memset sbuf.f32[0:128]@0+r16*64 {16}"
}
isa.func @leaf {
  isa.inst "sync.reg r16 = 1"
}
